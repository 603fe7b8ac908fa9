"""Report input -> the story of every report for people, in its order, before it is laid out.

headline  the verdict, with numbers and what is sensitive
points    the work, earlier differences, facts that could not be checked
chapters  the change's requests; its consequences; earlier differences; accepted ones
unknown   facts that could not be checked, by reason
coming    days that are over or come soon
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from reconciler.model.review import ManifestField, Review
from reconciler.report.input import ReportInput
from reconciler.report.labels import applied_said
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story import headline as verdict
from reconciler.report.story.coming import ComingRow, coming_rows
from reconciler.report.story.differences import (
    DifferenceRows,
    UnknownRow,
    denied,
    difference_entries,
    difference_rows,
    recalled,
    unknown_rows,
)
from reconciler.report.story.earlier import recalled_points
from reconciler.report.story.headline import Point
from reconciler.report.story.open_data import open_data_alarms
from reconciler.report.story.orphans import leaving, orphan_rows, orphan_sentences
from reconciler.report.story.requests import RequestedChanges, requested_changes, requested_entries, titles
from reconciler.report.story.rows import Row
from reconciler.report.story.snapshot_age import last_checked

MERGING: Final = Part("Approving this does not change Bromcom. Someone makes the change by hand and we then check it.")
AGREED: Final = "Agreed means what the manifests of this repository say."
ENTITY: Final = (
    Part("An entity is a kind of record in Bromcom, such as "),
    Part("Attendances", Mark.VALUE),
    Part(". Each entity that a supplier can read is ticked there."),
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading, rows, and notes on them; `folded` if it is no news to an approver."""

    id: str
    heading: str
    rows: tuple[Row, ...]
    notes: tuple[tuple[Part, ...], ...] = ()
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """All of a report but its sections. `titles` are the suppliers' names for people."""

    title: str
    alarms: tuple[tuple[Part, ...], ...]
    headline: tuple[Part, ...]
    points: tuple[Point, ...]
    chapters: tuple[Chapter, ...]
    unknown: tuple[UnknownRow, ...]
    coming: tuple[ComingRow, ...]
    titles: Mapping[str, str]


def story(material: ReportInput) -> Story:
    """The story of a plan, with the requests of a change if one is under review."""
    return story_teller(material)(finely=False)


class StoryTeller(Protocol):
    """Tells a story; `finely` is for `rows`."""

    def __call__(self, *, finely: bool) -> Story: ...


def story_teller(material: ReportInput) -> StoryTeller:
    """Gather a story, to be told in rows of one kind or of another."""
    names = {**{orphan.supplier: orphan.title for orphan in material.orphans}, **titles(material.edits, material.plan)}
    wanted, found = requested_entries(material), difference_entries(material)

    def tell(*, finely: bool) -> Story:
        return _story(material, names, requested_changes(wanted, finely=finely), difference_rows(found, finely=finely))

    return tell


def _story(material: ReportInput, names: Mapping[str, str], wanted: RequestedChanges, found: DifferenceRows) -> Story:
    plan, review = material.plan, material.review
    if isinstance(review, Review):
        chapters, headline = [*_of_change(wanted, material)], verdict.of_change(wanted, names, review)
    else:
        left = [part for sentence in orphan_sentences(material.orphans) for part in (Part(" "), *sentence)]
        chapters, headline = [], (*verdict.of_state(material, found), *left)
    return Story(
        title=f"Third parties in Bromcom: {plan.workspace}",
        alarms=(*open_data_alarms(material), *verdict.alarms(material)),
        headline=(*headline, *verdict.of_recalled(recalled(material)), *_when(material)),
        points=(*recalled_points(material), *verdict.points(material, found)),
        chapters=tuple(chapter for chapter in (*chapters, *_of_state(found, material)) if chapter.rows),
        unknown=unknown_rows(plan),
        coming=coming_rows(material),
        titles=names,
    )


def _when(material: ReportInput) -> Iterator[Part]:
    """The age of the view, if it is more than a day."""
    age = last_checked(material)
    if age:
        yield Part(f" {age}", Mark.LABEL)


def _of_change(wanted: RequestedChanges, material: ReportInput) -> Iterator[Chapter]:
    left = tuple(row for row in wanted.less if row.topic is ManifestField.ACCESS)
    less = tuple(row for row in wanted.less if row not in left)
    yield Chapter("more", "More access than before", wanted.more, (*_entity(wanted.more), (MERGING,)))
    yield Chapter("other", "Other changes", wanted.other)
    yield Chapter("leaving", "No longer agreed", left, (leaving(material.orphans),))
    yield Chapter("less", "Less access than before", less)
    yield Chapter("accepts", "Differences that this change accepts", wanted.accepted)
    yield Chapter("vouched", "Confirmed by a person", wanted.vouched)
    yield Chapter("decided", "Decided in a round", wanted.decided)


def _of_state(found: DifferenceRows, material: ReportInput) -> Iterator[Chapter]:
    yield Chapter("follows", "Also different because of this change", found.follows)
    left = orphan_rows(material)
    yield Chapter("orphans", "No longer agreed, but still with access", left, (leaving(material.orphans),))
    yield Chapter("before", "Already different before this change", found.before)
    yield Chapter("over", "Too much access", found.over, _entity(found.over))
    yield Chapter("logins", "Refused logins", found.logins)
    yield Chapter("otherwise", "Settings that differ", found.other)
    yield Chapter("missing", "Missing access", found.missing)
    yield Chapter("pending", "Asked for, but not carried out yet", found.pending, (*_since(material),))
    yield Chapter("recalled", "Different when last seen, not checked this time", recalled(material))
    yield Chapter("denied", "Contradicted confirmations", denied(material))
    yield Chapter("reported", "Not agreed, and only reported", found.reported, folded=True)
    yield Chapter("accepted", "Differences accepted for now", found.accepted, folded=True)


def _since(material: ReportInput) -> Iterator[tuple[Part, ...]]:
    """Name the manifests that were applied last."""
    if material.applied:
        yield (Part(f"The manifests ask for this since {applied_said(material.applied)}."),)


def _entity(found: Iterable[Row]) -> tuple[tuple[Part, ...], ...]:
    """The explanation of an entity, if the rows have some."""
    return (ENTITY,) if any(row.of_entities for row in found) else ()
