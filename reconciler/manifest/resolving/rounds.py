"""Round manifests -> rounds."""

from collections.abc import Iterator
from types import MappingProxyType

from reconciler.manifest.text.document import Data
from reconciler.manifest.text.typed_scalars import read_date
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.address import Address
from reconciler.model.attestation import Decision, ReviewedAccess, Round, RoundChoice


def rounds_of(manifests: Manifests) -> tuple[Round, ...]:
    """Every round, the oldest first."""
    return tuple(sorted(map(_round, manifests.rounds), key=lambda each: (each.opened, each.name)))


def decisions_in(manifest: Manifest) -> Iterator[dict[str, Data]]:
    """The decisions of a Round, as they are written."""
    for access in manifest.spec.get("accesses", {}).values():
        if "decision" in access:
            yield access["decision"]


def address_in(written: str) -> Address:
    """The address of an access, as it is written."""
    school, _, supplier = written.partition("/")
    return Address(school, supplier)


def _round(manifest: Manifest) -> Round:
    spec = manifest.spec
    accesses = {
        address_in(written): _access(address_in(written), access) for written, access in spec["accesses"].items()
    }
    return Round(
        manifest.name,
        read_date(spec["opened"]),
        read_date(spec["due"]),
        read_date(spec["closed"]) if "closed" in spec else None,
        tuple(spec.get("reviewers", ())),
        MappingProxyType(dict(sorted(accesses.items()))),
        manifest.origin,
    )


def _access(address: Address, access: dict[str, Data]) -> ReviewedAccess:
    decision = access.get("decision")
    return ReviewedAccess(
        address,
        tuple(access["reads"]) if "reads" in access else None,
        access["known"],
        MappingProxyType({entity: tuple(doubts) for entity, doubts in access.get("doubts", {}).items()}),
        decision and _decision(decision),
    )


def _decision(written: dict[str, Data]) -> Decision:
    return Decision(
        RoundChoice(written["choice"]),
        written["reason"],
        written["by"],
        read_date(written["decided"]),
        tuple(written.get("entities", ())),
    )
