"""Partner Applications: managed, granted, revoked, and audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sandbox.practice.forms import CONSENT_SCHOOL, cells, html, look, next_page, said, send, text_of

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

PAGE = "partner-applications"
NAME = "name=Library+Loans+App"


def test_the_page_lists_the_applications_with_their_status(sandbox: SandboxServer) -> None:
    """A school that is offered none says so."""
    assert cells(look(sandbox, PAGE)) == [["Library Loans App", "Not installed", "Manage Library Loans App"]]
    assert cells(look(sandbox, PAGE, CONSENT_SCHOOL)) == [["This school has no partner applications."]]


def test_manage_shows_the_scope_before_anything_is_granted(sandbox: SandboxServer) -> None:
    """The entities that the application asks for; Grant asks once more."""
    page = html(look(sandbox, f"{PAGE}/manage?{NAME}"))
    assert [text_of(entity) for entity in page.iterfind(".//main//li")] == ["Staff", "Students"]
    assert [text_of(button) for button in page.iter("button")] == ["Grant"]
    asked = html(look(sandbox, f"{PAGE}/grant?{NAME}"))
    assert [text_of(button) for button in asked.iter("button")] == ["Proceed"]
    assert sandbox.applications(10001)[0].installed is False


def test_proceed_installs_and_revoke_takes_it_back_and_both_are_audited(sandbox: SandboxServer) -> None:
    """The newest first in the Audit History."""
    page = next_page(sandbox, send(sandbox, f"{PAGE}/grant?{NAME}"))
    assert said(page) == "Application Granted"
    assert text_of(html(page).find(".//dd")) == "Installed"  # type: ignore[arg-type]
    assert cells(look(sandbox, PAGE))[0][1] == "Installed"
    managed = html(look(sandbox, f"{PAGE}/manage?{NAME}"))
    assert [text_of(button) for button in managed.iter("button")] == ["Revoke"]
    page = next_page(sandbox, send(sandbox, f"{PAGE}/revoke?{NAME}"))
    assert said(page) == "Application Revoked"
    assert [line[1] for line in cells(page)] == ["Revoked", "Granted"]
    assert cells(look(sandbox, PAGE))[0][1] == "Not installed"


def test_looking_at_revoke_revokes_nothing(sandbox: SandboxServer) -> None:
    """A link, or a browser that reads ahead, has no effect."""
    send(sandbox, f"{PAGE}/grant?{NAME}")
    assert look(sandbox, f"{PAGE}/revoke?{NAME}").status == 200
    assert sandbox.applications(10001)[0].installed is True


def test_an_application_that_is_not_offered_has_no_page(sandbox: SandboxServer) -> None:
    """Nor can it be granted."""
    reply = look(sandbox, f"{PAGE}/manage?name=Other")
    assert reply.status == 404
    assert "it has Library Loans App" in said(reply, "alert")
    assert send(sandbox, f"{PAGE}/grant?name=Other").status == 400
    assert send(sandbox, f"{PAGE}/grant?name=Other", school=CONSENT_SCHOOL).status == 400
