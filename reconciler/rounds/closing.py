"""The decisions of a round -> the edits of manifests that carry them out.

| decision | what the manifests say then                                                                  |
|----------|----------------------------------------------------------------------------------------------|
| keep     | the same                                                                                     |
| reduce   | the entities that stay, at this school alone                                                 |
| retire   | `state: retired`: of the whole supplier if all its accesses are retired, else of the school  |

A supplier whose accesses were all in the round gets its next `reviewBy`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date

from reconciler.errors import InputError
from reconciler.formatting.edits import ManifestEdit, ManifestId, SetValue
from reconciler.importing.respecify import end_at, respecified
from reconciler.manifest.text.document import Data
from reconciler.manifest.text.writing import PlainText
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.address import Address
from reconciler.model.attestation import Decision, Round, RoundChoice
from reconciler.model.desired import Desired
from reconciler.model.entity import entity_key


def closing_edits(
    reviewed: Round, desired: Desired, manifests: Manifests, today: date, review_by: date
) -> Mapping[str, list[ManifestEdit]]:
    """Return {file: its edits}. Raises InputError if an access is not decided, or an edit cannot be made."""
    if reviewed.undecided:
        first = reviewed.undecided[0]
        raise InputError(
            f"The round {reviewed.name} was not closed: {len(reviewed.undecided)} of {len(reviewed.accesses)} accesses "
            f"are not decided, such as {first}. Decide them: `reconciler round decide {first} keep --reason TEXT`."
        )
    edits: defaultdict[str, list[ManifestEdit]] = defaultdict(list)
    for supplier in manifests.suppliers:
        spec = _respecified(supplier, reviewed, desired, manifests, review_by)
        if spec != supplier.spec:
            edits[supplier.origin.file].append(SetValue(ManifestId("Supplier", supplier.name), ("spec",), spec))
    (file,) = (manifest.origin.file for manifest in manifests.rounds if manifest.name == reviewed.name)
    closed = SetValue(ManifestId("Round", reviewed.name), ("spec", "closed"), PlainText(str(today)))
    edits[file].append(closed)
    return edits


def missed(reviewed: Round, before: Desired, after: Desired) -> Iterator[Address]:
    """Find each access of which new manifests say anything else than was decided."""
    for address, access in before.accesses.items():
        decision = reviewed.accesses[address].decision if address in reviewed.accesses else None
        wanted = frozenset(access.entities)
        if decision and decision.choice is RoundChoice.REDUCE:
            wanted = frozenset(map(entity_key, decision.entities))
        now = after.accesses.get(address)
        retires = decision is not None and decision.choice is RoundChoice.RETIRE
        ends = retires or access.ended is not None
        if now is None or (now.ended is not None) is not ends or (not ends and now.entities.keys() != wanted):
            yield address


def _respecified(
    supplier: Manifest, reviewed: Round, desired: Desired, manifests: Manifests, review_by: date
) -> dict[str, Data]:
    own = {address for address in desired.accesses if address.supplier == supplier.name}
    decisions = {
        address.school: access.decision
        for address, access in reviewed.accesses.items()
        if address in own and access.decision
    }
    names = {school: _kept(decision) for school, decision in decisions.items() if decision.entities}
    spec: dict[str, Data] = (
        respecified(supplier, manifests, desired, {}, names, {}) if names else deepcopy(supplier.spec)
    )
    retired = sorted(school for school, decision in decisions.items() if decision.choice is RoundChoice.RETIRE)
    if decisions and len(decisions) == len(own):
        if len(retired) == len(own):
            return {**spec, "state": "retired"}
        spec["reviewBy"] = PlainText(str(review_by))
    for school in retired:
        end_at(spec, school)
    return spec


def _kept(decision: Decision) -> Mapping[str, str]:
    return {entity_key(name): name for name in decision.entities}
