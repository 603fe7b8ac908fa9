"""permission-spelling: a write-back permission has one spelling everywhere.

Bromcom publishes no list of them, and a mistyped one cannot be detected remotely.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.manifest.resolving.layers import write_back
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.entity import entity_key
from reconciler.model.problem import DeclaredValue, Problem, Severity
from reconciler.spelling import edits

ID: Final = "permission-spelling"

SOURCED: Final = "Attendance"  # the one that Scomis's guide of 2025-01-16 names
_MOST_EDITS: Final = 2
_SHORT: Final = 8  # below this length two edits make another word
_MOST_NAMES: Final = 300  # Bromcom has some dozens; to compare all with all takes the square of that


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a permission that looks like one that is written more often, or earlier."""
    declared = list(_declared(manifests))
    spelt = {entity_key(SOURCED): SOURCED}
    for name in declared:
        spelt.setdefault(entity_key(name.value), name.value)
    often = Counter(entity_key(name.value) for name in declared)
    often[entity_key(SOURCED)] = len(declared) + 1
    order = sorted(spelt, key=lambda key: -often[key])  # of two that are as frequent the first stays first
    meant = _meant(order) if len(order) <= _MOST_NAMES else {}
    for name in (*declared, *_vouched(manifests)):
        key = entity_key(name.value)
        near = meant.get(key) or (None if key in spelt else _near(key, order[:_MOST_NAMES]))
        if near is not None:
            message = f"`{name.value}` is almost `{spelt[near]}`, another write-back permission."
            hint = f"Did you mean `{spelt[near]}`? If Bromcom has both, leave it."
            yield Problem(ID, Severity.WARNING, name.origin, message, hint)


def _declared(manifests: Manifests) -> Iterator[DeclaredValue]:
    """Every write-back permission of a supplier, or of one of its overrides."""
    for supplier in manifests.suppliers:
        for holder in (supplier.spec, *supplier.overrides):
            yield from supplier.names(write_back(holder).get("permissions", []))


def _vouched(manifests: Manifests) -> Iterator[DeclaredValue]:
    """Every write-back permission in an attestation."""
    for attestation in manifests.attestations:
        yield from attestation.names(attestation.spec.get("facts", {}).get("permissions", []))


def _meant(order: list[str]) -> Mapping[str, str]:
    """{name: the one before it in this order that it looks like}."""
    meant = {}
    for index, key in enumerate(order):
        near = _near(key, order[:index])
        if near is not None:
            meant[key] = near
    return meant


def _near(key: str, others: list[str]) -> str | None:
    most = _MOST_EDITS if len(key) >= _SHORT else 1
    alike = (candidate for candidate in others if edits(key, candidate, most) is not None)
    return next((candidate for candidate in alike if _letters(candidate) != _letters(key)), None)


def _letters(key: str) -> str:
    """A name without its numbers: `Meal 1` and `Meal 2` are two on purpose."""
    return "".join(character for character in key if not character.isdigit())
