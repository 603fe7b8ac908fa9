"""Two revisions of the manifests and one live side: what of them belongs to which, and what may be asked.

A change of the manifests that nobody has read yet may name another address, account or place of a password. Whoever
holds the passwords must not follow it there.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.desired import Access, Account, Desired, School
from reconciler.model.evidence import Fact, Unknown, UnknownReason
from reconciler.model.live import NOT_IDENTIFIED, Live, LiveAccess, LiveSchool
from reconciler.model.review import Edits
from reconciler.model.secret import SecretRef
from reconciler.planning.accounts import account_of

_UNREVIEWED: Final = Unknown(
    UnknownReason.UNREVIEWED,
    "this change alters where its password comes from or goes to: it is checked once that is merged",
)


def touched(head: Desired, edits: Edits) -> Desired:
    """The part of the manifests that the edits are of: their accesses, and a school with an edit of its own together
    with all of its accesses."""
    places = {(place.school, place.supplier) for place in edits.places}
    accesses = {
        address: access
        for address, access in head.accesses.items()
        if address in places or (address.school, "") in places
    }
    names = {address.school for address in accesses} | {school for school, supplier in places if not supplier}
    return replace(
        head, schools={name: school for name, school in head.schools.items() if name in names}, accesses=accesses
    )


def of_base(live: Live, head: Desired, base: Desired) -> Live:
    """The part of the live side of `head` that concerns databases and accounts which `base` means too."""
    schools = {
        name: _identified(school, name, head, base)
        for name, school in live.schools.items()
        if _is_same_school(name, head, base)
    }
    accesses = {address: access for address, access in live.accesses.items() if _is_same_account(address, head, base)}
    return replace(live, schools=schools, accesses=accesses)


def _identified(live: LiveSchool, name: str, head: Desired, base: Desired) -> LiveSchool:
    """A school, without the answer for its URN if `base` has another one, nor for canaries if it has others, or another
    lawful basis, with which they were compared."""
    ours, theirs = head.schools[name], base.schools[name]
    if ours.urn != theirs.urn:
        live = replace(live, right_school=NOT_IDENTIFIED)
    if _watched(ours) != _watched(theirs):
        kept = {fact: known for fact, known in live.attested.items() if fact[0] is not Aspect.CONSENT_ENFORCED}
        live = replace(live, attested=kept)
    return live


def _watched(school: School) -> object:
    return school.canaries, school.lawful_basis.value if school.lawful_basis else ""


def of_same_account(live: Live, head: Desired, base: Desired) -> Live:
    """The part of the live side of `head` that concerns schools and accounts which `base` calls the same, wherever it
    asks for them: another address of the service is no other school."""
    ours, theirs = ({name: school.school_id for name, school in each.schools.items()} for each in (head, base))
    schools = {
        name: _identified(live.schools[name], name, head, base)
        for name in ours
        if name in live.schools and ours[name] == theirs.get(name)
    }
    accesses = {
        address: access
        for address, access in live.accesses.items()
        if address.school in schools and address in base.accesses and _account(address, head) == _account(address, base)
    }
    return replace(live, schools=schools, accesses=accesses)


def _account(address: Address, desired: Desired) -> tuple[str, str]:
    account = account_of(desired.accesses[address], desired.schools[address.school])
    return account.username, account.application


def reviewed(head: Desired, base: Desired, is_of_the_change: Callable[[SecretRef], bool]) -> Desired:
    """The part of the manifests that may be asked before anybody has read this change of them: the databases,
    addresses, accounts and references to passwords are those of the base, and what the references lead to is no part
    of the change."""
    accesses = {
        address: access
        for address, access in head.accesses.items()
        if _is_same_account(address, head, base) and not _is_taken_from(access, is_of_the_change)
    }
    schools = {
        name: school if school.canaries == base.schools[name].canaries else replace(school, canaries=())
        for name, school in head.schools.items()
        if _is_same_school(name, head, base)
    }
    return replace(head, schools=schools, accesses=accesses)


def with_unreviewed(live: Live, head: Desired, reviewed_part: Desired) -> Live:
    """The live side of all the manifests, where a part of them was asked: of the rest it says why nothing is known."""
    schools = {
        name: replace(live.schools[name], attested=_unwatched(school))
        for name, school in head.schools.items()
        if name in live.schools and name in reviewed_part.schools
        if school.canaries != reviewed_part.schools[name].canaries
    }
    schools |= {name: LiveSchool(_UNREVIEWED) for name in head.schools.keys() - reviewed_part.schools.keys()}
    accesses = {
        address: LiveAccess(_UNREVIEWED, _UNREVIEWED)
        for address in head.accesses.keys() - reviewed_part.accesses.keys()
    }
    return replace(live, schools={**live.schools, **schools}, accesses={**live.accesses, **accesses})


def _unwatched(school: School) -> Mapping[tuple[Aspect, str], Fact[str]]:
    return {(Aspect.CONSENT_ENFORCED, canary.kind): _UNREVIEWED for canary in school.canaries}


def _is_same_school(name: str, head: Desired, base: Desired) -> bool:
    """Tell if both revisions mean one database, at one address, asked in one way."""
    if name not in head.schools or name not in base.schools:
        return False
    one, head_school = head.schools[name], base.schools[name]
    return (one.school_id, one.platform) == (head_school.school_id, head_school.platform)


def _is_same_account(address: Address, head: Desired, base: Desired) -> bool:
    """Tell if both revisions mean one account of one database, with its password in one place."""
    if address not in head.accesses or address not in base.accesses:
        return False
    return _is_same_school(address.school, head, base) and _login(head.accesses[address]) == _login(
        base.accesses[address]
    )


def _login(access: Access) -> tuple[str, SecretRef | None]:
    via = access.via
    if not isinstance(via, Account):
        return via.name.value, None
    return via.username.value, via.password.ref if via.password else None


def _is_taken_from(access: Access, is_of_the_change: Callable[[SecretRef], bool]) -> bool:
    via = access.via
    return isinstance(via, Account) and via.password is not None and is_of_the_change(via.password.ref)
