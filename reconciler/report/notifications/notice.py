"""What a notification of drift says, the same in every form: what is new, how much there is, and no more.

It is shorter than the Markdown report and holds nothing that the report does not: names of places, entities, accounts
and the like, the sensitivity of an entity, and counts. What a service said of a refused login is left to the report.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.drift_news import Blindspot, NewDifference, News, Place, Resolved, Verdict
from reconciler.model.plan import Orphan, Plan
from reconciler.planning.drift_news import verdict_of, waits
from reconciler.planning.ranking import of_change
from reconciler.report.escape import printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import KINDS, plural
from reconciler.report.style import plain
from reconciler.report.text.summary import breach_line, summary_lines

_MOST: Final = (60, 40, 20, 10, 5, 2, 1, 0)  # lines: as many as the receiver's limit leaves room for
_LONGEST: Final = 200  # characters of a line: an entity's name has about 20, and may be anything
_ADDRESS: Final = re.compile(r"https?://[^/\s][^\s]{0,2000}")  # what a click may open
_HEADLINES: Final = {
    Verdict.DRIFT: "Drift in",
    Verdict.IN_SYNC: "In sync:",
    Verdict.INCOMPLETE: "Not everything could be known in",
    Verdict.BLIND: "Hardly anything could be seen in",
}
_BLIND: Final = (
    "The service told of one access in ten at most. What was not seen is neither in sync nor mended: find out what "
    "keeps this job from asking."
)
_OPENED: Final = {
    Blindspot.UNSEEN: "Not everything could be seen this time. What was not seen is neither in sync nor mended.",
    Blindspot.TO_ATTEST: "Something that no probe can see waits for a person to attest it.",
}
_CLOSED: Final = {
    Blindspot.UNSEEN: "Everything that can be asked was seen again.",
    Blindspot.TO_ATTEST: "Nothing waits for a person to attest it any more.",
}


@dataclass(frozen=True, slots=True)
class NotificationSection:
    """A title, lines below it, and how many more lines there would be."""

    title: str
    lines: tuple[str, ...]
    more: int = 0

    @property
    def listed(self) -> tuple[str, ...]:
        """The lines as a list, which says at its end how many more there are."""
        return (*(f"• {line}" for line in self.lines), *([f"... and {self.more} more"] if self.more else []))


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification in words: each text is printable, and on one line.

    headline  what the run came to, and where
    summary   counts
    sections  what is new, and what is not there any more
    details   where the whole report can be read (an address of the web); may be empty
    """

    headline: str
    summary: tuple[str, ...]
    sections: tuple[NotificationSection, ...]
    details: str


def notice_of(material: ReportInput, news: News, most: int) -> Notification:
    """Write a notification of at most so many lines. Sections take them in turn, and what is new stands in
    the order of `ranking`: so nothing that is left out ranks above a line that is there."""
    plan = material.plan
    dark = {place for place, gap in news.told.gaps if gap is Blindspot.UNSEEN}
    breaches = [breach_line(breach) for breach in plan.breaches]
    summary = [line for line in summary_lines(material, plain) if line not in breaches]
    sections = (
        ("Limits of the workspace", breaches),
        ("No longer agreed, and access not ended", [_left(each) for each in news.orphans]),
        ("New since the last time", [_new(each) for each in in_rank(news.new, material)]),
        ("Not seen this time", list(_by_school(plan, news.lost, dark.__contains__))),
        ("Seen again", list(_by_school(plan, news.regained, lambda place: place not in dark))),
        ("No difference any more", [_gone(each) for each in news.mended]),
        ("Not declared any more, and not looked at", [_gone(each) for each in news.dropped]),
        ("Accepted by a waiver since", [_gone(each) for each in news.accepted]),
    )
    return Notification(
        headline=_short(f"{_HEADLINES[verdict_of(plan, material.orphans)]} {plan.workspace}"),
        summary=tuple(map(_short, [*summary, *_view(plan, news)])),
        sections=tuple(_sections(((title, lines) for title, lines in sections if lines), most)),
        details=details_of(material),
    )


def details_of(material: ReportInput) -> str:
    """Where the whole report can be read; empty for what is no address of the web, or an endless one."""
    return material.details if _ADDRESS.fullmatch(material.details) else ""


def fitting(material: ReportInput, news: News, render: Callable[[Notification], str], largest: int) -> str:
    """The notification as `render` makes it, with as many lines as a body of `largest` bytes has room for."""
    body = ""
    for most in _MOST:
        body = render(notice_of(material, news, most))
        if len(body.encode()) <= largest:
            break
    return body


def _view(plan: Plan, news: News) -> Iterator[str]:
    """What of the view changed, and what people know already."""
    if verdict_of(plan) is Verdict.BLIND:
        yield _BLIND
    if news.still:
        blind = f", {news.unseen} of them not seen this time" if news.unseen else ""
        yield f"Still there: {plural(news.still, 'difference')} that {_were(news.still)} told before{blind}."
    yield from (_OPENED[gap] for gap in news.opened)
    yield from (_CLOSED[gap] for gap in news.closed)


def _by_school(plan: Plan, places: Sequence[Place], so: Callable[[Place], bool]) -> Iterator[str]:
    """Places, a line for each school; one for all schools where all of them, whole, are `so`."""
    everywhere = _places(plan)
    if (
        places
        and all(map(so, everywhere))
        and {place.school for place in everywhere} == {each.school for each in places}
    ):
        yield f"everything: {plural(len(plan.schools), 'school')}"
        return
    for school in sorted({place.school for place in places}):
        if all(so(place) for place in everywhere if place.school == school):
            yield f"{school}: all of it"
        else:
            yield f"{school}: {', '.join(place.supplier or 'the school' for place in places if place.school == school)}"


def _places(plan: Plan) -> Sequence[Place]:
    """Where the service can be asked for something."""
    accesses = [Place(*access.address) for access in plan.accesses if not waits(access)]
    return [*(Place(school.name, "") for school in plan.schools), *accesses]


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def in_rank(new: Sequence[NewDifference], material: ReportInput) -> Sequence[NewDifference]:
    """Sort what is new in the order in which every report tells it."""
    return sorted(new, key=lambda difference: of_change(difference.change, material.sensitivity))


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
            return "declared, not granted"
        case Action.REVOKE:
            return "granted, not declared"
        case Action.MEND_LOGIN:
            return "login refused"
        case Action.SET:
            return f"is {change.before}, should be {change.after}"


def _label(aspect: Aspect, name: str) -> str:
    return name if aspect is Aspect.READ else f"{KINDS[aspect]} {name}"


def _short(line: str) -> str:
    shown = printable(line)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
