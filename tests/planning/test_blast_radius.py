"""Whom a change of lawful basis opens to whom, or closes: the people, the suppliers, their sensitive entities."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.desired import Desired, PartnerApplication
from reconciler.model.evidence import Known
from reconciler.model.plan import Plan
from reconciler.planning.facts import CONSENT_BASIS, ROWS
from reconciler.planning.review.edits import edits
from reconciler.planning.risk import blast_radius, opens_or_closes
from reconciler.planning.scope import scope
from tests.planning.worlds import (
    NAMES,
    SENSITIVITY,
    access,
    as_declared,
    attested,
    declared,
    desired_of,
    granted,
    planned,
    vouch,
)

TILL = Address("greenfield", "till")
SENSITIVE = {"PersonPhotos", "StudentsInCare", "SENStudents", "SomethingNew", "AnotherNew"}
BASES = ROWS[Aspect.LAWFUL_BASIS].choices
_lists = st.lists(st.sampled_from(NAMES), unique=True)


def with_basis(desired: Desired, basis: str, **extra: tuple[str, ...]) -> Plan:
    """The plan where greenfield has this basis, and its till may read these entities."""
    live = as_declared(desired)
    schools = {name: vouch(school, lawful_basis=Known(basis, attested())) for name, school in live.schools.items()}
    accesses = {**live.accesses, **({TILL: granted(*extra["till"])} if "till" in extra else {})}
    return planned(desired, replace(live, schools=schools, accesses=accesses))


def note_of(plan: Plan) -> str:
    """The note of the lawful basis that differs."""
    (change,) = plan.schools[0].changes
    return change.note


@given(st.dictionaries(st.sampled_from([f"supplier{n}" for n in range(8)]), st.tuples(_lists, _lists), max_size=8))
def test_it_names_every_supplier_that_reads_anything_with_what_is_sensitive(
    suppliers: dict[str, tuple[list[str], list[str]]],
) -> None:
    """Declared or granted: an entity that nobody agreed to is opened all the same."""
    accesses = [
        (access(wanted, address=Address("greenfield", name)), granted(*there))
        for name, (wanted, there) in suppliers.items()
    ]
    for opens in (True, False):
        radius = blast_radius(accesses, SENSITIVITY, opens=opens)
        expected = {name.capitalize(): {*wanted, *there} for name, (wanted, there) in suppliers.items()}
        assert {title: set(names) for title, names in radius.readers.items()} == {
            title: names & SENSITIVE for title, names in expected.items() if names
        }
        assert radius.people == ("students", "staff")
        for word in (
            "all students and staff",
            *radius.readers,
            *(n for names in radius.readers.values() for n in names),
        ):
            assert word in radius.text


@pytest.mark.parametrize("before", ["", *BASES])
@pytest.mark.parametrize("after", BASES)
def test_only_consent_on_one_side_alone_changes_what_is_open(before: str, after: str) -> None:
    """Every other basis opens the same. Of what nobody knows, only opening counts."""
    opened, closed = before in ("", CONSENT_BASIS) and after != CONSENT_BASIS, after == CONSENT_BASIS
    expected = True if opened else False if closed and before not in ("", CONSENT_BASIS) else None
    assert opens_or_closes(before, after) is expected


def test_a_plan_says_it_of_the_difference() -> None:
    """With what is granted besides, and with an application, of which no list says what it reads."""
    via = PartnerApplication(declared("Library App"))
    library = access((), address=Address("greenfield", "library"), via=via)
    desired = desired_of(access(["Students"], address=TILL), library, lawful_basis="Public Task")
    differences = with_basis(desired, "Consent", till=("Students", "PersonPhotos"))
    assert note_of(differences) == "opens all students and staff to Library, Till; sensitive in it: PersonPhotos"
    assert not with_basis(desired, "Public Task").schools[0].changes
    assert note_of(with_basis(desired, "Contract")) == ""

    closing = desired_of(access(["StudentsInCare"], address=TILL), lawful_basis="Consent")
    assert note_of(with_basis(closing, "Contract")) == (
        "closes all students and staff without consent to Till; sensitive in it: StudentsInCare"
    )
    nobody = desired_of(lawful_basis="Public Task")
    assert note_of(with_basis(nobody, "Consent")).endswith("no supplier reads anything there yet")


def test_a_plan_of_some_suppliers_says_that_there_are_others() -> None:
    """A list of all whom it opens to would not be true."""
    desired = desired_of(access(address=TILL), access(), lawful_basis="Public Task")
    note = note_of(with_basis(scope(desired, suppliers=["till"]), "Consent"))
    assert note == "opens all students and staff to Till; accounts that this run leaves out: 1"


def test_a_review_says_it_of_the_edit() -> None:
    """Of opening, of closing, and of neither; of many schools together, so that it is one row."""
    accesses = [access(["StudentsInCare"], address=Address(school, "till")) for school in ("greenfield", "oakwood")]

    def notes(before: str | None, after: str) -> set[str]:
        base, head = (desired_of(*accesses, lawful_basis=basis) for basis in (before, after))
        return {edit.note for edit in edits(base, head, SENSITIVITY) if edit.topic is Aspect.LAWFUL_BASIS}

    opened = "opens all students and staff to Till; sensitive in it: StudentsInCare"
    assert notes("Consent", "Public Task") == notes(None, "Public Task") == {opened}
    assert notes("Public Task", "Consent") == {
        "closes all students and staff without consent to Till; sensitive in it: StudentsInCare"
    }
    assert notes("Public Task", "Contract") == notes(None, "Consent") == {""}
