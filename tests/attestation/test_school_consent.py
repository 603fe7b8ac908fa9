"""Consent that a School wants set, whichever supplier needs it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from reconciler.attestation.overlay import overlay
from reconciler.catalogue.pages import pages
from reconciler.model.aspect import Aspect
from reconciler.planning.facts import attested_values_of_school
from reconciler.planning.plan import make_plan
from reconciler.planning.risk import Sensitivity
from reconciler.planning.settings import of_school
from reconciler.planning.validity.effective import declared_facts
from reconciler.runbook import make_runbook
from tests.attestation.worlds import MANIFESTS, attestation, live_side, probed, workspace

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.desired import Desired
    from reconciler.model.plan import SchoolPlan

TODAY = date(2026, 12, 1)
STAFF_LEFT = "{staff: {granted: 50, of: 60, refused: 5, notSet: 5}, contacts: set}"
WAIVER = """\
---
apiVersion: reconciler/v1
kind: Waiver
metadata: {name: staff}
spec:
  schools: [greenfield]
  changes: [{action: set, aspect: consent, name: staff, before: not set}]
  reason: they are asked in March
  by: J. Smith
  expires: 2027-03-31
"""


def manifests(basis: str = "Consent") -> str:
    """A school that wants the consent of its staff and contacts set; no supplier needs the staff's."""
    return MANIFESTS.replace("lawfulBasis: Public Task", f"lawfulBasis: {basis}, staff: set, contacts: set")


def planned(desired: Desired) -> SchoolPlan:
    """The plan of the school's own facts."""
    live = overlay(live_side(desired, till=probed()), desired, TODAY)
    return make_plan(desired, live, Sensitivity(notes={}, known=frozenset()), TODAY).schools[0]


@pytest.mark.parametrize(
    ("basis", "said", "changed", "unknown", "confirmed"),
    [
        ("Consent", "", [], ["contacts", "staff"], []),
        ("Consent", ", consent: {staff: set, contacts: set}", [], [], ["contacts", "staff"]),
        ("Consent", f", consent: {STAFF_LEFT}", [("staff", "50 of 60, 5 refused, 5 not set")], [], ["contacts"]),
        ("Public Task", ", consent: {staff: not set}", [], ["contacts"], ["staff"]),
    ],
    ids=["nobody looked", "as agreed", "answers are missing", "it follows from the basis"],
)
def test_a_school_asks_for_consent_that_no_supplier_needs(
    basis: str,
    said: str,
    changed: list[tuple[str, str]],
    unknown: list[str],
    confirmed: list[str],
    tmp_path: Path,
) -> None:
    """Unknown until a person looks, then as agreed or a difference with their counts, and a fact each."""
    word = attestation(1, "greenfield", f"{{lawfulBasis: {basis}{said}}}")
    plan = planned(workspace(tmp_path, word, manifests=manifests(basis)))
    assert [(change.name, change.note) for change in plan.changes] == changed
    assert [item.name for item in plan.unknown if item.aspect is Aspect.CONSENT] == unknown
    assert [word.name for word in plan.vouched if word.aspect is Aspect.CONSENT] == confirmed
    assert all(change.origin and change.origin.file == "reconciler.yaml" for change in plan.changes)


def test_a_waiver_without_supplier_accepts_it(tmp_path: Path) -> None:
    """It is the school's own difference."""
    word = attestation(1, "greenfield", f"{{lawfulBasis: Consent, consent: {STAFF_LEFT}}}")
    (change,) = planned(workspace(tmp_path, word, WAIVER, manifests=manifests())).changes
    assert change.waived
    assert change.waived.reason == "they are asked in March"


def test_a_review_has_each_kind_as_a_setting_of_the_school(tmp_path: Path) -> None:
    """So adding or removing one is an edit."""
    school = workspace(tmp_path, manifests=manifests()).schools["greenfield"]
    kinds = [key.key for key in of_school(school) if key.topic is Aspect.CONSENT]
    assert kinds == ["contacts", "staff"]


@pytest.mark.parametrize(
    ("basis", "kinds"), [("Consent", ["students", "staff", "contacts"]), ("Public Task", ["contacts"])]
)
def test_a_person_is_asked_for_each_kind_once(basis: str, kinds: list[str], tmp_path: Path) -> None:
    """Whether the school wants it, or a supplier needs it, or both; not for what follows from the basis."""
    desired = workspace(tmp_path, manifests=manifests(basis))
    asked = [fact.key for fact, _ in attested_values_of_school(desired, "greenfield")]
    assert asked == ["lawfulBasis", *(f"consent.{kind}" for kind in kinds), "accounts"]
    heeded = {subject.name for subject in declared_facts(desired) if subject[::2] == ("greenfield", Aspect.CONSENT)}
    assert heeded == set(kinds)


def test_a_runbook_says_who_wants_it(tmp_path: Path) -> None:
    """The suppliers that need it, or the school alone."""
    desired = workspace(tmp_path, attestation(1, "greenfield", "{lawfulBasis: Consent}"), manifests=manifests())
    live = overlay(live_side(desired, till=probed()), desired, TODAY)
    plan = make_plan(desired, live, Sensitivity(notes={}, known=frozenset()), TODAY)
    book = make_runbook(plan, pages()).schools[0]
    steps = {step.title: step for visit in book.visits for step in visit.steps}
    assert "The school wants it set, whichever supplier needs it." in steps["Check the consent of staff"].notes
    assert any(note.startswith('Needed by "till"') for note in steps["Check the consent of contacts"].notes)
    assert [subject.supplier for subject in steps["Check the consent of contacts"].settles] == ["", "till"]
