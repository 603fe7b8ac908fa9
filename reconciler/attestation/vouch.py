"""Live, and people's words -> Live: what no probe can see is filled in, and a word that a probe contradicts is denied.

| a probe knows it           | a word on it counts today     | so the fact is                            |
|----------------------------|-------------------------------|-------------------------------------------|
| yes                        | says the same, or none        | the probe's                               |
| yes                        | says otherwise                | the probe's, and the word is denied       |
| no, and none could         | yes                           | the word's                                |
| no, and none could         | expired                       | unknown: expired                          |
| no, and none could         | none                          | unknown, as it was                        |
| no, and one could          | any                           | unknown, as it was                        |

A login and its entities could be probed wherever the manifests have a password. Roles without Third Party cannot be
those of a login that works: such a word is denied, and leaves the roles unknown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from reconciler.attestation.denied import NOT_THIRD_PARTY, denials, is_probed, names_said
from reconciler.attestation.heard import expired, heard
from reconciler.model.change import Aspect
from reconciler.model.desired import PartnerApplication
from reconciler.model.fact import NO_PROBE, Known
from reconciler.model.live import LiveAccess, LiveSchool, Login

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from reconciler.attestation.heard import Heard
    from reconciler.model.desired import Access, Desired
    from reconciler.model.fact import Fact
    from reconciler.model.live import Live
    from reconciler.model.word import Word

T = TypeVar("T")

_KINDS_OF_BASIS: Final = ("students", "staff")  # of contacts no source says that they follow from the lawful basis
_NO_WORDS: Final[Heard] = {}


def vouch(live: Live, desired: Desired, today: date) -> Live:
    """The live side with people's words filled in, as they count on a day (UTC); nothing else of it changes.

    Where a lawful basis is known that is not Consent, every third party reads all students and staff: for them consent
    is then as good as set.
    """
    words = heard(desired.words, today)
    schools = dict(live.schools)
    for name in desired.schools:
        if (name, "") in words or name in live.schools:
            known = live.schools.get(name) or LiveSchool(live.missing)
            schools[name] = _school(known, words.get((name, ""), _NO_WORDS), today)
    accesses = dict(live.accesses)
    for address, access in desired.accesses.items():
        if address in words or isinstance(access.via, PartnerApplication):
            found = live.accesses.get(address) or LiveAccess(live.missing, live.missing)
            accesses[address] = _access(access, found, words.get(address, _NO_WORDS), today)
    return replace(live, schools=schools, accesses=accesses)


def _school(live: LiveSchool, words: Heard, today: date) -> LiveSchool:
    basis = _settled(live.lawful_basis, words.get((Aspect.LAWFUL_BASIS, "")), today, _text)
    consent = dict(live.consent)
    for (aspect, kind), word in words.items():
        if aspect is Aspect.CONSENT:
            consent[kind] = _settled(consent.get(kind, NO_PROBE), word, today, _text)
    if isinstance(basis, Known) and basis.value != "Consent":
        consent.update((kind, _followed(consent.get(kind, NO_PROBE), basis)) for kind in _KINDS_OF_BASIS)
    if basis is live.lawful_basis and not consent:
        return live
    return replace(live, lawful_basis=basis, consent=consent)


def _followed(consent: Fact[str], basis: Known[str]) -> Fact[str]:
    """Consent that follows from the lawful basis, and is as well known as that; a probe of it is believed."""
    return consent if is_probed(consent) else Known("set", basis.evidence)


def _access(access: Access, live: LiveAccess, words: Heard, today: date) -> LiveAccess:
    def settled(fact: Fact[T], aspect: Aspect, read: Callable[[Word], T]) -> Fact[T]:
        return _settled(fact, words.get((aspect, "")), today, read)

    login, entities = live.login, live.entities
    if isinstance(access.via, PartnerApplication):
        login, entities = NO_PROBE, settled(_unprobed(entities), Aspect.READ, names_said)
    elif access.via.password is None:
        login, entities = settled(login, Aspect.LOGIN, _login), settled(entities, Aspect.READ, names_said)
    denied = denials(access, live, [word for word in words.values() if not expired(word, today)])
    roles_denied = any(one.subject.aspect is Aspect.ROLE for one in denied)
    return replace(
        live,
        login=login,
        entities=entities,
        roles=NOT_THIRD_PARTY if roles_denied else settled(live.roles, Aspect.ROLE, names_said),
        permissions=settled(live.permissions, Aspect.WRITE, names_said),
        write_licence=settled(live.write_licence, Aspect.WRITE_LICENCE, _text),
        partner_application=settled(live.partner_application, Aspect.PARTNER_APPLICATION, _text),
        old_export=settled(live.old_export, Aspect.OLD_EXPORT, _text),
        denied=denied,
    )


def _settled(fact: Fact[T], word: Word | None, today: date, read: Callable[[Word], T]) -> Fact[T]:
    """What is known of a fact with a word on it. A word never beats a probe."""
    if word is None or is_probed(fact):
        return fact
    return expired(word, today) or Known(read(word), word.evidence)


def _unprobed(fact: Fact[T]) -> Fact[T]:
    """A fact that no probe is ever made for: why one was not made this time does not matter."""
    return fact if isinstance(fact, Known) else NO_PROBE


def _text(word: Word) -> str:
    return word.values[0]


def _login(word: Word) -> Login:
    return Login(word.values[0])
