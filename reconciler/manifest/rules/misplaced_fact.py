"""misplaced-fact: an attestation with a supplier vouches for facts of that access, one without for the school's own.

Whoever writes a school's lawful basis under one supplier may believe that it holds for that one alone.
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
    """A fact of an access where no supplier is named, and one of the school where one is."""
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
        return f"`{key}` is a fact of the school, and of no supplier", "put it into an Attestation without supplier"
    return f"`{key}` is a fact of a supplier at the school", "add supplier:, or put it into an Attestation that has one"
