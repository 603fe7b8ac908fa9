"""Administration Defaults: the lawful basis decides whose rows a supplier sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.practice.forms import chosen, html, look, next_page, said, send, text_of
from tests.sandbox.wire import READER, call

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

PAGE = "administration-defaults"
GET = "getEntityDataBySchoolID"


def test_the_list_has_the_six_bases_and_shows_the_school_s(sandbox: SandboxServer) -> None:
    """In the order of the alphabet."""
    page = look(sandbox, PAGE)
    assert [text_of(option) for option in html(page).iter("option")] == [
        *("Consent", "Contract", "Legal Obligation", "Legitimate Interest", "Public Task", "Vital Interests")
    ]
    assert chosen(page, "lawful-basis") == "Public Task"


def test_with_consent_only_those_who_gave_it_are_seen(sandbox: SandboxServer) -> None:
    """One of the four students; with another basis, all of them again."""
    assert len(call(sandbox, GET, **READER, entityName="Students").rows(GET)) == 4
    page = next_page(sandbox, send(sandbox, PAGE, ("lawful-basis", "Consent")))
    assert (said(page), chosen(page, "lawful-basis")) == ("Defaults Saved", "Consent")
    assert len(call(sandbox, GET, **READER, entityName="Students").rows(GET)) == 1
    send(sandbox, PAGE, ("lawful-basis", "Vital Interests"))
    assert len(call(sandbox, GET, **READER, entityName="Students").rows(GET)) == 4


@pytest.mark.parametrize("fields", [(), (("lawful-basis", ""),), (("lawful-basis", "Habit"),)])
def test_what_is_no_basis_is_refused(sandbox: SandboxServer, fields: tuple[tuple[str, str], ...]) -> None:
    """And the school keeps its own."""
    reply = send(sandbox, PAGE, *fields)
    assert reply.status == 400
    assert "is not a lawful basis" in said(reply, "alert")
    assert chosen(look(sandbox, PAGE), "lawful-basis") == "Public Task"
