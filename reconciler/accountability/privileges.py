"""Compare what accesses have with what they need: their manifests, an access log, published lists, other schools."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple, TypeAlias

from reconciler.model.accountability.least_privilege import (
    UNUSED_DAYS,
    AccessPrivileges,
    AccountUse,
    Doubt,
    EntityDetails,
    EntityPrivilege,
    PeerCount,
    PublishedList,
    Truth,
)
from reconciler.model.address import Address
from reconciler.model.desired import Access, Account, Desired
from reconciler.model.evidence import Known
from reconciler.model.live import Live, LiveAccess
from reconciler.startup import dataclass

_FEWEST_PEERS: Final = 3  # other schools; fewer are no custom


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that accesses are compared with.

    desired, live  of every school that may be a peer, also of those that the report is not about
    uses           what a log says of accounts
    listings       {supplier: the published list that its manifest names}
    details        what is known of an entity, by a name of it
    """

    desired: Desired
    live: Live
    uses: Mapping[Address, AccountUse]
    listings: Mapping[str, PublishedList]
    details: Callable[[str], EntityDetails]


def privileges(
    comparison: Comparison, addresses: Collection[Address], is_shown: Callable[[EntityDetails], bool]
) -> tuple[AccessPrivileges, ...]:
    """Return these accesses with their entities, in the order of the manifests."""
    granted = _granted_by_supplier(comparison)
    alike: _Alike = {}
    return tuple(
        _access(comparison, access, granted.get(address.supplier, _NO_GRANTS), is_shown, alike)
        for address, access in comparison.desired.accesses.items()
        if address in addresses
    )


# {supplier, and by identity what it has agreed and can read: its entities, and those that are shown}. Accesses that are
# alike share both, and so these; what a log says is of one access alone.
_Alike: TypeAlias = dict[tuple[str, int, int], tuple[tuple[EntityPrivilege, ...], tuple[EntityPrivilege, ...]]]


class _SupplierGrants(NamedTuple):
    """What the schools that answered give one supplier: {school: the number of entities}, {entity key: schools}."""

    sizes: dict[str, int]
    schools: Counter[str]


_NO_GRANTS: Final = _SupplierGrants({}, Counter())


def _granted_by_supplier(comparison: Comparison) -> dict[str, _SupplierGrants]:
    found: dict[str, _SupplierGrants] = {}
    for address in comparison.desired.accesses:
        live = comparison.live.accesses.get(address)
        if live and isinstance(live.entities, Known):
            grants = found.setdefault(address.supplier, _SupplierGrants({}, Counter()))
            grants.sizes[address.school] = len(live.entities.value)
            grants.schools.update(live.entities.value.keys())
    return found


def _access(
    comparison: Comparison,
    access: Access,
    granted: _SupplierGrants,
    is_shown: Callable[[EntityDetails], bool],
    alike: _Alike,
) -> AccessPrivileges:
    address = access.address
    live = comparison.live.accesses.get(address) or LiveAccess(comparison.live.missing, comparison.live.missing)
    use, listing = comparison.uses.get(address), comparison.listings.get(address.supplier)
    readable = id(live.entities.value) if isinstance(live.entities, Known) else 0
    found = alike.get((address.supplier, id(access.entities), readable)) if use is None else None
    if found is None:
        entities = tuple(
            _entity(comparison.details(name), key, access, live, use, listing, granted)
            for key, name in _names(access, live, use)
        )
        found = entities, tuple(entity for entity in entities if is_shown(entity.about))
        if use is None:
            alike[address.supplier, id(access.entities), readable] = found
    return AccessPrivileges(
        address,
        comparison.desired.schools[address.school].title,
        access.title,
        access.via.username.value if isinstance(access.via, Account) else access.via.name.value,
        live.entities.evidence if isinstance(live.entities, Known) else live.entities,
        use,
        listing,
        tuple(sorted(number for school, number in granted.sizes.items() if school != address.school)),
        access.ended,
        *found,
    )


def _names(access: Access, live: LiveAccess, use: AccountUse | None) -> Iterator[tuple[str, str]]:
    """(entity key, name) of all that is declared, granted or called; the service's spelling before the others."""
    names = {key: calls.name for key, calls in use.entities.items()} if use else {}
    names |= {key: declared.value for key, declared in access.entities.items()}
    names |= live.entities.value if isinstance(live.entities, Known) else {}
    yield from sorted(names.items())


def _entity(
    about: EntityDetails,
    key: str,
    access: Access,
    live: LiveAccess,
    use: AccountUse | None,
    listing: PublishedList | None,
    supplier: _SupplierGrants,
) -> EntityPrivilege:
    declared, calls = access.entities.get(key), use.entities.get(key) if use else None
    granted = _truth(key in live.entities.value) if isinstance(live.entities, Known) else Truth.UNKNOWN
    answered = len(supplier.sizes) - isinstance(live.entities, Known)  # the others
    peers = PeerCount(supplier.schools[key] - (granted is Truth.YES), answered) if answered else None
    found = EntityPrivilege(
        key,
        about,
        declared.origin if declared else None,
        granted,
        _called(calls is not None, use),
        calls,
        _listed(key, listing),
        peers,
        (),
    )
    doubts = tuple(_doubts(found))
    return replace(found, doubts=doubts) if doubts else found


def _truth(value: bool) -> Truth:
    return Truth.YES if value else Truth.NO


def _called(is_in_log: bool, use: AccountUse | None) -> Truth:
    """No needs a log that is long enough."""
    if is_in_log:
        return Truth.YES
    return Truth.NO if use and use.period.days >= UNUSED_DAYS else Truth.UNKNOWN


def _listed(key: str, listing: PublishedList | None) -> Truth:
    """No needs a list that is whole. One of fields has no entities, and says nothing of them."""
    if listing is None or not listing.entities:
        return Truth.UNKNOWN
    if key in listing.entities:
        return Truth.YES
    return Truth.NO if listing.complete else Truth.UNKNOWN


def _doubts(entity: EntityPrivilege) -> Iterator[Doubt]:
    """The reasons to look at it again, the gravest first."""
    if entity.called is Truth.YES and entity.declared is None:
        yield Doubt.CALLED_UNDECLARED
    if entity.granted is Truth.YES and entity.declared is None:
        yield Doubt.NOT_DECLARED
    if entity.granted is Truth.NO and entity.declared is None:
        return  # it has been taken away already
    if entity.called is Truth.NO:
        yield Doubt.NOT_CALLED
    if entity.listed is Truth.NO:
        yield Doubt.NOT_LISTED
    peers = entity.peers
    if entity.granted is Truth.YES and peers and peers.answered >= _FEWEST_PEERS and _are_few(peers):
        yield Doubt.FEW_PEERS


def _are_few(peers: PeerCount) -> bool:
    return peers.granting * 2 < peers.answered
