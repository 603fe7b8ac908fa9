"""The words of the register, in plain English: the kinds of data and people, and how a line is known."""

from collections.abc import Iterable, Sequence
from typing import Final

from reconciler.model.accountability.register import (
    DataState,
    EvidenceKind,
    LineEvidence,
    May,
    Register,
    RegisterLine,
    SupplierRecord,
)
from reconciler.model.change import Waived
from reconciler.model.entity import Care
from reconciler.report.accountability.page import PageCell, PageFact, Tone
from reconciler.report.labels import plural

NOT_STATED: Final = "not stated"
UNRECOGNISED: Final = "Unrecognised: may hold anything"
CATEGORIES: Final = {
    "attainment": "Results and progress",
    "attendance": "Attendance",
    "behaviour": "Behaviour and exclusions",
    "contact": "Addresses, telephones and e-mail",
    "ethnicity-and-belief": "Ethnic origin and belief",
    "exams": "Examinations",
    "finance": "Payments and pupil premium",
    "groups": "Classes and groups",
    "identity": "Names and personal details",
    "meals": "Meals",
    "medical": "Health",
    "photographs": "Photographs",
    "reference": "Lists and set-up of the school",
    "safeguarding": "Child protection and care",
    "sen": "Special educational needs",
    "staff-employment": "Employment of staff",
    "timetable": "Timetable and cover",
    "transport": "School transport",
}
PEOPLE: Final = {"students": "pupils", "contacts": "parents and other contacts", "staff": "staff"}
CARES: Final = {
    Care.EVERYTHING: "Special category",
    Care.SPECIAL: "Special category",
    Care.SENSITIVE: "Sensitive",
    Care.PERSONAL: "Personal",
    Care.NONE: "About nobody",
}
CARE_TONES: Final = {Care.EVERYTHING: Tone.SPECIAL, Care.SPECIAL: Tone.SPECIAL, Care.SENSITIVE: Tone.SENSITIVE}
_STATES: Final = {
    DataState.TOO_MANY: ("not agreed", Tone.LEAK),
    DataState.UNKNOWN: ("could not be checked", Tone.UNSEEN),
    DataState.MISSING: ("agreed, not there", Tone.MISSING),
    DataState.AGREED: ("agreed", Tone.AGREED),
}
_EVIDENCE: Final = {
    EvidenceKind.ASKED: Tone.ASKED,
    EvidenceKind.CONFIRMED: Tone.WORD,
    EvidenceKind.NOTHING: Tone.NOTHING,
}


def one_line(text: str) -> str:
    """A text of a manifest on one line: it may have been written in several."""
    return " ".join(text.split())


def category(line: RegisterLine) -> str:
    """Tell the kind of data of a line."""
    if line.may is May.WRITE:
        return ", ".join(line.names)
    return CATEGORIES.get(line.category, line.category) or UNRECOGNISED


def people(line: RegisterLine) -> str:
    """Tell whose data it is."""
    if not line.category:
        return "not known"
    return ", ".join(PEOPLE[person] for person in line.people) or "nobody at the school"


def state(line: RegisterLine) -> PageCell:
    """Tell how a line stands to what is agreed; a waiver accepts a difference, and makes it no agreement."""
    words, tone = _STATES[line.state]
    return PageCell(words, Tone.WAIVED, accepted(line.accepted)) if line.accepted else PageCell(words, tone)


def accepted(terms: Waived) -> str:
    """Tell who accepts a difference, until when, and why."""
    return f"accepted until {terms.expires:%Y-%m-%d} by {terms.by}: {one_line(terms.reason)}"


def known(evidence: LineEvidence) -> PageCell:
    """Tell how a line is known, and when."""
    tone = _EVIDENCE[evidence.kind]
    if evidence.kind is EvidenceKind.NOTHING:
        return PageCell("nothing", tone, "; ".join(evidence.reasons))
    when = f"{evidence.oldest:%Y-%m-%d}" if evidence.oldest else ""
    if evidence.kind is EvidenceKind.ASKED:
        return PageCell(f"asked {when}", tone)
    who = evidence.people[0] if len(evidence.people) == 1 else plural(len(evidence.people), "person", "people")
    until = f"{'' if len(evidence.people) == 1 else 'the oldest '}{when}, until {evidence.until}"
    return PageCell(f"confirmed by {who}", tone, until)


def where(line_schools: Sequence[str], record: SupplierRecord, register: Register) -> str:
    """Tell at which of a supplier's schools something is so."""
    if len(line_schools) == len(record.schools):
        return f"all {len(line_schools)}" if len(line_schools) > 1 else register.titles[line_schools[0]]
    names = ", ".join(register.titles[school] for school in line_schools)
    return f"{len(line_schools)} of {len(record.schools)}: {names}" if len(line_schools) > 1 else f"{names} only"


def settings(record: SupplierRecord) -> str:
    """Tell what Bromcom is set to at the supplier's schools; it holds for all their suppliers."""
    parts = [f"{basis or 'not known'} at {number}" for basis, number in record.settings.items()]
    return ", ".join(sorted(parts, key=lambda part: part.startswith("not known")))


def access_since(record: SupplierRecord, register: Register) -> str:
    """Tell the first day of a supplier's access; empty if the manifests say none."""
    alike: dict[str, list[str]] = {}
    for school, day in record.since.items():
        alike.setdefault(f"{day}", []).append(register.titles[school])
    whole = len(alike) == 1 and len(record.since) == len(record.schools)
    return "; ".join(day if whole else f"{day} at {', '.join(schools)}" for day, schools in alike.items())


def stated(record: SupplierRecord, key: str) -> str:
    """Return what the manifest says under a key of `processing`; empty without it."""
    value = record.terms.processing.get(key)
    return one_line(value.value) if value else ""


def fact(name: str, text: str) -> PageFact:
    """Return a fact; one that nothing says is marked as that."""
    return PageFact(name, text) if text else PageFact(name, NOT_STATED, Tone.UNSEEN)


def called(records: Iterable[SupplierRecord]) -> str:
    """Name suppliers as people know them."""
    return ", ".join(record.title for record in records)
