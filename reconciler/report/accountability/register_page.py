"""The register as a page: who has whose data, what was agreed, how that is known, and what it does not say."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.accountability.register import DataState, May, Register, RegisterLine, SupplierRecord
from reconciler.model.desired import PROCESSING, REGISTER
from reconciler.report.accountability.page import PageCell, PageFact, PageSection, PageTable, ReportPage, Tone
from reconciler.report.accountability.register_gaps import gaps_of, is_needed
from reconciler.report.accountability.register_schools import ended_facts, schools_section, unclaimed
from reconciler.report.accountability.register_words import (
    CARE_TONES,
    CARES,
    NOT_STATED,
    access_since,
    called,
    category,
    fact,
    known,
    one_line,
    people,
    settings,
    state,
    stated,
    where,
)
from reconciler.report.labels import plural

GAP_TITLE: Final = "What this register does not say"
READING: Final = (
    "One line for each kind of data of a supplier, at the schools where all of it is alike.",
    "“Asked” means that Bromcom answered on that day. “Confirmed” means that a person looked, on that day.",
    "“Could not be checked” means that nobody knows. Do not read it as fine.",
    "“Lawful basis of this processing” is what the manifest states. “Setting in Bromcom” is each school's own, and "
    "holds for all its suppliers there.",
    "Special category includes child protection, as the Department for Education advises. How sensitive a kind of "
    "record is, is our reading of its name and columns.",
)
_COLUMNS: Final = ("Data", "People", "May", "Schools", "State", "How we know")


def register_page(register: Register) -> ReportPage:
    """Return the record of processing activities as a page."""
    worst, lead = headline(register)
    return ReportPage(
        f"Record of processing activities: {controller(register)}",
        worst,
        lead,
        stamp(register),
        (
            about(register),
            _overview(register),
            *(supplier_section(each, register) for each in register.suppliers),
            schools_section(register),
        ),
        tuple(gaps_of(register)),
        GAP_TITLE,
        READING,
        signed=True,
    )


def controller(register: Register) -> str:
    """The name of the controller up to its address; that of the workspace if it is not stated."""
    said = register.said.get("controller")
    return one_line(said.value).partition(",")[0] if said else register.workspace


def headline(register: Register) -> tuple[PageCell, str]:
    """The gravest thing, then the numbers; what could not be checked is told beside them."""
    records = register.suppliers
    readers = [record for record in records if any(line.is_special and line.is_open for line in record.lines)]
    unchecked = sum(len(record.unchecked) for record in records)
    total = sum(len(record.schools) for record in records)
    number = plural(len(readers), "supplier")
    reach = f"{number} can read special-category data."
    parts = [f"{plural(len(records), 'supplier')} at {plural(len(register.titles), 'school')}."]
    if unchecked:
        reach = f"{number} {'is' if len(readers) == 1 else 'are'} known to read special-category data."
        parts.insert(0, f"What {unchecked} of {plural(total, 'access', 'accesses')} can read could not be checked.")
    worst, *leaks = [*_leaks(register, readers), ""]
    if worst:
        return PageCell(worst, Tone.LEAK), " ".join((*filter(None, leaks), reach, *parts))
    return PageCell(reach, Tone.UNSEEN if unchecked else Tone.PLAIN), " ".join(parts)


def _leaks(register: Register, readers: list[SupplierRecord]) -> Iterator[str]:
    """Tell who has what nobody agreed to, the gravest first."""
    over = [record for record in readers if any(map(_is_leak, record.lines))]
    if over:
        number = plural(len(over), "supplier")
        yield f"{number} can read special-category data that nobody agreed to: {called(over)}."
    still = [record for record in register.suppliers if any(each.closed is False for each in record.ended)]
    if still:
        yield f"{plural(len(still), 'supplier')} can get in where no access is agreed: {called(still)}."
    if strangers := unclaimed(register):
        yield f"{plural(len(strangers), 'account')} that no supplier claims may read anything."


def _is_leak(line: RegisterLine) -> bool:
    return line.is_special and line.state is DataState.TOO_MANY


def stamp(register: Register) -> tuple[PageFact, ...]:
    """Tell when this was made, and from what."""
    made = PageFact("Made", f"{register.made:%Y-%m-%d %H:%M} UTC")
    only = [PageFact("Only", register.filters)] if register.filters else []
    if register.recorded is None:
        return (made, PageFact("Bromcom", "asked for this report"), *only)
    return (made, PageFact("Bromcom", f"as the snapshot of {register.recorded:%Y-%m-%d %H:%M} UTC has it"), *only)


def about(register: Register) -> PageSection:
    """Tell who answers for the register."""
    facts = []
    for key, name in REGISTER.items():
        said = register.said.get(key)
        facts.append(fact(f"{name[0].upper()}{name[1:]}", one_line(said.value) if said else ""))
    return PageSection("Who answers for it", facts=tuple(facts))


def _overview(register: Register) -> PageSection:
    rows = tuple(
        (
            PageCell(record.title, note=_purpose(record)),
            PageCell(stated(record, "role") or NOT_STATED, Tone.PLAIN if stated(record, "role") else Tone.UNSEEN),
            PageCell(stated(record, "basis") or NOT_STATED, Tone.PLAIN if stated(record, "basis") else Tone.UNSEEN),
            PageCell(str(len(record.schools)), note="since " * bool(record.since) + access_since(record, register)),
            _special(record),
            PageCell("; ".join(_counts(record)) or ("access has ended" if record.is_over else "nothing is agreed")),
        )
        for record in register.suppliers
    )
    columns = ("Supplier", "Role", "Lawful basis of this processing", "Schools", "Special category", "State")
    return PageSection("All suppliers", tables=(PageTable("All suppliers", columns, rows),))


def _purpose(record: SupplierRecord) -> str:
    return one_line(record.terms.purpose.value) if record.terms.purpose else ""


def _special(record: SupplierRecord) -> PageCell:
    names = {name for line in record.lines if line.is_special for name in line.names}
    if names:
        return PageCell(plural(len(names), "kind of record", "kinds of record"), Tone.SPECIAL)
    return PageCell("not known", Tone.UNSEEN) if record.unchecked or record.unrecognised else PageCell("none found")


def _counts(record: SupplierRecord) -> Iterator[str]:
    """Count entities and permissions at each school: one that two schools have counts twice."""
    for each in DataState:
        number = sum(len(line.names) * len(line.schools) for line in record.lines if line.state is each)
        if number:
            words = {DataState.TOO_MANY: "too many", DataState.MISSING: "missing", DataState.AGREED: "agreed"}
            yield f"{number} {words.get(each, 'could not be checked')}"


def supplier_section(record: SupplierRecord, register: Register) -> PageSection:
    """Everything about one supplier."""
    rows = tuple(_row(line, record, register) for line in record.lines)
    tables = [PageTable(f"What {record.title} may read and write", _COLUMNS, rows)] if rows else []
    if record.terms.downstream:
        products = tuple(
            (
                PageCell(product.name.value),
                PageCell(one_line(product.purpose) or NOT_STATED, Tone.PLAIN if product.purpose else Tone.UNSEEN),
                PageCell(one_line(product.receipt) or NOT_STATED, Tone.PLAIN if product.receipt else Tone.UNSEEN),
            )
            for product in record.terms.downstream
        )
        label = f"Products that have the data from {record.title}"
        tables.append(PageTable(label, ("Product behind it", "Purpose", "Receipt"), products))
    return PageSection(record.title, facts=tuple(supplier_facts(record, register)), tables=tuple(tables))


def supplier_facts(record: SupplierRecord, register: Register) -> Iterator[PageFact]:
    """Tell what was agreed with a supplier; what its manifest should say and does not is marked."""
    terms = record.terms
    yield fact("Purpose", _purpose(record))
    for key, name in PROCESSING.items():
        text = stated(record, key)
        if text or is_needed(key, record):
            yield fact(f"{name[0].upper()}{name[1:]}", text)
    yield fact("Access since", access_since(record, register))
    yield PageFact("Setting in Bromcom", settings(record))
    yield PageFact("Schools", ", ".join(register.titles[school] for school in record.schools))
    for name, value in (
        ("Contact", terms.contact),
        ("Contract ends", terms.contract_end),
        ("Review by", terms.review_by),
    ):
        yield fact(name, one_line(value.value) if value else "")
    yield from ended_facts(record, register)


def _row(line: RegisterLine, record: SupplierRecord, register: Register) -> tuple[PageCell, ...]:
    return (
        data_cell(line),
        PageCell(people(line)),
        PageCell(line.may.value),
        PageCell(where(line.schools, record, register)),
        state(line),
        known(line.evidence),
    )


def data_cell(line: RegisterLine) -> PageCell:
    """Tell the kind of data of a line: how sensitive it is, what it is, and its names in Bromcom."""
    if line.may is May.WRITE:
        return PageCell("Write-back", Tone.PERSONAL, category(line))
    tone = CARE_TONES.get(line.care, Tone.PERSONAL)
    return PageCell(CARES[line.care], tone, f"{category(line)}: {', '.join(line.names)}")
