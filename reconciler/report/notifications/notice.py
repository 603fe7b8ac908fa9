"""A notification of drift, the same in every form: news and counts, and nothing that the Markdown report does not have.

It holds names of places, entities and accounts, the sensitivity of an entity, and counts. Bromcom's words about a
refused login are left to the report.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.drift_news import NewDifference, News, Place, Resolved, Verdict, ViewGap
from reconciler.model.plan import Orphan, Plan
from reconciler.model.review import Cause
from reconciler.planning.drift_news import verdict_of, waits
from reconciler.planning.ranking import of_change
from reconciler.report.escape import printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import KINDS, plural
from reconciler.report.story.coming import newly_overdue, overdue_lines, overdue_rounds
from reconciler.report.style import plain
from reconciler.report.text.summary import breach_line, summary_lines

_MOST: Final = (60, 40, 20, 10, 5, 2, 1, 0)  # lines: as many as the receiver's limit leaves room for
_LONGEST: Final = 200  # characters of a line: an entity's name has about 20, and may be anything
_ADDRESS: Final = re.compile(r"https?://[^/\s][^\s]{0,2000}")  # what a click may open
_HEADLINES: Final = {
    Verdict.DRIFT: "Action needed:",
    Verdict.PENDING: "Not carried out yet:",
    Verdict.IN_SYNC: "In sync:",
    Verdict.INCOMPLETE: "Partly checked:",
    Verdict.BLIND: "Hardly anything could be checked:",
}
_BLIND: Final = (
    "At most one access in ten could be checked. The rest is neither in sync nor fixed: find out what stops this job "
    "from asking Bromcom."
)
_OPENED: Final = {
    ViewGap.UNSEEN: "Not everything could be checked this time. The rest is neither in sync nor fixed.",
    ViewGap.TO_ATTEST: "Something cannot be checked remotely, and waits for a person to confirm it.",
}
_CLOSED: Final = {
    ViewGap.UNSEEN: "Everything can be checked again.",
    ViewGap.TO_ATTEST: "Nothing waits for a person to confirm it now.",
}


@dataclass(frozen=True, slots=True)
class NotificationSection:
    """A title, the lines below it, and the number of lines left out."""

    title: str
    lines: tuple[str, ...]
    more: int = 0

    @property
    def listed(self) -> tuple[str, ...]:
        """The lines as a list, which ends with the number left out."""
        return (*(f"• {line}" for line in self.lines), *([f"… and {self.more} more"] if self.more else []))


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification in words: each text is printable, and on one line.

    headline  the verdict, and the workspace
    summary   counts
    sections  what is new, and what is gone
    details   the address of the full report; may be empty
    """

    headline: str
    summary: tuple[str, ...]
    sections: tuple[NotificationSection, ...]
    details: str


def notice_of(material: ReportInput, news: News, most: int) -> Notification:
    """Write a notification of at most `most` lines.

    Sections take them in turn, and news follows the order of `ranking`, so that nothing left out ranks above a line
    that is shown.
    """
    plan = material.plan
    dark = {place for place, gap in news.told.gaps if gap is ViewGap.UNSEEN}
    drift, pending = told_apart(in_rank(news.new, material), material)
    breaches = [breach_line(breach) for breach in plan.breaches]
    summary = [line for line in summary_lines(material, plain) if line not in breaches]
    overdue = newly_overdue(material, news)
    still_overdue = overdue_lines([late for late in overdue_rounds(material) if late not in overdue])
    sections = (
        ("Limits of the workspace", breaches),
        ("No longer agreed, but access not ended", [_left(each) for each in news.orphans]),
        ("Overdue", list(overdue_lines(overdue))),
        ("New since the last message", list(map(_new, drift))),
        ("Could not be checked this time", list(_by_school(plan, news.lost, dark.__contains__))),
        ("Checked again", list(_by_school(plan, news.regained, lambda place: place not in dark))),
        ("Asked for by the manifests, not carried out yet", list(map(_new, pending))),
        ("Fixed", [_gone(each) for each in news.mended]),
        ("No longer in the manifests, not checked", [_gone(each) for each in news.dropped]),
        ("Accepted by a waiver", [_gone(each) for each in news.accepted]),
    )
    return Notification(
        headline=_short(f"{_HEADLINES[material.verdict]} {plan.workspace}"),
        summary=tuple(map(_short, [*summary, *_view(plan, news), *still_overdue])),
        sections=tuple(_sections(((title, lines) for title, lines in sections if lines), most)),
        details=details_of(material),
    )


def details_of(material: ReportInput) -> str:
    """The address of the full report; empty if it is not a web address, or an endless one."""
    return material.details if _ADDRESS.fullmatch(material.details) else ""


def fitting(material: ReportInput, news: News, render: Callable[[Notification], str], largest: int) -> str:
    """Render as many lines as fit into a body of `largest` bytes."""
    body = ""
    for most in _MOST:
        body = render(notice_of(material, news, most))
        if len(body.encode()) <= largest:
            break
    return body


def _view(plan: Plan, news: News) -> Iterator[str]:
    """Changes of the view, and the number of differences that people know already."""
    if verdict_of(plan) is Verdict.BLIND:
        yield _BLIND
    if news.still:
        unchecked = f", {news.unseen} of them not checked this time" if news.unseen else ""
        yield f"Still there: {plural(news.still, 'difference')} from earlier messages{unchecked}."
    yield from (_OPENED[gap] for gap in news.opened)
    yield from (_CLOSED[gap] for gap in news.closed)


def _by_school(plan: Plan, places: Sequence[Place], so: Callable[[Place], bool]) -> Iterator[str]:
    """One line for each school; one for all of them if `so` is true of every place."""
    everywhere = _places(plan)
    if (
        places
        and all(map(so, everywhere))
        and {place.school for place in everywhere} == {each.school for each in places}
    ):
        yield f"everything at {plural(len(plan.schools), 'school')}"
        return
    for school in sorted({place.school for place in places}):
        if all(so(place) for place in everywhere if place.school == school):
            yield f"{school}: everything"
        else:
            names = (place.supplier or "the school itself" for place in places if place.school == school)
            yield f"{school}: {', '.join(names)}"


def _places(plan: Plan) -> Sequence[Place]:
    """The places that the service can be asked about."""
    accesses = [Place(*access.address) for access in plan.accesses if not waits(access)]
    return [*(Place(school.name, "") for school in plan.schools), *accesses]


def in_rank(new: Sequence[NewDifference], material: ReportInput) -> Sequence[NewDifference]:
    """Sort new differences in the order of every report."""
    return sorted(new, key=lambda difference: of_change(difference.change, material.sensitivity))


def told_apart(
    new: Sequence[NewDifference], material: ReportInput
) -> tuple[Sequence[NewDifference], Sequence[NewDifference]]:
    """Tell drift from what the manifests ask for and nobody has carried out yet."""
    drift, pending = list[NewDifference](), list[NewDifference]()
    for difference in new:
        is_pending = material.cause(difference.change, *difference.place) is Cause.PENDING
        (pending if is_pending else drift).append(difference)
    return drift, pending


def _sections(sections: Iterable[tuple[str, Sequence[str]]], most: int) -> Iterator[NotificationSection]:
    for title, lines in sections:
        shown = tuple(map(_short, lines[:most]))
        most -= len(shown)
        yield NotificationSection(f"{title} ({len(lines)})", shown, len(lines) - len(shown))


def _new(new: NewDifference) -> str:
    change = new.change
    note = f" ({change.note})" if change.note and change.aspect is Aspect.READ else ""
    return f"{new.place}: {_label(change.aspect, change.name)}: {_moved(change)}{note}"


def _left(orphan: Orphan) -> str:
    return f"{orphan.school}/{orphan.supplier}: {orphan.way_in}"


def _gone(gone: Resolved) -> str:
    difference = gone.difference
    place = f"{difference.school}/{difference.supplier}" if difference.supplier else difference.school
    return f"{place}: {_label(difference.aspect, gone.state.name)}"


def _moved(change: Change) -> str:
    match change.action:
        case Action.GRANT:
            return "missing access"
        case Action.REVOKE:
            return "too much access"
        case Action.MEND_LOGIN:
            return "login refused"
        case Action.SET:
            return f"is {change.before}, should be {change.after}"


def _label(aspect: Aspect, name: str) -> str:
    return name if aspect is Aspect.READ else f"{KINDS[aspect]} {name}"


def _short(line: str) -> str:
    shown = printable(line)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
