"""The register within the set: what `report register` has, with what is special-category data first."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reconciler.model.accountability.register import DataState, May, RegisterLine, SupplierRecord
from reconciler.model.entity import Care
from reconciler.report.accountability import register_page as story
from reconciler.report.accountability.page import PageCell, PageFact, Tone
from reconciler.report.accountability.page_html import MARKS
from reconciler.report.accountability.register_gaps import gaps_of
from reconciler.report.accountability.register_schools import schools_section
from reconciler.report.accountability.register_words import NOT_STATED, known, one_line, people, settings, state
from reconciler.report.pages import links
from reconciler.report.pages.layout import PageHead, laid_out
from reconciler.report.pages.page_set import PageSet
from reconciler.report.pages.since import readable_since

_FEW: Final = 4  # schools that a line names; a supplier's page has all
_LOOKS: Final = {
    DataState.TOO_MANY: "is-leak",
    DataState.UNKNOWN: "is-unseen",
    DataState.MISSING: "is-missing",
    DataState.AGREED: "",
}


class RegisterRow(NamedTuple):
    """One kind of data of a supplier at the schools where all of it is alike.

    since  since when it can be read; empty without a history
    """

    look: str
    data: PageCell
    people: str
    may: str
    where: str
    since: str
    known: PageCell
    state: PageCell


class RegisterGroup(NamedTuple):
    """A supplier, with its rows."""

    supplier: str
    title: str
    purpose: str
    basis: str
    rows: Sequence[RegisterRow]


class AgreedTerms(NamedTuple):
    """What was agreed with a supplier; `unstated` names what no manifest says."""

    supplier: str
    title: str
    facts: Sequence[PageFact]
    unstated: Sequence[str]


def register_page(page_set: PageSet) -> str:
    """Render the record of processing activities."""
    register = page_set.register
    worst, lead = _headline(page_set)
    title = f"Record of processing activities: {story.controller(register)}"
    special, other = (tuple(_groups(page_set, special=special)) for special in (True, False))
    about = story.about(register).facts
    return laid_out(
        "register.html.jinja",
        page_set,
        PageHead(links.REGISTER, title, links.REGISTER),
        title=title,
        worst=worst,
        lead=lead,
        about=about,
        tables=[
            ("special", "Special-category data", special),
            ("other", "Other data, and what is written back", other),
        ],
        terms=[agreed_terms(record, page_set) for record in register.suppliers],
        states=list(dict.fromkeys(state(line).text for each in register.suppliers for line in each.lines)),
        gaps=tuple(gaps_of(register)),
        gap_title=story.GAP_TITLE,
        reading=story.READING,
        schools=schools_section(register),
        has_history=page_set.history is not None,
        marks=MARKS,
    )


def _headline(page_set: PageSet) -> tuple[PageCell, str]:
    """The gravest thing, then the numbers. Where nothing was asked, no number says what can be read."""
    worst, lead = story.headline(page_set.register)
    if page_set.stamp.checked:
        return worst, lead
    confirmed = [worst.text] if worst.tone is Tone.LEAK else []
    agreed = " ".join(("This is what is agreed, and what people confirmed.", *confirmed))
    return PageCell("Bromcom was not asked yet.", Tone.UNSEEN), agreed


def _groups(page_set: PageSet, *, special: bool) -> Iterator[RegisterGroup]:
    """The suppliers with data of a kind, in the order of the register."""
    for record in page_set.register.suppliers:
        lines = [line for line in record.lines if _is_special(line) is special]
        if lines:
            purpose = one_line(record.terms.purpose.value) if record.terms.purpose else ""
            rows = tuple(_row(line, record, page_set) for line in lines)
            yield RegisterGroup(record.supplier, record.title, purpose, settings(record), rows)


def _is_special(line: RegisterLine) -> bool:
    return line.may is May.READ and line.care <= Care.SPECIAL


def _row(line: RegisterLine, record: SupplierRecord, page_set: PageSet) -> RegisterRow:
    is_open = line.may is May.READ and line.is_open
    return RegisterRow(
        "" if line.accepted else _LOOKS[line.state],
        story.data_cell(line),
        people(line),
        line.may.value,
        _where(line.schools, record, page_set),
        readable_since(page_set.history, record.supplier, line.schools, line.names) if is_open else "",
        known(line.evidence),
        state(line),
    )


def _where(schools: Sequence[str], record: SupplierRecord, page_set: PageSet) -> str:
    """Tell at which of a supplier's schools something is so: by the shorter of the two lists."""
    titles = page_set.register.titles
    others = [titles[school] for school in record.schools if school not in schools]
    if not others:
        return f"all {len(schools)}" if len(schools) > 1 else titles[schools[0]]
    number = f"{len(schools)} of {len(record.schools)}"
    if len(schools) > len(others) and len(others) <= _FEW:
        return f"{number}: not {', '.join(others)}"
    named = ", ".join(titles[school] for school in schools[:_FEW])
    more = f" and {len(schools) - _FEW} more" if len(schools) > _FEW else ""
    return f"{number}: {named}{more}"


def agreed_terms(record: SupplierRecord, page_set: PageSet) -> AgreedTerms:
    """Gather what was agreed with a supplier, without the list of its schools."""
    facts = [fact for fact in story.supplier_facts(record, page_set.register) if fact.name != "Schools"]
    stated = [fact for fact in facts if fact.text != NOT_STATED]
    return AgreedTerms(record.supplier, record.title, stated, [fact.name for fact in facts if fact not in stated])
