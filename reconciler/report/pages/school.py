"""One school: what each of its suppliers can read, what differs, and how that is known."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reconciler.model.accountability.least_privilege import AccessPrivileges, EntityPrivilege, Truth
from reconciler.model.aspect import Aspect
from reconciler.model.entity import Care
from reconciler.model.evidence import Attested, Known, Unknown
from reconciler.model.plan import AccessPlan, AttestedFacts, SchoolPlan
from reconciler.report.labels import LABELS, ended_said, plural
from reconciler.report.pages import links
from reconciler.report.pages.counts import CellCounts, counts_of, fact_totals
from reconciler.report.pages.headline import verdict_of
from reconciler.report.pages.layout import PageHead, day, laid_out
from reconciler.report.pages.matrix import ITSELF, worst_first
from reconciler.report.pages.page_set import PageSet, narrowed
from reconciler.report.story.phrases import UNKNOWN_REASONS
from reconciler.report.story.section_lines import SectionLine
from reconciler.report.story.sections import every_section
from reconciler.report.story.unknown_lines import is_down

_AGREED: Final = "✎"  # the sign of a line that only says that a person confirmed something


class HowKnown(NamedTuple):
    """A badge of evidence: asked, word or nothing."""

    kind: str
    text: str


class SuppliedAccess(NamedTuple):
    """One supplier here.

    place   its place on the page
    look    the class of its row; empty if all is agreed
    reads   what it can read, in a few words
    kinds   what it can read: (how sensitive, kind of record, entity, if it is agreed)
    """

    place: str
    supplier: str
    title: str
    purpose: str
    look: str
    counts: CellCounts
    lines: Sequence[SectionLine]
    reads: str
    kinds: Sequence[tuple[str, str, str, bool]]
    evidence: Sequence[HowKnown]


def school_page(page_set: PageSet, school: SchoolPlan) -> str:
    """Render the page of a school."""
    accesses = [access for access in page_set.report.plan.accesses if access.address.school == school.name]
    material = narrowed(page_set.report, [school], accesses)
    verdict = verdict_of(material)
    own, *sections = every_section(material)
    purposes = {record.supplier: record.terms.purpose for record in page_set.register.suppliers}
    privileges = {access.address: access for access in page_set.access.accesses}
    rows = []
    for access, section in zip(accesses, sections, strict=True):
        purpose = purposes.get(access.address.supplier)
        said = " ".join(purpose.value.split()) if purpose else ""
        rows.append(_row(page_set, access, said, section.lines, privileges.get(access.address)))
    rows.sort(key=lambda row: (*worst_first(row.counts), row.title, row.supplier))
    title = page_set.school_title(school.name)
    return laid_out(
        "school.html.jinja",
        page_set,
        PageHead(links.school_page(school.name), f"{title}: {verdict.words.lower()}", links.SCHOOLS),
        verdict=verdict,
        title=title,
        school=school,
        down=is_down(school),
        rows=rows,
        itself=ITSELF,
        own=[line for line in own.lines if line.sign != _AGREED],
        own_counts=counts_of(school, material.sensitivity),
        own_evidence=tuple(_words(school.vouched)),
        totals=fact_totals((school, *accesses)),
    )


def _row(
    page_set: PageSet,
    access: AccessPlan,
    purpose: str,
    lines: Sequence[SectionLine],
    privileges: AccessPrivileges | None,
) -> SuppliedAccess:
    counts = counts_of(access, page_set.report.sensitivity)
    kinds = tuple(_kinds(privileges.entities if privileges else ()))
    red, amber = counts.over or counts.refused, counts.missing or counts.differs
    look = "is-leak" if red else "is-missing" if amber else "is-unseen" if counts.unknown else ""
    return SuppliedAccess(
        access.address.supplier,
        access.address.supplier,
        access.particulars.title,
        purpose,
        look,
        counts,
        [line for line in lines if line.sign != _AGREED],
        _reads(access, kinds),
        kinds,
        (*_asked(page_set, privileges), *_words(access.vouched)),
    )


def _reads(access: AccessPlan, kinds: Sequence[tuple[str, str, str, bool]]) -> str:
    """`75 kinds of record, 10 special category`; what nobody knows is said."""
    if access.ended:
        return f"{ended_said(access.ended)[:1].upper()}{ended_said(access.ended)[1:]}."
    if not isinstance(access.granted, Known):
        return f"Not known. Agreed: {plural(access.declared, 'kind of record', 'kinds of record')}."
    special = sum(care == "special" for care, *_ in kinds)
    number = plural(len(kinds), "kind of record", "kinds of record")
    return f"{number}, {special} special category." if special else f"{number}."


def _kinds(entities: Sequence[EntityPrivilege]) -> Iterator[tuple[str, str, str, bool]]:
    """Everything that can be read, the most sensitive first."""
    for entity in sorted(entities, key=lambda each: (each.about.care, each.about.name)):
        if entity.granted is Truth.YES:
            care = {Care.SPECIAL: "special", Care.SENSITIVE: "sensitive"}.get(entity.about.care, "personal")
            yield care, entity.about.holds, entity.about.name, entity.declared is not None


def _asked(page_set: PageSet, privileges: AccessPrivileges | None) -> Iterator[HowKnown]:
    if privileges is None:
        return
    match privileges.evidence:
        case Unknown(reason=reason):
            yield HowKnown("nothing", UNKNOWN_REASONS[reason])
        case Attested() as word:
            yield HowKnown("word", f"entities: {_word(word)}")
        case _:
            recorded = {school.name: school.recorded for school in page_set.report.plan.schools}
            older = recorded.get(privileges.address.school)
            asked = older.astimezone(page_set.stamp.checked.tzinfo) if older else page_set.stamp.checked
            yield HowKnown("asked", f"asked {day(asked)}, {asked:%H:%M}")


def _words(vouched: Sequence[AttestedFacts]) -> Iterator[HowKnown]:
    """Everything that people confirmed, each of their words once."""
    by_word: defaultdict[str, list[str]] = defaultdict(list)
    for item in vouched:
        if item.aspect is not Aspect.READ:
            topic = LABELS[item.aspect].topic.removeprefix("its ").removeprefix("the ")
            by_word[_word(item.evidence)].append(topic if item.name in ("", "*") else f"{topic} {item.name}")
    for word, topics in by_word.items():
        yield HowKnown("word", f"{', '.join(dict.fromkeys(topics))}: {word}")


def _word(word: Attested) -> str:
    return f"{word.by}, {day(word.on)}, until {day(word.expires)}"
