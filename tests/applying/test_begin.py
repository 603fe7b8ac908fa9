"""What is refused before anything is done, each with nothing written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reconciler.applying.plan_files import approval_of
from reconciler.applying.preflight import approved_state, unneeded
from reconciler.cli.clock import system_clock
from reconciler.errors import PlanRefused, PlanStale
from reconciler.model.aspect import Aspect
from reconciler.model.evidence import Known
from reconciler.model.plan import SavedPlan
from reconciler.planning.approved.due import due, due_plan

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from reconciler.applying.state import ApplyState
    from reconciler.model.plan import Plan
    from tests.applying.practice import Practice

GREENFIELD = 12345
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def checked(
    practice: Practice,
    plan: Plan,
    *,
    created: datetime | None = NOW - timedelta(days=7),
    expires: datetime | None = NOW,
    accepted: Collection[str] = ("widen", "revoke"),
    now: datetime = NOW,
) -> ApplyState:
    """The plan, held against what is now."""
    return approved_state(SavedPlan(plan, created, expires), practice.inputs(clock=lambda: now), accepted)


def changed(file: Path, old: str, new: str) -> None:
    """Change a manifest."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_plan_that_is_still_so_may_be_carried_out(practice: Practice) -> None:
    """What moved elsewhere, where hands have nothing to do, stops nobody."""
    plan = practice.plan()
    practice.sandbox.tick(12347, "till.meadow", "Students")
    state = checked(practice, plan)
    assert due(state.now.left) == due(plan)


def test_a_tick_that_moved_is_shown(practice: Practice) -> None:
    """Somebody set one of the ticks since."""
    plan = practice.plan("greenfield")
    practice.sandbox.tick(GREENFIELD, "groupcall.greenfield", "Students")
    with pytest.raises(PlanStale) as refused:
        checked(practice, plan)
    assert refused.value.moved == (
        "greenfield/groupcall: was approved, but is no longer so: grant read Students (absent -> granted)",
    )
    assert not practice.journal_file.exists()


def test_a_manifest_that_changed_is_shown(practice: Practice) -> None:
    """What was approved is what the manifests said then."""
    plan = practice.plan("greenfield")
    changed(practice.folder / "suppliers" / "groupcall.yaml", "    - StudentContacts\n", "")
    with pytest.raises(PlanStale) as refused:
        checked(practice, plan)
    assert [line for line in refused.value.moved if "StudentContacts" in line]


def test_a_supplier_that_is_gone_is_shown(practice: Practice) -> None:
    """Its manifest was taken away."""
    plan = practice.plan("greenfield")
    (practice.folder / "suppliers" / "cashless-till.yaml").unlink()
    with pytest.raises(PlanStale, match="Bromcom or the manifests changed") as refused:
        checked(practice, plan)
    assert "greenfield/cashless-till: the manifests no longer have it" in refused.value.moved


def test_a_waiver_that_expired_since_is_shown(practice: Practice) -> None:
    """What it accepted is due again."""
    (practice.folder / "waiver.yaml").write_text(
        "apiVersion: reconciler/v1\nkind: Waiver\nmetadata: {name: until-summer}\nspec:\n"
        "  schools: [greenfield]\n  supplier: groupcall\n  changes: [{action: grant, name: Students}]\n"
        "  reason: not needed yet\n  by: J. Smith\n  expires: 2035-07-31\n",
        encoding="utf-8",
    )
    plan = practice.plan("greenfield")
    assert "Students" not in {subject.name for subject in due(plan)}
    last_day = datetime(2035, 7, 31, 12, 0, tzinfo=UTC)
    next_day = last_day + timedelta(days=1)
    checked(practice, plan, created=last_day, expires=next_day, now=last_day)
    with pytest.raises(PlanStale) as refused:
        checked(practice, plan, created=last_day, expires=next_day, now=next_day)
    assert "greenfield/groupcall: is new: grant read Students (absent -> granted)" in refused.value.moved


def test_a_service_that_does_not_answer_is_shown(practice: Practice) -> None:
    """Nothing is begun blindly."""
    plan = practice.plan("greenfield")
    practice.sandbox.set_trouble("unavailable-503", school_id=GREENFIELD)
    with pytest.raises(PlanStale) as refused:
        checked(practice, plan)
    assert [line for line in refused.value.moved if "unknown" in line]


def test_a_plan_without_an_end_is_a_report(practice: Practice) -> None:
    """`plan --format json` says nothing of approval, and a plan whose expiry was taken out would hold for ever."""
    with pytest.raises(PlanRefused, match="is a report, not a plan to approve"):
        approved_state(SavedPlan(practice.plan("greenfield"), None, None), practice.inputs(clock=lambda: NOW))


@pytest.mark.parametrize(("left", "refused"), [(timedelta(0), False), (timedelta(seconds=-1), True)])
def test_a_plan_expires(practice: Practice, left: timedelta, refused: bool) -> None:
    """To the second, and before anything is asked."""
    plan = practice.plan("greenfield")
    calls = len(practice.sandbox.access_log())
    if not refused:
        checked(practice, plan, expires=NOW + left)
        return
    with pytest.raises(PlanRefused, match="expired at 2026-11-24T11:59:59"):
        checked(practice, plan, expires=NOW + left)
    assert len(practice.sandbox.access_log()) == calls


@pytest.mark.parametrize(
    ("created", "expires", "words"),
    [
        (timedelta(minutes=6), timedelta(days=7), "2026-11-24T12:06:00.*, which is in the future"),
        (timedelta(days=20), timedelta(days=30), "which is in the future"),
        (timedelta(days=-1), timedelta(days=89, seconds=1), "A plan is valid for at most 90 days"),
        (timedelta(days=-8000), timedelta(days=8000), "A plan is valid for at most 90 days"),
        (None, timedelta(days=7), "without the time at which it was made, expires at"),
    ],
)
def test_times_that_no_plan_is_written_with_are_refused(
    practice: Practice, created: timedelta | None, expires: timedelta, words: str
) -> None:
    """Whoever can write the file must not make an approval last; nothing is asked. Two clocks may differ a little."""
    plan = practice.plan("greenfield")
    calls = len(practice.sandbox.access_log())
    with pytest.raises(PlanRefused, match=words):
        checked(practice, plan, created=None if created is None else NOW + created, expires=NOW + expires)
    assert len(practice.sandbox.access_log()) == calls
    checked(practice, plan, created=NOW + timedelta(minutes=4), expires=NOW + timedelta(days=90))


def test_a_part_of_a_plan_is_refused(practice: Practice) -> None:
    """Its probing was stopped: nobody saw the rest."""
    with pytest.raises(PlanRefused, match="The plan is incomplete"):
        checked(practice, replace(practice.plan("greenfield"), interrupted=True))


def test_a_plan_of_another_workspace_is_refused(practice: Practice) -> None:
    """Equal names of schools do not make it the same."""
    plan = practice.plan("greenfield")
    changed(practice.folder / "reconciler.yaml", "example-trust", "another-trust")
    with pytest.raises(PlanRefused, match=r"The plan is for the workspace example-trust.* are for another-trust"):
        checked(practice, plan)


def test_a_limit_is_refused_and_accepted_by_its_name(practice: Practice) -> None:
    """As the Workspace has it now: each by its own name, and no other name opens it."""
    plan = practice.plan("greenfield")
    assert not plan.breaches
    limits = "widen: {count: 1, perSchool: {count: 1}}"
    changed(practice.folder / "reconciler.yaml", "widen: {count: 25}", limits)
    for accepted in ((), ("revoke",), ("widen",), ("widen/greenfield",), ("all",)):
        with pytest.raises(PlanRefused, match="Over the limit `widen") as refused:
            checked(practice, plan, accepted=accepted)
        assert "Nothing was changed" in str(refused.value)
    with pytest.raises(PlanRefused, match="--accept widen --accept widen/greenfield"):
        checked(practice, plan, accepted=())
    checked(practice, plan, accepted=("widen", "widen/greenfield"))


def test_a_limit_is_of_the_plan_that_was_approved(practice: Practice) -> None:
    """A share is of all that the plan's accesses may read, those included for which nothing is to do: nobody is refused
    for what was approved as little."""
    plan = practice.plan("greenfield", "meadow")
    ticks = sum(change.aspect is Aspect.READ for access in plan.accesses for change in access.changes)
    of_all, of_its = (granted(part) for part in (plan, due_plan(plan)))
    assert of_its < of_all
    share = 100 * (ticks / of_all + ticks / of_its) / 2
    limits = f"widen: {{count: 25, share: {share:.4f}%}}"
    changed(practice.folder / "reconciler.yaml", "widen: {count: 25}", limits)
    checked(practice, plan, accepted=())


def granted(plan: Plan) -> int:
    """How much the accesses of a plan may read."""
    return sum(access.granted.value for access in plan.accesses if isinstance(access.granted, Known))


def test_a_missing_password_is_refused_before_the_first_page(practice: Practice) -> None:
    """It was there when the plan was made: without it nothing that is done could be proven. A plan that was made
    without it is carried out without it."""
    plan = practice.plan("greenfield")
    file = practice.folder / "practice.env"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("GROUPCALL_GREENFIELD")]
    assert len(kept) == len(lines) - 1
    file.write_text("".join(kept), encoding="utf-8")
    with pytest.raises(PlanRefused, match=r"Passwords are missing .*greenfield/groupcall: .*--env-file FILE"):
        checked(practice, plan)
    everything = practice.plan("*")
    file.write_text("", encoding="utf-8")
    with pytest.raises(PlanRefused, match=r"greenfield/cashless-till: .*hilltop/timetable-view: .*; and \d more\)"):
        checked(practice, everything)
    file.write_text("".join(line for line in kept if not line.startswith("TILL_GREENFIELD")), encoding="utf-8")
    again = practice.plan("greenfield")
    assert {subject.supplier for subject in due(again)} == {"cashless-till"}
    checked(practice, again)


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [(True, False, "It was made with --deep"), (False, True, "It was made without --deep"), (False, False, "")],
)
def test_another_depth_is_told(practice: Practice, then: bool, now: bool, told: str) -> None:
    """A plan that also read the columns knows more: whoever looks less deep cannot see that it is still so."""
    practice.sandbox.untick(GREENFIELD, "groupcall.greenfield", "Attendances")
    plan = practice.plan("greenfield", deep=then)
    practice.sandbox.tick(GREENFIELD, "groupcall.greenfield", "Students")
    with pytest.raises(PlanStale) as refused:
        approved_state(approval_of(plan, system_clock()), practice.inputs(deep=now), ("widen",))
    assert ("--deep" in str(refused.value)) is bool(told)
    assert told in str(refused.value)


def test_a_plan_that_is_done_is_not_refused(practice: Practice) -> None:
    """What is due now is not what was approved, since all of it was done: nothing is left."""
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    practice.sandbox.tick(GREENFIELD, "groupcall.greenfield", "Students", "StudentContacts")
    state = checked(practice, plan)
    assert (state.is_done, state.now.left.summary.changes) == (True, 0)


def test_a_name_that_opens_nothing_is_told(practice: Practice) -> None:
    """A limit that the plan keeps needs no yes; a mistyped name is found by it."""
    plan = practice.plan("greenfield")
    assert unneeded(plan, practice.inputs().desired, ("wyden", "revoke")) == ("revoke", "wyden")
    changed(practice.folder / "reconciler.yaml", "widen: {count: 25}", "widen: {count: 1}")
    assert unneeded(plan, practice.inputs().desired, ("widen", "revoke")) == ("revoke",)
