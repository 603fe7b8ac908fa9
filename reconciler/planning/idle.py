"""Waivers that accept nothing: the difference is gone, or it was never called that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model.entity import entity_key
from reconciler.nearest import nearest
from reconciler.planning.waivers import accepts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reconciler.model.change import Change
    from reconciler.model.origin import Origin
    from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
    from reconciler.model.waiver import Waiver


def idle_waivers(waivers: Iterable[Waiver], plan: Plan) -> Iterator[str]:
    """A remark on each change of a waiver that is no difference of the plan at any of its schools, in words.

    A waiver of places that the plan is not about, or does not know enough of, may be right.
    """
    places = _Places(plan)
    for parts in _by_origin(waivers).values():
        if all(places.are_known_to_have_none(waiver) for waiver in parts):
            yield _remark(parts[0], [change for waiver in parts for change in places.changes(waiver)])


class _Places:
    """The schools and accesses of a plan, by school and supplier (empty for the school itself)."""

    def __init__(self, plan: Plan) -> None:
        self._found: dict[tuple[str, str], SchoolPlan | AccessPlan] = {}
        self._found |= {(school.name, ""): school for school in plan.schools}
        self._found |= {tuple(access.address): access for access in plan.accesses}  # type: ignore[misc]

    def changes(self, waiver: Waiver) -> Iterator[Change]:
        """All differences where the waiver could hold."""
        for place in self._of(waiver):
            yield from place.changes

    def are_known_to_have_none(self, waiver: Waiver) -> bool:
        """Whether the plan is about all its places, knows what it accepts, and finds no such difference."""
        there = list(self._of(waiver))
        if len(there) < len(waiver.schools):
            return False
        if any(item.aspect is waiver.aspect for place in there for item in place.unknown):
            return False
        return not any(accepts(waiver, change) for change in self.changes(waiver))

    def _of(self, waiver: Waiver) -> Iterator[SchoolPlan | AccessPlan]:
        for school in sorted(waiver.schools):
            place = self._found.get((school, waiver.supplier))
            if place is not None:
                yield place


def _by_origin(waivers: Iterable[Waiver]) -> dict[Origin, list[Waiver]]:
    """The waivers that one change of a manifest is: one for each username that it means."""
    found: dict[Origin, list[Waiver]] = {}
    for waiver in waivers:
        found.setdefault(waiver.terms.origin, []).append(waiver)
    return found


def _remark(waiver: Waiver, changes: list[Change]) -> str:
    what = f"{waiver.action} {waiver.aspect} {waiver.name}" + (f", before {waiver.before}" if waiver.before else "")
    told = f"{waiver.terms.origin}: the waiver `{waiver.terms.waiver}` accepts nothing: no difference is `{what}`"
    alike = [change for change in changes if (change.action, change.aspect) == (waiver.action, waiver.aspect)]
    now = next((change.before for change in alike if entity_key(change.name) == entity_key(waiver.name)), None)
    if now is not None:
        return f"{told}; what is there now is `{now}`."
    meant = nearest(waiver.name, {change.name for change in alike})
    return f"{told}; did you mean `{meant}`?" if meant else f"{told}. Where it was mended, take the waiver away."
