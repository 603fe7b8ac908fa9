"""The facts of schools themselves, and the accesses that have ended, as the register tells them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from reconciler.model.accountability.register import (
    CONFIRMED,
    NO_SUPPLIER,
    NOT_CONFIRMED,
    NOT_LISTED,
    NOT_NEEDED,
    WITHHELD_READABLE,
    EndedAccess,
    LineEvidence,
    May,
    Register,
    SchoolFact,
    SupplierRecord,
)
from reconciler.model.aspect import Aspect
from reconciler.model.attestation import NOT_SET
from reconciler.planning.facts import opens_everybody
from reconciler.report.accountability.page import PageCell, PageFact, PageSection, PageTable, Tone
from reconciler.report.accountability.register_words import PEOPLE, accepted, known
from reconciler.report.labels import ended_said

_ORDER: Final = (Aspect.ACCOUNT, Aspect.LAWFUL_BASIS, Aspect.CONSENT_ENFORCED, Aspect.CONSENT)
ACCOUNTS: Final = "Third-party accounts"
NOT_CHECKED: Final = "could not be checked"
_DELETION: Final = {
    CONFIRMED: "it deleted what it had",
    NOT_CONFIRMED: "it has not confirmed that it deleted what it had",
    "": "if it deleted what it had could not be checked",
}
_COLUMNS: Final = ("What", "Schools", "In Bromcom", "How we know")
_VALUES: Final = {NOT_NEEDED: "not needed: with this basis all are readable"}


def schools_section(register: Register) -> PageSection:
    """Return the lawful basis, consent and accounts of the schools; those that are alike in every word are one row."""
    alike: defaultdict[tuple[PageCell, ...], list[str]] = defaultdict(list)
    facts = [(school, fact) for school, its in register.facts.items() for fact in its]
    for school, fact in sorted(facts, key=lambda each: _ORDER.index(each[1].aspect)):
        alike[PageCell(topic(fact)), state(fact), known(fact.evidence)].append(register.titles[school])
    rows = tuple(
        (what, PageCell(_schools(schools, register)), is_so, how) for (what, is_so, how), schools in alike.items()
    )
    lead = "These hold for all suppliers of a school. A supplier may read anything through an account that none claims."
    table = PageTable("The schools themselves", _COLUMNS, rows)
    return PageSection("The schools themselves", lead, tables=(table,), points=tuple(_other_bases(register)))


def _other_bases(register: Register) -> Iterator[str]:
    """Tell whom another lawful basis opens people's records to, or closes them to, where the basis is known."""
    alike: defaultdict[tuple[bool, str], list[str]] = defaultdict(list)
    for school, facts in register.facts.items():
        readers = ", ".join(record.title for record in register.suppliers if _reads(record, school))
        for fact in facts:
            if fact.aspect is Aspect.LAWFUL_BASIS and fact.value and readers:
                alike[opens_everybody(fact.value), readers].append(register.titles[school])
    for (is_open, readers), schools in alike.items():
        change = "to Consent closes those without consent to" if is_open else "opens all pupils and staff to"
        yield f"At {', '.join(schools)} a change of the lawful basis {change} {readers}."


def _reads(record: SupplierRecord, school: str) -> bool:
    return any(line.may is May.READ and school in line.schools for line in record.lines)


def topic(fact: SchoolFact) -> str:
    """Name a fact of a school."""
    match fact.aspect:
        case Aspect.LAWFUL_BASIS:
            return "Lawful basis"
        case Aspect.CONSENT:
            return f"Consent of {PEOPLE[fact.name]}"
        case Aspect.CONSENT_ENFORCED:
            return f"Consent enforced, by a canary among {PEOPLE[fact.name]}"
        case _:
            return f"Account {fact.name}" if fact.name else ACCOUNTS


def state(fact: SchoolFact) -> PageCell:
    """Tell how it is in Bromcom, and how it should be."""
    text = _VALUES.get(fact.value, fact.value) or NOT_CHECKED
    if fact.accepted:
        return PageCell(text, Tone.WAIVED, accepted(fact.accepted))
    if not fact.value:
        return PageCell(text, Tone.UNSEEN)
    if fact.aspect is Aspect.ACCOUNT:
        return PageCell(text, {NO_SUPPLIER: Tone.LEAK, NOT_LISTED: Tone.MISSING}.get(fact.value, Tone.PLAIN))
    if not fact.wanted:
        return PageCell(text)
    if fact.aspect is Aspect.CONSENT_ENFORCED:
        return PageCell(text, Tone.LEAK if fact.value == WITHHELD_READABLE else Tone.MISSING)
    is_counted = fact.aspect is Aspect.CONSENT and fact.value != NOT_SET
    return PageCell(text, Tone.MISSING, "some have no answer yet" if is_counted else f"should be {fact.wanted}")


def unclaimed(register: Register) -> list[tuple[str, str]]:
    """(school, username) of each account that no supplier claims, and no waiver accepts."""
    return [
        (school, fact.name)
        for school, facts in register.facts.items()
        for fact in facts
        if fact.value == NO_SUPPLIER and not fact.accepted
    ]


def _schools(titles: list[str], register: Register) -> str:
    return f"all {len(titles)}" if len(titles) == len(register.titles) > 1 else ", ".join(titles)


def ended_facts(record: SupplierRecord, register: Register) -> Iterator[PageFact]:
    """Tell at each school since when an access has ended, if it is closed, and if the supplier deleted what it had."""
    for each in record.ended:
        name = "Access ended" if each.asked else "Access not begun"
        text = f"{register.titles[each.school]}: {ended_text(each)}"
        yield PageFact(name, text, Tone.PLAIN if each.closed else Tone.UNSEEN if each.closed is None else Tone.LEAK)


def ended_text(each: EndedAccess) -> str:
    """`retired on 2026-07-31; closed (asked 2026-11-29); it deleted what it had (confirmed by ...)`."""
    closed = {True: "closed", False: "STILL OPEN", None: "if it is closed could not be checked"}[each.closed]
    parts = [ended_said(each.ended), f"{closed} ({_how(each.evidence)})"]
    if each.asked:
        parts.append(f"{_DELETION[each.deletion]} ({_how(each.deletion_evidence)})")
    return "; ".join(parts)


def _how(evidence: LineEvidence) -> str:
    cell = known(evidence)
    return cell.note if evidence.reasons else ", ".join(filter(None, (cell.text, cell.note)))


def school_gaps(register: Register) -> Iterator[str]:
    """Tell the gaps of the schools' own facts; what nobody has listed may read anything."""
    unlisted: defaultdict[str, list[str]] = defaultdict(list)
    for school, facts in register.facts.items():
        for fact in facts:
            if not fact.value and fact.aspect is not Aspect.LAWFUL_BASIS:  # each supplier's gaps tell that one
                unlisted[topic(fact)].append(register.titles[school])
    for what, titles in unlisted.items():
        where = f"at {', '.join(titles)}" if len(titles) < len(register.titles) else "at any school"
        if what == ACCOUNTS:
            yield f"Accounts that no manifest names, {where}: nobody has listed them, and they may read anything."
        else:
            how = "could not be checked" if what.startswith("Consent enforced") else "nobody has confirmed it"
            yield f"{what} {where}: {how}."
    for school, username in unclaimed(register):
        yield f"What the account {username} at {register.titles[school]} may read: no manifest names it."
