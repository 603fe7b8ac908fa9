"""A word of a day to come says nothing yet; what is unknown until then says that it is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from reconciler.attestation.overlay import overlay
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.evidence import Attested, Unknown, UnknownReason
from reconciler.model.problem import Origin
from tests.planning.worlds import GROUPCALL, access, desired_of, granted, live_of, planned

TODAY = date(2026, 11, 24)


def word(aspect: Aspect, on: datetime, *values: str, supplier: str = "groupcall", name: str = "") -> AttestedFact:
    said = Attested("J. Smith", on, date(2027, 11, 1), "", Origin("words.yaml", 1, 1))
    return AttestedFact(FactRef("greenfield", supplier, aspect, name), values, said)


def test_an_unknown_says_from_which_day_somebodys_word_counts() -> None:
    """Of several the nearest one; the kind of not knowing stays, so that a plan's substance does."""
    soon, late = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, 8, 30, tzinfo=UTC)
    desired = desired_of(
        access(role="Till", permissions=["Meals"], licence=True, needs=["contacts"]), lawful_basis="Public Task"
    )
    desired = replace(
        desired,
        words=(word(Aspect.ROLE, late, "Till"), word(Aspect.ROLE, soon, "Till"), word(Aspect.WRITE, late, "Meals")),
        later_words=(
            word(Aspect.LAWFUL_BASIS, soon, "Public Task", supplier=""),
            word(Aspect.CONSENT, soon, "set", supplier="", name="contacts"),
        ),
    )
    live = live_of({GROUPCALL: granted("Students")})
    plan = planned(desired, overlay(live, desired, TODAY))
    unknown = [item for school in plan.schools for item in school.unknown]
    unknown += [item for one in plan.accesses for item in one.unknown]
    told = {(item.aspect.value, item.name): (item.why, item.reason) for item in unknown}
    first = "an attestation by J. Smith counts from 2026-12-01 on"
    assert told == {
        ("lawful-basis", "Public Task"): (UnknownReason.NO_PROBE, first),
        ("role", "Till"): (UnknownReason.NO_PROBE, first),
        ("write", "Meals"): (UnknownReason.NO_PROBE, "an attestation by J. Smith counts from 2027-01-01T08:30:00Z on"),
        ("write-licence", "bought"): (
            UnknownReason.NO_PROBE,
            "cannot be checked remotely: check in Bromcom, then `attest` it",
        ),
        ("consent", "contacts"): (UnknownReason.NO_PROBE, first),
    }


def test_what_ran_out_is_told_beside_what_is_to_come() -> None:
    """And what is known is left alone."""
    old = replace(word(Aspect.ROLE, datetime(2026, 1, 1, tzinfo=UTC), "Till"))
    old = replace(old, evidence=replace(old.evidence, expires=date(2026, 11, 1)))
    later = word(Aspect.ROLE, datetime(2026, 12, 1, tzinfo=UTC), "Till")
    desired = replace(desired_of(access(role="Till")), words=(old, later))
    roles = overlay(live_of({GROUPCALL: granted("Students")}), desired, TODAY).accesses[GROUPCALL].roles
    assert isinstance(roles, Unknown)
    assert roles.text == (
        "attestation by J. Smith expired 2026-11-01; another attestation by J. Smith counts from 2026-12-01 on"
    )
