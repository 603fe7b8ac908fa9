"""Material -> the story that every report for people tells, in the same order, before it is laid out.

headline    who gets to read or write more, and what is sensitive in it
points      how much work, what was wrong before, what is not known
chapters    what the change asks for; what follows from it; what was wrong already; what is accepted
dark        what nobody knows, and why
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reconciler.model.review import ManifestField, Review
from reconciler.report.input import ReportInput
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story import headline as verdict
from reconciler.report.story.differences import (
    DifferenceRows,
    UnknownRow,
    denied,
    difference_rows,
    recalled,
    unknown_rows,
)
from reconciler.report.story.earlier import recalled_points
from reconciler.report.story.headline import Point
from reconciler.report.story.orphans import beside_orphans, leaving, orphan_rows
from reconciler.report.story.requests import RequestedChanges, requested_changes, titles
from reconciler.report.story.rows import Row
from reconciler.report.story.snapshot_age import unlooked

MERGING: Final = (
    Part(
        "Agreeing to this changes nothing in Bromcom by itself: what is to be done there somebody does by hand, and a "
        "check then proves it."
    ),
)
AGREED: Final = "Agreed is what the files of this repository say."
ENTITY: Final = (
    Part("An entity is one kind of record in Bromcom, such as "),
    Part("Attendances", Mark.VALUE),
    Part(": what a supplier may read is ticked there entity by entity."),
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading, rows, and what is to be known of them; `folded` where it is no news to whoever decides."""

    id: str
    heading: str
    rows: tuple[Row, ...]
    notes: tuple[tuple[Part, ...], ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """All of it but the accesses one by one. `titles` are the suppliers' names for people."""

    title: str
    alarms: tuple[tuple[Part, ...], ...]
    headline: tuple[Part, ...]
    points: tuple[Point, ...]
    chapters: tuple[Chapter, ...]
    dark: tuple[UnknownRow, ...]
    titles: Mapping[str, str]


def story(material: ReportInput, *, finely: bool = False) -> Story:
    """The story of a plan, with what a change asks for where one is under review; `finely` is of `rows`."""
    plan, review = material.plan, material.review
    edits = review.edits if isinstance(review, Review) else ()
    names = {**{orphan.supplier: orphan.title for orphan in material.orphans}, **titles(edits, plan)}
    wanted = requested_changes(edits, material, finely=finely)
    found = difference_rows(material, finely=finely)
    if isinstance(review, Review):
        chapters, headline = [*_of_change(wanted, material)], verdict.of_change(wanted, names, review)
    else:
        chapters, headline = [], beside_orphans(verdict.of_state(material, found), material)
    return Story(
        title=f"Third parties in Bromcom: {plan.workspace}",
        alarms=tuple(verdict.alarms(material)),
        headline=(*headline, *verdict.of_recalled(recalled(material)), *_when(material)),
        points=(*recalled_points(material), *verdict.points(material, found)),
        chapters=tuple(chapter for chapter in (*chapters, *_of_state(found, material)) if chapter.rows),
        dark=unknown_rows(plan),
        titles=names,
    )


def _when(material: ReportInput) -> Iterator[Part]:
    """End the headline with its age if nobody has looked for more than a day."""
    told = unlooked(material)
    if told:
        yield Part(f" {told}", Mark.LABEL)


def _of_change(wanted: RequestedChanges, material: ReportInput) -> Iterator[Chapter]:
    left = tuple(row for row in wanted.less if row.topic is ManifestField.ACCESS)
    less = tuple(row for row in wanted.less if row not in left)
    yield Chapter("more", "Who gets to read or write more", wanted.more, (*_entity(wanted.more), MERGING))
    yield Chapter("other", "What else changes", wanted.other)
    yield Chapter("leaving", "Who is no longer agreed", left, (leaving(material.orphans),))
    yield Chapter("less", "Who gets to read or write less", less)
    yield Chapter("accepts", "What is accepted although it is not as agreed", wanted.accepted)
    yield Chapter("vouched", "What somebody says they saw in Bromcom", wanted.vouched)


def _of_state(found: DifferenceRows, material: ReportInput) -> Iterator[Chapter]:
    yield Chapter("follows", "What else is not as agreed because of it", found.follows)
    left = orphan_rows(material)
    yield Chapter("orphans", "Who is no longer agreed and still has access", left, (leaving(material.orphans),))
    yield Chapter("before", "What was wrong already, before this change", found.before)
    yield Chapter("over", "Who reads or writes more than is agreed", found.over, _entity(found.over))
    yield Chapter("logins", "Which logins are refused", found.logins)
    yield Chapter("otherwise", "What is set otherwise than agreed", found.other)
    yield Chapter("missing", "What is agreed and not given", found.missing)
    yield Chapter("recalled", "What differed when it was last seen, and was not seen this time", recalled(material))
    yield Chapter("denied", "What somebody said they saw, and cannot be right", denied(material.plan))
    yield Chapter("reported", "What is read, not agreed, and only reported", found.reported, folded=True)
    yield Chapter("accepted", "What differs and is accepted for now", found.accepted, folded=True)


def _entity(found: Iterable[Row]) -> tuple[tuple[Part, ...], ...]:
    """What an entity is, where the rows have some."""
    return (ENTITY,) if any(row.of_entities for row in found) else ()
