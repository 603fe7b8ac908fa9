"""word-conflict: two words on one fact, of one moment, say the same.

Of several words the newest holds. Which of these two that is would hang on the order of what people wrote. A word with
a date alone is of some moment of that day, which may be that of any other word of the day.
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
    """A fact of an attestation that another one of the same moment has otherwise."""
    of_day: defaultdict[tuple[FactRef, date], dict[_Meant, DeclaredFact]] = defaultdict(dict)
    for on, said in _said(manifests):
        others = of_day[said.subject, on.moment.date()]
        meant = _Meant(on, _normal(said))
        other = next((first for before, first in others.items() if before.conflicts(meant)), None)
        if other is not None:
            message = f"`{said.fact.key}` is said otherwise at {other.origin}, of the same {_span(on)}"
            hint = "keep one of the two, or write the times of both: date: 2026-11-24T12:30:00Z"
            yield Problem(ID, Severity.ERROR, said.origin, message, hint)
        others.setdefault(meant, said)


class _On(NamedTuple):
    """When somebody looked; `whole_day` where no more than the date is written."""

    moment: datetime
    whole_day: bool


class _Meant(NamedTuple):
    """What is said of a fact, and of when."""

    on: _On
    values: frozenset[str]

    def conflicts(self, other: _Meant) -> bool:
        """Whether two words of one day cannot both hold, and neither is surely the newer one."""
        at_once = self.on.whole_day or other.on.whole_day or self.on.moment == other.on.moment
        return at_once and self.values != other.values


def _span(on: _On) -> str:
    return "day" if on.whole_day else "moment"


def _said(manifests: Manifests) -> Iterator[tuple[_On, DeclaredFact]]:
    """Every fact of every attestation, with its moment, as far as it is certain what is meant."""
    for attestation in manifests.attestations:
        if not attestation.tells("school", "supplier", "date", "facts"):
            continue
        try:
            on = _On(read_moment(attestation.spec["date"]), "T" not in attestation.spec["date"])
        except ValueError:  # the rule no-such-date says it
            continue
        for said in facts_in(attestation):
            yield on, said


def _normal(said: DeclaredFact) -> frozenset[str]:
    return frozenset(map(entity_key, said.values))
