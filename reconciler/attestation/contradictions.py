"""Words that a probe contradicts, or what follows from the lawful basis: they are not believed, and that is told."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import EXAMPLE, AttestedFact, ContradictedClaim, leaves_out, state_of
from reconciler.model.desired import Access, Account, School
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Attested, Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import THIRD_PARTY, LiveAccess, LiveSchool, Login
from reconciler.planning.facts import AS_AGREED, HIDDEN, ROWS, follows_basis, opens_everybody

NOT_THIRD_PARTY: Final = Unknown(
    UnknownReason.DENIED,
    f"attested without {THIRD_PARTY}, but the login works: check the roles again, then `attest` them",
)
REFUSED: Final = Unknown(
    UnknownReason.DENIED,
    "the login is refused, so the account may have lost its roles: check them, then `attest` them",
)
NOT_ALL_LISTED: Final = Unknown(
    UnknownReason.DENIED,
    "attested without an account whose login works: list the accounts again, then `attest` them",
)
_MOST_NAMES: Final = 5


class _Contradiction(NamedTuple):
    said: str
    seen: str


def contradicted_claims(
    access: Access, live: LiveAccess, words: Iterable[AttestedFact]
) -> tuple[ContradictedClaim, ...]:
    """Those of an access's words that a probe contradicts, in order of their aspects.

    Their subjects have the names that a plan uses: the username, `*` for the entities, the declared role.
    """
    claims = []
    for word in words:
        contradiction = _contradiction(word, live)
        if contradiction is not None:
            subject = FactRef(*access.address, word.subject.aspect, _name(access, word.subject.aspect))
            claims.append(ContradictedClaim(subject, contradiction.said, contradiction.seen, word.evidence))
    return tuple(sorted(claims, key=lambda one: one.subject))


def overruled(access: Access, basis: Fact[str], words: Iterable[AttestedFact]) -> tuple[ContradictedClaim, ...]:
    """Those words on a school's consent by which people whom an access needs have not consented, where consent follows
    from the basis."""
    if not isinstance(basis, Known):
        return ()
    consent = ROWS[Aspect.CONSENT]
    needed = {need.value for need in consent.declared(access) if follows_basis(need.value, basis.value)}
    claims = []
    for word in words:
        kind = word.subject.name
        if word.subject.aspect is Aspect.CONSENT and kind in needed and leaves_out(word.values[0]):
            subject = FactRef(*access.address, Aspect.CONSENT, kind)
            seen = f"all {kind} are shared, since the lawful basis is {basis.value}"
            claims.append(ContradictedClaim(subject, word.values[0], seen, word.evidence))
    return tuple(sorted(claims, key=lambda one: one.subject))


def chosen(fact: Fact[str]) -> Fact[str]:
    """The choice that a person's counts mean. Those who neither consented nor are known to have refused may have no
    answer yet."""
    if not (isinstance(fact, Known) and isinstance(fact.evidence, Attested) and fact.evidence.counts):
        return fact
    if state := state_of(fact.value):
        return replace(fact, value=state)
    by = fact.evidence.by
    return Unknown(
        UnknownReason.PARTLY_COUNTED,
        f"{by} counted {fact.value}: count how many of the others refused, then `attest` it, such as `{EXAMPLE}`",
    )


def believed_roles(
    roles: Fact[Mapping[str, str]], live: LiveAccess, denied: Iterable[ContradictedClaim]
) -> Fact[Mapping[str, str]]:
    """The roles as a word has them, unless a probe of the login makes them doubtful; that there are none, which is one
    cause of a refusal, stays believed."""
    if any(one.subject.aspect is Aspect.ROLE for one in denied):
        return NOT_THIRD_PARTY
    refused = isinstance(live.login, Known) and live.login.value is Login.REFUSED and is_probed(live.login)
    return REFUSED if refused and isinstance(roles, Known) and roles.value else roles


def is_enforced(school: School, live: LiveSchool) -> bool:
    """Tell if a canary shows that consent is enforced: hidden, or as agreed where the lawful basis is Consent."""
    basis = school.lawful_basis
    shown = AS_AGREED if basis and not opens_everybody(basis.value) else HIDDEN
    facts = (live.fact(Aspect.CONSENT_ENFORCED, canary.kind) for canary in school.canaries)
    return any(isinstance(fact, Known) and fact.value == shown for fact in facts)


def enforced_after_all(basis: Known[str]) -> Unknown:
    """Return the reason not to believe who attested another lawful basis than Consent, where consent is enforced."""
    by = f" by {basis.evidence.by}" if isinstance(basis.evidence, Attested) else ""
    return Unknown(
        UnknownReason.DENIED,
        f"attested{by} as {basis.value}, but a canary is hidden, so consent is enforced: look again, then `attest` it",
    )


def is_probed(fact: Fact[object]) -> bool:
    """Tell if a fact is known by a probe."""
    return isinstance(fact, Known) and isinstance(fact.evidence, Probed)


def claimed_names(word: AttestedFact) -> Mapping[str, str]:
    """{key: name} of a word that lists names."""
    return {entity_key(name): name for name in word.values}


def claimed_accounts(word: AttestedFact) -> Mapping[str, str]:
    """{key: username} of a word that lists accounts."""
    return {username_key(name): name for name in word.values}


def contradicted_list(
    address: Address,
    via: Account,
    live: LiveAccess,
    listed: Mapping[str, str],
    words: Mapping[tuple[Aspect, str], AttestedFact],
) -> ContradictedClaim | None:
    """The contradiction of a school's list of accounts that lacks this one, although its login works."""
    username = via.username.value
    works = is_probed(live.login) and isinstance(live.login, Known) and live.login.value is Login.WORKS
    word = words.get((Aspect.ACCOUNT, ""))
    if username_key(username) in listed or not works or word is None:
        return None
    subject = FactRef(*address, Aspect.ACCOUNT, username)
    return ContradictedClaim(subject, "not among the accounts of the school", "its login works", word.evidence)


def _contradiction(word: AttestedFact, live: LiveAccess) -> _Contradiction | None:
    """None where no probe says otherwise."""
    match word.subject.aspect, live.login, live.entities:
        # A closed login is refused, so only one that works tells these words apart.
        case Aspect.LOGIN, Known(seen, Probed()), _ if (word.values == (Login.WORKS,)) is not (seen is Login.WORKS):
            return _Contradiction(word.values[0], seen.value)
        case Aspect.READ, _, Known(seen, Probed()) if claimed_names(word).keys() != seen.keys():
            return _difference(claimed_names(word), seen)
        case Aspect.ROLE, Known(Login.WORKS, Probed()), _ if entity_key(THIRD_PARTY) not in claimed_names(word):
            return _Contradiction(f"no role {THIRD_PARTY}", "the login works, and needs that role")
        case _:
            return None


def _difference(claimed: Mapping[str, str], seen: Mapping[str, str]) -> _Contradiction:
    more = [claimed[key] for key in sorted(claimed.keys() - seen.keys())]
    fewer = [seen[key] for key in sorted(seen.keys() - claimed.keys())]
    return _Contradiction(_granted(more, fewer), _granted(fewer, more))


def _granted(granted: list[str], absent: list[str]) -> str:
    parts = [f"{word} {_listed(names)}" for word, names in (("granted:", granted), ("not granted:", absent)) if names]
    return "; ".join(parts)


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= _MOST_NAMES else names[: _MOST_NAMES - 1]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _name(access: Access, aspect: Aspect) -> str:
    """Return the plan's name for the attested fact."""
    if aspect is Aspect.LOGIN and isinstance(access.via, Account):
        return access.via.username.value
    if aspect is Aspect.READ:
        return "*"
    return access.role.value if access.role else THIRD_PARTY
