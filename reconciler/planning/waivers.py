"""Differences that somebody accepts, for as long as they do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from reconciler.model.change import Action
from reconciler.model.entity import entity_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from reconciler.model.change import Aspect, Change
    from reconciler.model.waiver import Waived, Waiver


class _Difference(NamedTuple):
    """What a waiver accepts. `before` is empty where it is not asked about."""

    school: str
    supplier: str
    action: Action
    aspect: Aspect
    name: str
    before: str


def accepts(waiver: Waiver, change: Change) -> bool:
    """Whether the waiver is of this difference, at a place where it holds."""
    return _of_waiver(waiver, "") == _of_change(change, "", waiver.supplier)


def _of_waiver(waiver: Waiver, school: str) -> _Difference:
    name, before = entity_key(waiver.name), entity_key(waiver.before)
    return _Difference(school, waiver.supplier, waiver.action, waiver.aspect, name, before)


def _of_change(change: Change, school: str, supplier: str) -> _Difference:
    """Of a setting it is accepted what it is now, and nothing worse that it may become."""
    before = entity_key(change.before) if change.action is Action.SET else ""
    return _Difference(school, supplier, change.action, change.aspect, entity_key(change.name), before)


class Waivers:
    """The waivers of a workspace, as they stand on one day."""

    def __init__(self, waivers: Iterable[Waiver], today: date) -> None:
        """A waiver holds until the end of the day on which it expires."""
        self._today = today
        found: defaultdict[_Difference, list[Waived]] = defaultdict(list)
        for waiver in waivers:
            for school in waiver.schools:
                found[_of_waiver(waiver, school)].append(waiver.terms)
        # Of several the one that holds longest.
        self._terms: Mapping[_Difference, Waived] = {
            key: max(terms, key=lambda each: (each.expires, each.waiver)) for key, terms in found.items()
        }

    def applied(self, school: str, supplier: str, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The changes of one access (`supplier` is empty for a school's own), each with what accepts it; one whose
        waiver has expired says so in its note."""
        if not self._terms:
            return changes
        return tuple(self._judged(change, school, supplier) for change in changes)

    def _judged(self, change: Change, school: str, supplier: str) -> Change:
        terms = self._terms.get(_of_change(change, school, supplier))
        if terms is None:
            return change
        if terms.expires >= self._today:
            return replace(change, waived=terms)
        lapsed = f"its waiver `{terms.waiver}` expired {terms.expires.isoformat()}"
        return replace(change, note=f"{change.note}; {lapsed}" if change.note else lapsed)
