"""round-decision: a round is about accesses that exist, and its decisions can be carried out.

Closing the round writes them into the other manifests. A closed round is a record, and may name what has gone since.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.rounds import address_in
from reconciler.manifest.text.document import Data
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.attestation import RoundChoice
from reconciler.model.problem import Problem, Severity
from reconciler.spelling import did_you_mean

ID: Final = "round-decision"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find what an open round names that no manifest has, and a decision that says two things."""
    addresses = _addresses(manifests)
    for manifest in manifests.rounds:
        if "closed" in manifest.spec:
            continue
        accesses = manifest.spec.get("accesses", {})
        for written, access in accesses.items():
            if addresses is not None and written not in addresses:
                place = manifest.document.key(accesses, written)
                hint = did_you_mean(written, addresses) or "Remove it, or write its address, such as school/supplier."
                yield Problem(ID, Severity.ERROR, place, f"There is no access `{written}`.", hint)
            if "decision" in access:
                yield from _decided(manifest, access["decision"])


def _decided(manifest: Manifest, decision: dict[str, Data]) -> Iterator[Problem]:
    reduces = decision.get("choice") == RoundChoice.REDUCE
    if "choice" not in decision or reduces == ("entities" in decision):
        return
    place = manifest.document.value(decision, "choice")
    if reduces:
        yield Problem(ID, Severity.ERROR, place, "It is not said what stays.", "List all that stays under `entities`.")
    else:
        hint = "Remove `entities`, or write `choice: reduce`."
        yield Problem(ID, Severity.ERROR, place, f"`{decision['choice']}` goes without `entities`.", hint)


def _addresses(manifests: Manifests) -> frozenset[str] | None:
    """The address of every access; None where there may be more."""
    if not manifests.selections_are_certain or manifests.supplier_names is None:
        return None
    if any(
        not supplier.tells("schools") or manifests.names_unknown_school(supplier) for supplier in manifests.suppliers
    ):
        return None
    return frozenset(
        str(address_in(f"{school}/{supplier.name}"))
        for supplier in manifests.suppliers
        for school in manifests.selected(supplier.spec.get("schools"))
    )
