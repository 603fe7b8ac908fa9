"""What a person should look at before the imported manifests count as agreed: importing approves nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from reconciler.catalogue import profiles
from reconciler.importing.request import slug
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.address import Address
from reconciler.model.desired import Desired
from reconciler.model.entity import entity_key
from reconciler.planning.risk import Sensitivity

_PEERS: Final = 4  # schools; fewer say nothing of what is usual
_FEW: Final = 0.25  # of the schools of a supplier


class Concern(StrEnum):
    """The reasons to look at an entity of an access again."""

    BEYOND_PROFILE = "beyond-profile"  # more than the list that its supplier publishes
    SENSITIVE = "sensitive"  # special category data or a high risk, or no known kind of record
    UNLIKE_PEERS = "unlike-peers"  # few of the supplier's schools give it this


def published_lists(request: Desired, manifests: Manifests) -> Mapping[str, frozenset[str]]:
    """{supplier: the entity keys of its published list}: of the profile that it names, or of a complete one that is
    called like the supplier: `groupcall-xporter` is Groupcall's."""
    names = {supplier.name: supplier.profile.entities for supplier in manifests.suppliers if supplier.profile}
    lists = {supplier: [name.value for name in entities] for supplier, entities in names.items()}
    for access in request.accesses.values():
        called = {access.address.supplier, slug(access.title)}
        for profile in profiles().values():
            if profile.complete and any(f"{profile.name}-".startswith(f"{name}-") for name in called):
                lists.setdefault(access.address.supplier, list(profile.entities))
    return {supplier: frozenset(map(entity_key, entities)) for supplier, entities in lists.items()}


def concerns_of(
    granted: Mapping[Address, Mapping[str, str]],
    sensitivity: Sensitivity,
    published: Mapping[str, frozenset[str]],
) -> Mapping[Concern, Mapping[Address, frozenset[str]]]:
    """{concern: {address: entity keys}} of what these accounts may read.

    published  {supplier: the entity keys of its published list}, of those that have one
    """
    peers = Counter(address.supplier for address in granted)
    numbers = Counter((address.supplier, key) for address, keys in granted.items() for key in keys)

    def is_rare(supplier: str, key: str) -> bool:
        return peers[supplier] >= _PEERS and numbers[supplier, key] <= peers[supplier] * _FEW

    def keys_of(concern: Concern, address: Address) -> Iterator[str]:
        match concern:
            case Concern.SENSITIVE:
                yield from (key for key in granted[address] if sensitivity.note(key))
            case Concern.BEYOND_PROFILE:
                if address.supplier in published:
                    yield from granted[address].keys() - published[address.supplier]
            case Concern.UNLIKE_PEERS:
                yield from (key for key in granted[address] if is_rare(address.supplier, key))

    found = {
        concern: {address: keys for address in granted if (keys := frozenset(keys_of(concern, address)))}
        for concern in Concern
    }
    return {concern: addresses for concern, addresses in found.items() if addresses}
