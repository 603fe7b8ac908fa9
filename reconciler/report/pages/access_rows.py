"""One access as a row of a page: what it can read, what differs, and how that is known."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from reconciler.model.accountability.least_privilege import AccessPrivileges, EntityPrivilege, Truth
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.entity import Care
from reconciler.model.evidence import Attested, Known, Unknown
from reconciler.model.plan import AccessPlan, AttestedFacts
from reconciler.report.input import ReportInput
from reconciler.report.labels import LABELS, ended_said, plural
from reconciler.report.pages.counts import CellCounts, counts_of
from reconciler.report.pages.layout import short_day
from reconciler.report.pages.matrix import worst_first
from reconciler.report.pages.page_set import PageSet
from reconciler.report.pages.since import different_since
from reconciler.report.story.phrases import UNKNOWN_REASONS
from reconciler.report.story.section_lines import SectionLine
from reconciler.report.story.sections import every_section

CONFIRMED: Final = "✎"  # the sign of a line that only says that a person confirmed something
CARES: Final = {Care.EVERYTHING: "special", Care.SPECIAL: "special", Care.SENSITIVE: "sensitive"}


class EvidenceBadge(NamedTuple):
    """How something is known: asked, word or nothing."""

    kind: str
    text: str


class ReadableKind(NamedTuple):
    """A kind of record that can be read: special, sensitive or personal."""

    care: str
    holds: str
    name: str
    is_agreed: bool


class AccessRow(NamedTuple):
    """One supplier at one school.

    look    the class of its row; empty if all is agreed
    lines   what differs and what is not known
    reads   what it can read, in a few words
    since   since when something differs; empty without a history
    """

    address: Address
    title: str
    school_title: str
    look: str
    counts: CellCounts
    lines: Sequence[SectionLine]
    reads: str
    kinds: Sequence[ReadableKind]
    evidence: Sequence[EvidenceBadge]
    since: str


def access_rows(page_set: PageSet, material: ReportInput) -> Sequence[AccessRow]:
    """The accesses of a part of the plan, the worst first."""
    privileges = {access.address: access for access in page_set.access.accesses}
    sections = [section for section in every_section(material) if section.supplier]
    rows = [
        _row(page_set, access, section.lines, privileges)
        for access, section in zip(material.plan.accesses, sections, strict=True)
    ]
    return sorted(rows, key=lambda row: (*worst_first(row.counts), row.title, row.school_title, row.address))


def _row(
    page_set: PageSet,
    access: AccessPlan,
    lines: Sequence[SectionLine],
    privileges: Mapping[Address, AccessPrivileges],
) -> AccessRow:
    counts, own = counts_of(access, page_set.report.sensitivity), privileges[access.address]
    kinds = tuple(_kinds(own.entities))
    is_red, is_amber = counts.over or counts.refused, counts.missing or counts.differs
    look = "is-leak" if is_red else "is-missing" if is_amber else "is-unseen" if counts.unknown else ""
    changes = [change for change in access.changes if not change.waived]
    return AccessRow(
        access.address,
        access.particulars.title,
        page_set.school_title(access.address.school),
        look,
        counts,
        told(lines),
        _reads(access, kinds),
        kinds,
        (*_asked(page_set, own), *words(access.vouched)),
        different_since(page_set.history, [access.address], changes),
    )


def told(lines: Sequence[SectionLine]) -> Sequence[SectionLine]:
    """The lines without those that only say what people confirmed: badges have that."""
    return [line for line in lines if line.sign != CONFIRMED]


def _reads(access: AccessPlan, kinds: Sequence[ReadableKind]) -> str:
    """`75 kinds of record, 10 special category`; what nobody knows is said."""
    if access.ended:
        return f"{ended_said(access.ended)[:1].upper()}{ended_said(access.ended)[1:]}."
    if not isinstance(access.granted, Known):
        return f"Not known. Agreed: {plural(access.declared, 'kind of record', 'kinds of record')}."
    special = sum(kind.care == "special" for kind in kinds)
    number = plural(len(kinds), "kind of record", "kinds of record")
    return f"{number}, {special} special category." if special else f"{number}."


def _kinds(entities: Sequence[EntityPrivilege]) -> Iterator[ReadableKind]:
    """Everything that can be read, the most sensitive first."""
    for entity in sorted(entities, key=lambda each: (each.about.care, each.about.name)):
        if entity.granted is Truth.YES:
            about = entity.about
            care = CARES.get(about.care, "personal")
            yield ReadableKind(care, about.holds, about.name, entity.declared is not None)


def _asked(page_set: PageSet, privileges: AccessPrivileges) -> Iterator[EvidenceBadge]:
    match privileges.evidence:
        case Unknown(reason=reason):
            yield EvidenceBadge("nothing", UNKNOWN_REASONS[reason])
        case Attested() as word:
            yield EvidenceBadge("word", f"entities: {_word(word)}")
        case _:
            recorded = {school.name: school.recorded for school in page_set.report.plan.schools}
            older, checked = recorded.get(privileges.address.school), page_set.stamp.checked
            assert checked  # or nothing is probed
            asked = older.astimezone(checked.tzinfo) if older else checked
            yield EvidenceBadge("asked", f"asked {short_day(asked)}, {asked:%H:%M}")


def words(vouched: Sequence[AttestedFacts]) -> Iterator[EvidenceBadge]:
    """Everything that people confirmed, each of their words once."""
    by_word: defaultdict[str, list[str]] = defaultdict(list)
    for item in vouched:
        if item.aspect is not Aspect.READ:
            topic = LABELS[item.aspect].topic.removeprefix("its ").removeprefix("the ")
            by_word[_word(item.evidence)].append(topic if item.name in ("", "*") else f"{topic} {item.name}")
    for word, topics in by_word.items():
        yield EvidenceBadge("word", f"{', '.join(dict.fromkeys(topics))}: {word}")


def _word(word: Attested) -> str:
    return f"{word.by}, {short_day(word.on)}, until {short_day(word.expires)}"
