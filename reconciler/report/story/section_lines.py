"""Lines on one access, or on a school's own settings; lines that are alike become one with many items."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Final, NamedTuple

from reconciler.model.aspect import Aspect, Risk
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import entity_key
from reconciler.model.plan import AttestedFacts
from reconciler.model.problem import Origin
from reconciler.model.review import Cause, Edit, LiveStatus
from reconciler.planning.ranking import AGREED, BESIDE, Rank, of_edit, together
from reconciler.planning.ranking import of_change as change_rank
from reconciler.planning.ranking import of_reported as reported_rank
from reconciler.planning.ranking import of_unknown as unknown_rank
from reconciler.planning.risk import Sensitivity
from reconciler.report.input import ReportInput
from reconciler.report.labels import ALL, CAUSES, DIFFERENCES, LABELS, attested, plural
from reconciler.report.labels import waived as waived_said
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.differences import REPORTED, ReportedDifference, state_said
from reconciler.report.story.phrases import (
    NOT_CHECKED,
    SELF_EXPLANATORY,
    UNKNOWN_REASONS,
    Phrase,
    change_phrase,
    edit_phrase,
    status_phrase,
)
from reconciler.report.story.rows import Item

_EDIT_SIGNS: Final = {LiveStatus.IN_PLACE: "✓", LiveStatus.CLAIMED: "✎", LiveStatus.UNKNOWN: "?"}


class SectionLine(NamedTuple):
    """One statement, or several that are alike.

    sign       the mark of `state`
    items      names; empty if the words say all
    cause      the cause of a difference; empty if it is not known
    place      the declaration: `file:line, line`; may be empty
    sensitive  tells if an entity is sensitive
    rank       the place in the order of all lines
    """

    sign: str
    words: str
    items: tuple[Item, ...]
    end: str
    state: str
    cause: str
    note: str
    place: str
    sensitive: bool
    rank: Rank


@dataclass(frozen=True, slots=True, eq=False)  # the same one is of many accesses, and is known by itself
class _One:
    rank: Rank
    sign: str
    said: Phrase
    state: str
    origin: Origin | None
    cause: str = ""
    note: str = ""
    sensitive: bool = False


def lines(told: Iterable[_One]) -> tuple[SectionLine, ...]:
    """Merge lines that differ only in their item; what matters most comes first, of lines and of items."""
    return _merged(tuple(told))


@lru_cache(4096)
def _merged(told: tuple[_One, ...]) -> tuple[SectionLine, ...]:
    alike: defaultdict[tuple[object, ...], list[_One]] = defaultdict(list)
    for one in sorted(told, key=attrgetter("rank")):
        alike[_alike(one)].append(one)
    return tuple(sorted(map(_line, alike.values()), key=attrgetter("rank")))


def _alike(one: _One) -> tuple[object, ...]:
    """The parts that lines must share to become one."""
    file = one.origin.file if one.origin else ""
    return one.rank.kind, one.sign, one.said.words, one.said.end, one.state, file, one.cause, one.note, one.sensitive


def _line(its: list[_One]) -> SectionLine:
    one = its[0]
    items = tuple(each.said.item for each in its if each.said.item)
    numbers = dict.fromkeys(str(each.origin.line) for each in its if each.origin)
    place = f"{one.origin.file}:{', '.join(numbers)}" if one.origin else ""
    rank = together([each.rank for each in its])
    said = one.said
    return SectionLine(
        one.sign, said.words, items, said.end, one.state, one.cause, one.note, place, one.sensitive, rank
    )


def of_changes(material: ReportInput, changes: Sequence[Change], school: str, supplier: str) -> Iterator[_One]:
    """The differences."""
    for change, cause in zip(changes, material.causes_at(changes, school, supplier), strict=True):
        yield _of_change(change, cause, material.sensitivity)


@lru_cache(100_000)
def _of_change(change: Change, cause: Cause | None, sensitivity: Sensitivity) -> _One:
    notes = (change.note, waived_said(change.waived) if change.waived else "")
    return _One(
        change_rank(change, sensitivity, cause),
        sign="~" if change.waived else DIFFERENCES[change.action].mark,
        said=change_phrase(change),
        state=state_said(ReportedDifference("", "", change, None)),
        origin=change.origin,
        cause=CAUSES[cause],
        note="; ".join(filter(None, notes)),
        sensitive=change.aspect is Aspect.READ and change.risk is Risk.HIGH,
    )


def of_edits(material: ReportInput, edits: Iterable[Edit], school: str, supplier: str) -> Iterator[_One]:
    """Requests of the change under review at a place that are not listed as differences already."""
    for edit in edits:
        if not (edit.standing is LiveStatus.PENDING and isinstance(edit.topic, Aspect)):
            yield _of_edit(Edit("" if supplier else school, supplier, *edit[2:]), material.sensitivity)


@lru_cache(100_000)
def _of_edit(edit: Edit, sensitivity: Sensitivity) -> _One:
    return _One(
        of_edit(edit, sensitivity),
        sign=_EDIT_SIGNS.get(edit.standing, "·"),
        said=edit_phrase(edit),
        state=status_phrase(edit),
        origin=edit.origin,
        cause=CAUSES[Cause.THIS_CHANGE],
        note=edit.note,
        sensitive=edit.topic is Aspect.READ and edit.risk is Risk.HIGH,
    )


def of_denied(denied: Iterable[ContradictedClaim]) -> Iterator[_One]:
    """Attestations that a probe contradicts."""
    for word in denied:
        said = Phrase(f"{LABELS[word.subject.aspect].topic}:", (Part(word.said, Mark.VALUE),))
        note = f"confirmed by {word.evidence.by} on {word.evidence.on.date().isoformat()}; but {word.seen}"
        yield _One(BESIDE, "!", said, "contradicted", word.evidence.origin, note=note)


def of_unknown(unknown: Iterable[UnknownFacts], declared: int = 0) -> Iterator[_One]:
    """Name what is unknown; `declared` is how many entities are."""
    for item in unknown:
        what = LABELS[item.aspect].topic
        said = Phrase(what, (Part(item.name, Mark.VALUE),))
        if item.name == "*":
            entities = plural(item.facts, "entity", "entities") if declared else what
            said = Phrase(ALL.get(item.aspect) or entities)
        why = UNKNOWN_REASONS[item.why] if item.why in SELF_EXPLANATORY else item.reason
        yield _One(unknown_rank([item]), "?", said, NOT_CHECKED, item.origin, note=why)


def of_reported(material: ReportInput, names: Iterable[str]) -> Iterator[_One]:
    """Extra entities that are only reported."""
    for name in names:
        note = material.sensitivity.note(entity_key(name))
        said = Phrase("can read", (Part(name, Mark.VALUE),))
        rank = reported_rank(name, material.sensitivity)
        yield _One(rank, "·", said, REPORTED, None, note=note, sensitive=bool(note))


def of_vouched(vouched: Iterable[AttestedFacts]) -> Iterator[_One]:
    """Facts that a person confirms."""
    for word in vouched:
        item = (Part(word.name, Mark.VALUE),) if word.name not in ("", "*") else ()
        said = Phrase(LABELS[word.aspect].topic, item)
        yield _One(
            AGREED, "✎", said, "as agreed, confirmed by a person", word.evidence.origin, note=attested(word.evidence)
        )
