"""Third Party Access Permissions & Logs: what is ticked is what the service lists; the log shows what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.sandbox.state.entities import names
from tests.sandbox.practice.forms import cells, chosen, html, look, next_page, reads, said, send, text_of, ticked
from tests.sandbox.wire import CONSENT_READER, READER, call

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

PAGE = "third-party-access"


def test_accounts_with_the_third_party_role_can_be_chosen(sandbox: SandboxServer) -> None:
    """The clerk has another role, and is not among them."""
    page = html(look(sandbox, PAGE))
    assert [text_of(option) for option in page.iter("option")] == ["Choose an account", "new", "reader", "told-wrong"]
    assert not page.findall(".//form[@method='post']")
    assert chosen(look(sandbox, f"{PAGE}?account=READER"), "account") == "reader"


def test_every_entity_has_a_box_in_the_order_of_the_alphabet(sandbox: SandboxServer) -> None:
    """Those that the account may read are ticked."""
    page = look(sandbox, f"{PAGE}?account=reader")
    assert [text_of(label) for label in html(page).iterfind(".//fieldset//label")] == names()
    assert names() == sorted(names(), key=str.casefold)
    assert ticked(page) == ["Calendars", "People", "Schools", "Staff", "StudentContacts", "Students"]


def test_what_is_saved_is_what_the_service_lists(sandbox: SandboxServer) -> None:
    """Those ticked and no others; in the service's spelling, whatever was sent."""
    done = send(sandbox, f"{PAGE}?account=reader", ("entity", "Staff"), ("entity", "attendances"))
    page = next_page(sandbox, done)
    assert (said(page), ticked(page)) == ("Permissions Saved", ["Attendances", "Staff"])
    assert reads(sandbox, "reader", "right & <proper>") == ["Attendances", "Staff"]
    assert reads(sandbox, "new", "right") == []


def test_every_tick_can_be_taken_away(sandbox: SandboxServer) -> None:
    """A form without a ticked box sends no field at all."""
    send(sandbox, f"{PAGE}?account=reader")
    assert reads(sandbox, "reader", "right & <proper>") == []


def test_an_entity_that_there_is_not_changes_nothing(sandbox: SandboxServer) -> None:
    """Nor do the others that came with it."""
    reply = send(sandbox, f"{PAGE}?account=reader", ("entity", "Staff"), ("entity", "Studens"))
    assert reply.status == 400
    assert "no entity 'Studens'" in said(reply, "alert")
    assert len(str(reads(sandbox, "reader", "right & <proper>")).split(",")) == 6


def test_an_account_without_the_role_has_no_ticks_to_set(sandbox: SandboxServer) -> None:
    """The page says where the role is given."""
    for reply in (look(sandbox, f"{PAGE}?account=clerk"), send(sandbox, f"{PAGE}?account=clerk", ("entity", "Staff"))):
        assert reply.status in (400, 404)
        assert "give it under System Users" in said(reply, "alert")
    assert send(sandbox, PAGE, ("entity", "Staff")).status == 200


def test_the_log_shows_the_account_s_calls_the_newest_first(sandbox: SandboxServer) -> None:
    """Refused ones too; those of other accounts and schools are not in it, and no password is."""
    call(sandbox, "findEntitiesBySchoolID", **READER)
    call(sandbox, "getEntityDataBySchoolID", **READER, entityName="Staff", entityFilter="1=0")
    call(sandbox, "findEntitiesBySchoolID", **{**READER, "username": "READER", "password": "guess-me"})
    call(sandbox, "findEntitiesBySchoolID", **{**READER, "username": "new", "password": "right"})
    call(sandbox, "findEntitiesBySchoolID", **CONSENT_READER)
    page = look(sandbox, f"{PAGE}?account=reader")
    assert [line[1:] for line in cells(page)] == [
        ["findEntitiesBySchoolID", "", "login refused"],
        ["getEntityDataBySchoolID", "Staff", "0 rows"],
        ["findEntitiesBySchoolID", "", "6 rows"],
    ]
    assert b"guess-me" not in page.body


def test_a_long_log_is_cut_and_says_so(sandbox: SandboxServer) -> None:
    """The newest fifty of all."""
    for _ in range(51):
        call(sandbox, "findEntitiesBySchoolID", **READER)
    page = look(sandbox, f"{PAGE}?account=reader")
    assert len(cells(page)) == 50
    assert "The newest 50 of 51 calls" in text_of(html(page))


def test_a_school_that_spells_otherwise_shows_it(sandbox: SandboxServer) -> None:
    """As its service does; a tick under that name is the same tick."""
    sandbox.set_trouble("mixed-case", school_id=10001)
    page = look(sandbox, f"{PAGE}?account=reader")
    shown = [text_of(label) for label in html(page).iterfind(".//fieldset//label")]
    assert shown != names()
    assert [name.casefold() for name in shown] == [name.casefold() for name in names()]
    assert len(ticked(page)) == 6
    send(sandbox, f"{PAGE}?account=reader", *(("entity", name) for name in ticked(page)))
    assert len(str(reads(sandbox, "reader", "right & <proper>")).split(",")) == 6
    other = look(sandbox, f"{PAGE}?account=reader", "/practice/10002/")
    assert [text_of(label) for label in html(other).iterfind(".//fieldset//label")] == names()
