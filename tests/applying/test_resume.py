"""An apply that was stopped goes on from its journal, at whatever page that was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.applying.person import Answer
from reconciler.applying.resume import newest_begun, progress_of
from reconciler.errors import PlanRefused, PlanStale
from reconciler.journal.file import Journal
from reconciler.model.event import ApplyFinished, ApplyResumed, ApplyStarted, PageAnswered
from reconciler.model.outcome import Contradicted, Said, Verified
from reconciler.model.page import PageId
from reconciler.planning.part import due
from tests.applying.test_story import STUDENTS, TICKS, boxes, by_subject, do_nothing

if TYPE_CHECKING:
    from reconciler.applying.person import Turn
    from tests.applying.practice import Practice

PAGES = [
    *(("greenfield", page) for page in (PageId.ROLES, PageId.USERS, PageId.THIRD_PARTY, PageId.OUTSIDE)),
    *(("oakwood", page) for page in (PageId.USERS, PageId.OUTSIDE)),
]


class PowerCut(BaseException):
    """The end of the process, as far as the story can see."""


@pytest.mark.parametrize("where", PAGES)
def test_a_stop_at_any_page_loses_nothing(practice: Practice, where: tuple[str, PageId]) -> None:
    """The rest is done later: pages that were answered and proven are not opened again, and all of it is verified."""
    plan = practice.plan("greenfield", "oakwood")
    first = practice.machine()
    first.says[where] = Answer.STOP
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
    plan = practice.plan("greenfield", "oakwood")
    first = practice.machine()

    def end(turn: Turn) -> None:
        if when == "after":
            first.follow(turn)
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
    first.says[("greenfield", PageId.OUTSIDE)] = Answer.STOP
    practice.apply(plan, first)
    second = practice.machine()
    second.says = dict.fromkeys(PAGES, Answer.STOP)
    stopped = practice.resume(plan, second)
    assert isinstance(by_subject(stopped.outcomes)[STUDENTS], Contradicted)


def test_what_is_done_meanwhile_is_not_asked_for(practice: Practice) -> None:
    """The page has what is left."""
    plan = practice.plan("greenfield", suppliers=["groupcall"])
    first = practice.machine()
    first.says[TICKS] = Answer.STOP
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
    first.says[TICKS] = Answer.STOP
    practice.apply(plan, first)
    practice.sandbox.tick(12345, "groupcall.greenfield", "StudentFlatView")
    with pytest.raises(PlanStale) as refused:
        practice.resume(plan, practice.machine())
    assert refused.value.moved == ("greenfield/groupcall read StudentFlatView: was not approved",)


def test_there_must_be_something_to_go_on_with(practice: Practice) -> None:
    """A journal without an apply, and one whose applies have all ended."""
    with pytest.raises(PlanRefused, match="no apply was begun here that is not finished"):
        newest_begun(practice.powers(practice.machine()).journal.entries)
    practice.apply(practice.plan("greenfield"), practice.machine())
    with pytest.raises(PlanRefused, match="no apply was begun here that is not finished"):
        newest_begun(practice.powers(practice.machine()).journal.entries)


def test_the_newest_that_is_not_finished_goes_on(practice: Practice) -> None:
    """Of several; and a plan that is begun anew forgets what was said of it before."""
    journal = Journal(practice.journal_file, "J. Smith")
    for plan, event in (
        ("a" * 64, ApplyStarted("a.json", (), 1)),
        ("a" * 64, PageAnswered("greenfield", PageId.USERS, Said.DONE, (STUDENTS,))),
        ("b" * 64, ApplyStarted("b.json", (), 1)),
        ("c" * 64, ApplyStarted("c.json", (), 1)),
        ("c" * 64, ApplyFinished(0, 0, 0, 0, 0)),
    ):
        journal.append(plan, event)
    assert newest_begun(journal.entries).plan_file == "b.json"
    assert progress_of(journal.entries)[0].said == {STUDENTS: Said.DONE}
    journal.append("a" * 64, ApplyStarted("a.json", (), 1))
    newest = newest_begun(journal.entries)
    assert (newest.plan_file, newest.said, newest.told) == ("a.json", {}, set())
