"""What a plan says of one difference at a time: start from equality, change one thing, look at the plan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.desired import ExtraEntities, Limit, Limits
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.model.plan import Breach
from reconciler.model.problem import Origin
from reconciler.report.json import render_json
from reconciler.report.text.plan import render_text
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    access,
    account,
    as_declared,
    attested,
    desired_of,
    granted,
    live_of,
    material,
    planned,
    school,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

EVERYTHING = ("Students", "Staff")


def plan_of(live: LiveAccess, *names: str, extra: ExtraEntities = ExtraEntities.REVOKE) -> tuple[Change, ...]:
    """The changes of one access that declares these names (or EVERYTHING)."""
    desired = desired_of(access(names or EVERYTHING, extra=extra))
    (found,) = planned(desired, live_of({GROUPCALL: live})).accesses
    return found.changes


def test_nothing_to_do() -> None:
    """Live as declared: no change, complete, in sync, exit 0."""
    plan = planned(desired_of(access(EVERYTHING)), live_of({GROUPCALL: granted(*EVERYTHING)}))
    assert plan.summary.changes == 0
    assert plan.complete
    assert plan.accesses[0].in_sync
    assert exit_of(plan) is Exit.OK


def test_a_missing_tick_is_a_grant_where_it_is_declared() -> None:
    """An entity that is declared and not granted is a grant, with the line that declares it."""
    assert plan_of(granted("Students")) == (
        Change(Action.GRANT, Aspect.READ, "Staff", "absent", "granted", Risk.LOW, "", Origin("suppliers.yaml", 11, 5)),
    )


def test_a_tick_too_many_is_a_revoke_as_the_service_spells_it() -> None:
    """An entity that is granted and not declared is a revoke, with the service's spelling and its sensitivity."""
    assert plan_of(granted(*EVERYTHING, "PERSONPHOTOS")) == (
        Change(
            Action.REVOKE,
            Aspect.READ,
            "PERSONPHOTOS",
            "granted",
            "absent",
            Risk.HIGH,
            "photographs of pupils",
            None,
        ),
    )


def test_case_is_no_difference() -> None:
    """Bromcom takes names in any case and pads them with blanks, and so does a plan."""
    assert plan_of(granted("STUDENTS", "staff   ")) == ()


@pytest.mark.parametrize(
    ("extra", "changes", "reported"),
    [
        (ExtraEntities.REVOKE, 2, ()),
        (ExtraEntities.REPORT, 0, ("Zebras", "Attendances")),
        (ExtraEntities.IGNORE, 0, ()),
    ],
)
def test_what_an_extra_entity_is(extra: ExtraEntities, changes: int, reported: tuple[str, ...]) -> None:
    """`extraEntities` says whether an entity that is not declared is a difference, a remark, or nothing. What is only
    reported stands in the order of differences too: one that nobody recognises first."""
    desired = desired_of(access(EVERYTHING, extra=extra))
    plan = planned(desired, live_of({GROUPCALL: granted(*EVERYTHING, "Zebras", "Attendances")}))
    assert plan.summary.changes == changes
    assert plan.accesses[0].reported == reported
    assert plan.summary.reported == len(reported)


def test_a_refused_login_is_to_mend_and_hides_the_entities() -> None:
    """A refusal is a change with its own words; what the account may read is unknown, not empty."""
    refused = LiveAccess(
        Known(Login.REFUSED, PROBED),
        Unknown(UnknownReason.LOGIN_REFUSED, "Bromcom refused this login (401)"),
        refusal="Bromcom refused this login (401)",
    )
    plan = planned(desired_of(access(EVERYTHING)), live_of({GROUPCALL: refused}))
    (change,) = plan.accesses[0].changes
    assert (change.action, change.name, change.before, change.after, change.note) == (
        Action.MEND_LOGIN,
        "groupcall.greenfield",
        "refused",
        "works",
        "Bromcom refused this login (401)",
    )
    (unseen,) = plan.accesses[0].unknown
    assert (unseen.aspect, unseen.name, unseen.facts, unseen.why) == (Aspect.READ, "*", 2, UnknownReason.LOGIN_REFUSED)
    assert not isinstance(plan.accesses[0].granted, Known)
    assert plan.accesses[0].particulars.to_tick == EVERYTHING
    assert exit_of(plan) is Exit.DIFFERENCES


def test_nothing_listed_proves_no_login() -> None:
    """Zero rows are known to be zero, and still the login is unknown: never in sync, even where nothing is declared."""
    nothing = LiveAccess(Unknown(UnknownReason.NOTHING_LISTED, "look"), Known({}, PROBED))
    plan = planned(desired_of(access(())), live_of({GROUPCALL: nothing}))
    assert plan.summary.changes == 0
    assert not plan.accesses[0].in_sync
    assert exit_of(plan) is Exit.INCOMPLETE
    assert [change.name for change in plan_of(nothing)] == ["Staff", "Students"]


def test_an_account_that_should_read_nothing_is_not_in_sync_while_its_list_is_unknown() -> None:
    """Where nothing is declared, that nothing is granted is a fact of its own, and still no entity is declared."""
    blind = LiveAccess(Known(Login.WORKS, PROBED), Unknown(UnknownReason.UNREADABLE, "a web page"))
    plan = planned(desired_of(access(())), live_of({GROUPCALL: blind}))
    assert not plan.accesses[0].in_sync
    assert plan.summary.unknown == 1
    assert plan.accesses[0].declared == 0


def test_what_no_probe_can_see_is_unknown_only_where_it_is_declared() -> None:
    """Role, permissions, consent and lawful basis are to attest where a manifest declares them, and nowhere else."""
    declared_all = access(EVERYTHING, role="Write-back", permissions=["Attendance"], needs=["students"])
    live = live_of({GROUPCALL: granted(*EVERYTHING)})
    plan = planned(desired_of(declared_all, lawful_basis="Public Task"), live)
    aspects = [item.aspect for item in (*plan.schools[0].unknown, *plan.accesses[0].unknown)]
    assert aspects == [Aspect.LAWFUL_BASIS, Aspect.ROLE, Aspect.WRITE, Aspect.CONSENT]
    assert plan.summary.attest == 4
    assert exit_of(plan) is Exit.INCOMPLETE
    assert planned(desired_of(access(EVERYTHING)), live).summary.attest == 0


def test_a_permission_that_is_held_is_no_permission_to_take_away() -> None:
    """Four are declared and one is attested as held: three are missing, and the fourth is as declared."""
    held = replace(granted(*EVERYTHING), permissions=Known({"attendance": "Attendance"}, attested()))
    declared_four = access(EVERYTHING, permissions=["Attendance", "Staff", "Dinner Money", "Exclusions"])
    changes = planned(desired_of(declared_four), live_of({GROUPCALL: held})).accesses[0].changes
    written = [(change.action, change.name) for change in changes if change.aspect is Aspect.WRITE]
    assert written == [(Action.GRANT, "Dinner Money"), (Action.GRANT, "Exclusions"), (Action.GRANT, "Staff")]


def test_what_matters_most_comes_first() -> None:
    """What is too much before what is missing; within it what is sensitive, or unrecognised, first; then by name."""
    changes = plan_of(granted("Attendances", "PersonPhotos"), "Staff", "SomethingNew", "StudentsInCare", "Students")
    assert [(change.risk.value, change.action.value, change.name) for change in changes] == [
        ("high", "revoke", "PersonPhotos"),
        ("medium", "revoke", "Attendances"),
        ("high", "grant", "SomethingNew"),
        ("high", "grant", "StudentsInCare"),
        ("low", "grant", "Staff"),
        ("low", "grant", "Students"),
    ]


def test_a_refused_login_stands_behind_what_is_too_much_and_before_what_is_missing() -> None:
    """And the case of a name is no order."""
    live = LiveAccess(Known(Login.REFUSED, PROBED), Known({"attendances": "Attendances", "students": "x"}, PROBED))
    changes = plan_of(live, "Students", "newest", "NEW")
    assert [(change.action, change.name) for change in changes] == [
        (Action.REVOKE, "Attendances"),
        (Action.MEND_LOGIN, "groupcall.greenfield"),
        (Action.GRANT, "NEW"),
        (Action.GRANT, "newest"),
    ]
    assert [change.name for change in plan_of(granted(), "Students", "staff")] == ["staff", "Students"]


def test_a_listed_entity_that_cannot_be_read_is_unknown() -> None:
    """A deep probe that was refused is no difference and no proof: the access is not in sync."""
    refused = Unknown(UnknownReason.NOT_GRANTED, "listed, and yet refused")
    live = replace(granted(*EVERYTHING), columns={"students": refused, "staff": Known(("StaffID",), PROBED)})
    plan = planned(desired_of(access(EVERYTHING)), live_of({GROUPCALL: live}))
    assert plan.accesses[0].unknown == (
        UnknownFacts(
            Aspect.READ,
            "Students",
            1,
            UnknownReason.NOT_GRANTED,
            "listed, and yet refused",
            Origin("suppliers.yaml", 10, 5),
        ),
    )
    assert plan.accesses[0].readable == 1
    assert exit_of(plan) is Exit.INCOMPLETE


def test_columns_of_an_entity_that_is_no_longer_declared_do_not_matter() -> None:
    """A snapshot may hold more than today's manifests ask about."""
    live = replace(granted("Students"), columns={"attendances": Unknown(UnknownReason.UNREADABLE, "half an answer")})
    plan = planned(desired_of(access(["Students"])), live_of({GROUPCALL: live}))
    assert plan.complete
    assert plan.accesses[0].readable is None


def test_a_school_that_does_not_answer_leaves_its_accesses_unknown_and_no_others() -> None:
    """One bad school is one bad school."""
    far = Address("riverside", "groupcall")
    down = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    live = Live(
        {"greenfield": LiveSchool(Known(True, PROBED)), "riverside": LiveSchool(Known(False, PROBED), down.text)},
        {GROUPCALL: granted(*EVERYTHING), far: LiveAccess(down, down)},
    )
    plan = planned(desired_of(access(EVERYTHING), access(EVERYTHING, address=far)), live)
    assert [each.in_sync for each in plan.accesses] == [True, False]
    assert plan.summary.unknown == 3
    assert exit_of(plan) is Exit.INCOMPLETE


def test_what_is_unknown_says_where_it_is_declared() -> None:
    """A school that nobody could ask, its lawful basis, a login, and a list of entities: each with its place."""
    blind, unasked = (
        Unknown(UnknownReason.UNREADABLE, "a web page"),
        Unknown(UnknownReason.THROTTLED, "asked to slow down"),
    )
    live = Live({"greenfield": LiveSchool(unasked)}, {GROUPCALL: LiveAccess(blind, blind)})
    wanted = replace(access(EVERYTHING, via=account("groupcall", 7)), origin=Origin("suppliers.yaml", 3, 1))
    plan = planned(desired_of(wanted, lawful_basis="Consent"), live)
    reached, basis = plan.schools[0].unknown
    place = Origin("schools.yaml", 1, 1)
    assert reached == UnknownFacts(
        Aspect.REACHABLE, "greenfield", 1, UnknownReason.THROTTLED, "asked to slow down", place
    )
    assert basis.origin == Origin("suppliers.yaml", 1, 5)
    assert plan.accesses[0].unknown == (
        UnknownFacts(
            Aspect.LOGIN, "groupcall", 1, UnknownReason.UNREADABLE, "a web page", Origin("suppliers.yaml", 7, 5)
        ),
        UnknownFacts(Aspect.READ, "*", 2, UnknownReason.UNREADABLE, "a web page", Origin("suppliers.yaml", 3, 1)),
    )


def test_a_school_without_an_access_that_does_not_answer_is_no_whole_view() -> None:
    """Its own line says that it is unreachable, so the plan does not end with "In sync"."""
    desired = desired_of(access(EVERYTHING))
    desired = replace(desired, schools={**desired.schools, "riverside": school("riverside")})
    live = live_of({GROUPCALL: granted(*EVERYTHING)})
    down = LiveSchool(Known(False, PROBED), "no answer in 30 s")
    plan = planned(desired, replace(live, schools={**live.schools, "riverside": down}))
    assert plan.accesses[0].in_sync
    assert exit_of(plan) is Exit.INCOMPLETE


def test_what_was_never_asked_is_unknown() -> None:
    """An interrupted run and a snapshot without the access leave it unknown, each for its own reason."""
    desired = desired_of(access(EVERYTHING))
    stopped = planned(desired, Live({}, {}, interrupted=True))
    assert {item.why for item in stopped.accesses[0].unknown} == {UnknownReason.INTERRUPTED}
    assert exit_of(stopped) is Exit.FAILED
    assert not stopped.complete


def test_an_interrupted_run_is_never_complete() -> None:
    """Even where everything in scope was asked before Ctrl-C, the run does not claim a whole view."""
    live = replace(live_of({GROUPCALL: granted(*EVERYTHING)}), interrupted=True)
    assert not planned(desired_of(access(EVERYTHING)), live).complete


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(), ()),
        (Limits(revoke=Limit(count=1)), (Breach("revoke", 2, "1"),)),
        (Limits(revoke=Limit(count=2)), ()),
        (Limits(revoke=Limit(share=0.5)), (Breach("revoke", 2, "50% of 3"),)),
        (Limits(revoke=Limit(share=0.7)), ()),
        (Limits(widen=Limit(count=0)), (Breach("widen", 1, "0"),)),
        (Limits(widen=Limit(count=1)), ()),
        (Limits(widen=Limit(share=0.0)), (Breach("widen", 1, "0% of 3"),)),
        (Limits(revoke=Limit(count=2, share=0.125)), (Breach("revoke", 2, "12.5% of 3"),)),
        (Limits(revoke=Limit(count=1), widen=Limit(count=0)), (Breach("revoke", 2, "1"), Breach("widen", 1, "0"))),
    ],
)
def test_a_plan_over_a_limit_says_so(limits: Limits, expected: tuple[Breach, ...]) -> None:
    """More than the count, or more than the share of what is granted, is a breach by name."""
    desired = desired_of(access(EVERYTHING), limits=limits)
    plan = planned(desired, live_of({GROUPCALL: granted("Students", "A", "B")}))
    assert plan.breaches == expected


def test_a_share_is_of_what_may_be_read_now() -> None:
    """Just the share is no breach, also where a float falls short of it; what is unknown adds nothing to the whole."""
    limits = Limits(revoke=Limit(share=0.29))
    names = [f"Entity{number}" for number in range(100)]
    assert revoking(limits, names, 29) == ()
    assert revoking(limits, names, 30) == (Breach("revoke", 30, "29% of 100"),)
    far, nothing = Address("riverside", "groupcall"), Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    desired = desired_of(access(), access(EVERYTHING, address=far), limits=Limits(revoke=Limit(share=0.4)))
    live = live_of({GROUPCALL: granted("Students", "A"), far: LiveAccess(nothing, nothing)})
    assert planned(desired, live).breaches == (Breach("revoke", 1, "40% of 2"),)


def test_a_share_of_nothing_bounds_nothing() -> None:
    """The first ticks of a new account are not "more than 30 % of what it may read"."""
    nothing = LiveAccess(Unknown(UnknownReason.NOTHING_LISTED, "look"), Known({}, PROBED))
    desired = desired_of(access(EVERYTHING), limits=Limits(widen=Limit(share=0.3)))
    assert planned(desired, live_of({GROUPCALL: nothing})).breaches == ()


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(revoke_per_school=Limit(count=1)), (Breach("revoke", 2, "1", "greenfield"),)),
        (Limits(revoke_per_school=Limit(count=2)), ()),
        (Limits(revoke_per_school=Limit(share=0.5)), (Breach("revoke", 2, "50% of 3", "greenfield"),)),
        (Limits(widen_per_school=Limit(count=0)), (Breach("widen", 1, "0", "riverside"),)),
        (
            Limits(revoke=Limit(count=1), revoke_per_school=Limit(count=1)),
            (Breach("revoke", 2, "1"), Breach("revoke", 2, "1", "greenfield")),
        ),
    ],
)
def test_a_limit_for_each_school_is_over_school_by_school(limits: Limits, expected: tuple[Breach, ...]) -> None:
    """The plan as a whole may be well within its bound, and one school's part of it not."""
    far = Address("riverside", "groupcall")
    desired = desired_of(access(["Students"]), access(EVERYTHING, address=far), limits=limits)
    live = live_of({GROUPCALL: granted("Students", "A", "B"), far: granted("Students")})
    breaches = planned(desired, live).breaches
    assert breaches == expected
    assert [breach.name for breach in breaches if breach.school] == [
        f"{breach.limit}/{breach.school}" for breach in expected if breach.school
    ]


def test_the_ticks_of_an_account_to_mend_widen_too() -> None:
    """They are to set once its login works, and nobody can see how many are there."""
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"))
    desired = desired_of(access(EVERYTHING), limits=Limits(widen=Limit(count=1)))
    plan = planned(desired, live_of({GROUPCALL: refused}))
    assert plan.breaches == (Breach("widen", 2, "1", perhaps=2),)
    told = "2 to add (0 to grant now, 2 ticks if the refused logins are new accounts), and the limit is 1."
    assert f"Over the limit `widen`: {told}" in render_text(material(plan))
    (breach,) = json.loads(render_json(material(plan)))["breaches"]
    assert (breach["count"], breach["perhaps"]) == (2, 2)


def test_a_share_is_of_entities_alone() -> None:
    """A role or a permission to give is counted, and is no share of the entities that may be read."""
    desired = desired_of(access(["A"], role="Till", permissions=["X"]), limits=Limits(widen=Limit(share=0.5)))
    live = as_declared(desired)
    none: Known[Mapping[str, str]] = Known({}, attested())
    found = replace(live.accesses[GROUPCALL], roles=none, permissions=none)
    plan = planned(desired, replace(live, accesses={GROUPCALL: found}))
    assert (plan.summary.grant, plan.breaches) == (2, ())


def revoking(limits: Limits, names: list[str], count: int) -> tuple[Breach, ...]:
    """The breaches of a plan that takes `count` of these entities away."""
    desired = desired_of(access(names[count:]), limits=limits)
    return planned(desired, live_of({GROUPCALL: granted(*names)})).breaches
