"""Which word on a fact holds on a day.

Words of a day to come: they say nothing yet, and what is unknown until then says that they are there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any, Final, TypeAlias

from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.desired import Desired
from reconciler.model.evidence import NO_PROBE, TO_ATTEST, Fact, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool

_OF_ACCOUNT: Final = frozenset({Aspect.LOGIN, Aspect.READ, Aspect.ROLE, Aspect.WRITE})
# {(aspect, kind of person or empty): the word that holds} of one school, or of one access.
Heard: TypeAlias = "Mapping[tuple[Aspect, str], AttestedFact]"


def effective_facts(words: Iterable[AttestedFact], today: date) -> Mapping[tuple[str, str], Heard]:
    """{(school, supplier): the words that hold}; the supplier is empty for the school's own.

    Of several words on one fact the newest holds, even where it has expired: an older one has been taken back. One that
    is of a day to come is not heard yet.
    """
    newest: dict[tuple[str, str], dict[tuple[Aspect, str], AttestedFact]] = defaultdict(dict)
    for word in words:
        if word.evidence.on.date() > today:
            continue
        subject = word.subject
        place = newest[subject.school, subject.supplier]
        fact = subject.aspect, subject.name
        if fact not in place or _age(place[fact]) < _age(word):
            place[fact] = word
    return newest


def _age(word: AttestedFact) -> tuple[object, ...]:
    """What grows with how new a word is. Two of one moment say the same: then the one that lasts longer is newer."""
    evidence = word.evidence
    return evidence.on, evidence.expires, evidence.origin


def expired_facts(word: AttestedFact, today: date, username: str = "") -> Unknown | None:
    """What a word that counts no more leaves of its fact; None where it counts, as it does on the day that it expires.

    `username` is the account's that the access has by now, empty where it has none: of another account's roles and
    ticks the word says nothing.
    """
    evidence = word.evidence
    if today > evidence.expires:
        return Unknown(UnknownReason.EXPIRED, f"attestation by {evidence.by} expired {evidence.expires}")
    if word.account and word.subject.aspect in _OF_ACCOUNT and username_key(word.account) != username_key(username):
        now = f"the manifests now name {username}" if username else "the manifests now name none"
        return Unknown(
            UnknownReason.EXPIRED, f"attestation by {evidence.by} is of the account {word.account}, and {now}"
        )
    return None


_MIDNIGHT: Final = time()
_FIELDS: Final = {
    Aspect.LOGIN: "login",
    Aspect.READ: "entities",
    Aspect.ROLE: "roles",
    Aspect.WRITE: "permissions",
    Aspect.WRITE_LICENCE: "write_licence",
    Aspect.PARTNER_APPLICATION: "partner_application",
    Aspect.OLD_EXPORT: "old_export",
}


def with_future_facts(live: Live, desired: Desired, today: date) -> Live:
    """The live side, in which each unknown that somebody's word is to settle says from which day on."""
    nearest: dict[FactRef, AttestedFact] = {}
    words = (*(word for word in desired.words if word.evidence.on.date() > today), *desired.later_words)
    for word in sorted(words, key=lambda word: word.evidence.on):
        nearest.setdefault(word.subject, word)
    schools, accesses = dict(live.schools), dict(live.accesses)
    for subject, word in nearest.items():
        address = Address(subject.school, subject.supplier)
        if address in accesses:
            accesses[address] = _access(accesses[address], word)
        elif not subject.supplier and subject.school in schools:
            schools[subject.school] = _school(schools[subject.school], word)
    return replace(live, schools=schools, accesses=accesses)


def _access(live: LiveAccess, word: AttestedFact) -> LiveAccess:
    name = _FIELDS[word.subject.aspect]
    told: dict[str, Any] = {name: _told(getattr(live, name), word)}
    return replace(live, **told)


def _school(live: LiveSchool, word: AttestedFact) -> LiveSchool:
    if word.subject.aspect is Aspect.LAWFUL_BASIS:
        return replace(live, lawful_basis=_told(live.lawful_basis, word))
    kind = word.subject.name
    consent: Mapping[str, Fact[str]] = {**live.consent, kind: _told(live.consent.get(kind, NO_PROBE), word)}
    return replace(live, consent=consent)


def _told(fact: Fact[str], word: AttestedFact) -> Fact[str]:
    if not isinstance(fact, Unknown) or fact.reason not in TO_ATTEST:
        return fact
    on = word.evidence.on
    day = f"{on:%Y-%m-%d}" if on.time() == _MIDNIGHT else f"{on:%Y-%m-%dT%H:%M:%SZ}"
    before = f"{fact.text}; another" if fact.reason in (UnknownReason.EXPIRED, UnknownReason.DENIED) else "an"
    return replace(fact, text=f"{before} attestation by {word.evidence.by} counts from {day} on")
