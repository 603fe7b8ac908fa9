"""Who can read what, as a page: the gravest first, each access with how it is known, then every entity to look at."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.model.accountability.least_privilege import (
    AccessPrivileges,
    AccessReport,
    Doubt,
    EntityPrivilege,
    Truth,
)
from reconciler.model.entity import Care
from reconciler.model.evidence import Attested, Unknown
from reconciler.report.accountability.access_text import gravity, numbers
from reconciler.report.accountability.page import PageCell, PageFact, PageSection, PageTable, ReportPage, Tone
from reconciler.report.accountability.page_html import render_page_html
from reconciler.report.accountability.phrases import (
    days_of,
    doubt,
    how_known,
    in_list,
    last_call,
    others,
    peers_of,
    since_when,
    view,
)
from reconciler.report.accountability.register_words import CARE_TONES, CARES
from reconciler.report.labels import plural

READING: Final = (
    "“Agreed” is what the manifests say. “Can read” is what Bromcom answered, or what a person confirmed.",
    "“Could not be checked” means that nobody knows. Do not read it as fine.",
    "“Not called” needs an access log of 90 days. Other schools count only if they answered.",
    "A reason to look again is a question, and no fault: the school may have a reason.",
    "Special category includes child protection, as the Department for Education advises. How sensitive a kind of "
    "record is, is our reading of its name and columns.",
)
_MOST_ROWS: Final = 5_000  # of entities: more make a page slow
_ACCESSES: Final = (
    "School",
    "Supplier",
    "Agreed",
    "Can read",
    "Special category",
    "How we know",
    "Other schools",
    "Log",
)
_ENTITIES: Final = (
    "Record",
    "Sensitivity",
    "Agreed",
    "Can read",
    "Last call",
    "In its list",
    "Other schools",
    "Look again",
)


def access_page(report: AccessReport) -> ReportPage:
    """Return the report as a page; with a filter of entities it has each that is let through."""
    worst, *lead = _headline(report)
    title = f"Who can read what: {report.workspace}"
    log = [PageFact("Access log", report.log)] if report.log else [PageFact("Access log", "none given", Tone.UNSEEN)]
    filters = [PageFact("Only", report.filters)] if report.filters else []
    return ReportPage(
        title,
        worst,
        " ".join(text.text for text in lead),
        (PageFact("Bromcom", view(report)), *log, *filters),
        (_overview(report), *_sections(report)),
        tuple(_gaps(report.accesses)),
        "What could not be checked",
        READING,
    )


def _headline(report: AccessReport) -> Iterator[PageCell]:
    """The gravest thing first: what is open and not agreed, then what nobody knows."""
    leaks = sum(
        entity.granted is Truth.YES and entity.declared is None and entity.about.care is Care.SPECIAL
        for access in report.accesses
        for entity in access.shown
    )
    unknown = sum(access.granted is None for access in report.accesses)
    if leaks:
        yield PageCell(f"{plural(leaks, 'special-category record')} can be read and nobody agreed to it.", Tone.LEAK)
    elif unknown:
        yield PageCell(f"It is not known what {plural(unknown, 'access', 'accesses')} can read.", Tone.UNSEEN)
    else:
        yield PageCell("Everything here could be checked.")
    if unknown and not leaks:
        yield from (PageCell(text) for text in numbers(report) if not text.startswith("It is not known"))
    else:
        yield from map(PageCell, numbers(report))


def _overview(report: AccessReport) -> PageSection:
    rows = tuple(_access_row(access) for access in report.accesses)
    return PageSection("All accesses", tables=(PageTable("All accesses", _ACCESSES, rows),))


def _access_row(access: AccessPrivileges) -> tuple[PageCell, ...]:
    readable = [entity for entity in access.shown if entity.granted is Truth.YES]
    special = sum(entity.about.care is Care.SPECIAL for entity in readable)
    is_known = access.granted is not None
    unseen = PageCell("not known", Tone.UNSEEN)
    return (
        PageCell(access.school_title or access.address.school),
        PageCell(access.title, note=access.account),
        PageCell(str(sum(entity.declared is not None for entity in access.shown))),
        PageCell(str(len(readable))) if is_known else unseen,
        (PageCell(str(special), Tone.SPECIAL if special else Tone.PLAIN)) if is_known else unseen,
        _known(access),
        PageCell(peers_of(access) or "none answered"),
        PageCell(days_of(access.use.period)) if access.use else PageCell("no log", Tone.UNSEEN),
    )


def _known(access: AccessPrivileges) -> PageCell:
    match access.evidence:
        case Unknown():
            return PageCell("could not be checked", Tone.NOTHING)
        case Attested():
            return PageCell(how_known(access), Tone.WORD)
        case _:
            return PageCell(how_known(access), Tone.ASKED)


def _sections(report: AccessReport) -> Iterator[PageSection]:
    """One for each access: all entities with a filter, or else those to look at again. A page has bounds."""
    left = _MOST_ROWS
    hidden = 0
    for access in report.accesses:
        found = [entity for entity in access.shown if report.filters or entity.doubts]
        left -= len(found)
        hidden += len(found) if left < 0 else 0
        if found and left >= 0:
            heading = f"{access.title} at {access.school_title or access.address.school}"
            rows = tuple(_entity_row(access, entity, report) for entity in sorted(found, key=gravity))
            columns = (*_ENTITIES, "Since") if report.has_history else _ENTITIES
            yield PageSection(heading, tables=(PageTable(heading, columns, rows),))
    if hidden:
        yield PageSection("Not on this page", f"{plural(hidden, 'row')} more. CSV has all; --school narrows a page.")


def _entity_row(access: AccessPrivileges, entity: EntityPrivilege, report: AccessReport) -> tuple[PageCell, ...]:
    about = entity.about
    reasons = "; ".join(doubt(access, entity, reason) for reason in entity.doubts)
    is_leak = bool({Doubt.NOT_DECLARED, Doubt.CALLED_UNDECLARED} & set(entity.doubts))
    can_read = {
        Truth.YES: PageCell("yes"),
        Truth.NO: PageCell("no"),
        Truth.UNKNOWN: PageCell("could not be checked", Tone.UNSEEN),
    }
    return (
        PageCell(about.name, note=about.holds),
        PageCell(CARES[about.care], CARE_TONES.get(about.care, Tone.PLAIN)),
        PageCell("yes" if entity.declared else "no"),
        can_read[entity.granted],
        PageCell(last_call(access, entity), Tone.PLAIN if entity.called is not Truth.UNKNOWN else Tone.UNSEEN),
        PageCell(in_list(access, entity), Tone.UNSEEN if entity.listed is Truth.UNKNOWN else Tone.PLAIN),
        PageCell(others(entity)),
        PageCell(reasons or "nothing", Tone.LEAK if is_leak else Tone.PLAIN),
        *((PageCell(since_when(entity.since) if entity.since else ""),) if report.has_history else ()),
    )


def _gaps(accesses: Sequence[AccessPrivileges]) -> Iterator[str]:
    for access in accesses:
        if access.granted is None:
            school = access.school_title or access.address.school
            yield f"{access.title} at {school}: {how_known(access).partition(': ')[2]}."


def render_access_html(report: AccessReport) -> str:
    """Render the report as a page that prints on A4."""
    return render_page_html(access_page(report))
