"""Words of a day to come: they say nothing yet, and what is unknown until then says that they are there."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Any, Final

from reconciler.model.address import Address
from reconciler.model.change import Aspect
from reconciler.model.fact import NO_PROBE, TO_ATTEST, Unknown, Why

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from reconciler.model.desired import Desired
    from reconciler.model.fact import Fact
    from reconciler.model.live import Live, LiveAccess, LiveSchool
    from reconciler.model.subject import Subject
    from reconciler.model.word import Word

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


def with_later_words(live: Live, desired: Desired, today: date) -> Live:
    """The live side, in which each unknown that somebody's word is to settle says from which day on."""
    nearest: dict[Subject, Word] = {}
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


def _access(live: LiveAccess, word: Word) -> LiveAccess:
    name = _FIELDS[word.subject.aspect]
    told: dict[str, Any] = {name: _told(getattr(live, name), word)}
    return replace(live, **told)


def _school(live: LiveSchool, word: Word) -> LiveSchool:
    if word.subject.aspect is Aspect.LAWFUL_BASIS:
        return replace(live, lawful_basis=_told(live.lawful_basis, word))
    kind = word.subject.name
    consent: Mapping[str, Fact[str]] = {**live.consent, kind: _told(live.consent.get(kind, NO_PROBE), word)}
    return replace(live, consent=consent)


def _told(fact: Fact[str], word: Word) -> Fact[str]:
    if not isinstance(fact, Unknown) or fact.why not in TO_ATTEST:
        return fact
    on = word.evidence.on
    day = f"{on:%Y-%m-%d}" if on.time() == _MIDNIGHT else f"{on:%Y-%m-%dT%H:%M:%SZ}"
    before = f"{fact.text}; another" if fact.why in (Why.EXPIRED, Why.DENIED) else "an"
    return replace(fact, text=f"{before} attestation by {word.evidence.by} counts from {day} on")
