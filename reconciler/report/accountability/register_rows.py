"""The register as rows for spreadsheets: one for each kind of data of a supplier."""

from typing import Final

from reconciler.model.accountability.register import May, Register, RegisterLine, SupplierRecord
from reconciler.model.desired import PROCESSING
from reconciler.report.accountability.register_words import (
    CARES,
    NOT_STATED,
    category,
    known,
    one_line,
    people,
    settings,
    state,
    stated,
)

COLUMNS: Final = (
    *("supplier", "supplier's name", "purpose", "may", "sensitivity", "data", "names in Bromcom", "people"),
    *("schools", "number of schools", "state", "accepted", "how known", "why not known"),
    *(PROCESSING.values()),
    *("setting in Bromcom", "products behind it", "contact", "contract end", "review by"),
)


def register_rows(register: Register) -> list[tuple[str, ...]]:
    """Return the names of the columns, then the rows. A supplier of which nothing is agreed or found has one too."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for record in register.suppliers:
        supplier = _of_supplier(record)
        rows += [(*_of_line(line, record, register), *supplier) for line in record.lines or (None,)]
    return rows


def _of_line(line: RegisterLine | None, record: SupplierRecord, register: Register) -> tuple[str, ...]:
    purpose = one_line(record.terms.purpose.value) if record.terms.purpose else NOT_STATED
    names = (record.supplier, record.title, purpose)
    schools = line.schools if line else record.schools
    there = ("; ".join(register.titles[school] for school in schools), str(len(schools)))
    if line is None:
        unknown = "could not be checked" if record.unchecked else "nothing is agreed"
        return (
            *names,
            "",
            "",
            "",
            "",
            "",
            *there,
            unknown,
            "",
            "",
            "; ".join(each.reason for each in record.unchecked),
        )
    is_read = line.may is May.READ
    stands, evidence = state(line), known(line.evidence)
    return (
        *names,
        line.may.value,
        CARES[line.care] if is_read else "",
        category(line) if is_read else "Write-back",
        "; ".join(line.names),
        people(line),
        *there,
        stands.text,
        stands.note,
        f"{evidence.text}, {evidence.note}" if evidence.note and not line.evidence.reasons else evidence.text,
        "; ".join(line.evidence.reasons),
    )


def _of_supplier(record: SupplierRecord) -> tuple[str, ...]:
    terms = record.terms
    return (
        *(stated(record, key) or NOT_STATED for key in PROCESSING),
        settings(record),
        "; ".join(map(str, terms.downstream)),
        *(
            one_line(each.value) if each else NOT_STATED
            for each in (terms.contact, terms.contract_end, terms.review_by)
        ),
    )
