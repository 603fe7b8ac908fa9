"""One person's attestation at one place, and the facts that the manifests ask about there."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from reconciler.model.address import Address
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.desired import Account, Desired
from reconciler.planning.facts import (
    FACT_KEYS,
    ROWS,
    FactKey,
    attested_as,
    attested_values,
    attested_values_of_school,
    is_asked,
)
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class Submission:
    """One person's words on one access, or on one school.

    supplier  empty where the facts are the school's own
    account   the username that was shown to whoever looked; empty where they were shown none
    facts     {fact, as an Attestation has it (`roles`, `consent.students`): what is said of it, as in a Word}; or
              `access` alone, of an account that is gone
    on        UTC; only whole seconds are kept
    expires   the last day on which they count
    evidence  where theirs is; may be empty
    """

    school: str
    supplier: str
    account: str
    facts: Mapping[str, tuple[str, ...]]
    by: str
    on: datetime
    expires: date
    evidence: str = ""


def place_and_fact(subject: FactRef) -> tuple[str, str, str]:
    """(school, supplier, fact) of the Attestation that settles a subject of a plan."""
    school, supplier, aspect, name = attested_as(subject)
    return school, supplier, FactKey(ROWS[aspect], name).key


def account_of(desired: Desired, school: str, supplier: str = "") -> str:
    """The username of the account that words on a place are about; empty where the manifests name none there."""
    access = desired.accesses.get(Address(school, supplier))
    return access.via.username.value if access and isinstance(access.via, Account) else ""


def to_attest(
    desired: Desired, school: str, supplier: str = "", attested: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """{fact: what is said of it where it is as declared} of what the manifests declare of an access, or of a school's
    own, and no probe can see; and of what nobody declared and somebody has seen, now (`attested`) or before. Raises
    KeyError where the manifests do not have the place."""
    seen = {word.subject.aspect for word in desired.words if word.subject[:2] == (school, supplier)}
    seen |= {FACT_KEYS[key].row.aspect for key in attested if key in FACT_KEYS}
    if not supplier:
        is_listed = desired.schools[school].accounts_asked or Aspect.ACCOUNT in seen
        facts = as_declared(desired, school)
        return {key: values for key, values in facts.items() if is_listed or key != ROWS[Aspect.ACCOUNT].key}
    access = desired.accesses[Address(school, supplier)]
    return {fact.key: values for fact, values in attested_values(access) if is_asked(fact.row.aspect, access, seen)}


def as_declared(desired: Desired, school: str, supplier: str = "") -> dict[str, tuple[str, ...]]:
    """The same, with facts that are not declared. A plan that knows too much about them asks for them too."""
    if supplier:
        facts = attested_values(desired.accesses[Address(school, supplier)])
    else:
        facts = attested_values_of_school(desired, school)
    return {fact.key: values for fact, values in facts}


def latest_day(today: date, most: int | None) -> date:
    """Return the latest day until which words may count: `most` days from today, if the Workspace sets that limit."""
    return today + timedelta(days=most) if most is not None else date.max


def usual_last_day(today: date, most: int | None) -> date:
    """Return the day until which words count unless a person says otherwise: the same day next year, or the latest."""
    try:
        next_year = today.replace(year=today.year + 1)
    except ValueError:  # 29 February
        next_year = today.replace(year=today.year + 1, day=28)
    return min(next_year, latest_day(today, most))
