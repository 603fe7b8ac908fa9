"""Words that a probe contradicts, or what follows from the lawful basis: they are not believed, and that is told."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact, ContradictedClaim
from reconciler.model.consent import leaves_out
from reconciler.model.desired import Access, Account
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import THIRD_PARTY, LiveAccess, Login
from reconciler.planning.facts import ROWS, follows_basis

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
