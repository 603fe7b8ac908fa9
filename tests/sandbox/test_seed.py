"""Seeds: what is wrong in one is said with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.errors import InputError
from reconciler.sandbox.seed import default_seed, load_seed, parse_seed

if TYPE_CHECKING:
    from pathlib import Path

SCHOOL = "schools:\n- {schoolId: 1, name: S, accounts: [{username: u, password: p%s}]}\n"


def test_a_seed_says_only_what_differs_from_the_usual() -> None:
    """Left out: a public task, six people of each kind without consent, the Third Party role, no ticks."""
    seed = parse_seed(SCHOOL % "", "s.yaml")
    (school,) = seed.schools
    (account,) = school.accounts
    assert (school.lawful_basis, len(school.people)) == ("Public Task", 18)
    assert not any(person.consent for person in school.people)
    assert (account.roles, account.ticks, account.handed_over) == (("Third Party",), (), "p")


def test_a_list_can_be_changed_for_one_account() -> None:
    """`from`, `add` and `remove`, in any case; the spelling is the service's."""
    lists = "lists: {a: [students, Staff]}\n"
    seed = parse_seed(lists + SCHOOL % ", entities: {from: a, add: [emails], remove: [STAFF]}", "s.yaml")
    assert seed.schools[0].accounts[0].ticks == ("Students", "Emails")


def test_passwords_stay_what_was_typed() -> None:
    """YAML would make a number of one and a truth value of the other."""
    for typed in ("0123", "no", "1e3"):
        text = (SCHOOL % "").replace("password: p", f"password: {typed}")
        assert parse_seed(text, "s.yaml").schools[0].accounts[0].password == typed


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("schools: §}", "no YAML"),
        ("§- a", "a mapping"),
        ("schools: §1", "a list"),
        ("§lists: {}", "`schools` is missing"),
        ("schools: []\n§schols: []", "`schols` is not known here; known are lists, schools, troubles"),
        ("schools: []\n§schools: []", "twice"),
        ("schools:\n- §{name: S}", "`schoolId` is missing"),
        ("schools:\n- {schoolId: §many, name: S}", "whole number"),
        ("schools:\n- {schoolId: §'1', name: S}", "whole number"),
        ("schools:\n- {schoolId: 1, name: §[S]}", "a text"),
        ("schools:\n- {schoolId: 1, name: S}\n- §{schoolId: 1, name: T}", "School ID 1 stands here twice"),
        ("schools:\n- {schoolId: 1, name: S, lawfulBasis: §Habit}", "no lawful basis"),
        ("schools:\n- {schoolId: 1, name: S, people: {§pets: {}}}", "`pets`"),
        (SCHOOL % ", entities: [§Studens]", "'Studens'"),
        (SCHOOL % ", entities: {from: §a}", "no list `a`"),
        ("lists: {a: [Staff]}\n" + SCHOOL % ", entities: {from: a, remove: [§Emails]}", "not in the list"),
        (SCHOOL % "}, §{username: U, password: q", "twice; the service ignores case"),
        ("schools: []\ntroubles: [{kind: §rain}]", "'rain' is no trouble"),
        ("schools: []\ntroubles: [{kind: latency, seconds: §long}]", "a number"),
        ("schools: []\ntroubles: [{kind: latency, calls: §0}]", "1 or more"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(marked: str, words: str) -> None:
    """file:line:column, here where the § stands, and what is known instead."""
    before, _, after = marked.partition("§")
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
    with pytest.raises(InputError) as error:
        parse_seed(before + after, "s.yaml")
    assert str(error.value).startswith(f"s.yaml:{line}:{column}: ")
    assert words in str(error.value)


def test_an_empty_seed_is_said() -> None:
    """It has no place."""
    with pytest.raises(InputError, match="the seed is empty"):
        parse_seed("# nothing\n", "s.yaml")


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """No file, a folder, and bytes that are no UTF-8."""
    binary = tmp_path / "seed.yaml"
    binary.write_bytes(b"schools: \xff\xfe")
    for path in (tmp_path / "none.yaml", tmp_path, binary):
        with pytest.raises(InputError, match=r"the seed .* was not read"):
            load_seed(path)


def test_the_default_seed_is_made_of_practice_passwords() -> None:
    """Nobody takes one for real, and no two accounts share one."""
    accounts = [account for school in default_seed().schools for account in school.accounts]
    assert len({account.password for account in accounts}) == len(accounts) == 21
    assert all(account.handed_over.startswith("practice-") for account in accounts)
    assert len({account.password_env for account in accounts}) == 21
