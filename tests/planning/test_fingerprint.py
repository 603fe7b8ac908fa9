"""What makes two plans the same plan: each part of the substance counts, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias

import pytest

from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.desired import ExtraEntities
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import Login
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan, Via
from reconciler.model.problem import Origin
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    WAIVED,
    access,
    attested,
    desired_of,
    fingerprint_of,
    granted,
    live_of,
    planned,
)

OfSchool: TypeAlias = Callable[[SchoolPlan], SchoolPlan]
OfAccess: TypeAlias = Callable[[AccessPlan], AccessPlan]
ELSEWHERE = Origin("moved.yaml", 99, 9)


@pytest.fixture
def plan() -> Plan:
    """A plan with one change, one unknown of the school and of the access, and one entity that is only reported."""
    desired = desired_of(
        access(["Students"], extra=ExtraEntities.REPORT, role="Write-back"), lawful_basis="Public Task"
    )
    return planned(desired, live_of({GROUPCALL: granted("Staff")}))


def school_(**fields: object) -> OfSchool:
    """The school with other fields."""
    return lambda school: replace(school, **fields)  # type: ignore[arg-type]  # fields of a SchoolPlan


def access_(**fields: object) -> OfAccess:
    """The access with other fields."""
    return lambda access: replace(access, **fields)  # type: ignore[arg-type]  # fields of an AccessPlan


def change_(**fields: object) -> OfAccess:
    """The access with its change changed."""
    return lambda access: replace(access, changes=tuple(replace(c, **fields) for c in access.changes))  # type: ignore[arg-type]


def particulars_(**fields: object) -> OfAccess:
    """The access with other particulars."""
    return lambda access: replace(access, particulars=replace(access.particulars, **fields))  # type: ignore[arg-type]


def unseen_(**fields: object) -> OfAccess:
    """The access with its unknown changed."""
    return lambda access: replace(access, unknown=tuple(replace(u, **fields) for u in access.unknown))  # type: ignore[arg-type]


def school_unseen(**fields: object) -> OfSchool:
    """The school with its unknown changed."""
    return lambda school: replace(school, unknown=tuple(replace(u, **fields) for u in school.unknown))  # type: ignore[arg-type]


def with_school(plan: Plan, other: OfSchool) -> Plan:
    """The plan with its school changed."""
    return replace(plan, schools=tuple(map(other, plan.schools)))


def with_access(plan: Plan, other: OfAccess) -> Plan:
    """The plan with its access changed."""
    return replace(plan, accesses=tuple(map(other, plan.accesses)))


@pytest.mark.parametrize(
    "other",
    [
        school_(name="meadow"),
        school_(school_id=54321),
        school_(platform="scomis"),
        school_(read_url="https://elsewhere.example/read"),
        school_(write_url="https://elsewhere.example/write"),
        school_(moved_from="scomis"),
        school_(reachable=Known(True, attested())),
        school_(reachable=Known(False, PROBED)),
        school_(reachable=Unknown(UnknownReason.UNREADABLE, "")),
        school_(unknown=()),
        school_unseen(name="Consent"),
    ],
)
def test_another_school_is_another_plan(plan: Plan, other: OfSchool) -> None:
    """Its name, School ID, platform, whether it answers, and what is unknown of it."""
    assert fingerprint_of(with_school(plan, other)) != plan.fingerprint


@pytest.mark.parametrize(
    "other",
    [
        access_(address=Address("meadow", "groupcall")),
        access_(address=Address("greenfield", "till")),
        access_(name="somebody.else"),
        access_(via=Via.PARTNER_APPLICATION),
        access_(login=Known(Login.REFUSED, PROBED)),
        access_(login=Unknown(UnknownReason.UNREACHABLE, "")),
        access_(login=Known(Login.WORKS, attested())),
        *(
            particulars_(**field)
            for field in (
                {"title": "Else"},
                {"first_name": "Else"},
                {"last_name": "Else"},
                {"password": "env ELSE"},
                {"school_id_called": "Else"},
                {"to_tick": ("Students",)},
            )
        ),
        access_(reported=()),
        access_(changes=()),
        access_(unknown=()),
        change_(action=Action.REVOKE),
        change_(aspect=Aspect.WRITE),
        change_(name="Staff"),
        change_(before="refused"),
        change_(after="works"),
        change_(risk=Risk.HIGH),
        change_(waived=WAIVED),
        unseen_(aspect=Aspect.WRITE),
        unseen_(name="Else"),
        unseen_(facts=2),
        unseen_(why=UnknownReason.UNREACHABLE),
    ],
)
def test_another_access_is_another_plan(plan: Plan, other: OfAccess) -> None:
    """Its address, account and login, and every part of what must change and of what is unknown."""
    assert fingerprint_of(with_access(plan, other)) != plan.fingerprint


def test_another_kind_of_not_knowing_is_another_plan(plan: Plan) -> None:
    """Unreachable and stopped are two things, whatever is said of them."""
    one, other = (
        with_school(plan, school_(reachable=Unknown(why, "no answer")))
        for why in (UnknownReason.UNREACHABLE, UnknownReason.INTERRUPTED)
    )
    assert fingerprint_of(one) != fingerprint_of(other)


@pytest.mark.parametrize(
    "other", [school_(reason="else"), school_unseen(reason="else"), school_unseen(origin=ELSEWHERE)]
)
def test_words_and_lines_of_a_school_do_not_count(plan: Plan, other: OfSchool) -> None:
    """Rewording a reason or moving a manifest's lines is no change of substance."""
    assert fingerprint_of(with_school(plan, other)) == plan.fingerprint


@pytest.mark.parametrize(
    "other",
    [change_(note="else"), change_(origin=ELSEWHERE), unseen_(reason="else"), unseen_(origin=ELSEWHERE)],
)
def test_words_and_lines_of_an_access_do_not_count(plan: Plan, other: OfAccess) -> None:
    """Neither is it where they are those of an access."""
    assert fingerprint_of(with_access(plan, other)) == plan.fingerprint


def test_the_words_of_an_unknown_and_the_time_of_a_snapshot_do_not_count(plan: Plan) -> None:
    """Only the kind of not knowing is substance; the same state recorded later is the same plan."""
    one, other = (
        with_school(plan, school_(reachable=Unknown(UnknownReason.UNREACHABLE, said)))
        for said in ("30 s", "no address")
    )
    assert fingerprint_of(one) == fingerprint_of(other)
    assert fingerprint_of(replace(plan, recorded=datetime(2026, 1, 2, tzinfo=UTC))) == plan.fingerprint
