"""word-conflict: two attestations of the same moment agree.

The newest attestation counts, and it is unclear which of these that is. A date alone may be any moment of its day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final, NamedTuple

from reconciler.manifest.resolving.attestations import DeclaredFact, facts_in
from reconciler.manifest.text.typed_scalars import read_moment
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.aspect import FactRef
from reconciler.model.entity import entity_key
from reconciler.model.problem import Problem, Severity

ID: Final = "word-conflict"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a fact to which another attestation of the same moment gives another value."""
    of_day: defaultdict[tuple[FactRef, date], dict[_Meant, DeclaredFact]] = defaultdict(dict)
    for on, declared_fact in _said(manifests):
        others = of_day[declared_fact.subject, on.moment.date()]
        meant = _Meant(on, _normal(declared_fact))
        contradicted = next((first for before, first in others.items() if before.conflicts(meant)), None)
        if contradicted is not None:
            message = f"`{declared_fact.fact.key}` has another value at {contradicted.origin}, {_span(on)}."
            hint = "Keep one of the two, or give both a time: date: 2026-11-24T12:30:00Z"
            yield Problem(ID, Severity.ERROR, declared_fact.origin, message, hint)
        others.setdefault(meant, declared_fact)


class _On(NamedTuple):
    """When it was checked; `whole_day` if only the date is written."""

    moment: datetime
    whole_day: bool


class _Meant(NamedTuple):
    """The values given for a fact, and their date."""

    on: _On
    values: frozenset[str]

    def conflicts(self, other: _Meant) -> bool:
        """Tell if two attestations of one day contradict each other, and neither is surely newer."""
        at_once = self.on.whole_day or other.on.whole_day or self.on.moment == other.on.moment
        return at_once and self.values != other.values


def _span(on: _On) -> str:
    return "on the same day" if on.whole_day else "at the same moment"


def _said(manifests: Manifests) -> Iterator[tuple[_On, DeclaredFact]]:
    """Every fact of every attestation, with its moment, as far as it is certain what is meant."""
    for attestation in manifests.attestations:
        if not attestation.tells("school", "supplier", "date", "facts"):
            continue
        try:
            on = _On(read_moment(attestation.spec["date"]), "T" not in attestation.spec["date"])
        except ValueError:  # reported by no-such-date
            continue
        for declared_fact in facts_in(attestation):
            yield on, declared_fact


def _normal(declared_fact: DeclaredFact) -> frozenset[str]:
    return frozenset(map(entity_key, declared_fact.values))
