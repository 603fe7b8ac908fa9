"""The days in the manifests that come soon, or passed without anyone doing what was due.

| day                    | told before it | told after it                                     |
|------------------------|----------------|---------------------------------------------------|
| a round is due         | yes            | until it is closed                                |
| a supplier's review    | yes            | until the next day is written                     |
| a contract's end       | yes            | as long as an access of the supplier is agreed    |
| an access begins, ends | yes            | no: a plan then has the work                      |
| an attestation's end   | yes            | no: a plan then has the unknown fact              |
| a waiver's end         | yes            | no: a plan then counts the difference             |

Of attestations only those that count now are told: of a fact that is declared, and not said again since.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from reconciler.model.accountability.coming_date import SOON, ComingDate, DateKind, Urgency
from reconciler.model.address import Address
from reconciler.model.attestation import Round
from reconciler.model.desired import Access, AgreementTerms, Desired
from reconciler.model.plan import EndReason
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.planning.validity.effective import declared_facts, newest_facts

_NEAR: Final = 7
_KINDS: Final = tuple(DateKind)


def coming_dates(desired: Desired, today: date, days: int = SOON) -> tuple[ComingDate, ...]:
    """Return the days within so many days, the first one first; of what `desired` has, and of every round."""
    last = date.fromordinal(min(today.toordinal() + days, date.max.toordinal()))
    found = (
        *(_round(each, today) for each in desired.rounds if each.closed is None and each.due <= last),
        *_of_terms(desired, today, last),
        *_turns(desired, today, last),
        *_attestations(desired, today, last),
        *_waivers(desired, today, last),
    )
    return tuple(sorted(found, key=lambda each: (each.day, _KINDS.index(each.kind), each.subject, each.words)))


def _coming(  # one place that says how urgent each is
    kind: DateKind, day: date, today: date, subject: str, words: str, remedy: str, origin: Origin,
    supplier: str = "", schools: Iterable[str] = (),
) -> ComingDate:  # fmt: skip
    left = (day - today).days
    urgency = Urgency.OVERDUE if left < 0 else Urgency.NEAR if left <= _NEAR else Urgency.COMING
    return ComingDate(day, kind, urgency, subject, supplier, tuple(sorted(schools)), words, remedy, origin)


def _round(reviewed: Round, today: date) -> ComingDate:
    left, number = len(reviewed.undecided), len(reviewed.accesses)
    due = "was due" if reviewed.due < today else "is due"
    if left:
        remedy = f"Decide: `reconciler round sheet decisions.csv --round {reviewed.name}`."
        state = f"{left} of {number} accesses are not decided"
    else:
        remedy = f"Write its decisions into the manifests: `reconciler round close --round {reviewed.name}`."
        state = "everything is decided"
    words = f"The round {reviewed.name} {due}, and {state}"
    return _coming(DateKind.ROUND_DUE, reviewed.due, today, reviewed.name, words, remedy, reviewed.origin)


_TermsDay = tuple[DateKind, Callable[[AgreementTerms], DeclaredValue | None], str, str, str]
_OF_TERMS: Final[tuple[_TermsDay, ...]] = (
    (
        DateKind.REVIEW_DUE,
        lambda terms: terms.review_by,
        "The review of {} is due",
        "The review of {} was due",
        "Check what it still needs, remove the rest, and write the next `reviewBy`.",
    ),
    (
        DateKind.CONTRACT_END,
        lambda terms: terms.contract_end,
        "The contract with {} ends",
        "The contract with {} ended, and its access is still agreed",
        "If it continues, write its new `contractEnd`. If not, write `state: retired`.",
    ),
)


def _of_terms(desired: Desired, today: date, last: date) -> Iterator[ComingDate]:
    agreed: defaultdict[str, list[Access]] = defaultdict(list)
    for access in desired.accesses.values():
        if access.ended is None or access.ended.reason is EndReason.NOT_YET:
            agreed[access.address.supplier].append(access)
    for supplier, accesses in agreed.items():
        for kind, of, ahead, past, remedy in _OF_TERMS:
            written = of(desired.terms[supplier]) if supplier in desired.terms else None
            day = date.fromisoformat(written.value) if written else last
            if written and day <= last:
                words = (past if day < today else ahead).format(accesses[0].title)
                schools = (access.address.school for access in accesses)
                yield _coming(kind, day, today, supplier, words, remedy, written.origin, supplier, schools)


def _turns(desired: Desired, today: date, last: date) -> Iterator[ComingDate]:
    turning: defaultdict[tuple[date, bool, str, str], list[Access]] = defaultdict(list)
    for access in desired.accesses.values():
        begins = access.ended is not None and access.ended.reason is EndReason.NOT_YET
        if access.next_turn and today <= access.next_turn <= last and (begins or access.ended is None):
            turning[access.next_turn, begins, access.address.supplier, access.title].append(access)
    for (day, begins, supplier, title), accesses in turning.items():
        schools = [access.address.school for access in accesses]
        where = _at(desired, schools)
        words = f"The access of {title} at {where} {'begins' if begins else 'has its last day'}"
        kind = DateKind.ACCESS_BEGINS if begins else DateKind.ACCESS_ENDS
        remedy = (
            "Have its account ready by then: until that day a plan expects none that works."
            if begins
            else "If it goes on, write its new last day. If not, plan who closes its accounts."
        )
        yield _coming(kind, day, today, supplier, words, remedy, accesses[0].origin, supplier, schools)


def _attestations(desired: Desired, today: date, last: date) -> Iterator[ComingDate]:
    """Find those that end soon; alike are those of one person about one supplier until one day."""
    if not any(today <= word.evidence.expires <= last for word in desired.words):
        return  # most nights; the rest reads every fact of every access
    ending: defaultdict[tuple[date, str, str], list[tuple[str, Origin]]] = defaultdict(list)
    declared = declared_facts(desired)
    for fact, word in newest_facts(desired, today).items():
        evidence = word.evidence
        is_here = Address(fact.school, fact.supplier) in desired.accesses if fact.supplier else True
        if fact in declared and is_here and fact.school in desired.schools and today <= evidence.expires <= last:
            ending[evidence.expires, evidence.by, fact.supplier].append((fact.school, evidence.origin))
    for (day, by, supplier), facts in ending.items():
        schools = sorted({school for school, _ in facts})
        where = _at(desired, schools)
        if supplier:
            where = f"{desired.accesses[Address(schools[0], supplier)].title} at {where}"
        number = "1 fact that" if len(facts) == 1 else f"{len(facts)} facts that"
        words = f"{number} {by} confirmed about {where} must be checked again"
        place = f"{schools[0]}/{supplier}" if supplier else schools[0]
        others = ", and the same at the others" if len(schools) > 1 else ""
        remedy = f"Look again, then run `reconciler attest {place}`{others}."
        origin = min(origin for _, origin in facts)
        subject = supplier or (schools[0] if len(schools) == 1 else "")
        yield _coming(DateKind.ATTESTATION_ENDS, day, today, subject, words, remedy, origin, supplier, schools)


def _waivers(desired: Desired, today: date, last: date) -> Iterator[ComingDate]:
    ending: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    terms = {}
    for waiver in desired.waivers:
        there = waiver.schools & desired.schools.keys()
        if waiver.supplier:
            there = {school for school in there if Address(school, waiver.supplier) in desired.accesses}
        if there and today <= waiver.terms.expires <= last:
            terms[waiver.terms.waiver] = waiver.terms
            ending[waiver.terms.waiver] += [(school, waiver.supplier) for school in there]
    for name, places in ending.items():
        ends, suppliers = terms[name], {supplier for _, supplier in places}
        words = f"The waiver {name} of {ends.by} ends, and what it accepts counts again"
        remedy = "Fix the difference by then, or accept it again with a reason."
        supplier = suppliers.pop() if len(suppliers) == 1 else ""
        schools = {school for school, _ in places}
        yield _coming(DateKind.WAIVER_ENDS, ends.expires, today, name, words, remedy, ends.origin, supplier, schools)


def _at(desired: Desired, schools: Sequence[str]) -> str:
    if len(schools) > 1:
        return f"{len(schools)} schools"
    return desired.schools[schools[0]].title or schools[0]
