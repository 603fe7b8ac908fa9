"""The facts of schools themselves for the register: lawful basis, consent, and accounts that no supplier claims."""

from collections.abc import Collection, Iterator
from datetime import datetime

from reconciler.model.accountability.register import (
    ALL_CLAIMED,
    NO_SUPPLIER,
    NOT_LISTED,
    NOT_NEEDED,
    WITHHELD_HIDDEN,
    WITHHELD_READABLE,
    EvidenceKind,
    LineEvidence,
    SchoolFact,
)
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.desired import Access, School
from reconciler.model.evidence import Attested, Fact, Known
from reconciler.model.live import LiveSchool
from reconciler.model.plan import SchoolPlan
from reconciler.planning.facts import (
    AS_AGREED,
    CONSENT_BASIS,
    FOLLOWS_BASIS,
    HIDDEN,
    ROWS,
    follows_basis,
    opens_everybody,
)


def school_facts(
    school: School, accesses: Collection[Access], live: LiveSchool, plan: SchoolPlan, asked: datetime
) -> Iterator[SchoolFact]:
    """Return what is known of a school itself; the plan has what differs, and what waivers accept of it."""
    basis = live.lawful_basis
    yield _fact(Aspect.LAWFUL_BASIS, "", basis, _value(basis), plan.changes, asked)
    for kind in _kinds(school, accesses, live):
        fact = live.fact(Aspect.CONSENT, kind)
        follows = isinstance(basis, Known) and follows_basis(kind, basis.value)
        yield _fact(Aspect.CONSENT, kind, fact, NOT_NEEDED if follows else _value(fact), plan.changes, asked)
    for canary in school.canaries:
        shown = live.fact(Aspect.CONSENT_ENFORCED, canary.kind)
        yield _fact(Aspect.CONSENT_ENFORCED, canary.kind, shown, _enforced(shown, school), plan.changes, asked)
    yield from _accounts(live, plan, asked)


def _enforced(shown: Fact[str], school: School) -> str:
    """Tell if who withheld consent is hidden: a canary is as agreed if it is what the declared basis makes of it."""
    if not isinstance(shown, Known):
        return ""
    is_closed = school.lawful_basis is not None and not opens_everybody(school.lawful_basis.value)
    is_hidden = shown.value == HIDDEN or (shown.value == AS_AGREED and is_closed)
    return WITHHELD_HIDDEN if is_hidden else WITHHELD_READABLE


def unclaimed_accounts(school: School, live: LiveSchool) -> tuple[str, ...]:
    """Return the accounts that no supplier claims, of those that people listed."""
    accounts = live.accounts.value if isinstance(live.accounts, Known) else {}
    return tuple(name for key, name in sorted(accounts.items()) if key not in school.claims)


def line_evidence(fact: Fact[object], asked: datetime) -> LineEvidence:
    """Return how a fact is known; `asked` is when Bromcom was."""
    if not isinstance(fact, Known):
        return LineEvidence(EvidenceKind.NOTHING, reasons=(fact.redacted_text,))
    if isinstance(fact.evidence, Attested):
        return LineEvidence(EvidenceKind.CONFIRMED, fact.evidence.on, fact.evidence.expires, (fact.evidence.by,))
    return LineEvidence(EvidenceKind.ASKED, asked)


def _fact(
    aspect: Aspect, name: str, fact: Fact[str], value: str, changes: Collection[Change], asked: datetime
) -> SchoolFact:
    change = next((each for each in changes if each.aspect is aspect and (not name or each.name == name)), None)
    wanted, accepted = (change.after, change.waived) if change else ("", None)
    return SchoolFact(aspect, name, value, wanted, line_evidence(fact, asked), accepted)


def _value(fact: Fact[str]) -> str:
    """The counts of people where a person gave them, else the choice."""
    if not isinstance(fact, Known):
        return ""
    return (isinstance(fact.evidence, Attested) and fact.evidence.counts) or fact.value


def _kinds(school: School, accesses: Collection[Access], live: LiveSchool) -> Iterator[str]:
    """The kinds of people whose consent is declared or known, and with Consent as the basis those that it is about."""
    row = ROWS[Aspect.CONSENT]
    parts: tuple[Access | School, ...] = (school, *accesses)
    wanted = {declared.value for part in parts for declared in row.declared(part)}
    bases = {school.lawful_basis.value if school.lawful_basis else "", _value(live.lawful_basis)}
    wanted |= set(FOLLOWS_BASIS) if CONSENT_BASIS in bases else set()
    return (kind for kind in row.kinds if kind in wanted or isinstance(live.fact(Aspect.CONSENT, kind), Known))


def _accounts(live: LiveSchool, plan: SchoolPlan, asked: datetime) -> Iterator[SchoolFact]:
    """The accounts that differ from what suppliers claim, or that none does; or that nobody listed them."""
    evidence = line_evidence(live.accounts, asked)
    changes = [change for change in plan.changes if change.aspect is Aspect.ACCOUNT]
    for change in changes:
        value = NO_SUPPLIER if change.action is Action.REVOKE else NOT_LISTED
        yield SchoolFact(Aspect.ACCOUNT, change.name, value, change.after, evidence, change.waived)
    if not changes:
        value = ALL_CLAIMED if isinstance(live.accounts, Known) else ""
        yield SchoolFact(Aspect.ACCOUNT, "", value, "", evidence)
