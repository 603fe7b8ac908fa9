"""The figures above the list of pages: how far the apply is, and how long the rest takes."""

from typing import NamedTuple

from reconciler.model.address import school_label
from reconciler.report.effort import about, told
from reconciler.report.labels import plural
from reconciler.report.pages.guided.stages import GuidedState, PageMark


class JourneyFigures(NamedTuple):
    """The figures above the list of pages.

    of        the pages of this run, of which so many are `verified`
    lines     the rest in sentences
    school    the one that is at work, by its title
    """

    heading: str
    of: int
    verified: int
    lines: tuple[str, ...]
    school: str


def journey_figures(state: GuidedState) -> JourneyFigures:
    """Return the figures of a state."""
    marks = [page.mark for school in state.schools for page in school.pages]
    earlier = marks.count(PageMark.EARLIER)
    verified = marks.count(PageMark.VERIFIED)
    to_come = sum(mark in (PageMark.LATER, PageMark.NOW) for mark in marks)
    # As the effort of a plan: the sum of what would be told of each school.
    seconds = sum(told(left) for school in state.schools if (left := sum(page.seconds for page in school.pages)))
    page_visit = getattr(state.stage, "page_visit", None)
    lines = [
        f"{verified} verified{f', {to_come} to come' if to_come else ''}.",
        f"{about(seconds).capitalize()} by hand left." if seconds else "",
        f"{plural(earlier, 'page')} verified earlier." if earlier else "",
    ]
    return JourneyFigures(
        heading=f"Page {page_visit.number} of {page_visit.of}" if page_visit else plural(len(marks), "page"),
        of=len(marks) - earlier,
        verified=verified,
        lines=tuple(line for line in lines if line),
        school=school_label(page_visit.title, page_visit.school) if page_visit else "",
    )
