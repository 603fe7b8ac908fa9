"""The pages of a run, school by school, with the mark that each has by now."""

from collections.abc import Iterable, Mapping

from reconciler.model.address import school_label
from reconciler.model.aspect import FactRef
from reconciler.model.outcome import Contradicted, Outcome, Skipped, Verified
from reconciler.model.runbook import PageId, PageVisit, Runbook
from reconciler.report.pages.guided.stages import JourneyPage, JourneySchool, PageMark
from reconciler.startup import dataclass

_Key = tuple[str, PageId]


@dataclass(frozen=True, slots=True)
class _Stop:
    """One page: the facts that its outcomes are about decide its mark once it was answered."""

    school: str
    title: str
    mark: PageMark = PageMark.LATER
    subjects: frozenset[FactRef] = frozenset()


class Journey:
    """The pages of one run, in the order in which they are opened."""

    def __init__(self, runbook: Runbook) -> None:
        self._outcomes: dict[FactRef, Outcome] = {}
        self._stops: dict[_Key, _Stop] = {
            (book.school, visit.page.id): _Stop(book.called, visit.page.title)
            for book in runbook.schools
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
            settled = {subject for step in page_visit.visit.steps for subject in step.settles}
            own = settled.intersection(self._outcomes) or {outcome.subject for outcome in outcomes}
            self._mark(page_visit, PageMark.TOLD, frozenset(own))
        for key, stop in self._stops.items():
            if stop.subjects:
                self._stops[key] = _Stop(stop.school, stop.title, _judged(stop.subjects, self._outcomes), stop.subjects)

    def schools(self) -> tuple[JourneySchool, ...]:
        """Return the list as it is now."""
        pages: dict[str, list[JourneyPage]] = {}
        titles: dict[str, str] = {}
        for (school, _), stop in self._stops.items():
            titles.setdefault(school, stop.school)
            pages.setdefault(school, []).append(JourneyPage(stop.title, stop.mark))
        return tuple(JourneySchool(titles[school], tuple(its)) for school, its in pages.items())

    def _mark(self, page_visit: PageVisit, mark: PageMark, subjects: Iterable[FactRef] = ()) -> None:
        key = page_visit.school, page_visit.visit.page.id
        title = school_label(page_visit.title, page_visit.school)
        self._stops[key] = _Stop(title, page_visit.visit.page.title, mark, frozenset(subjects))


def _judged(subjects: Iterable[FactRef], outcomes: Mapping[FactRef, Outcome]) -> PageMark:
    """Return the mark of a page by the outcomes of its facts, the worst first."""
    own = [outcomes[subject] for subject in subjects if subject in outcomes]
    if any(isinstance(outcome, Contradicted) for outcome in own):
        return PageMark.NOT_DONE
    if any(not isinstance(outcome, Verified | Skipped) for outcome in own):
        return PageMark.UNSEEN
    return PageMark.SKIPPED if any(isinstance(outcome, Skipped) for outcome in own) else PageMark.VERIFIED
