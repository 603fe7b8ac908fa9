"""An access that has ended: everything there is too much, and a refused login proves nothing by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.attestation.overlay import overlay
from reconciler.codec import plan_file
from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.desired import Account, DeclaredPassword, ExtraEntities, PartnerApplication
from reconciler.model.evidence import NO_PROBE, TO_ATTEST, Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, Login
from reconciler.model.plan import Ended, EndReason
from reconciler.model.problem import Origin
from reconciler.model.review import Effect, LiveStatus
from reconciler.model.secret import EnvRef
from reconciler.planning.refused_login import unproven, with_closed, working_logins, working_now
from reconciler.planning.review.edits import edits
from reconciler.planning.review.live_status import with_live_status
from reconciler.report.story.difference_counts import difference_counts
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    REFUSED,
    SENSITIVITY,
    TODAY,
    access,
    account,
    attested,
    declared,
    desired_of,
    granted,
    live_of,
    material,
    planned,
    vouch,
    without,
    worlds,
)

if TYPE_CHECKING:
    from reconciler.model.desired import Access, Desired
    from reconciler.model.live import Live
    from reconciler.model.plan import AccessPlan

RETIRED = Ended(EndReason.RETIRED, None, "Till", Origin("suppliers.yaml", 3, 5))
CLOSED = replace(REFUSED, login=Known(Login.CLOSED, PROBED))
PASSWORDS = ("PASSWORD", "PASSWORD_2", "OTHER", "TILL", "A", "B", "C", "D")


def ended(one: Access, end: Ended = RETIRED) -> Access:
    """The same access, as it resolves once it has ended."""
    return replace(
        one,
        entities={},
        role=None,
        permissions={},
        no_permissions=None,
        declared={},
        extra_entities=ExtraEntities.REVOKE,
        ended=end,
    )


@st.composite
def ended_worlds(draw: st.DrawFn) -> tuple[Desired, Live]:
    """A world in which some accesses have ended, for any reason."""
    desired, live = draw(worlds())
    reason = st.sampled_from(EndReason)
    day = st.sampled_from([None, TODAY, date(2026, 11, 1)])
    changed = {
        address: ended(one, replace(RETIRED, reason=draw(reason), day=draw(day))) if draw(st.booleans()) else one
        for address, one in desired.accesses.items()
    }
    return replace(desired, accesses=changed, waivers=()), live


def ended_plans(desired: Desired, live: Live) -> list[tuple[AccessPlan, LiveAccess]]:
    """The plans of the accesses that have ended, each with its live side."""
    missing = LiveAccess(live.missing, live.missing)
    plan = planned(desired, overlay(live, desired, TODAY))
    return [(one, live.accesses.get(one.address, missing)) for one in plan.accesses if one.ended]


@given(ended_worlds())
def test_an_ended_access_whose_login_works_is_never_in_sync(world: tuple[Desired, Live]) -> None:
    """It is the gravest difference of its access, and everything that it can read is another."""
    for plan, live in ended_plans(*world):
        if plan.login == Known(Login.WORKS, PROBED) and plan.via == "account":
            first = plan.changes[0]
            assert (first.action, first.aspect, first.name) == (Action.REVOKE, Aspect.LOGIN, plan.name)
            assert isinstance(live.entities, Known)
            read = {change.name for change in plan.changes if change.aspect is Aspect.READ}
            assert read == set(live.entities.value.values())
            assert not plan.in_sync


@given(ended_worlds())
def test_an_unproven_refusal_is_never_in_sync_and_never_a_difference(world: tuple[Desired, Live]) -> None:
    """A mistyped password is refused in the same way, so a person is asked."""
    for plan, live in ended_plans(*world):
        if isinstance(live.login, Known) and live.login.value is Login.REFUSED and plan.via == "account":
            assert not plan.in_sync
            assert not any(change.aspect is Aspect.LOGIN for change in plan.changes)
            (login,) = [item for item in plan.unknown if item.aspect is Aspect.LOGIN]
            assert login.why in TO_ATTEST


@given(ended_worlds())
def test_nothing_is_asked_for_that_an_ended_access_should_not_have(world: tuple[Desired, Live]) -> None:
    """Whatever is there: no grant, no login to fix; taking knowledge away adds no change."""
    desired, live = world
    for plan, _ in ended_plans(desired, live):
        before = set(plan.changes)
        assert {change.action for change in before} <= {Action.REVOKE, Action.SET}
        (after,) = [one for one, _ in ended_plans(desired, without(live, plan.address)) if one.address == plan.address]
        assert set(after.changes) <= before


@given(st.sampled_from(PASSWORDS), st.sampled_from(PASSWORDS), st.booleans())
def test_a_refusal_proves_the_end_only_of_a_login_that_worked_with_the_same_password(
    before: str, now: str, works: bool
) -> None:
    """The memory holds the reference and the account; another reference, or a refusal before the end, proves
    nothing."""

    def with_password(variable: str) -> Access:
        password = DeclaredPassword(EnvRef(variable), Origin("suppliers.yaml", 1, 1))
        return access(via=Account(declared("groupcall.greenfield"), password))

    agreed = desired_of(with_password(before))
    first = planned(agreed, live_of({GROUPCALL: granted("Students") if works else REFUSED}))
    logins = working_logins({}, first)
    desired = desired_of(ended(with_password(now)))
    live = live_of({GROUPCALL: REFUSED})
    assert list(unproven(live, desired)) == [GROUPCALL]
    plan = planned(desired, overlay(with_closed(live, desired, logins), desired, TODAY)).accesses[0]
    proven = works and before == now
    assert plan.login == Known(Login.CLOSED, PROBED) if proven else isinstance(plan.login, Unknown)
    assert [item.aspect for item in plan.unknown] == ([] if proven else [Aspect.LOGIN]) + [Aspect.DELETION]
    assert plan.changes == ()
    # A login that an agreed access lost is forgotten, and one of an ended access is not.
    refused = planned(agreed, live)
    assert working_logins(logins, refused) == {}
    assert working_logins(logins, planned(desired, live)) == logins


def test_what_is_remembered_is_a_reference() -> None:
    """Nothing of a password, which a plan never has."""
    desired = desired_of(
        access(), access(address=GROUPCALL._replace(supplier="till"), via=account("a", password=False))
    )
    live = live_of(dict.fromkeys(desired.accesses, granted("Students")))
    assert list(working_now(live, desired).values()) == ["env PASSWORD"]
    assert working_logins({}, planned(desired, live)) == working_now(live, desired)


@pytest.mark.parametrize(
    ("word", "live", "login"),
    [
        ("closed", REFUSED, Known(Login.CLOSED, attested())),
        ("works", REFUSED, UnknownReason.REFUSAL_UNPROVEN),
        ("refused", REFUSED, UnknownReason.REFUSAL_UNPROVEN),
        ("closed", granted("Students"), Known(Login.WORKS, PROBED)),
        ("closed", LiveAccess(Unknown(UnknownReason.UNREACHABLE, ""), Unknown(UnknownReason.UNREACHABLE, "")),
         UnknownReason.UNREACHABLE),
        ("closed", LiveAccess(Unknown(UnknownReason.NOTHING_LISTED, ""), Known({}, PROBED)),
         Known(Login.CLOSED, attested())),
    ],
)  # fmt: skip
def test_a_person_says_that_a_refused_login_is_closed(
    word: str, live: LiveAccess, login: Known[Login] | UnknownReason
) -> None:
    """A probe beats them, and only a refusal, or an empty list, leaves it to them."""
    subject = FactRef(*GROUPCALL, Aspect.LOGIN, "")
    said = AttestedFact(subject, (word,), attested(), "groupcall.greenfield")
    desired = replace(desired_of(ended(access())), words=(said,))
    plan = planned(desired, overlay(live_of({GROUPCALL: live}), desired, TODAY)).accesses[0]
    assert (plan.login.reason if isinstance(plan.login, Unknown) else plan.login) == login
    contradicted = (word == "works") is not (live.login == Known(Login.WORKS, PROBED)) and isinstance(live.login, Known)
    assert bool(plan.denied) is contradicted


def test_a_partner_application_is_revoked() -> None:
    """Granted is too much, not granted is as agreed, and nobody's word is unknown."""
    one = ended(access(via=PartnerApplication(declared("Library App"))))
    for value, expected in (("granted", [(Action.REVOKE, "granted", "absent")]), ("not granted", []), ("", [])):
        live = live_of({GROUPCALL: LiveAccess(NO_PROBE, NO_PROBE)})
        said = {"partner_application": Known(value, attested())} if value else {}
        live = replace(live, accesses={GROUPCALL: vouch(live.accesses[GROUPCALL], **said)})
        plan = planned(desired_of(one), live).accesses[0]
        assert [(change.action, change.before, change.after) for change in plan.changes] == expected
        unknown = {item.aspect for item in plan.unknown}
        assert unknown == {Aspect.DELETION} | ({Aspect.PARTNER_APPLICATION} if not value else set())


def test_deletion_is_asked_for_once_an_access_is_over_and_not_before_it_begins() -> None:
    """A supplier that never had anything has nothing to delete."""
    for reason in EndReason:
        desired = desired_of(ended(access(), replace(RETIRED, reason=reason)))
        plan = planned(desired, live_of({GROUPCALL: CLOSED})).accesses[0]
        assert plan.in_sync is (reason is EndReason.NOT_YET)
        said = vouch(CLOSED, deletion=Known("confirmed", attested()))
        assert planned(desired, live_of({GROUPCALL: said})).accesses[0].in_sync


def test_a_plan_file_says_that_an_access_has_ended() -> None:
    """And is read as it was written."""
    plan = planned(desired_of(ended(access(), replace(RETIRED, day=TODAY))), live_of({GROUPCALL: granted("Students")}))
    text = plan_file.dump(plan, version="0")
    assert plan_file.parse(text, "it").plan.accesses[0].ended == plan.accesses[0].ended


@pytest.mark.parametrize(
    ("live", "standing"),
    [(None, LiveStatus.PENDING), (CLOSED, LiveStatus.IN_PLACE), (REFUSED, LiveStatus.UNKNOWN)],
    ids=["works", "closed", "refused"],
)
def test_a_review_says_that_an_access_ends_and_how_far_it_is(live: LiveAccess | None, standing: LiveStatus) -> None:
    """With what is to be done; an end that is taken back is more access, and another day to come is a detail."""
    base = desired_of(access(["Students"]))
    head = replace(base, accesses={GROUPCALL: ended(base.accesses[GROUPCALL], replace(RETIRED, day=TODAY))})
    there = overlay(live_of({GROUPCALL: live or granted("Students")}), head, TODAY)
    made = with_live_status(edits(base, head, SENSITIVITY), base, head, planned(head, there))
    (end,) = made.where(lambda edit: edit.topic is Aspect.LOGIN)
    assert (end.name, end.after, end.effect, end.standing) == (
        "groupcall.greenfield", f"retired on {TODAY}", Effect.LESS, standing,
    )  # fmt: skip
    assert "close its login" in end.note
    (back,) = edits(head, base, SENSITIVITY).where(lambda edit: edit.topic is Aspect.LOGIN)
    assert back.effect is Effect.MORE
    later = replace(base, accesses={GROUPCALL: replace(base.accesses[GROUPCALL], next_turn=date(2027, 8, 31))})
    (day,) = edits(base, later, SENSITIVITY)
    assert (day.name, day.after) == ("last day of access", "2027-08-31")


def test_the_verdict_calls_a_login_and_an_account_what_they_are() -> None:
    """And no permission; the permissions are counted beside them."""
    base = desired_of(access(["Students"]))
    desired = replace(base, accesses={GROUPCALL: ended(base.accesses[GROUPCALL])})
    live = live_of({GROUPCALL: granted("Students")})
    schools = {name: replace(one, accounts=Known({"old": "old"}, attested())) for name, one in live.schools.items()}
    counts = list(difference_counts(material(planned(desired, replace(live, schools=schools)))))
    assert counts[:3] == [
        "1 permission too many", "1 login that should be closed", "1 account that no supplier claims",
    ]  # fmt: skip
