"""A password that somebody typed into a manifest is shown nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from reconciler.manifest.text.secret_masking import MASK, masked_lines
from tests.manifest.workspaces import SCHOOL, SUPPLIER, WORKSPACE, load_text

if TYPE_CHECKING:
    from reconciler.manifest import Loaded

PASSWORD = "Tr0ub4dor&3"
# How people write a password, `%s` being it; every way is put under spec.account.
WAYS = [
    "password: %s",
    "password: '%s'",
    'password: "%s"',
    "'password': %s",
    '"password" : %s',
    "? password\n    : %s",
    "password: |\n      %s\n      %s",
    "password: >-\n      one\n\n      %s",
    "password:\n      %s",
    "password:\n    - %s",
    "password: [%s, b]",
    "password: [\n  a,\n%s]",
    "password: {value: %s}",
    "password: {%s}",
    "password: {%s: x}",
    "password: {\nenv: [%s]}",
    "password:\n      value: %s",
    "password:\n      %s: x",
    "password: &x %s",
    "password: !!str %s",
    "password: !%s x",
    "password: *%s",
    'password: "one\n  %s"',
    'password: "one\n%s"',
    "password: 'it''s\n %s'",
    "password: one\n      %s",
    "password: one # %s",
    "# password: %s",
    "Password: %s",
    "oldPassword: %s",
    "password: %s\n    password: b%s",
    "password: {env: A, file: %s}",
    "{username: a, password: %s}",
    "x: &p %s\n    password: *p",
    '"pass\\u0077ord": %s',
    "password: %s: %s",
    "password: '%s",
    'password: "%s',
    "password: [%s",
    "password: {%s",
    "password: |\n    %s\n",
    "password: `%s",
    "password: @%s",
    "password: %%%s",
    "password:\t%s",
    "password: \n\t%s",
    'password: "\\q%s"',
    "password:%s",
]
TROUBLES = [
    "",
    "  nonsense: 1\n",
    "  title: [1]\n",
    "  entities: [Studnets]\n",
    "\tx\n",
    "  - x\n",
    "  x: 'y\n",
    "  }\n",
]


def texts(loaded: Loaded) -> str:
    """Everything that a person may be shown."""
    return "\n".join(f"{p.origin} {p.rule} {p.message} {p.hint} {p.line} {p!r}" for p in loaded.problems)


def workspace(account: str, trouble: str) -> str:
    """A workspace with this account, and something else that is wrong."""
    supplier = SUPPLIER.split("  account:")[0]
    return f"{WORKSPACE}---\n{SCHOOL}---\n{supplier}  account:\n    {account}\n{trouble}"


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("way", WAYS)
def test_a_password_in_plain_text_is_not_repeated(way: str, trouble: str) -> None:
    """However it is written, and whatever else is wrong: no message, hint or line holds it."""
    shown = texts(load_text(workspace(way.replace("%%", "%").replace("%s", PASSWORD), trouble)))
    assert PASSWORD not in shown
    assert "ub4dor" not in shown


@pytest.mark.parametrize(
    "account",
    [
        "password: %s\n    title: %s",
        "password: %s\n    %s: x",
        "&p %s: x\n    password: *p",
        "password: {value: %s}\n    %s: x",
        "password: [%s]\n    %s: x",
    ],
)
def test_a_password_that_stands_elsewhere_too_is_not_repeated(account: str) -> None:
    """A text that was given as a password is hidden wherever else in the files it stands."""
    shown = texts(load_text(workspace(account.replace("%s", PASSWORD), "")))
    assert MASK in shown
    assert PASSWORD not in shown


NOT_NAMES = [
    "{env: %s}",
    "{env: '$%s'}",
    "{env: %%%s%%}",
    "{env: ${%s}}",
    "{env: '${%s}'}",
    "{env: '%s {SCHOOL}'}",
    "{file: %s}",
    "{file: '%s-{school}'}",
    "{command: [%s]}",
    "{command: %s}",
    "{keyring: %s}",
    "{env: [%s]}",
    "{command: {%s: x}}",
]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("reference", NOT_NAMES)
def test_a_password_in_place_of_a_name_is_refused_and_not_repeated(reference: str, trouble: str) -> None:
    """A reference that names no variable, file or program is most likely the password itself."""
    written = reference.replace("%%", "%").replace("%s", PASSWORD)
    loaded = load_text(workspace(f"password: {written}", trouble))
    assert loaded.desired is None
    assert "ub4dor" not in texts(loaded)


@pytest.mark.parametrize("key", ["env", "file"])
def test_a_password_in_place_of_a_name_is_hidden_elsewhere_too(key: str) -> None:
    """The same text in another place, and in what is said of it."""
    loaded = load_text(workspace(f"password: {{{key}: {PASSWORD}}}\n    {PASSWORD}: x", ""))
    assert len(loaded.problems) == 2
    assert MASK in texts(loaded)
    assert PASSWORD not in texts(loaded)


@pytest.mark.parametrize(
    "reference",
    [
        "{env: GROUPCALL_PASSWORD}",
        "{env: _x1}",
        '{env: "{SCHOOL}_{schoolId}"}',
        '{env: "{SUPPLIER}{SCHOOL}"}',
        "{file: passwords/greenfield!.txt}",
        "{file: pass word (new).txt}",
        "{file: ./P@55}",
        "{keyring: {service: 'a!', username: 'b@c'}}",
        "{command: [op, read, 'op://x?y!']}",
        "{command: ['/opt/p@ss']}",
    ],
)
def test_references_that_name_something_are_let_through(reference: str) -> None:
    """Nothing that can be a name is taken for a password."""
    assert load_text(workspace(f"password: {reference}\n    username: gc", "")).problems == ()


def test_what_stands_in_the_place_of_a_reference_is_not_named() -> None:
    """A message on a key below `password` does not name the key, however short it is."""
    shown = texts(load_text(workspace("password: {qz: 1, env: [qz], keyring: qz}", "")))
    assert "env, file, keyring and command" in shown
    assert "qz" not in shown


@given(
    way=st.sampled_from(WAYS),
    trouble=st.sampled_from(TROUBLES),
    password=st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126), min_size=6, max_size=24),
)
@example(way="password: %s", trouble="", password='a: "b, {c')
def test_no_password_is_repeated(way: str, trouble: str, password: str) -> None:
    """The same for any password, with quotes, colons and brackets in it."""
    core = "zQ7" + password.strip()
    assume(
        way != "password: |\n    %s\n" or ":" not in core
    )  # less indented, `a: b` is a key of its own by any reading
    shown = texts(load_text(workspace(way.replace("%%", "%").replace("%s", core), trouble)))
    assert "zQ7" not in shown


def test_a_password_is_found_and_its_line_masked() -> None:
    """The problem says where it stands, and the line shows the key alone."""
    loaded = load_text(workspace(f"username: x\n    password: {PASSWORD}", ""))
    (problem,) = loaded.problems
    assert (problem.rule, problem.origin.line, problem.line) == ("plain-text-password", 16, f"    password: {MASK}")


def test_a_login_in_an_address_is_masked() -> None:
    """The password of a URL is one as well."""
    assert masked_lines("  readUrl: https://me:secret@host/x") == [f"  readUrl: https://{MASK}@host/x"]


def test_what_stands_before_and_after_a_password_is_shown() -> None:
    """Only the value is hidden: the keys around it, an item after it and another document are not."""
    text = "a: 1\nb:\n  password: x\n  c: 2\n- d\n---\npassword:\n  e\nf: 3"
    assert masked_lines(text) == [
        "a: 1", "b:", f"  password: {MASK}", "  c: 2", "- d", "---", "password:", f"  {MASK}", "f: 3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("# pw=hunter2", f"# pw={MASK}"),
        ("title: x # PWD: hunter2", f"title: x # PWD: {MASK}"),
        ("# pass = hunter2 again", f"# pass = {MASK}"),
        ("# passwd:hunter2", f"# passwd:{MASK}"),
        ("# password=hunter2", f"# password={MASK}"),
        ("# secret := hunter2", f"# secret := {MASK}"),
        ("# TILL_TOKEN: hunter2", f"# TILL_TOKEN: {MASK}"),
        ("# dbPwd=hunter2", f"# dbPwd={MASK}"),
        ("# see https://a.example/?token=hunter2", f"# see https://a.example/?token={MASK}"),
    ],
)
def test_a_password_that_somebody_jotted_down_is_hidden(line: str, shown: str) -> None:
    """In a comment, or wherever else a word for one stands before `=` or `:`."""
    assert masked_lines(line) == [shown]


@pytest.mark.parametrize(
    "line",
    [
        "# compass: north",
        "# the token is in the safe",
        "command: [op, read, 'op://vault/token']",
        "- PersonPhotos # reconciler: allow password-shared until 2027-01-01: one account for both",
    ],
)
def test_a_line_without_one_is_shown_whole(line: str) -> None:
    """Other words, and such words with nothing behind them."""
    assert masked_lines(line) == [line]
