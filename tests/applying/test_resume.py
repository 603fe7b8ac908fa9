"""An apply that was stopped goes on from its journal, at whatever page that was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reconciler.applying.operator import OperatorAnswer
from reconciler.applying.plan_files import approval_of
from reconciler.applying.preflight import approved_state, begin, resumed_state
from reconciler.applying.resume import newest_begun, open_applies, progress_of
from reconciler.cli.clock import system_clock
from reconciler.errors import PlanRefused, PlanStale
from reconciler.journal.file import Journal
from reconciler.model.aspect import Aspect
from reconciler.model.attestation import AttestationReply
from reconciler.model.journal import ApplyFinished, ApplyResumed, ApplyStarted, PageAnswered
from reconciler.model.outcome import Contradicted, Failed, PageAnswer, Verified
from reconciler.model.plan import SavedPlan
from reconciler.model.runbook import ClickKind, PageId
from reconciler.planning.approved.due import due
from tests.applying.practice import NEXT_YEAR
from tests.applying.test_story import STUDENTS, TICKS, boxes, by_subject, do_nothing

if TYPE_CHECKING:
    from reconciler.applying.resume import ApplyProgress
    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Plan
    from reconciler.model.runbook import PageVisit
    from tests.applying.practice import Practice

ALL_PAGES = [("greenfield", page) for page in PageId]
PAGES = [
    *(("greenfield", page) for page in (PageId.ROLES, PageId.USERS, PageId.THIRD_PARTY, PageId.OUTSIDE)),
    *(("oakwood", page) for page in (PageId.USERS, PageId.OUTSIDE)),
]


SUPPLIERS = ("groupcall", "cashless-till", "parents-evening")


class PowerCut(BaseException):
    """The end of the process, as far as the story can see."""


@pytest.mark.parametrize("where", PAGES)
def test_a_stop_at_any_page_loses_nothing(practice: Practice, where: tuple[str, PageId]) -> None:
    """The rest is done later: pages that were answered and proven are not opened again, and all of it is verified."""
    plan = practice.plan("greenfield", "oakwood", suppliers=SUPPLIERS)
    first = practice.machine()
    first.says[where] = OperatorAnswer.STOP
    stopped = practice.apply(plan, first)
    assert stopped.stopped
    second = practice.machine()
    ended = practice.resume(plan, second)
    assert not ended.stopped
    assert [outcome.subject for outcome in ended.outcomes] == list(due(plan))
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}
    assert first.pages[:-1] + second.pages == [(school, which.value) for school, which in PAGES]
    assert practice.events()[-1] == ApplyFinished(len(due(plan)), 0, 0, 0, 0)


@pytest.mark.parametrize("where", PAGES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_end_in_the_middle_of_a_page_loses_that_page_alone(
    practice: Practice, where: tuple[str, PageId], when: str
) -> None:
    """Nothing was said of it: where it was done it shows by itself, or the person is asked again."""
    plan = practice.plan("greenfield", "oakwood", suppliers=SUPPLIERS)
    first = practice.machine()

    def end(page_visit: PageVisit) -> None:
        if when == "after":
            first.follow(page_visit)
        raise PowerCut

    first.instead[where] = end
    with pytest.raises(PowerCut):
        practice.apply(plan, first)
    ended = practice.resume(plan, practice.machine())
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}
    assert [outcome.subject for outcome in ended.outcomes] == list(due(plan))


def test_an_end_between_a_word_and_its_question_asks_again(practice: Practice) -> None:
    """What was said is in the journal, what was to be vouched for is not: so it is asked for."""
    plan = practice.plan("greenfield", suppliers=["cashless-till"])
    first = practice.machine()

    def end(_question: object) -> None:
        raise PowerCut

    first.words = end
    with pytest.raises(PowerCut):
        practice.apply(plan, first)
    second = practice.machine()
    ended = practice.resume(plan, second)
    assert second.pages == [*first.pages, ("greenfield", "system-users"), ("greenfield", "outside")]
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}


def test_what_was_said_before_still_counts(practice: Practice) -> None:
    """Somebody said done, and stopped: the probe of the next day contradicts what they said."""
    plan = practice.plan("greenfield")
    first = practice.machine()
    first.instead[TICKS] = do_nothing
    first.says[("greenfield", PageId.OUTSIDE)] = OperatorAnswer.STOP
    practice.apply(plan, first)
    second = practice.machine()
    second.says = dict.fromkeys(PAGES, OperatorAnswer.STOP)
    stopped = practice.resume(plan, second)
    assert isinstance(by_subject(stopped.outcomes)[STUDENTS], Contradicted)


def test_what_is_done_meanwhile_is_not_asked_for(practice: Practice) -> None:
    """The page has what is left."""
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    first = practice.machine()
    first.says[TICKS] = OperatorAnswer.STOP
    practice.apply(plan, first)
    practice.sandbox.tick(12345, "groupcall.greenfield", "Students")
    second = practice.machine()
    ended = practice.resume(plan, second)
    assert {name for _, name in boxes(second.opened[0])} == {"StudentContacts"}
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}
    assert ApplyResumed(1) in practice.events()


def test_more_than_was_approved_is_refused(practice: Practice) -> None:
    """Another tick appeared at an access that the plan touches."""
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    first = practice.machine()
    first.says[TICKS] = OperatorAnswer.STOP
    practice.apply(plan, first)
    practice.sandbox.tick(12345, "groupcall.greenfield", "StudentFlatView")
    with pytest.raises(PlanStale) as refused:
        practice.resume(plan, practice.machine())
    assert refused.value.moved == ("greenfield/groupcall read StudentFlatView: was not approved",)


def stopped(practice: Practice, plan: Plan, *, accepted: tuple[str, ...] = ()) -> ApplyProgress:
    """How far an apply came that was stopped at its first page."""
    machine = practice.machine()
    machine.says = dict.fromkeys(ALL_PAGES, OperatorAnswer.STOP)
    services = practice.services(machine)
    saved = approval_of(plan, system_clock())
    state = approved_state(saved, practice.inputs(), accepted)
    assert begin(state, saved, services, plan_file="plan.json", accepted=accepted).to_the_end().stopped
    return newest_begun(services.journal.entries, datetime.now(UTC))


def test_a_plan_that_expired_meanwhile_is_refused(practice: Practice) -> None:
    """What was begun in time is not carried on for ever."""
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    progress = stopped(practice, plan)
    saved = SavedPlan(plan, datetime.now(UTC), progress.expires)
    last = saved.expires
    assert last
    resumed_state(saved, progress, practice.inputs(clock=lambda: last))
    with pytest.raises(PlanRefused, match="The plan expired at"):
        resumed_state(saved, progress, practice.inputs(clock=lambda: last + timedelta(seconds=1)))


def test_another_plan_in_its_place_is_refused(practice: Practice) -> None:
    """Nobody approved that one under this one's name."""
    progress = stopped(practice, practice.plan("greenfield", suppliers=["groupcall"]))
    other = approval_of(practice.plan("greenfield", suppliers=["cashless-till"]), system_clock())
    with pytest.raises(PlanRefused, match=r"its file was replaced\. Nothing was changed"):
        resumed_state(replace(other, expires=progress.expires), progress, practice.inputs())


@pytest.mark.parametrize("accepted", [(), ("widen",)])
def test_limits_hold_as_they_are_now(practice: Practice, accepted: tuple[str, ...]) -> None:
    """What was accepted at the beginning stays accepted; a limit that was set since is one that nobody accepted."""
    manifest = practice.folder / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    tight = text.replace("widen: {count: 25}", "widen: {count: 1}")
    if accepted:
        manifest.write_text(tight, encoding="utf-8")
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    progress = stopped(practice, plan, accepted=accepted)
    assert progress.accepted == accepted
    manifest.write_text(tight, encoding="utf-8")
    if accepted:
        resumed_state(SavedPlan(plan, datetime.now(UTC), progress.expires), progress, practice.inputs())
        return
    with pytest.raises(PlanRefused, match="Plan again, and begin with --accept widen"):
        resumed_state(SavedPlan(plan, datetime.now(UTC), progress.expires), progress, practice.inputs())


def test_a_word_of_this_apply_that_says_more_refuses_nothing(practice: Practice) -> None:
    """Whoever vouched honestly for one permission more goes on, and is told of it; what moved besides is refused."""
    plan = practice.plan("greenfield", suppliers=["cashless-till"])
    first = practice.machine()
    first.words = lambda question: AttestationReply(
        {"permissions": ("Dinner Money", "Attendance")} if "permissions" in question.declared else question.declared,
        NEXT_YEAR,
        "",
    )
    first.says[("greenfield", PageId.USERS)] = OperatorAnswer.STOP
    assert practice.apply(plan, first).stopped
    second = practice.machine()
    second.says = dict.fromkeys(PAGES, OperatorAnswer.STOP)
    assert practice.resume(plan, second).others == ("greenfield/cashless-till write Attendance: was not approved",)
    assert second.others == [("greenfield/cashless-till write Attendance: was not approved",)]
    practice.sandbox.tick(12345, "till.greenfield", "StudentFlatView")
    with pytest.raises(PlanStale) as refused:
        practice.resume(plan, practice.machine())
    assert refused.value.moved == ("greenfield/cashless-till read StudentFlatView: was not approved",)


def test_what_could_not_be_found_out_stays_to_be_resumed(practice: Practice) -> None:
    """A service that is down to the end finishes nothing; when it answers, what was said is proven."""
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    first = practice.machine()

    def do_and_break(page_visit: PageVisit) -> None:
        first.follow(page_visit)
        practice.sandbox.set_trouble("unavailable-503", school_id=12345)

    first.instead[TICKS] = do_and_break
    ended = practice.apply(plan, first)
    assert not ended.stopped
    assert {type(outcome) for outcome in ended.outcomes} == {Failed}
    assert not [event for event in practice.events() if isinstance(event, ApplyFinished)]
    practice.sandbox.clear_troubles()
    ended = practice.resume(plan, practice.machine())
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}
    assert practice.events()[-1] == ApplyFinished(len(due(plan)), 0, 0, 0, 0)


def test_an_outage_at_the_start_takes_no_page_away(practice: Practice) -> None:
    """What nobody can see for a moment is still to do; nothing is finished by that."""
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    stopped(practice, plan)
    practice.sandbox.set_trouble("unavailable-503", school_id=12345)
    machine = practice.machine()
    ended = practice.resume(plan, machine)
    assert machine.pages == [("greenfield", "third-party-access")]
    assert boxes(machine.opened[0]) == {(ClickKind.TICK, "Students"), (ClickKind.TICK, "StudentContacts")}
    assert {type(outcome) for outcome in ended.outcomes} == {Failed}
    assert not [event for event in practice.events() if isinstance(event, ApplyFinished)]


def test_there_must_be_something_to_go_on_with(practice: Practice) -> None:
    """A journal without an apply, and one whose applies have all ended."""
    with pytest.raises(PlanRefused, match="There is nothing to resume"):
        newest_begun(practice.services(practice.machine()).journal.entries, datetime.now(UTC))
    practice.apply(practice.plan("greenfield"), practice.machine())
    with pytest.raises(PlanRefused, match="There is nothing to resume"):
        newest_begun(practice.services(practice.machine()).journal.entries, datetime.now(UTC))


def test_the_newest_that_is_not_finished_goes_on(practice: Practice) -> None:
    """Of several; and a plan that is begun anew forgets what was said of it before."""
    journal = Journal(practice.journal_file, "J. Smith", system_clock)
    for plan, event in (
        ("a" * 64, ApplyStarted("a.json", (), 1)),
        ("a" * 64, PageAnswered("greenfield", PageId.USERS, PageAnswer.DONE, (STUDENTS,))),
        ("b" * 64, ApplyStarted("b.json", (), 1)),
        ("c" * 64, ApplyStarted("c.json", (), 1)),
        ("c" * 64, ApplyFinished(0, 0, 0, 0, 0)),
    ):
        journal.append(plan, event)
    assert newest_begun(journal.entries, datetime.now(UTC)).plan_file == "b.json"
    assert progress_of(journal.entries)[0].answers == {STUDENTS: PageAnswer.DONE}
    journal.append("a" * 64, ApplyStarted("a.json", (), 1))
    newest = newest_begun(journal.entries, datetime.now(UTC))
    assert (newest.plan_file, newest.answers, newest.done_pages) == ("a.json", {}, set())


def test_a_basis_that_was_vouched_for_on_the_way_refuses_no_consent(practice: Practice) -> None:
    """What follows from a word of this apply is no more reason to refuse than the word: consent that one basis settled
    is to be looked at under another."""
    word = practice.folder / "attestations" / "riverside.yaml"
    text = word.read_text(encoding="utf-8")
    word.write_text(text.replace("lawfulBasis: Consent", "lawfulBasis: Public Task"), encoding="utf-8")
    practice.sandbox.untick(12346, "library-loans.riverside", "Students")
    plan = practice.plan("riverside", suppliers=["library-loans"])
    assert Aspect.CONSENT not in {subject.aspect for subject in due(plan)}
    first = practice.machine()
    first.instead[("riverside", PageId.THIRD_PARTY)] = do_nothing
    told: list[tuple[str, ...]] = []

    def end(outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        told.append(others)
        if others:
            raise PowerCut

    first.report = end  # type: ignore[method-assign]
    with pytest.raises(PowerCut):
        practice.apply(plan, first)
    assert told[-1] == ("riverside/library-loans consent students: was not approved",)
    second = practice.machine()
    assert practice.resume(plan, second).others == told[-1]
    assert second.pages == [("riverside", "third-party-access")]


def test_nobody_moves_the_day_on_which_it_ends(practice: Practice) -> None:
    """The journal knows it: a kept plan that says a later one was changed by hand."""
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    progress = stopped(practice, plan)
    assert progress.expires
    later = SavedPlan(plan, datetime.now(UTC), progress.expires + timedelta(days=1))
    with pytest.raises(PlanRefused, match=r"its file was changed\. Nothing was changed\. Make a new plan: "):
        resumed_state(later, progress, practice.inputs())


def test_what_expired_is_not_offered(practice: Practice) -> None:
    """It is told with the way out as long as nothing came after it; a newer one that ended leaves nothing to resume."""
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    expires = stopped(practice, plan).expires
    assert expires
    journal = Journal(practice.journal_file, "J. Smith", system_clock)
    assert open_applies(journal.entries, expires)
    after = expires + timedelta(seconds=1)
    assert not open_applies(journal.entries, after)
    with pytest.raises(
        PlanRefused, match=r"The plan that was begun expired at .*what is left of it: `reconciler apply`"
    ):
        newest_begun(journal.entries, after)
    journal.append("c" * 64, ApplyStarted("c.json", (), 1, after), ApplyFinished(1, 0, 0, 0, 0))
    with pytest.raises(PlanRefused, match="There is nothing to resume"):
        newest_begun(journal.entries, after)
