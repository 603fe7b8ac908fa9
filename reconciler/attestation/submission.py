"""What somebody vouches for on one occasion, and what of it the manifests ask for."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from reconciler.manifest.resolving.attestations import FACTS
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.desired import Access, Account, Desired, PartnerApplication
from reconciler.model.entity import entity_key
from reconciler.model.live import THIRD_PARTY


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


_OF_ASPECT: Final = {(fact.aspect, fact.name): fact for fact in FACTS}
_FACT_OF: Final = {fact.aspect: fact.key for fact in FACTS}  # of consent any of its kinds


def place_and_fact(subject: FactRef) -> tuple[str, str, str]:
    """(school, supplier, fact) of the Attestation that settles a subject of a plan; consent is the school's own."""
    kind = subject.name if subject.aspect is Aspect.CONSENT else ""
    fact = _OF_ASPECT[subject.aspect, kind]
    return subject.school, "" if fact.of_school else subject.supplier, fact.key


def account_of(desired: Desired, school: str, supplier: str = "") -> str:
    """The username of the account that words on a place are about; empty where the manifests name none there."""
    access = desired.accesses.get(Address(school, supplier))
    return access.via.username.value if access and isinstance(access.via, Account) else ""


def to_attest(
    desired: Desired, school: str, supplier: str = "", said: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """{fact: what is said of it where it is as declared} of what the manifests declare of an access, or of a school's
    own, and no probe can see; and of what nobody declared and somebody has seen, now (`said`) or before. Raises
    KeyError where the manifests do not have the place."""
    if not supplier:
        return dict(_of_school(desired, school))
    access = desired.accesses[Address(school, supplier)]
    seen = {_FACT_OF[word.subject.aspect] for word in desired.words if word.subject[:2] == access.address}
    return {fact: values for fact, values in _of_access(access) if _is_asked(fact, access, seen.union(said))}


def as_declared(desired: Desired, school: str, supplier: str = "") -> dict[str, tuple[str, ...]]:
    """The same, and what is said where it is as it should be of those facts that nobody declared: a plan that knows
    more of them than there should be asks for them all the same."""
    if supplier:
        return dict(_of_access(desired.accesses[Address(school, supplier)]))
    return dict(_of_school(desired, school))


def _is_asked(fact: str, access: Access, seen: Collection[str]) -> bool:
    """Whether a plan asks for it: what was seen once is looked at again, though nobody declared it."""
    match fact:
        case "roles":
            return bool(access.role or access.writes_nothing) or fact in seen
        case "permissions":
            return access.declares_writing
        case _:
            return True


def _of_access(access: Access) -> Iterator[tuple[str, tuple[str, ...]]]:
    entities = tuple(name.value for name in access.entities.values())
    if isinstance(access.via, PartnerApplication):
        yield "partnerApplication", ("granted",)
        if entities:
            yield "entities", entities
    elif access.via.password is None:
        yield "login", ("works",)
        yield "entities", entities
    if access.role or isinstance(access.via, Account):
        own = (access.role.value,) if access.role and entity_key(access.role.value) != entity_key(THIRD_PARTY) else ()
        yield "roles", (THIRD_PARTY, *own)
        yield "permissions", tuple(name.value for name in access.permissions.values())
    if access.write_licence:
        yield "writeLicence", (access.write_licence.value,)
    if access.old_export:
        yield "oldExport", ("disconnected",)


def _of_school(desired: Desired, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Consent of students and staff is not asked for where it follows from the lawful basis."""
    basis = desired.schools[name].lawful_basis
    if basis:
        yield "lawfulBasis", (basis.value,)
    of_all = basis is not None and basis.value != "Consent"
    accesses = (access for address, access in desired.accesses.items() if address.school == name)
    needed = {need.value for access in accesses for need in access.consent_needs}
    for kind in ("students", "staff", "contacts"):
        if kind in needed and not (of_all and kind != "contacts"):
            yield f"consent.{kind}", ("set",)
