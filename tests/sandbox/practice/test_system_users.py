"""System Users: a login is made, given roles, and mended; the service follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.practice.forms import cells, html, look, next_page, reads, said, send, text_of, ticked, values

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

NEW = (("how", "new"), ("first-name", "Pat"), ("last-name", "Practice"), ("username", "pat"), ("password", "p&ss"))
THIRD_PARTY = ("role", "Third Party")
CAN_LOG_IN = ("can-log-in", "on")


def test_the_page_lists_the_accounts_with_their_roles(sandbox: SandboxServer) -> None:
    """Each by its username."""
    assert cells(look(sandbox, "system-users")) == [
        ["clerk", "", "Attendance write-back"],
        ["new", "", "Third Party"],
        ["reader", "", "Third Party"],
        ["told-wrong", "", "Third Party"],
    ]


def test_a_new_user_can_log_in_and_may_read_nothing(sandbox: SandboxServer) -> None:
    """Nothing is ticked to begin with, which is no refusal."""
    done = send(sandbox, "system-users/new", *NEW, THIRD_PARTY, CAN_LOG_IN)
    assert said(next_page(sandbox, done)) == "User Details Saved"
    assert reads(sandbox, "pat", "p&ss") == []
    assert cells(look(sandbox, "system-users"))[2] == ["pat", "Pat Practice", "Third Party"]


def test_a_new_user_must_change_the_password_unless_the_box_is_unticked(sandbox: SandboxServer) -> None:
    """The box is ticked on the form, and whoever leaves it so has an account that the service refuses."""
    own = ["The user can log into the system", "User must change password at next logon"]
    assert ticked(look(sandbox, "system-users/new")) == ["Create a New User", *own]
    send(sandbox, "system-users/new", *NEW, THIRD_PARTY, CAN_LOG_IN, ("must-change", "on"))
    assert reads(sandbox, "pat", "p&ss") == 401
    send(sandbox, "system-users/account?username=pat", THIRD_PARTY, CAN_LOG_IN)
    assert reads(sandbox, "pat", "p&ss") == []


def test_the_third_party_role_stands_first_and_is_what_lets_in(sandbox: SandboxServer) -> None:
    """Taken away, the login is refused; given back, it works as before."""
    page = html(look(sandbox, "system-users/account?username=reader"))
    roles = [text_of(label) for label in page.iterfind(".//fieldset/label")]
    assert roles == ["Third Party", "Attendance write-back"]
    send(sandbox, "system-users/account?username=reader", CAN_LOG_IN)
    assert reads(sandbox, "reader", "right & <proper>") == 401
    send(sandbox, "system-users/account?username=reader", THIRD_PARTY, CAN_LOG_IN)
    assert "Students" in str(reads(sandbox, "reader", "right & <proper>"))


def test_an_account_keeps_what_its_page_saves(sandbox: SandboxServer) -> None:
    """Names, roles and flag, in any case of the username; the page comes again, since the password may be next."""
    fields = (("first-name", " Ann "), ("last-name", "Other"), ("role", "Attendance write-back"), ("must-change", "on"))
    page = next_page(sandbox, send(sandbox, "system-users/account?username=CLERK", *fields))
    assert said(page) == "User Details Saved"
    assert values(page)["first-name"] == "Ann"
    assert ticked(page) == ["Attendance write-back", "User must change password at next logon"]


def test_a_password_is_reset(sandbox: SandboxServer) -> None:
    """The old one is refused, the new one works, and neither roles nor flag change."""
    page = next_page(sandbox, send(sandbox, "system-users/password?username=reader", ("password", "newer")))
    assert said(page) == "User Details Saved"
    assert ticked(page) == ["Third Party", "The user can log into the system"]
    assert reads(sandbox, "reader", "right & <proper>") == 401
    assert "Students" in str(reads(sandbox, "reader", "newer"))


@pytest.mark.parametrize(
    ("username", "password", "words"),
    [
        ("", "p", "the username is empty"),
        ("   ", "p", "the username is empty"),
        ("READER", "p", "the username READER is already taken"),
        ("pat", "", "the password is empty: give at least one character"),
        ("pa\x00t", "p", "cannot be typed"),
        ("pat" * 100, "p", "longer than 200 characters"),
    ],
)
def test_a_user_that_cannot_be_is_refused_with_the_reason(
    sandbox: SandboxServer, username: str, password: str, words: str
) -> None:
    """What was typed is kept, the password is not, and nothing is saved."""
    before = sandbox.accounts(10001)
    typed = (("first-name", "Pat"), ("username", username), ("password", password), ("role", "Third Party"))
    reply = send(sandbox, "system-users/new", *typed)
    assert reply.status == 400
    assert said(reply, "alert").startswith("Nothing was changed: ")
    assert words in said(reply, "alert")
    assert (values(reply)["first-name"], values(reply)["password"]) == ("Pat", "")
    assert ticked(reply) == ["Create a New User", "Third Party"]
    assert sandbox.accounts(10001) == before


def test_a_role_that_the_school_does_not_have_is_refused(sandbox: SandboxServer) -> None:
    """On a new account and on an old one."""
    for path in ("system-users/new", "system-users/account?username=reader"):
        reply = send(sandbox, path, *NEW, ("role", "Headteacher"))
        assert reply.status == 400
        assert "no role 'Headteacher'" in said(reply, "alert")
    assert reads(sandbox, "pat", "p&ss") == 401


def test_an_empty_password_is_no_reset(sandbox: SandboxServer) -> None:
    """The account keeps the one it has."""
    reply = send(sandbox, "system-users/password?username=reader", ("password", ""))
    assert (reply.status, said(reply, "alert")) == (
        400,
        "Nothing was changed: the password is empty: give at least one character.",
    )
    assert "Students" in str(reads(sandbox, "reader", "right & <proper>"))


def test_an_account_that_is_not_there_has_no_page(sandbox: SandboxServer) -> None:
    """The page says who is."""
    for path in ("system-users/account?username=nobody", "system-users/account"):
        reply = look(sandbox, path)
        assert reply.status == 404
        assert "it has clerk, new, reader, told-wrong" in said(reply, "alert")
    assert send(sandbox, "system-users/password?username=nobody", ("password", "x")).status == 400
