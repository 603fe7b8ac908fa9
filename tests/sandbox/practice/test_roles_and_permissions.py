"""Roles and Permissions: the tree of a module, and roles made and changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.practice.forms import cells, chosen, html, look, next_page, said, send, text_of, ticked, values

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

PAGE = "roles-and-permissions"
READY_MADE = f"{PAGE}/role?name=Attendance+write-back"
NEW = (("name", "Till write-back"), ("description", "For the tills"), ("module", "Setup"))


def test_every_school_has_a_role_for_attendance(sandbox: SandboxServer) -> None:
    """Beside the system's own, which has no page."""
    listing = look(sandbox, PAGE)
    assert cells(listing) == [
        ["Attendance write-back", "Lets a third party write attendance marks", "Attendance"],
        ["Third Party", "May call the API", "none"],
    ]
    assert [text_of(link) for link in html(listing).iterfind(".//tbody//a")] == ["Attendance write-back"]


def test_the_permissions_are_in_the_tree_of_the_module_setup(sandbox: SandboxServer) -> None:
    """The other modules have none, and no module is chosen to begin with."""
    page = html(send(sandbox, f"{PAGE}/new", ("show", ""), *NEW))
    assert [text_of(branch) for branch in page.iter("summary")] == ["System Security", "Security Settings"]
    assert [text_of(label) for label in page.iterfind(".//details/details/label")] == [
        f"Third Party Write Back - {name}"
        for name in ("Attendance", "Dinner Money", "Single Sign-On", "Staff", "Student Results")
    ]
    for other in (look(sandbox, f"{PAGE}/new"), send(sandbox, f"{PAGE}/new", ("show", ""), ("module", "Staff"))):
        assert not html(other).findall(".//details")


def test_choosing_a_module_keeps_what_was_typed_and_saves_nothing(sandbox: SandboxServer) -> None:
    """Permissions ticked in another module's tree are kept unseen."""
    page = send(sandbox, f"{PAGE}/new", *NEW, ("permission", "Staff"), ("show", ""))
    assert (values(page)["name"], chosen(page, "module")) == ("Till write-back", "Setup")
    assert ticked(page) == ["Third Party Write Back - Staff"]
    away = send(sandbox, f"{PAGE}/new", ("name", "x"), ("module", "Staff"), ("permission", "Staff"), ("show", ""))
    assert [hidden.get("value") for hidden in html(away).iterfind(".//input[@type='hidden']")] == ["Staff"]
    assert len(sandbox.roles(10001)) == 2


def test_a_new_role_can_be_given_to_an_account(sandbox: SandboxServer) -> None:
    """It has the permissions that were ticked, and stands on the page System Users."""
    done = send(sandbox, f"{PAGE}/new", *NEW, ("permission", "Dinner Money"), ("permission", "Staff"))
    assert said(next_page(sandbox, done)) == "Role Saved"
    assert cells(look(sandbox, PAGE))[2] == ["Till write-back", "For the tills", "Dinner Money, Staff"]
    send(sandbox, "system-users/account?username=new", ("role", "Third Party"), ("role", "Till write-back"))
    assert cells(look(sandbox, "system-users"))[1][2] == "Third Party, Till write-back"


def test_a_role_can_be_changed_but_not_renamed(sandbox: SandboxServer) -> None:
    """Its name is there to be read."""
    page = send(sandbox, READY_MADE, ("show", ""), ("module", "Setup"), ("permission", "Attendance"))
    assert ticked(page) == ["Third Party Write Back - Attendance"]
    assert html(page).find(".//input[@id='name']").get("readonly") is not None  # type: ignore[union-attr]
    send(sandbox, READY_MADE, ("name", "Other"), ("description", "d"), ("permission", "Student Results"))
    assert cells(look(sandbox, PAGE))[0] == ["Attendance write-back", "d", "Student Results"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "the name of the role is empty"),
        ("third party", "already taken"),
        ("ATTENDANCE Write-Back", "already taken"),
    ],
)
def test_a_role_that_cannot_be_is_refused_with_the_reason(sandbox: SandboxServer, name: str, words: str) -> None:
    """What was typed is kept."""
    reply = send(sandbox, f"{PAGE}/new", ("name", name), ("description", "typed"), ("permission", "Staff"))
    assert reply.status == 400
    assert words in said(reply, "alert")
    assert values(reply)["description"] == "typed"
    assert len(sandbox.roles(10001)) == 2


def test_a_permission_that_there_is_not_changes_nothing(sandbox: SandboxServer) -> None:
    """Neither of a new role nor of an old one."""
    for path in (f"{PAGE}/new", READY_MADE):
        reply = send(sandbox, path, *NEW, ("permission", "Everything"))
        assert reply.status == 400
        assert "no write-back permission 'Everything'" in said(reply, "alert")
    assert [role.permissions for role in sandbox.roles(10001)] == [("Attendance",), ()]


def test_the_system_s_own_role_stays_as_it_is(sandbox: SandboxServer) -> None:
    """However a form for it came about."""
    reply = send(sandbox, f"{PAGE}/role?name=Third+Party", ("permission", "Staff"))
    assert reply.status == 400
    assert "belongs to the system" in said(reply, "alert")
    assert look(sandbox, f"{PAGE}/role?name=Nobody").status == 404
