"""Students, Staff and Contacts: consent set for several people by Quick Edit, and for one on their page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.server import serve
from tests.sandbox.practice.forms import (
    CONSENT_SCHOOL,
    cells,
    chosen,
    html,
    look,
    next_page,
    said,
    send,
    text_of,
    ticked,
)
from tests.sandbox.wire import CONSENT_READER, call

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer
    from tests.sandbox.wire import Reply

GET = "getEntityDataBySchoolID"
CONSENT = "Data Processing Consent Granted"
GRANT = (("attribute", CONSENT), ("value", "True"))


def seen(sandbox: SandboxServer, entity: str) -> int:
    """How many rows the supplier sees at the school that relies on consent."""
    return len(call(sandbox, GET, **CONSENT_READER, entityName=entity).rows(GET))


def sent(sandbox: SandboxServer, path: str, *fields: tuple[str, str]) -> Reply:
    """Send a form at that school."""
    return send(sandbox, path, *fields, school=CONSENT_SCHOOL)


@pytest.mark.parametrize(
    ("word", "title", "people", "panel"),
    [
        ("students", "Students", 4, "Key Data"),
        ("staff", "Staff", 2, "Personal Details"),
        ("contacts", "Contacts", 3, "Contact Details"),
    ],
)
def test_each_kind_of_person_has_its_page_and_its_panel(
    sandbox: SandboxServer, word: str, title: str, people: int, panel: str
) -> None:
    """A line with a box for each, and a page of their own behind the name."""
    listing = look(sandbox, word, CONSENT_SCHOOL)
    assert text_of(html(listing).find(".//h1")) == title  # type: ignore[arg-type]
    assert len(cells(listing)) == people
    person = html(look(sandbox, f"{word}/person?number=1", CONSENT_SCHOOL))
    assert [text_of(heading) for heading in person.iterfind(".//main//h2")] == [panel]


@pytest.mark.parametrize("word", ["students", "staff", "contacts"])
def test_a_page_shows_who_consents_on_paper(word: str) -> None:
    """All but every sixth returned the form, whatever is set; without it nobody could tell whose consent to set. The
    page says that Bromcom has no such column."""
    school = "/practice/12345/"
    with serve() as trust:  # six of each
        listing = look(trust, word, school)
        assert [line[2] for line in cells(listing)] == ["returned"] * 5 + ["not returned"]
        assert "a real Bromcom does not have it" in text_of(html(listing))
        for number, told in ((5, "was returned"), (6, "was not returned")):
            assert told in text_of(html(look(trust, f"{word}/person?number={number}", school)))


def test_the_page_of_contacts_says_that_it_is_a_guess(sandbox: SandboxServer) -> None:
    """Where a Bromcom keeps their consent is not known."""
    assert "We do not know" in text_of(html(look(sandbox, "contacts")))
    assert "We do not know" not in text_of(html(look(sandbox, "students")))


def test_quick_edit_sets_those_who_were_selected(sandbox: SandboxServer) -> None:
    """The supplier sees two more; the others stay as they were."""
    assert seen(sandbox, "Students") == 1
    done = sent(sandbox, "students/quick-edit?person=2&person=4", *GRANT, ("update", ""))
    page = next_page(sandbox, done)
    assert said(page) == "Records Updated"
    assert [line[-1] for line in cells(page)] == ["True", "True", "False", "True"]
    assert seen(sandbox, "Students") == 3


def test_select_all_selects_everybody_without_any_script(sandbox: SandboxServer) -> None:
    """Of this kind, and of no other."""
    box = look(sandbox, "contacts/quick-edit?all=on", CONSENT_SCHOOL)
    assert "Contacts: 3 selected." in text_of(html(box))
    sent(sandbox, "contacts/quick-edit?all=on", *GRANT, ("update", ""))
    assert (seen(sandbox, "StudentContacts"), seen(sandbox, "Students")) == (3, 1)


def test_consent_can_be_withdrawn(sandbox: SandboxServer) -> None:
    """False for everybody."""
    sent(sandbox, "staff/quick-edit?all=on", ("attribute", CONSENT), ("value", "False"), ("update", ""))
    assert seen(sandbox, "Staff") == 0


def test_review_shows_what_would_change_and_changes_nothing(sandbox: SandboxServer) -> None:
    """What was chosen is kept, for Update."""
    reply = sent(sandbox, "students/quick-edit?all=on", *GRANT, ("review", ""))
    assert [line[1] for line in cells(reply)] == ["True, unchanged", *["False, then True"] * 3]
    assert (chosen(reply, "attribute"), chosen(reply, "value")) == (CONSENT, "True")
    assert seen(sandbox, "Students") == 1


@pytest.mark.parametrize(
    "fields", [(), (("attribute", CONSENT),), (("value", "True"),), (("attribute", CONSENT), ("value", "Perhaps"))]
)
def test_without_an_attribute_and_a_value_nothing_is_updated(
    sandbox: SandboxServer, fields: tuple[tuple[str, str], ...]
) -> None:
    """The box comes again, with what was chosen."""
    reply = sent(sandbox, "students/quick-edit?all=on", *fields, ("update", ""))
    assert (reply.status, said(reply, "alert")) == (400, "Nothing was changed: choose an attribute and a value.")
    assert seen(sandbox, "Students") == 1


@pytest.mark.parametrize("query", ["", "?person=99", "?person=one", "?person=1'--"])
def test_quick_edit_of_nobody_says_so(sandbox: SandboxServer, query: str) -> None:
    """On the page where people are selected."""
    reply = look(sandbox, f"students/quick-edit{query}", CONSENT_SCHOOL)
    assert (reply.status, said(reply, "alert")) == (400, "Nothing was changed: select at least one person.")
    assert len(cells(reply)) == 4


def test_one_record_can_be_set_on_its_own_page(sandbox: SandboxServer) -> None:
    """Ticked and unticked."""
    assert ticked(look(sandbox, "students/person?number=1", CONSENT_SCHOOL)) == [CONSENT]
    assert said(next_page(sandbox, sent(sandbox, "students/person?number=3", ("consent", "on")))) == "Records Updated"
    assert seen(sandbox, "Students") == 2
    sent(sandbox, "students/person?number=1")
    assert seen(sandbox, "Students") == 1
    assert look(sandbox, "students/person?number=99", CONSENT_SCHOOL).status == 404


def test_where_consent_makes_no_difference_the_page_says_so(sandbox: SandboxServer) -> None:
    """At the school with another basis."""
    assert "The lawful basis of this school is Public Task" in text_of(html(look(sandbox, "students")))
    assert "make no difference" not in text_of(html(look(sandbox, "students", CONSENT_SCHOOL)))
