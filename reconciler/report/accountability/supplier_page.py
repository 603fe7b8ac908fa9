"""One supplier on one page, for a head: what it is for, whose data it has, and at which schools it is not as agreed."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from reconciler.model.accountability.register import (
    NOT_CONFIRMED,
    DataState,
    EndedAccess,
    EvidenceKind,
    May,
    Register,
    RegisterLine,
    SupplierRecord,
)
from reconciler.model.entity import Care
from reconciler.report.accountability.page import PageCell, PageSection, PageTable, ReportPage, Tone
from reconciler.report.accountability.register_gaps import supplier_gaps_of
from reconciler.report.accountability.register_page import data_cell, stamp, supplier_facts
from reconciler.report.accountability.register_words import PEOPLE, known, state, where
from reconciler.report.labels import ended_said, plural

_DIFFERS: Final = (DataState.TOO_MANY, DataState.MISSING)
_KIND: Final = ("kind of record", "kinds of record")


class _SchoolLines(NamedTuple):
    """What is so at one school. `ended` is None where it has access."""

    school: str
    lines: tuple[RegisterLine, ...]
    ended: EndedAccess | None

    def number(self, state: DataState) -> int:
        """Count what is in a state there, without what a waiver accepts."""
        return sum(len(line.names) for line in self.lines if line.state is state and not line.accepted)

    @property
    def is_agreed(self) -> bool:
        """All of it was seen, and is as agreed or accepted."""
        return (self.ended is None or self.ended.closed is True) and not any(
            map(self.number, (*_DIFFERS, DataState.UNKNOWN))
        )


def supplier_page(register: Register) -> ReportPage:
    """Return the page of the one supplier of this register."""
    (record,) = register.suppliers
    ended = {each.school: each for each in record.ended}
    schools = [
        _SchoolLines(school, tuple(line for line in record.lines if school in line.schools), ended.get(school))
        for school in record.schools
    ]
    worst, lead = _verdict(record, schools)
    points = tuple(f"{product} has the data from it." for product in record.terms.downstream)
    return ReportPage(
        record.title,
        worst,
        lead,
        stamp(register),
        (
            PageSection("What it is for", facts=tuple(supplier_facts(record, register)), points=points),
            whose_data(record),
            _kinds(record, register),
            _by_school(record, schools, register),
            _evidence(record),
        ),
        tuple(supplier_gaps_of(register)),
        "What this page does not say",
    )


def _verdict(record: SupplierRecord, schools: list[_SchoolLines]) -> tuple[PageCell, str]:
    """The gravest thing first. Green is only what was seen, what it can write and its end included."""
    unchecked = _number(schools, DataState.UNKNOWN, "not checked")
    unknown = (*_writing(record), *_unknown_end(record))
    worst, *leaks = [*_leaks(record, schools), ""]
    agreed = sum(each.is_agreed for each in schools)
    lead = " ".join(
        (
            *filter(None, leaks),
            *(f"{sentence}." for sentence in (_number(schools, DataState.MISSING, "missing"), unchecked) if sentence),
            f"At {agreed} of {plural(len(schools), 'school')} it reads what is agreed.",
            *unknown,
        )
    )
    if worst:
        return PageCell(f"Action needed: {worst[0].lower()}{worst[1:]}", Tone.LEAK), lead
    if any(each.deletion == NOT_CONFIRMED for each in record.ended):
        return PageCell("Action needed: it has not confirmed that it deleted what it had.", Tone.MISSING), lead
    if any(each.number(DataState.MISSING) for each in schools):
        return PageCell("Action needed: something that is agreed is missing.", Tone.MISSING), lead
    if unchecked or unknown:
        return PageCell("Partly checked.", Tone.UNSEEN), lead
    if record.is_over:
        return PageCell("It has no access, as agreed.", Tone.AGREED), lead
    return PageCell("What it can read and write is as agreed.", Tone.AGREED), lead


def _leaks(record: SupplierRecord, schools: list[_SchoolLines]) -> Iterator[str]:
    """Tell what it has that is not agreed, the gravest first."""
    if still := sum(each.closed is False for each in record.ended):
        yield f"It can get in at {plural(still, 'school')} where no access is agreed."
    if over := [line for line in record.lines if line.state is DataState.TOO_MANY and not line.accepted]:
        special = ", special-category data among it" if any(line.is_special for line in over) else ""
        yield f"{_number(schools, DataState.TOO_MANY, 'too many')}{special}."


def _writing(record: SupplierRecord) -> tuple[str, ...]:
    """Tell if it is not known what it can write; empty if that was seen at every school."""
    unseen = len(record.schools) - len(record.writing) + len(record.unseen_writing)
    return (f"What it can write at {plural(unseen, 'school')} is not known.",) if unseen else ()


def _unknown_end(record: SupplierRecord) -> Iterator[str]:
    """Tell what is not known of the end of its access."""
    if open_ := sum(each.closed is None for each in record.ended):
        yield f"If it can get in at {plural(open_, 'school')} where no access is agreed is not known."
    if asked := sum(each.asked and not each.deletion for each in record.ended):
        yield f"If it deleted what it had of {plural(asked, 'school')} is not known."


def _number(schools: Iterable[_SchoolLines], of: DataState, words: str) -> str:
    """Count permissions in a state, and their schools; empty without any."""
    there = [each.number(of) for each in schools if each.number(of)]
    return f"{plural(sum(there), 'permission')} {words} at {plural(len(there), 'school')}" if there else ""


def whose_data(record: SupplierRecord) -> PageSection:
    """Count the kinds of record that are agreed, by whose they are; one that is about several counts for each."""
    rows = []
    lines = [line for line in record.lines if line.may is May.READ and line.state is not DataState.TOO_MANY]
    for person, name in (*PEOPLE.items(), ("", "nobody at the school")):
        its = [line for line in lines if (person in line.people if person else line.category and not line.people)]
        rows.append(
            (
                PageCell(name.capitalize()),
                PageCell(str(_names(its))),
                PageCell(str(_names(line for line in its if line.is_special))),
                PageCell(str(_names(line for line in its if line.care is Care.SENSITIVE))),
            )
        )
    if record.unrecognised:
        rows.append((PageCell("Not known"), PageCell(str(len(record.unrecognised))), PageCell("?"), PageCell("?")))
    columns = ("People", "Kinds of record", "Special category", "Sensitive")
    lead = "The kinds of record that are agreed; how sensitive each is, is our reading of its name and columns."
    return PageSection("Whose data", lead, tables=(PageTable("Kinds of record by people", columns, tuple(rows)),))


def _names(lines: Iterable[RegisterLine]) -> int:
    return len({name for line in lines for name in line.names})


def _kinds(record: SupplierRecord, register: Register) -> PageSection:
    rows = tuple(
        (data_cell(line), PageCell(where(line.schools, record, register)), state(line), known(line.evidence))
        for line in record.lines
    )
    table = PageTable("What it may read and write", ("Data", "Schools", "State", "How we know"), rows)
    return PageSection(
        "What it can read and write", tables=(table,) if rows else (), lead="" if rows else "Nothing is agreed."
    )


def _by_school(record: SupplierRecord, schools: list[_SchoolLines], register: Register) -> PageSection:
    """The schools that differ or could not be checked, the worst first; the others are named."""
    others = [each for each in schools if not each.is_agreed]
    others.sort(
        key=lambda each: [-each.number(one) for one in (DataState.TOO_MANY, DataState.MISSING, DataState.UNKNOWN)]
    )
    rows = tuple((PageCell(register.titles[each.school], note=_end(each)), *_school(each)) for each in others)
    agreed = [register.titles[each.school] for each in schools if each.is_agreed]
    points = (f"As agreed, or accepted for now: {', '.join(agreed)}.",) if agreed else ()
    table = PageTable("Schools that differ", ("School", "Too many", "Missing", "Could not be checked"), rows)
    lead = f"{plural(len(others), 'school')} of {len(record.schools)} differ or could not be checked." if others else ""
    return PageSection("School by school", lead, tables=(table,) if rows else (), points=points)


def _end(each: _SchoolLines) -> str:
    return ended_said(each.ended.ended) if each.ended else ""


def _school(each: _SchoolLines) -> Iterator[PageCell]:
    tones = {DataState.TOO_MANY: Tone.LEAK, DataState.MISSING: Tone.MISSING, DataState.UNKNOWN: Tone.UNSEEN}
    for one, tone in tones.items():
        lines = [line for line in each.lines if line.state is one and not line.accepted]
        names = ", ".join(name for line in lines for name in line.names)
        reasons = "; ".join(sorted({reason for line in lines for reason in line.evidence.reasons}))
        yield PageCell(str(each.number(one)), tone, reasons or names) if lines else PageCell("0")


def _evidence(record: SupplierRecord) -> PageSection:
    words = {
        EvidenceKind.ASKED: ("asked Bromcom", Tone.ASKED),
        EvidenceKind.CONFIRMED: ("a person's word", Tone.WORD),
        EvidenceKind.NOTHING: ("nothing", Tone.NOTHING),
    }
    rows = tuple(
        (PageCell(*words[kind]), PageCell(str(_facts(line for line in record.lines if line.evidence.kind is kind))))
        for kind in EvidenceKind
    )
    lead = "We ask with the supplier's own login. Each question is in its access log in Bromcom."
    return PageSection("Evidence", lead, tables=(PageTable("How it is known", ("How we know", "Permissions"), rows),))


def _facts(lines: Iterable[RegisterLine]) -> int:
    return sum(len(line.names) * len(line.schools) for line in lines)
