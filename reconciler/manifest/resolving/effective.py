"""Which words hold, and which of the facts that they are on the manifests declare."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.desired import Access, Account, Desired
from reconciler.planning.canonical import beyond_third_party

_CONSENT: Final = "Consent"  # with any other basis that of students and staff follows from the basis
_OF_BASIS: Final = frozenset({"students", "staff"})
_OF_ACCOUNT: Final = frozenset({Aspect.LOGIN, Aspect.READ, Aspect.ROLE, Aspect.WRITE})


def newest_facts(desired: Desired, today: date) -> Mapping[FactRef, AttestedFact]:
    """{fact: the newest word on it}, expired or not.

    One of a day to come is not said yet, and one about another account than the access has by now says nothing of it.
    """
    said = (word for word in desired.words if word.evidence.on.date() <= today and _is_of_its_account(desired, word))
    ordered = sorted(said, key=lambda word: (word.evidence.on, word.evidence.expires, word.evidence.origin))
    return {word.subject: word for word in ordered}


def declared_facts(desired: Desired) -> frozenset[FactRef]:
    """The facts that only a word can settle, and of which a plan heeds one."""
    schools = desired.schools.values()
    facts = {FactRef(school.name, "", Aspect.LAWFUL_BASIS, "") for school in schools if school.lawful_basis}
    extra = {word.subject for word in desired.words if word.subject.aspect is Aspect.ROLE and _is_beyond(word)}
    return frozenset(facts.union(extra, *(_facts(desired, access) for access in desired.accesses.values())))


def _is_beyond(word: AttestedFact) -> bool:
    """Whether it has a role that is a difference unless it is declared."""
    return bool(beyond_third_party(word.values))


def _facts(desired: Desired, access: Access) -> Iterator[FactRef]:
    school, supplier = access.address
    basis = desired.schools[school].lawful_basis
    for need in access.consent_needs:
        if basis is None or basis.value == _CONSENT or need.value not in _OF_BASIS:
            yield FactRef(school, "", Aspect.CONSENT, need.value)
    by_account = isinstance(access.via, Account)
    unprobed = isinstance(access.via, Account) and access.via.password is None
    declared = {
        Aspect.LOGIN: unprobed,
        Aspect.READ: unprobed or (not by_account and access.entities),
        Aspect.ROLE: access.role or access.no_permissions,
        Aspect.WRITE: access.declares_writing,
        Aspect.WRITE_LICENCE: access.write_licence,
        Aspect.PARTNER_APPLICATION: not by_account,
        Aspect.OLD_EXPORT: access.old_export,
    }
    yield from (FactRef(school, supplier, aspect, "") for aspect, is_declared in declared.items() if is_declared)


def _is_of_its_account(desired: Desired, word: AttestedFact) -> bool:
    subject = word.subject
    if not word.account or subject.aspect not in _OF_ACCOUNT:
        return True
    access = desired.accesses.get(Address(subject.school, subject.supplier))
    if access is None or not isinstance(access.via, Account):
        return False
    return username_key(access.via.username.value) == username_key(word.account)
