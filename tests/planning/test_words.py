"""What no probe can see: once a person vouches for it, it compares like anything else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.desired import PartnerApplication
from reconciler.model.evidence import NO_PROBE, Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess
from reconciler.model.plan import Via
from tests.planning.worlds import (
    GROUPCALL,
    access,
    account,
    as_declared,
    attested,
    declared,
    desired_of,
    live_of,
    planned,
    vouch,
)

if TYPE_CHECKING:
    from reconciler.model.evidence import Fact
    from reconciler.model.live import Live
    from reconciler.model.plan import Plan

EVERYTHING = access(
    ["Students"],
    role="Write-back",
    permissions=["Attendance", "Dinner Money"],
    licence=True,
    needs=["students"],
    moved_from="bromcom-cloud",
)
DESIRED = desired_of(EVERYTHING, lawful_basis="Public Task")


def said(value: str) -> Fact[str]:
    """Somebody's word."""
    return Known(value, attested())


def with_access(**fields: object) -> Plan:
    """The plan where everything is as declared but these fields of the access."""
    live = as_declared(DESIRED)
    lists = {name: fact for name, fact in fields.items() if name in ("roles", "permissions", "entities", "login")}
    words = {name: fact for name, fact in fields.items() if name not in lists}
    found = vouch(replace(live.accesses[GROUPCALL], **lists), **words)  # type: ignore[arg-type]  # of a LiveAccess
    return planned(DESIRED, replace(live, accesses={GROUPCALL: found}))


def with_school(**facts: Fact[str]) -> Plan:
    """The plan where everything is as declared but these facts of the school."""
    live = as_declared(DESIRED)
    found = vouch(live.schools["greenfield"], **facts)
    return planned(DESIRED, replace(live, schools={"greenfield": found}))


def test_what_somebody_vouches_for_is_known_and_counted() -> None:
    """All is in sync, and the plan says how much of that is a person's word, and whose."""
    plan = planned(DESIRED, as_declared(DESIRED))
    assert exit_of(plan) is Exit.OK
    assert plan.summary.attested == 7
    assert {vouch.aspect for vouch in plan.accesses[0].vouched} == {
        Aspect.ROLE,
        Aspect.WRITE,
        Aspect.WRITE_LICENCE,
        Aspect.CONSENT,
        Aspect.OLD_EXPORT,
    }
    assert plan.accesses[0].vouched[0].evidence == attested()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("roles", {"third party": "Third Party"}, (Action.GRANT, Aspect.ROLE, "Write-back", "absent", "granted")),
        (
            "permissions",
            {"attendance": "Attendance"},
            (Action.GRANT, Aspect.WRITE, "Dinner Money", "absent", "granted"),
        ),
        (
            "permissions",
            {"attendance": "Attendance", "dinner money": "Dinner Money", "staff": "STAFF"},
            (Action.REVOKE, Aspect.WRITE, "STAFF", "granted", "absent"),
        ),
        ("write_licence", "missing", (Action.SET, Aspect.WRITE_LICENCE, "bought", "missing", "bought")),
        ("old_export", "connected", (Action.SET, Aspect.OLD_EXPORT, "bromcom-cloud", "connected", "disconnected")),
    ],
)
def test_a_word_that_says_otherwise_is_a_difference(
    field: str, value: object, expected: tuple[Action, Aspect, str, str, str]
) -> None:
    """Each fact of an access that no probe can see, and the change that it asks for."""
    (change,) = with_access(**{field: Known(value, attested())}).accesses[0].changes
    assert (change.action, change.aspect, change.name, change.before, change.after) == expected


def test_a_lawful_basis_and_consent_that_differ_are_changes() -> None:
    """The basis is the school's own; consent is asked of the school, for the access that needs it."""
    plan = with_school(lawful_basis=said("Consent"), students=said("not set"))
    (basis,), (consent,) = plan.schools[0].changes, plan.accesses[0].changes
    assert (basis.action, basis.aspect, basis.before, basis.after) == (
        Action.SET,
        Aspect.LAWFUL_BASIS,
        "Consent",
        "Public Task",
    )
    assert (consent.action, consent.aspect, consent.name, consent.before) == (
        Action.SET,
        Aspect.CONSENT,
        "students",
        "not set",
    )
    assert (basis.risk, consent.risk) == (Risk.HIGH, Risk.MEDIUM)
    assert (plan.summary.set, plan.summary.attested) == (2, 5)
    assert exit_of(plan) is Exit.DIFFERENCES


def test_a_role_that_nobody_declares_is_one_to_take_away() -> None:
    """The roles of an account add up; *Third Party* is what every one of them has."""
    roles = {"third party": "Third Party", "write-back": "write-back", "head of year": "Head of Year"}
    (change,) = with_access(roles=Known(roles, attested())).accesses[0].changes
    assert (change.action, change.aspect, change.name) == (Action.REVOKE, Aspect.ROLE, "Head of Year")


def test_a_word_that_expired_is_to_attest_again() -> None:
    """It is unknown, with the reason, and counted with what a person must look at."""
    plan = with_access(write_licence=Unknown(UnknownReason.EXPIRED, "attestation by J. Smith expired 2026-10-01"))
    (item,) = plan.accesses[0].unknown
    assert (item.aspect, item.why) == (Aspect.WRITE_LICENCE, UnknownReason.EXPIRED)
    assert plan.summary.attest == 1
    assert exit_of(plan) is Exit.INCOMPLETE


def test_a_partner_application_has_no_login_to_know() -> None:
    """What is asked is whether it is granted, and what its scope shows where the manifests list it."""
    each = access(["Students"], via=PartnerApplication(declared("Library App")))
    bare = access([], via=PartnerApplication(declared("Library App")))
    nothing = LiveAccess(NO_PROBE, NO_PROBE)
    (found,) = planned(desired_of(each), live_of({GROUPCALL: nothing})).accesses
    assert (found.via, found.name, found.facts) == (Via.PARTNER_APPLICATION, "Library App", 2)
    assert [item.aspect for item in found.unknown] == [Aspect.READ, Aspect.PARTNER_APPLICATION]
    assert found.particulars.to_tick == ("Students",)
    (found,) = planned(desired_of(bare), live_of({GROUPCALL: nothing})).accesses
    assert [item.aspect for item in found.unknown] == [Aspect.PARTNER_APPLICATION]
    refused = vouch(nothing, partner_application=said("not granted"))
    (found,) = planned(desired_of(bare), live_of({GROUPCALL: refused})).accesses
    assert [(change.action, change.name) for change in found.changes] == [(Action.GRANT, "Library App")]


def test_an_account_without_a_password_is_to_attest() -> None:
    """Nobody can probe it, so a person must look at the login and at the ticks; what to tick is there to read."""
    blind = Unknown(UnknownReason.NO_PASSWORD, "no reference")
    desired = desired_of(access(["Staff", "Students"], via=account("gc", password=False)))
    plan = planned(desired, live_of({GROUPCALL: LiveAccess(blind, blind)}))
    assert plan.summary.attest == 3
    assert plan.accesses[0].particulars.to_tick == ("Staff", "Students")
    assert plan.accesses[0].particulars.password == ""


def test_a_list_that_is_attested_counts_what_is_as_declared() -> None:
    """One entity of three is missing by a person's word: two, the login and the roles are attested, one is a
    difference."""
    desired = desired_of(access(["A", "B", "C"], via=account("gc", password=False)))
    found = replace(as_declared(desired).accesses[GROUPCALL], entities=Known({"a": "A", "b": "B"}, attested()))
    plan = planned(desired, live_of({GROUPCALL: found}))
    assert (plan.summary.grant, plan.summary.attested) == (1, 4)


def test_what_is_not_declared_is_not_asked_about() -> None:
    """Words on facts that no manifest declares change nothing, but on roles: those are counted once somebody looked."""
    bare = desired_of(access(["Students"]))
    live: Live = as_declared(bare)
    words = vouch(live.accesses[GROUPCALL], write_licence=said("missing"), old_export=said("connected"))
    plan = planned(bare, replace(live, accesses={GROUPCALL: words}))
    assert plan.summary.facts == 4
    assert exit_of(plan) is Exit.OK
