"""What a person should look at before the imported manifests count as agreed: importing approves nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from reconciler.model.address import Address
from reconciler.planning.risk import Sensitivity

_PEERS: Final = 4  # schools; fewer say nothing of what is usual
_FEW: Final = 0.25  # of the schools of a supplier


class Concern(StrEnum):
    """The reasons to look at an entity of an access again."""

    BEYOND_PROFILE = "beyond-profile"  # more than the list that its supplier publishes
    SENSITIVE = "sensitive"  # special category data or a high risk, or no known kind of record
    UNLIKE_PEERS = "unlike-peers"  # few of the supplier's schools give it this


def concerns_of(
    granted: Mapping[Address, Mapping[str, str]],
    sensitivity: Sensitivity,
    profiles: Mapping[str, frozenset[str]],
) -> Mapping[Concern, Mapping[Address, frozenset[str]]]:
    """{concern: {address: entity keys}} of what these accounts may read.

    profiles  {supplier: the entity keys of its published list}, of those that have one
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
                profile = profiles.get(address.supplier)
                yield from granted[address].keys() - profile if profile is not None else ()
            case Concern.UNLIKE_PEERS:
                yield from (key for key in granted[address] if is_rare(address.supplier, key))

    found = {
        concern: {address: keys for address in granted if (keys := frozenset(keys_of(concern, address)))}
        for concern in Concern
    }
    return {concern: addresses for concern, addresses in found.items() if addresses}
