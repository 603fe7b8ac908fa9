"""word-conflict: two words on one fact, of one moment, say the same.

Of several words the newest holds. Which of these two that is would hang on the order of what people wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.manifest.dates import read_moment
from reconciler.manifest.words import said_in
from reconciler.model.entity import entity_key
from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from reconciler.manifest.manifests import Manifests
    from reconciler.manifest.words import Said
    from reconciler.model.subject import Subject

ID: Final = "word-conflict"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A fact of an attestation that another one of the same moment has otherwise."""
    first: dict[tuple[Subject, datetime], Said] = {}
    for moment, said in _said(manifests):
        other = first.setdefault((said.subject, moment), said)
        if _normal(said) != _normal(other):
            message = f"`{said.fact.key}` is said otherwise at {other.origin}, of the same moment"
            hint = "keep one of the two, or write the times too: on: 2026-11-24T12:30:00Z"
            yield Problem(ID, Severity.ERROR, said.origin, message, hint)


def _said(manifests: Manifests) -> Iterator[tuple[datetime, Said]]:
    """Every fact of every attestation, with its moment, as far as it is certain what is meant."""
    for attestation in manifests.attestations:
        if not attestation.tells("school", "supplier", "on", "facts"):
            continue
        try:
            moment = read_moment(attestation.spec["on"])
        except ValueError:  # the rule no-such-date says it
            continue
        for said in said_in(attestation):
            yield moment, said


def _normal(said: Said) -> frozenset[str]:
    return frozenset(map(entity_key, said.values))
