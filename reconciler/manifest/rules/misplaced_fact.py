"""misplaced-fact: an attestation with a supplier has facts of that supplier, and one without has facts of the school.

A lawful basis under one supplier looks as if it applied to that supplier only.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.attestations import FACT as GONE
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity
from reconciler.planning.facts import FACTS

ID: Final = "misplaced-fact"
_OF_SCHOOL: Final = {GONE: False, **{row.key: row.of_school for row in FACTS}}


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a fact of a supplier if no supplier is named, and a fact of the school if one is."""
    for attestation in manifests.attestations:
        if not attestation.tells("supplier"):
            continue
        has_supplier = "supplier" in attestation.spec
        facts = attestation.spec.get("facts", {})
        for key in facts:
            if _OF_SCHOOL.get(key) is has_supplier:
                place = attestation.document.key(facts, key)
                yield Problem(ID, Severity.ERROR, place, *_words(key, of_school=has_supplier))


def _words(key: str, *, of_school: bool) -> tuple[str, str]:
    if of_school:
        return f"`{key}` is a fact of the school, not of a supplier.", "Move it to an Attestation without supplier."
    return (
        f"`{key}` is a fact of a supplier at the school.",
        "Add supplier:, or move it to an Attestation that has one.",
    )
