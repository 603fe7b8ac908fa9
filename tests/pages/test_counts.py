"""The numbers of pages, held against a count of what the two sides say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from reconciler.model.aspect import Aspect
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Attested, Known
from reconciler.model.live import LiveAccess, LiveSchool
from reconciler.planning.canonical import canonical_accesses, canonical_schools
from reconciler.planning.facts import ROWS
from reconciler.planning.refused_login import live_of_ended
from reconciler.planning.unknowns import ManagedFact, managed_of_access, managed_of_school, undeclared, unread
from reconciler.report.pages.counts import FactTotals, fact_totals
from tests.examples import examples
from tests.planning.worlds import planned, worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.model.desired import Access, Desired, School
    from reconciler.model.live import Live
    from reconciler.planning.canonical import CanonicalAccess


def leaves(record: object, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], object]:
    """{path: leaf} of a record in normal form."""
    if not isinstance(record, dict):
        return {path: record}
    return {leaf: value for key, each in record.items() for leaf, value in leaves(each, (*path, key)).items()}


def agreed_in(item: ManagedFact, sides: tuple[CanonicalAccess, CanonicalAccess], unread: int) -> int:
    """How many facts of an item are on the live side as they are declared."""
    wanted, live = sides
    if not isinstance(item.fact, Known):
        return 0
    if item.aspect is Aspect.REACHABLE:
        return bool(item.fact.value)
    if item.aspect is Aspect.READ:
        return int(not live.grants) if item.is_none else len(wanted.grants & live.grants) - unread
    above = {Aspect.ROLE: "roles", Aspect.WRITE: "permissions", Aspect.ACCOUNT: "accounts", Aspect.LOGIN: "account"}
    top = above.get(item.aspect) or ROWS[item.aspect].key
    if item.aspect is Aspect.RIGHT_SCHOOL:
        return 0  # counted as a fact only where it is not known
    ours, theirs = (
        {path: value for path, value in leaves(side.record).items() if path[0] == top} for side in (wanted, live)
    )
    if item.is_none or item.aspect is Aspect.LOGIN:
        return ours == theirs
    kinds = ROWS[item.aspect].kinds
    key = (top, entity_key(item.name)) if top in ("roles", "permissions") else (top, item.name) if kinds else (top,)
    return key in ours and ours[key] == theirs.get(key)


def counted(desired: Desired, live: Live) -> FactTotals:
    """The same totals, counted from the two sides and not from a plan."""
    numbers = dict.fromkeys(FactTotals._fields, 0)
    for part, sides, items, read in parts(desired, live):
        numbers["unknown"] += read
        for item in items:
            known = isinstance(item.fact, Known)
            unread = read if item.aspect is Aspect.READ else 0
            numbers["agreed"] += agreed_in(item, sides, unread)
            numbers["unknown"] += 0 if known else item.number
            if isinstance(item.fact, Known):
                kind = "by_word" if isinstance(item.fact.evidence, Attested) else "asked"
                numbers[kind] += item.number - unread
        numbers["undeclared"] += undeclared(part, items)
    plan = planned(desired, live)
    numbers["different"] = sum(len(school.changes) for school in plan.schools)
    numbers["different"] += sum(len(access.changes) for access in plan.accesses)
    return FactTotals(**numbers)


def parts(
    desired: Desired, live: Live
) -> Iterator[tuple[School | Access, tuple[CanonicalAccess, CanonicalAccess], list[ManagedFact], int]]:
    """Each school and access with both its sides, what is asked of it, and the number of entities that no test read."""
    for name, school in desired.schools.items():
        there = live.schools.get(name, LiveSchool(live.missing))
        yield school, canonical_schools(school, there), list(managed_of_school(school, there)), 0
    for address, access in desired.accesses.items():
        there = live.schools.get(address.school, LiveSchool(live.missing))
        found = live.accesses.get(address, LiveAccess(live.missing, live.missing))
        found = live_of_ended(found) if access.ended else found
        items = list(managed_of_access(access, found, there))
        yield access, canonical_accesses(access, found, there), items, len(unread(access, found))


@examples(4)
@given(worlds())
def test_facts_count_as_on_both_sides(world: tuple[Desired, Live]) -> None:
    """What is as agreed, what is not known and how the rest is known, for any two sides."""
    plan = planned(*world)
    assert fact_totals((*plan.schools, *plan.accesses)) == counted(*world)
