"""The pages of a plan, school by school, with the mark that each has by now."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.model.address import school_label
from reconciler.model.aspect import FactRef
from reconciler.model.outcome import Contradicted, Outcome, Skipped, Verified
from reconciler.model.runbook import PageId, PageVisit, Runbook, Visit
from reconciler.report.pages.guided.stages import JourneyPage, JourneySchool, PageMark
from reconciler.startup import dataclass

_Key = tuple[str, PageId]


@dataclass(frozen=True, slots=True)
class _Stop:
    """One page: the facts that its outcomes are about decide its mark once it was answered. `verified` is its mark if
    all of them are verified, `seconds` the work that is left on it."""

    school: str
    title: str
    mark: PageMark = PageMark.LATER
    subjects: frozenset[FactRef] = frozenset()
    verified: PageMark = PageMark.VERIFIED
    seconds: int = 0


class Journey:
    """The pages of one plan, in the order in which they are opened.

    approved  all pages of the plan that was approved
    to_come   those of this run: the others were settled before
    outcomes  of the facts of the plan, as this run began
    """

    def __init__(self, approved: Runbook, to_come: Runbook, outcomes: Iterable[Outcome]) -> None:
        self._outcomes = {outcome.subject: outcome for outcome in outcomes}
        self._stops: dict[_Key, _Stop] = {
            (book.school, visit.page.id): self._settled(book.called, visit)
            for book in approved.schools
            for visit in book.visits
        }
        self._stops |= {
            (book.school, visit.page.id): _Stop(book.called, visit.page.title, seconds=visit.seconds)
            for book in to_come.schools
            for visit in book.visits
        }

    def open(self, page_visit: PageVisit) -> None:
        """A page is open: it is not answered."""
        self._mark(page_visit, PageMark.NOW)

    def skip(self, page_visit: PageVisit) -> None:
        """A page was skipped."""
        self._mark(page_visit, PageMark.SKIPPED)

    def check(self, page_visit: PageVisit | None, outcomes: tuple[Outcome, ...]) -> None:
        """A page was answered with done, and these outcomes came of it; without a page they are about earlier ones."""
        self._outcomes |= {outcome.subject: outcome for outcome in outcomes}
        if page_visit:
            own = _subjects(page_visit.visit).intersection(self._outcomes) or {outcome.subject for outcome in outcomes}
            self._mark(page_visit, PageMark.TOLD, frozenset(own))
        for key, stop in self._stops.items():
            if stop.subjects:
                self._stops[key] = replace(stop, mark=self._judged(stop))

    def schools(self) -> tuple[JourneySchool, ...]:
        """Return the list as it is now."""
        pages: dict[str, list[JourneyPage]] = {}
        titles: dict[str, str] = {}
        for (school, _), stop in self._stops.items():
            titles.setdefault(school, stop.school)
            is_open = stop.mark in (PageMark.LATER, PageMark.NOW)
            pages.setdefault(school, []).append(JourneyPage(stop.title, stop.mark, stop.seconds if is_open else 0))
        return tuple(JourneySchool(titles[school], tuple(its)) for school, its in pages.items())

    def _mark(self, page_visit: PageVisit, mark: PageMark, subjects: Iterable[FactRef] = ()) -> None:
        key = page_visit.school, page_visit.visit.page.id
        title, visit = school_label(page_visit.title, page_visit.school), page_visit.visit
        self._stops[key] = _Stop(title, visit.page.title, mark, frozenset(subjects), seconds=visit.seconds)

    def _settled(self, school: str, visit: Visit) -> _Stop:
        """Return a page that this run need not open."""
        subjects = frozenset(_subjects(visit).intersection(self._outcomes))
        stop = _Stop(school, visit.page.title, PageMark.TOLD, subjects, PageMark.EARLIER)
        return replace(stop, mark=self._judged(stop)) if subjects else stop

    def _judged(self, stop: _Stop) -> PageMark:
        return _worst(stop.subjects, self._outcomes) or stop.verified


def _subjects(visit: Visit) -> set[FactRef]:
    return {subject for step in visit.steps for subject in step.settles}


def _worst(subjects: Iterable[FactRef], outcomes: Mapping[FactRef, Outcome]) -> PageMark | None:
    """Return the mark of a page by the outcomes of its facts, the worst first; None if all are verified."""
    own = [outcomes[subject] for subject in subjects if subject in outcomes]
    if any(isinstance(outcome, Contradicted) for outcome in own):
        return PageMark.NOT_DONE
    if any(not isinstance(outcome, Verified | Skipped) for outcome in own):
        return PageMark.UNSEEN
    return PageMark.SKIPPED if any(isinstance(outcome, Skipped) for outcome in own) else None
