"""The table of a privacy notice: who has data from us, what for and why, in words for parents. It is what is agreed."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.accountability.register import CONFIRMED, DataState, May, Register, RegisterLine, SupplierRecord
from reconciler.model.entity import Care
from reconciler.report.accountability.page import PageCell, PageFact, PageSection, PageTable, ReportPage, Tone
from reconciler.report.accountability.register_page import controller
from reconciler.report.accountability.register_words import PEOPLE, category, one_line, stated
from reconciler.report.labels import plural

TO_COMPLETE: Final = "to complete"
NOT_KNOWN: Final = "not known"
_COLUMNS: Final = ("Who", "What for", "About whom", "What kinds of data", "Why we may", "How long", "Outside the UK")
_BASES: Final = {
    "Consent": "You have agreed to it. You may change your mind at any time.",
    "Contract": "It is part of a contract with you.",
    "Legal Obligation": "The law requires us to.",
    "Legitimate Interest": "We have a legitimate interest in it. You may object.",
    "Public Task": "It is part of our task as a school. You may object.",
    "Vital Interests": "It protects somebody's life.",
}
_AGREED: Final = (
    "This says what is agreed. What suppliers can read is in the register: `reconciler report register`.",
    "This is one table of a privacy notice. The rest of yours says people's rights, and how to complain to the ICO.",
)


def notice_page(register: Register) -> ReportPage:
    """Return the table for parents; what no manifest says is marked, and listed for the school at the end."""
    records = _holders(register)
    number = plural(len(records), "organisation")
    rows = tuple(_row(record, register) for record in records)
    table = PageTable("Who has data from us", _COLUMNS, rows)
    return ReportPage(
        f"Who has data from us: {controller(register)}",
        PageCell(f"{number} may have data from our school records."),
        "Each may have only the kinds of data that are named here, for the purpose that is named here.",
        (PageFact("As of", f"{register.made:%Y-%m-%d}"),),
        (PageSection("Who has what, and why", tables=(table,)), _contact(register)),
        (*_missing(register), *_AGREED),
        "Before you publish this",
    )


def notice_rows(register: Register) -> list[tuple[str, ...]]:
    """Return the same for spreadsheets: the names of the columns, then a row for each supplier."""
    rows = [_row(record, register) for record in _holders(register)]
    return [_COLUMNS, *(tuple(". ".join(filter(None, (cell.text, cell.note))) for cell in row) for row in rows)]


def _holders(register: Register) -> list[SupplierRecord]:
    """Those that have data, or may have: one whose access has ended has, until it confirms that it deleted all."""
    return [record for record in register.suppliers if _schools(record)]


def _schools(record: SupplierRecord) -> list[str]:
    without = {each.school for each in record.ended if not each.asked or each.deletion == CONFIRMED}
    return [school for school in record.schools if school not in without]


def _row(record: SupplierRecord, register: Register) -> tuple[PageCell, ...]:
    lines = [line for line in record.lines if line.state is not DataState.TOO_MANY]
    terms, basis = record.terms, stated(record, "basis")
    behind = ", ".join(product.name.value for product in terms.downstream)
    schools = _schools(record)
    places = ", ".join(register.titles[school] for school in schools)
    parts = [
        f"At {places}" if len(schools) < len(register.titles) else "",
        f"It passes data on to {behind}" * bool(behind),
        "Its access has ended; it has not confirmed yet that it deleted what it had" * record.is_over,
    ]
    return (
        PageCell(record.title, note=". ".join(filter(None, parts))),
        _cell(one_line(terms.purpose.value) if terms.purpose else ""),
        PageCell(NOT_KNOWN, Tone.UNSEEN) if record.is_over else _people(lines),
        PageCell(NOT_KNOWN, Tone.UNSEEN) if record.is_over else _kinds(lines),
        _cell(_BASES.get(basis, basis)),
        _cell(stated(record, "retention")),
        _cell(stated(record, "transfers")),
    )


def _cell(text: str) -> PageCell:
    return PageCell(text) if text else PageCell(TO_COMPLETE, Tone.UNSEEN)


def _people(lines: list[RegisterLine]) -> PageCell:
    whose = {person for line in lines for person in line.people}
    names = ", ".join(name for person, name in PEOPLE.items() if person in whose)
    return PageCell(names or "nobody", note="" if all(line.category for line in _read(lines)) else "perhaps others")


def _kinds(lines: list[RegisterLine]) -> PageCell:
    """The kinds of data, those that need special care first; lists about nobody are none."""
    about = [line for line in _read(lines) if line.care is not Care.NONE]
    special = sorted({category(line) for line in about if line.is_special})
    others = sorted({category(line) for line in about} - set(special))
    written = sorted({name for line in lines if line.may is May.WRITE for name in line.names})
    notes = [
        f"With special care: {', '.join(special)}" * bool(special),
        f"It may also change: {', '.join(written)}" * bool(written),
    ]
    return PageCell(", ".join((*special, *others)) or "none", note=". ".join(filter(None, notes)))


def _read(lines: list[RegisterLine]) -> list[RegisterLine]:
    return [line for line in lines if line.may is May.READ]


def _contact(register: Register) -> PageSection:
    facts = []
    for key, name in (
        ("controller", "Who decides about the data"),
        ("dpo", "Data protection officer"),
        ("icoNumber", "Our ICO number"),
    ):
        said = register.said.get(key)
        facts.append(PageFact(name, one_line(said.value)) if said else PageFact(name, TO_COMPLETE, Tone.UNSEEN))
    return PageSection("Who to ask", facts=tuple(facts))


def _missing(register: Register) -> Iterator[str]:
    for key in ("controller", "dpo", "icoNumber"):
        if key not in register.said:
            yield f"`register.{key}` of the Workspace is not stated."
    for key in ("purpose", "basis", "retention", "transfers"):
        lacking = [
            record.title
            for record in _holders(register)
            if not (record.terms.purpose if key == "purpose" else stated(record, key))
        ]
        if lacking:
            yield f"`{'' if key == 'purpose' else 'processing.'}{key}` is not stated for {', '.join(lacking)}."
    for record in _holders(register):
        if record.unrecognised:
            yield f"Nobody knows what {', '.join(record.unrecognised)} of {record.title} holds."
