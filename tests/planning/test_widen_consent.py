"""A lawful basis that moves away from Consent opens all pupils and staff to every supplier: a limit of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.applying.preflight import refuse_breaches, unneeded
from reconciler.errors import PlanRefused
from reconciler.model.desired import DEFAULT_LIMITS, Limits
from reconciler.model.evidence import Known
from reconciler.model.plan import Breach
from reconciler.model.review import Edit
from reconciler.planning.review.edits import edits
from reconciler.report.findings.findings import unranked
from reconciler.report.text.plan import render_text
from reconciler.report.text.summary import breach_line
from tests.planning.worlds import (
    GROUPCALL,
    SENSITIVITY,
    access,
    as_declared,
    attested,
    desired_of,
    granted,
    live_of,
    material,
    planned,
    vouch,
    without,
)

if TYPE_CHECKING:
    from reconciler.model.live import Live


def opened(before: str, after: str = "Public Task", limits: Limits = DEFAULT_LIMITS) -> tuple[Breach, ...]:
    """The limits that a plan goes over that moves a school's basis so."""
    desired = desired_of(access(), lawful_basis=after, limits=limits)
    return planned(desired, _with_basis(as_declared(desired), before)).breaches


def _with_basis(live: Live, basis: str) -> Live:
    schools = {name: vouch(school, lawful_basis=Known(basis, attested())) for name, school in live.schools.items()}
    return replace(live, schools=schools)


def test_moving_away_from_consent_is_held_until_somebody_says_yes_to_it_by_name() -> None:
    """It is no number, so that no other limit sees it."""
    desired = desired_of(access(), lawful_basis="Public Task", limits=DEFAULT_LIMITS)
    plan = planned(desired, _with_basis(as_declared(desired), "Consent"))
    assert plan.breaches == (Breach("widenConsent", 1, "none"),)
    assert breach_line(plan.breaches[0]) == (
        "Over the limit `widenConsent`: the lawful basis of 1 school moves away from Consent, so "
        "every supplier can read all students and staff."
    )
    with pytest.raises(PlanRefused, match="--accept widenConsent"):
        refuse_breaches(plan, desired, ())
    refuse_breaches(plan, desired, ("widenConsent",))
    assert unneeded(plan, desired, ("widenConsent",)) == ()


@pytest.mark.parametrize(
    ("before", "after", "limits"),
    [
        ("Contract", "Public Task", DEFAULT_LIMITS),
        ("Public Task", "Consent", DEFAULT_LIMITS),
        ("Consent", "Consent", DEFAULT_LIMITS),
        ("Consent", "Public Task", replace(DEFAULT_LIMITS, widen_consent=False)),
        ("Consent", "Public Task", Limits()),
    ],
)
def test_what_opens_nothing_or_is_not_held_goes_on(before: str, after: str, limits: Limits) -> None:
    """From any other basis, to Consent, and where the Workspace says so."""
    assert opened(before, after, limits) == ()


def test_the_review_names_the_suppliers_and_what_is_sensitive_in_what_they_read() -> None:
    """An entity that no list knows may be anything, and counts as sensitive."""
    one = access(["Students", "PersonPhotos", "SomethingNew"])
    other = access(["Attendances", "StudentsInCare"], address=GROUPCALL._replace(supplier="till"))
    base = desired_of(one, other, lawful_basis="Consent")
    (edit,) = edits(base, desired_of(one, other, lawful_basis="Public Task"), SENSITIVITY)
    assert isinstance(edit, Edit)
    sensitive = "sensitive in it: PersonPhotos, SomethingNew, StudentsInCare"
    assert edit.note == f"opens all students and staff to Groupcall, Till; {sensitive}"


def test_a_supplier_without_entities_whose_account_has_some_is_told_by_name() -> None:
    """A list that was forgotten takes everything away: the plan warns of it, and the default limit holds it."""
    names = [f"Entity{number}" for number in range(96)]
    desired = desired_of(access([]), limits=DEFAULT_LIMITS)
    plan = planned(desired, live_of({GROUPCALL: granted(*names)}))
    assert plan.breaches == (Breach("revoke", 96, "10"),)
    told = "declares no entities, but its account at 1 school can read 96 entities. This plan would take them all away."
    assert f"groupcall {told}" in render_text(material(plan))
    (found,) = (each for each in unranked(material(plan)) if each.rule == "supplier-without-entities")
    assert (found.place, found.name) == ("", "groupcall")
    assert told.removesuffix(".") in found.message
    assert "declares no entity" not in render_text(material(planned(desired, live_of({GROUPCALL: granted()}))))
    assert "declares no entity" not in render_text(material(planned(desired, without(live_of({}), GROUPCALL))))
