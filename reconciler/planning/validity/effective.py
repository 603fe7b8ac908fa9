"""The attestations that count, and the facts that need one."""

from collections.abc import Iterable, Mapping
from datetime import date

from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.desired import Account, Desired
from reconciler.planning.canonical import beyond_third_party
from reconciler.planning.facts import ROWS, attested_values, is_asked, needed_of_school


def newest(words: Iterable[AttestedFact], today: date) -> dict[FactRef, AttestedFact]:
    """{fact: the newest word on it}, expired or not: an older one has been taken back. One of a day to come says
    nothing yet. Two of one moment say the same: then the one that lasts longer is newer."""
    heard = (word for word in words if word.evidence.on.date() <= today)
    return {word.subject: word for word in sorted(heard, key=_age)}


def _age(word: AttestedFact) -> tuple[object, ...]:
    return word.evidence.on, word.evidence.expires, word.evidence.origin


def newest_facts(desired: Desired, today: date) -> Mapping[FactRef, AttestedFact]:
    """{fact: the newest word on it}, expired or not.

    One about another account than the access has by now says nothing of it.
    """
    return newest((word for word in desired.words if _is_of_its_account(desired, word)), today)


def declared_facts(desired: Desired) -> frozenset[FactRef]:
    """The facts that only a word can settle, and of which a plan heeds one."""
    facts = {word.subject for word in desired.words if word.subject.aspect is Aspect.ROLE and _is_beyond(word)}
    facts |= {word.subject for word in desired.words if word.subject.aspect is Aspect.ACCOUNT}
    for school in desired.schools.values():
        facts |= {FactRef(school.name, "", fact.row.aspect, fact.name) for fact, _ in needed_of_school(school, school)}
    for access in desired.accesses.values():
        school = desired.schools[access.address.school]
        needed = needed_of_school(access, school)
        facts |= {FactRef(school.name, "", fact.row.aspect, fact.name) for fact, _ in needed}
        aspects = (fact.row.aspect for fact, _ in attested_values(access))
        facts |= {FactRef(*access.address, aspect, "") for aspect in aspects if is_asked(aspect, access)}
    return frozenset(facts)


def _is_beyond(word: AttestedFact) -> bool:
    """Tell if it has a role that is a difference unless declared."""
    return bool(beyond_third_party(word.values))


def _is_of_its_account(desired: Desired, word: AttestedFact) -> bool:
    subject = word.subject
    if not word.account or not ROWS[subject.aspect].of_account:
        return True
    access = desired.accesses.get(Address(subject.school, subject.supplier))
    if access is None or not isinstance(access.via, Account):
        return False
    return username_key(access.via.username.value) == username_key(word.account)
