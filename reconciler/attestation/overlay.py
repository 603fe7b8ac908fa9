"""Live, and people's words -> Live: what no probe can see is filled in, and a word that a probe contradicts is denied.

| a probe knows it           | a word on it counts today     | so the fact is                            |
|----------------------------|-------------------------------|-------------------------------------------|
| yes                        | says the same, or none        | the probe's                               |
| yes                        | says otherwise                | the probe's, and the word is denied       |
| no, and none could         | yes                           | the word's                                |
| no, and none could         | expired                       | unknown: expired                          |
| no, and none could         | none                          | unknown, as it was                        |
| no, and one could          | any                           | unknown, as it was                        |
| no: another school answers | any                           | unknown, as it was                        |

A login and its entities could be probed wherever the manifests have a password. Roles without Third Party cannot be
those of a login that works: such a word is denied, and leaves the roles unknown. So does a word that an account has
roles where a probe finds its login refused: the account may be gone, and its roles with it. A list of a school's
accounts that lacks one whose login works is not all of them: it is denied too. Where an access has ended, a
person can say that a login which is refused is closed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any, Final, TypeAlias, TypeVar

from reconciler.attestation.contradictions import (
    NOT_ALL_LISTED,
    believed_roles,
    chosen,
    claimed_accounts,
    claimed_names,
    contradicted_claims,
    contradicted_list,
    enforced_after_all,
    is_enforced,
    is_probed,
    overruled,
)
from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.desired import Access, Account, Desired, PartnerApplication, School
from reconciler.model.evidence import NO_PROBE, TO_ATTEST, Fact, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.planning.canonical import beyond_third_party
from reconciler.planning.facts import FOLLOWS_BASIS, ROWS, follows_basis, opens_everybody
from reconciler.planning.refused_login import live_of_ended
from reconciler.planning.validity.effective import newest

# {(aspect, kind of person or empty): the word that holds} of one school, or of one access.
Heard: TypeAlias = "Mapping[tuple[Aspect, str], AttestedFact]"
T = TypeVar("T")

_NO_WORDS: Final[Heard] = {}
_SAID: Final = frozenset({UnknownReason.EXPIRED, UnknownReason.PARTLY_COUNTED, UnknownReason.DENIED})


def overlay(live: Live, desired: Desired, today: date) -> Live:
    """The live side with people's words filled in, as they count on a day (UTC); nothing else of it changes.

    Where a lawful basis is known that is not Consent, every third party reads all students and staff: for them consent
    is then as good as set.
    """
    words = effective_facts(desired.words, today)
    schools = dict(live.schools)
    for name in desired.schools:
        if (name, "") in words or name in live.schools:
            live_school = live.schools.get(name) or LiveSchool(live.missing)
            heard = words.get((name, ""), _NO_WORDS)
            schools[name] = _school(desired.schools[name], live_school, heard, today)
    _leave_out_gone(schools, desired, today)
    accesses = dict(live.accesses)
    for address, access in desired.accesses.items():
        live_access = live.accesses.get(address) or LiveAccess(live.missing, live.missing)
        if address in words or isinstance(access.via, PartnerApplication):
            live_access = _access(access, live_access, words.get(address, _NO_WORDS), today)
        if access.ended:
            live_access = live_of_ended(live_access)
        live_access = _told(
            access, live_access, schools.get(address.school), words.get((address.school, ""), _NO_WORDS), today
        )
        if live_access is not live.accesses.get(address):
            accesses[address] = live_access
    _deny_lists_without_working(schools, accesses, desired, words)
    return with_future_facts(replace(live, schools=schools, accesses=accesses), desired, today)


def _school(school: School, live: LiveSchool, words: Heard, today: date) -> LiveSchool:
    attested = _attested(live, words, today)
    basis = attested.get((Aspect.LAWFUL_BASIS, ""), NO_PROBE)
    if isinstance(basis, Known) and opens_everybody(basis.value) and is_enforced(school, live):
        basis = attested[Aspect.LAWFUL_BASIS, ""] = enforced_after_all(basis)
    if isinstance(basis, Known):
        for consent in ((Aspect.CONSENT, kind) for kind in FOLLOWS_BASIS if follows_basis(kind, basis.value)):
            # Consent that follows is as well known as the basis; a probe of it is believed.
            if not is_probed(attested.get(consent, NO_PROBE)):
                attested[consent] = Known(ROWS[Aspect.CONSENT].wanted, basis.evidence)
    accounts = _settled(live.accounts, words.get((Aspect.ACCOUNT, "")), today, claimed_accounts)
    if not attested and accounts is live.accounts:
        return live
    return replace(live, attested=attested, accounts=accounts)


def _leave_out_gone(schools: dict[str, LiveSchool], desired: Desired, today: date) -> None:
    """Leave an account out of its school's list where people vouch that it cannot log in and no supplier claims it: it
    stays in the list of Bromcom, as nobody should delete an account."""
    gone = {
        (each.school, username_key(each.account))
        for each in desired.gone
        if each.account and each.evidence.on.date() <= today <= each.evidence.expires
    }
    for name, school in desired.schools.items() if gone else ():
        live = schools.get(name)
        if live and isinstance(live.accounts, Known):
            left = {
                key: account
                for key, account in live.accounts.value.items()
                if (name, key) not in gone or key in school.claims
            }
            schools[name] = replace(live, accounts=Known(left, live.accounts.evidence))


def _deny_lists_without_working(
    schools: dict[str, LiveSchool],
    accesses: dict[Address, LiveAccess],
    desired: Desired,
    words: Mapping[tuple[str, str], Heard],
) -> None:
    """Believe no list of a school's accounts that lacks one whose login a probe found to work."""
    listed = {name: school.accounts.value for name, school in schools.items() if isinstance(school.accounts, Known)}
    for address, access in desired.accesses.items() if listed else ():
        live, its = accesses.get(address), listed.get(address.school)
        if live is None or its is None or not isinstance(access.via, Account):
            continue
        claim = contradicted_list(access.address, access.via, live, its, words.get((address.school, ""), _NO_WORDS))
        if claim:
            others = (one for one in live.denied if one.subject.aspect is not Aspect.ACCOUNT)
            accesses[address] = replace(live, denied=(*others, claim))
            schools[address.school] = replace(schools[address.school], accounts=NOT_ALL_LISTED)


def _attested(live: LiveSchool | LiveAccess, words: Heard, today: date) -> dict[tuple[Aspect, str], Fact[str]]:
    """The choices of the table of facts with the words on them."""
    choices = {fact: word for fact, word in words.items() if not ROWS[fact[0]].live}
    return dict(live.attested) | {
        fact: chosen(_settled(live.fact(*fact), word, today, _text)) for fact, word in choices.items()
    }


def _told(access: Access, live: LiveAccess, school: LiveSchool | None, words: Heard, today: date) -> LiveAccess:
    """An access with those words on its school's consent that the lawful basis overrules."""
    if school is None or not words:
        return live
    counting = [word for word in words.values() if not expired_facts(word, today)]
    claims = overruled(access, school.lawful_basis, counting)
    others = (one for one in live.denied if one.subject.aspect is not Aspect.CONSENT)
    return replace(live, denied=(*others, *claims)) if claims else live


def _access(access: Access, live: LiveAccess, words: Heard, today: date) -> LiveAccess:
    username = access.via.username.value if isinstance(access.via, Account) else ""

    def settled(fact: Fact[T], aspect: Aspect, read: Callable[[AttestedFact], T]) -> Fact[T]:
        return _settled(fact, words.get((aspect, "")), today, read, username)

    login, entities = live.login, live.entities
    if isinstance(access.via, PartnerApplication):
        login, entities = NO_PROBE, settled(_unprobed(entities), Aspect.READ, claimed_names)
    elif access.via.password is None:
        login, entities = settled(login, Aspect.LOGIN, _login), settled(entities, Aspect.READ, claimed_names)
    elif access.ended and _says_closed(words) and _is_unproven(refused := live_of_ended(live).login):
        login = settled(refused, Aspect.LOGIN, _login)
    roles = words.get((Aspect.ROLE, ""))
    # Nobody has to look again at roles that nobody declares, unless there was one too many when somebody looked last.
    is_asked = access.role or access.writes_nothing or (roles and beyond_third_party(roles.values))
    forgotten = roles and not is_asked and expired_facts(roles, today, username)
    denied = contradicted_claims(
        access, live, [word for word in words.values() if not expired_facts(word, today, username)]
    )
    return replace(
        live,
        login=login,
        entities=entities,
        roles=believed_roles(
            live.roles if forgotten else settled(live.roles, Aspect.ROLE, claimed_names), live, denied
        ),
        permissions=settled(live.permissions, Aspect.WRITE, claimed_names),
        attested=_attested(live, words, today),
        denied=denied,
    )


def _says_closed(words: Heard) -> bool:
    word = words.get((Aspect.LOGIN, ""))
    return word is not None and word.values == (Login.CLOSED,)


def _is_unproven(login: Fact[Login]) -> bool:
    return isinstance(login, Unknown) and login.reason is UnknownReason.REFUSAL_UNPROVEN


def _settled(
    fact: Fact[T], word: AttestedFact | None, today: date, read: Callable[[AttestedFact], T], username: str = ""
) -> Fact[T]:
    """Combine a fact with the attestation of it. An attestation never overrides a probe."""
    if word is None or is_probed(fact) or _is_of_another(fact):
        return fact
    return expired_facts(word, today, username) or Known(read(word), word.evidence)


def _unprobed(fact: Fact[T]) -> Fact[T]:
    """A fact that no probe is ever made for: why one was not made this time does not matter."""
    return fact if isinstance(fact, Known) or _is_of_another(fact) else NO_PROBE


def _is_of_another(fact: Fact[T]) -> bool:
    """Tell if another school answered: nothing says at which of the two a person looked."""
    return isinstance(fact, Unknown) and fact.reason is UnknownReason.OTHER_SCHOOL


def _text(word: AttestedFact) -> str:
    return word.values[0]


def _login(word: AttestedFact) -> Login:
    return Login(word.values[0])


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
        {field: _with_day(getattr(live, field), word)}
        if field
        else {"attested": {**live.attested, (aspect, name): _with_day(live.fact(aspect, name), word)}}
    )
    return replace(live, **changed)


def _with_day(fact: Fact[str], word: AttestedFact) -> Fact[str]:
    if not isinstance(fact, Unknown) or fact.reason not in TO_ATTEST:
        return fact
    on = word.evidence.on
    day = f"{on:%Y-%m-%d}" if on.time() == _MIDNIGHT else f"{on:%Y-%m-%dT%H:%M:%SZ}"
    before = f"{fact.text}; another" if fact.reason in _SAID else "an"
    return replace(fact, text=f"{before} attestation by {word.evidence.by} counts from {day} on")
