"""The register as rows for spreadsheets: one for each kind of data of a supplier."""

from typing import Final

from reconciler.model.accountability.register import (
    LineEvidence,
    May,
    Register,
    RegisterLine,
    SchoolFact,
    SupplierRecord,
)
from reconciler.model.aspect import Aspect
from reconciler.model.desired import PROCESSING
from reconciler.report.accountability.register_schools import ACCOUNTS, ended_text, topic
from reconciler.report.accountability.register_schools import state as school_state
from reconciler.report.accountability.register_words import (
    CARES,
    NOT_STATED,
    PEOPLE,
    category,
    known,
    one_line,
    people,
    settings,
    state,
    stated,
)

THE_SCHOOL: Final = "the school itself"
COLUMNS: Final = (
    *("supplier", "supplier's name", "purpose", "may", "sensitivity", "data", "names in Bromcom", "people"),
    *("schools", "number of schools", "state", "accepted", "how known", "why not known"),
    *(PROCESSING.values()),
    *("setting in Bromcom", "products behind it", "contact", "contract end", "review by", "access ended"),
)


def register_rows(register: Register) -> list[tuple[str, ...]]:
    """Return the names of the columns, then the rows. A supplier of which nothing is agreed or found has one too."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for record in register.suppliers:
        supplier = _of_supplier(record, register)
        rows += [(*_of_line(line, record, register), *supplier) for line in record.lines or (None,)]
    rows += [_of_school(register.titles[school], fact) for school, facts in register.facts.items() for fact in facts]
    return rows


def _of_school(title: str, fact: SchoolFact) -> tuple[str, ...]:
    """A fact of a school itself: no supplier's columns say anything of it."""
    is_so = school_state(fact)
    is_account = fact.aspect is Aspect.ACCOUNT
    row = {
        "supplier's name": THE_SCHOOL,
        "data": ACCOUNTS if is_account else topic(fact),
        "names in Bromcom": fact.name if is_account else "",
        "people": PEOPLE.get(fact.name, ""),
        "schools": title,
        "number of schools": "1",
        "state": ", ".join(filter(None, (is_so.text, "" if fact.accepted else is_so.note))),
        "accepted": is_so.note if fact.accepted else "",
        **_known(fact.evidence),
    }
    return tuple(row.get(column, "") for column in COLUMNS)


def _known(evidence: LineEvidence) -> dict[str, str]:
    how = known(evidence)
    text = how.text if evidence.reasons else ", ".join(filter(None, (how.text, how.note)))
    return {"how known": text, "why not known": "; ".join(evidence.reasons)}


def _of_line(line: RegisterLine | None, record: SupplierRecord, register: Register) -> tuple[str, ...]:
    purpose = one_line(record.terms.purpose.value) if record.terms.purpose else NOT_STATED
    names = (record.supplier, record.title, purpose)
    schools = line.schools if line else record.schools
    there = ("; ".join(register.titles[school] for school in schools), str(len(schools)))
    if line is None:
        nothing = "access has ended" if record.is_over else "nothing is agreed"
        unknown = "could not be checked" if record.unchecked else nothing
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
    stands = state(line)
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
        *_known(line.evidence).values(),
    )


def _of_supplier(record: SupplierRecord, register: Register) -> tuple[str, ...]:
    terms = record.terms
    return (
        *(stated(record, key) or NOT_STATED for key in PROCESSING),
        settings(record),
        "; ".join(map(str, terms.downstream)),
        *(
            one_line(each.value) if each else NOT_STATED
            for each in (terms.contact, terms.contract_end, terms.review_by)
        ),
        "; ".join(f"{register.titles[each.school]}: {ended_text(each)}" for each in record.ended),
    )
