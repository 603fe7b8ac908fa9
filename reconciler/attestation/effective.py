"""Find the attestation of each fact that counts on a day.

Those with a later date do not count yet: the unknown fact says that there is one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any, Final, TypeAlias, TypeVar

from reconciler.manifest.resolving.effective import newest
from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.desired import Desired
from reconciler.model.evidence import TO_ATTEST, Fact, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool
from reconciler.planning.facts import ROWS

# {(aspect, kind of person or empty): the word that holds} of one school, or of one access.
Heard: TypeAlias = "Mapping[tuple[Aspect, str], AttestedFact]"


def effective_facts(words: Iterable[AttestedFact], today: date) -> Mapping[tuple[str, str], Heard]:
    """{(school, supplier): the words that hold}; the supplier is empty for the school's own.

    Of several words on one fact the newest holds, even where it has expired: an older one has been taken back. One that
    is of a day to come is not heard yet.
    """
    heard: dict[tuple[str, str], dict[tuple[Aspect, str], AttestedFact]] = defaultdict(dict)
    for subject, word in newest(words, today).items():
        heard[subject.school, subject.supplier][subject.aspect, subject.name] = word
    return heard


def expired_facts(word: AttestedFact, today: date, username: str = "") -> Unknown | None:
    """Return why an attestation no longer counts; None if it does, as on its last day.

    `username` is the access's account now, empty without one: an attestation says nothing about another account's roles
    and ticks.
    """
    evidence = word.evidence
    if today > evidence.expires:
        return Unknown(UnknownReason.EXPIRED, f"attestation by {evidence.by} expired {evidence.expires}")
    if word.account and ROWS[word.subject.aspect].of_account and username_key(word.account) != username_key(username):
        now = f"the manifests now name {username}" if username else "the manifests now name none"
        return Unknown(
            UnknownReason.EXPIRED, f"attestation by {evidence.by} is for the account {word.account}, and {now}"
        )
    return None


_MIDNIGHT: Final = time()
_Live = TypeVar("_Live", LiveSchool, LiveAccess)


def with_future_facts(live: Live, desired: Desired, today: date) -> Live:
    """Add to each unknown fact the day from which an attestation settles it."""
    nearest: dict[FactRef, AttestedFact] = {}
    words = (*(word for word in desired.words if word.evidence.on.date() > today), *desired.later_words)
    for word in sorted(words, key=lambda word: word.evidence.on):
        nearest.setdefault(word.subject, word)
    schools, accesses = dict(live.schools), dict(live.accesses)
    for subject, word in nearest.items():
        address = Address(subject.school, subject.supplier)
        if address in accesses:
            accesses[address] = _with_future(accesses[address], word)
        elif not subject.supplier and subject.school in schools:
            schools[subject.school] = _with_future(schools[subject.school], word)
    return replace(live, schools=schools, accesses=accesses)


def _with_future(live: _Live, word: AttestedFact) -> _Live:
    _, _, aspect, name = word.subject
    field = ROWS[aspect].live
    changed: dict[str, Any] = (
        {field: _told(getattr(live, field), word)}
        if field
        else {"attested": {**live.attested, (aspect, name): _told(live.fact(aspect, name), word)}}
    )
    return replace(live, **changed)


def _told(fact: Fact[str], word: AttestedFact) -> Fact[str]:
    if not isinstance(fact, Unknown) or fact.reason not in TO_ATTEST:
        return fact
    on = word.evidence.on
    day = f"{on:%Y-%m-%d}" if on.time() == _MIDNIGHT else f"{on:%Y-%m-%dT%H:%M:%SZ}"
    before = f"{fact.text}; another" if fact.reason in (UnknownReason.EXPIRED, UnknownReason.DENIED) else "an"
    return replace(fact, text=f"{before} attestation by {word.evidence.by} counts from {day} on")
