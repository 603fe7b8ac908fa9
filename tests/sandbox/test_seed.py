"""Seeds: what is wrong in one is said with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.errors import InputError
from reconciler.sandbox.control.env_file import write_env_file
from reconciler.sandbox.server import serve
from reconciler.sandbox.state.records import SandboxAccount
from reconciler.sandbox.state.seed import default_seed, load_seed, parse_seed

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


def test_an_account_may_have_names_and_a_password_that_must_be_changed() -> None:
    """Left out: no names, and nothing to change."""
    seed = parse_seed(SCHOOL % ", firstName: Pat, lastName: Practice, mustChange: true", "s.yaml")
    (account,) = seed.schools[0].accounts
    assert (account.first_name, account.last_name, account.must_change) == ("Pat", "Practice", True)
    (other,) = parse_seed(SCHOOL % "", "s.yaml").schools[0].accounts
    assert (other.first_name, other.last_name, other.must_change) == ("", "", False)


def test_a_number_that_examples_read_from_a_variable_is_in_the_file_of_passwords(tmp_path: Path) -> None:
    """Beside those; nobody but the reader of the file can tell whose it is. A person who is not there is refused."""
    people = "schools:\n- {schoolId: 1, name: S, people: {students: {count: %s, env: {CANARY: 6}}}}\n"
    env_file = tmp_path / "practice.env"
    with serve(parse_seed(people % 6, "s.yaml")) as sandbox:
        write_env_file(env_file, sandbox)
        assert env_file.read_text(encoding="utf-8").splitlines()[1:] == ["CANARY=6"]
    with pytest.raises(InputError, match=r"s\.yaml:2:70: there are 5 students"):
        parse_seed(people % 5, "s.yaml")


def test_an_account_that_nobody_has_made_is_known_to_its_supplier_alone(tmp_path: Path) -> None:
    """The file of passwords has it, the service and the pages do not; made later, it takes what it is made with."""
    env_file = tmp_path / "practice.env"
    with serve(parse_seed(SCHOOL % ", passwordEnv: U_PASSWORD, made: false", "s.yaml")) as sandbox:
        write_env_file(env_file, sandbox)
        assert "U_PASSWORD=p\n" in env_file.read_text(encoding="utf-8")
        assert sandbox.accounts(1) == []
        sandbox.create_account(1, SandboxAccount("U", "newer", "newer"))
        (account,) = sandbox.accounts(1)
        assert (account.password, account.handed_over, account.password_env) == ("newer", "p", "U_PASSWORD")


def test_a_school_may_have_roles_of_its_own_and_applications() -> None:
    """Beside the roles that every school has; a permission that a role names is one that every role can have."""
    school = (
        "schools:\n- schoolId: 1\n  name: S\n  roles:\n  - {name: Till write-back, permissions: [Tills, Staff]}\n"
        "  - {name: Attendance write-back, description: Ours}\n"
        "  partnerApplications:\n  - {name: App, scope: [students], installed: true}\n  - {name: Other, scope: []}\n"
    )
    with serve(parse_seed(school, "s.yaml")) as sandbox:
        assert [(role.name, role.description, role.permissions) for role in sandbox.roles(1)] == [
            ("Attendance write-back", "Ours", ()),
            ("Third Party", "May call the API", ()),
            ("Till write-back", "", ("Staff", "Tills")),
        ]
        assert sandbox.database.roles.permissions(1) == [
            *("Attendance", "Dinner Money", "Single Sign-On", "Staff", "Student Results", "Tills")
        ]
        assert [(app.name, app.scope, app.installed) for app in sandbox.applications(1)] == [
            ("App", ("Students",), True),
            ("Other", (), False),
        ]


def test_passwords_stay_what_was_typed() -> None:
    """YAML would make a number of one and a truth value of the other."""
    for typed in ("0123", "no", "1e3"):
        text = (SCHOOL % "").replace("password: p", f"password: {typed}")
        assert parse_seed(text, "s.yaml").schools[0].accounts[0].password == typed


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("schools: §}", "not YAML"),
        ("§- a", "a mapping"),
        ("schools: §1", "a list"),
        ("§lists: {}", "`schools` is missing"),
        ("schools: []\n§schols: []", "unknown key `schols`: choose one of lists, schools, troubles"),
        ("schools: []\n§schools: []", "twice"),
        ("schools:\n- §{name: S}", "`schoolId` is missing"),
        ("schools:\n- {schoolId: §many, name: S}", "whole number"),
        ("schools:\n- {schoolId: §'1', name: S}", "whole number"),
        ("schools:\n- {schoolId: 1, name: §[S]}", "a text"),
        ("schools:\n- {schoolId: 1, name: S}\n- §{schoolId: 1, name: T}", "School ID 1 appears twice"),
        ("schools:\n- {schoolId: 1, name: S, lawfulBasis: §Habit}", "not a lawful basis"),
        ("schools:\n- {schoolId: 1, name: S, people: {§pets: {}}}", "`pets`"),
        (SCHOOL % ", entities: [§Studens]", "'Studens'"),
        (SCHOOL % ", entities: {from: §a}", "no list `a`"),
        ("lists: {a: [Staff]}\n" + SCHOOL % ", entities: {from: a, remove: [§Emails]}", "not in the list"),
        (SCHOOL % "}, §{username: U, password: q", "twice (the service ignores case)"),
        (SCHOOL % ", mustChange: §yes", "expected true or false, not 'yes'"),
        ("schools:\n- {schoolId: 1, name: S, roles: [§{permissions: []}]}", "`name` is missing"),
        ("schools:\n- {schoolId: 1, name: S, roles: [{name: R}, §{name: r}]}", "the role r appears twice"),
        ("schools:\n- {schoolId: 1, name: S, partnerApplications: [§{name: A}]}", "`scope` is missing"),
        ("schools:\n- {schoolId: 1, name: S, partnerApplications: [{name: A, scope: [§Studens]}]}", "'Studens'"),
        ("schools: []\ntroubles: [{kind: §rain}]", "'rain' is not a trouble"),
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
        with pytest.raises(InputError, match=r"Cannot read the seed "):
            load_seed(path)


def test_the_default_seed_is_made_of_practice_passwords() -> None:
    """Nobody takes one for real, and no two accounts share one."""
    accounts = [account for school in default_seed().schools for account in school.accounts]
    assert len({account.password for account in accounts}) == len(accounts) == 26
    assert all(account.handed_over.startswith("practice-") for account in accounts)
    assert len({account.password_env for account in accounts}) == 26  # one has none: no supplier claims it
