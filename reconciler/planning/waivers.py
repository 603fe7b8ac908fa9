"""Accept the differences that waivers name until they expire, and find waivers that accept nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change, Waived, Waiver
from reconciler.model.entity import entity_key
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
from reconciler.model.problem import Origin
from reconciler.spelling import nearest


class _Difference(NamedTuple):
    """The difference that a waiver accepts. `before` is empty if any value is accepted."""

    school: str
    supplier: str
    action: Action
    aspect: Aspect
    name: str
    before: str


def accepts(waiver: Waiver, change: Change) -> bool:
    """Tell if a waiver is for this difference, at a place where it applies."""
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
        terms_of: defaultdict[_Difference, list[Waived]] = defaultdict(list)
        for waiver in waivers:
            for school in waiver.schools:
                terms_of[_of_waiver(waiver, school)].append(waiver.terms)
        # Of several the one that holds longest.
        self._terms: Mapping[_Difference, Waived] = {
            key: max(terms, key=lambda each: (each.expires, each.waiver)) for key, terms in terms_of.items()
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


def unused_waivers(waivers: Iterable[Waiver], plan: Plan) -> Iterator[str]:
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
        """Tell if the plan covers all its places, knows the facts, and finds no such difference."""
        places = list(self._of(waiver))
        if len(places) < len(waiver.schools):
            return False
        if any(item.aspect is waiver.aspect for place in places for item in place.unknown):
            return False
        return not any(accepts(waiver, change) for change in self.changes(waiver))

    def _of(self, waiver: Waiver) -> Iterator[SchoolPlan | AccessPlan]:
        for school in sorted(waiver.schools):
            place = self._found.get((school, waiver.supplier))
            if place is not None:
                yield place


def _by_origin(waivers: Iterable[Waiver]) -> dict[Origin, list[Waiver]]:
    """The waivers that one change of a manifest is: one for each username that it means."""
    by_origin: dict[Origin, list[Waiver]] = {}
    for waiver in waivers:
        by_origin.setdefault(waiver.terms.origin, []).append(waiver)
    return by_origin


def _remark(waiver: Waiver, changes: list[Change]) -> str:
    what = f"{waiver.action} {waiver.aspect} {waiver.name}" + (f", before {waiver.before}" if waiver.before else "")
    remark = (
        f"{waiver.terms.origin}: the waiver `{waiver.terms.waiver}` accepts nothing: there is no difference `{what}`"
    )
    alike = [change for change in changes if (change.action, change.aspect) == (waiver.action, waiver.aspect)]
    now = next((change.before for change in alike if entity_key(change.name) == entity_key(waiver.name)), None)
    if now is not None:
        return f"{remark}; the value is now `{now}`."
    meant = nearest(waiver.name, {change.name for change in alike})
    return f"{remark}; did you mean `{meant}`?" if meant else f"{remark}. If it was fixed, delete the waiver."
