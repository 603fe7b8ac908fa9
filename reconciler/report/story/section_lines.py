"""What is said of one access, or of a school's own, line by line; what is alike is one line with many items."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from operator import attrgetter, itemgetter
from typing import Final, NamedTuple

from reconciler.model.aspect import Aspect, Risk
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import entity_key
from reconciler.model.plan import AttestedFacts
from reconciler.model.problem import Origin
from reconciler.model.review import Cause, Edit, LiveStatus
from reconciler.planning.ranking import AGREED, BESIDE, Rank, of_edit, together
from reconciler.planning.ranking import of_reported as reported_rank
from reconciler.planning.ranking import of_unknown as unknown_rank
from reconciler.report.input import ReportInput
from reconciler.report.labels import ALL, LABELS, SIGNS, attested, plural
from reconciler.report.labels import waived as waived_said
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.differences import REPORTED, ReportedDifference, state_said
from reconciler.report.story.phrases import (
    SAYS_IT_ALL,
    WHY_TOLD,
    Phrase,
    change_phrase,
    edit_phrase,
    status_phrase,
)
from reconciler.report.story.rows import Item

CAUSES: Final = {
    Cause.THIS_CHANGE: "this change",
    Cause.BEFORE: "so before this change",
    Cause.BOTH: "so before, and changed by this",
}
_EDIT_SIGNS: Final = {LiveStatus.IN_PLACE: "=", LiveStatus.CLAIMED: "=", LiveStatus.UNKNOWN: "?"}


class SectionLine(NamedTuple):
    """One thing that is said, or several that are alike.

    sign       what kind it is, at one look; its meaning stands in `state` too
    items      what it is said of; none where the words say all
    cause      where a difference comes from; empty where that is not known, or it is none
    place      where the manifests declare it: `file:line, line`; empty where they do not
    sensitive  an entity that somebody must think about
    rank       its place among all that is told
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


class _One(NamedTuple):
    rank: Rank
    sign: str
    said: Phrase
    state: str
    origin: Origin | None
    cause: str = ""
    note: str = ""
    sensitive: bool = False


def lines(told: Iterable[_One]) -> tuple[SectionLine, ...]:
    """Those that are alike but for their item become one; what matters most stands first, of lines and of items."""
    alike: defaultdict[tuple[object, ...], list[_One]] = defaultdict(list)
    for one in sorted(told, key=itemgetter(0)):
        alike[_alike(one)].append(one)
    return tuple(sorted(map(_line, alike.values()), key=attrgetter("rank")))


def _alike(one: _One) -> tuple[object, ...]:
    """What lines have in common that are told as one."""
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


def of_changes(material: ReportInput, changes: Iterable[Change], school: str, supplier: str) -> Iterator[_One]:
    """What differs."""
    for change in changes:
        cause = material.cause(change, school, supplier)
        notes = (change.note, waived_said(change.waived) if change.waived else "")
        yield _One(
            material.rank(change, school, supplier),
            sign="~" if change.waived else SIGNS[change.action][0],
            said=change_phrase(change),
            state=state_said(ReportedDifference(school, supplier, change, None)),
            origin=change.origin,
            cause=CAUSES[cause] if cause else "",
            note="; ".join(filter(None, notes)),
            sensitive=change.aspect is Aspect.READ and change.risk is Risk.HIGH,
        )


def of_edits(material: ReportInput, edits: Iterable[Edit]) -> Iterator[_One]:
    """What the change under review asks for and makes no difference that is listed already."""
    for edit in edits:
        if not (edit.standing is LiveStatus.PENDING and isinstance(edit.topic, Aspect)):
            yield _One(
                of_edit(edit, material.sensitivity),
                sign=_EDIT_SIGNS.get(edit.standing, "·"),
                said=edit_phrase(edit),
                state=status_phrase(edit),
                origin=edit.origin,
                cause=CAUSES[Cause.THIS_CHANGE],
                note=edit.note,
                sensitive=edit.topic is Aspect.READ and edit.risk is Risk.HIGH,
            )


def of_denied(denied: Iterable[ContradictedClaim]) -> Iterator[_One]:
    """What somebody said, and is not believed for."""
    for word in denied:
        said = Phrase(f"{LABELS[word.subject.aspect].topic}:", (Part(word.said, Mark.VALUE),))
        note = f"{word.evidence.by} said so on {word.evidence.on.date().isoformat()}; {word.seen}"
        yield _One(BESIDE, "!", said, "said, and not believed", word.evidence.origin, note=note)


def of_unknown(unknown: Iterable[UnknownFacts], declared: int = 0) -> Iterator[_One]:
    """Name what is unknown; `declared` is how many entities are."""
    for item in unknown:
        what = LABELS[item.aspect].topic
        said = Phrase(what, (Part(item.name, Mark.VALUE),))
        if item.name == "*":
            entities = f"{what}: {plural(item.facts, 'entity', 'entities')}" if declared else what
            said = Phrase(ALL.get(item.aspect) or entities)
        why = WHY_TOLD[item.why] if item.why in SAYS_IT_ALL else item.reason
        yield _One(unknown_rank([item]), "?", said, "not known", item.origin, note=why)


def of_reported(material: ReportInput, names: Iterable[str]) -> Iterator[_One]:
    """What is read and not agreed, and is only reported."""
    for name in names:
        note = material.sensitivity.note(entity_key(name))
        said = Phrase("reads", (Part(name, Mark.VALUE),))
        rank = reported_rank(name, material.sensitivity)
        yield _One(rank, "·", said, REPORTED, None, note=note, sensitive=bool(note))


def of_vouched(vouched: Iterable[AttestedFacts]) -> Iterator[_One]:
    """What is as agreed by somebody's word."""
    for word in vouched:
        item = (Part(word.name, Mark.VALUE),) if word.name not in ("", "*") else ()
        said = Phrase(LABELS[word.aspect].topic, item)
        yield _One(
            AGREED, "=", said, "so already, as somebody says", word.evidence.origin, note=attested(word.evidence)
        )
