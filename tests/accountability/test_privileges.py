"""What accesses have against what they need: unknown is never no, and numbers are counted twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reconciler.accountability.privileges import Comparison, privileges
from reconciler.catalogue.details import entity_details
from reconciler.model.accountability.least_privilege import (
    UNUSED_DAYS,
    AccountUse,
    Doubt,
    EntityCalls,
    LogPeriod,
    PublishedList,
    Truth,
)
from reconciler.model.address import Address
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Known, Unknown
from tests.planning.worlds import NAMES, REFUSED, SCHOOLS, access, desired_of, granted, live_of, without, worlds

if TYPE_CHECKING:
    from reconciler.model.accountability.least_privilege import AccessPrivileges, EntityPrivilege
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live

END = date(2026, 11, 24)
NO_LIST = PublishedList("none", complete=True, entities=frozenset())


def used(days: int, *names: str) -> AccountUse:
    """A log of so many days until END, in which these entities were called at noon of the last."""
    noon = datetime(END.year, END.month, END.day, 12, tzinfo=UTC)
    calls = {entity_key(name): EntityCalls(name, noon, 3) for name in names}
    return AccountUse(LogPeriod(END - timedelta(days=days - 1), END), noon if names else None, 3 * len(names), calls)


def compared(
    desired: Desired, live: Live, uses: dict[Address, AccountUse], listing: PublishedList = NO_LIST
) -> dict[Address, AccessPrivileges]:
    """Every access, with all entities."""
    listings = {address.supplier: listing for address in desired.accesses}
    comparison = Comparison(desired, live, uses, listings, entity_details)
    return {each.address: each for each in privileges(comparison, desired.accesses.keys(), lambda _: True)}


def entity(found: AccessPrivileges, name: str) -> EntityPrivilege:
    """One entity of an access."""
    (only,) = (each for each in found.entities if entity_key(each.about.name) == entity_key(name))
    return only


_uses = st.builds(
    lambda days, names: used(days, *names), st.integers(1, 200), st.lists(st.sampled_from(NAMES), unique=True)
)
_listings = st.builds(
    lambda complete, names: PublishedList("list", complete, frozenset(map(entity_key, names))),
    st.booleans(),
    st.lists(st.sampled_from(NAMES), unique=True),
)


@given(worlds(words=False), st.data())
def test_no_is_only_said_of_what_is_known(world: tuple[Desired, Live], data: st.DataObject) -> None:
    """Of what an access can read, of what was called, of a list, and of other schools."""
    desired, live = world
    uses = {address: data.draw(_uses) for address in desired.accesses if data.draw(st.booleans())}
    listing = data.draw(_listings)
    for address, found in compared(desired, live, uses, listing).items():
        seen = live.accesses.get(address)
        is_known = seen is not None and isinstance(seen.entities, Known)
        assert (found.granted is not None) is is_known is not isinstance(found.evidence, Unknown)
        for each in found.entities:
            key = entity_key(each.about.name)
            assert (each.granted is Truth.UNKNOWN) is not is_known
            if each.called is Truth.NO:
                assert uses[address].period.days >= UNUSED_DAYS
                assert key not in uses[address].entities
            if each.listed is Truth.NO:
                assert listing.complete
                assert key not in listing.entities
            if Doubt.NOT_DECLARED in each.doubts:
                assert is_known
                assert key not in desired.accesses[address].entities


@given(worlds(words=False))
def test_the_numbers_are_those_of_an_independent_count(world: tuple[Desired, Live]) -> None:
    """Each entity once, what can be read, and the schools that give the same supplier as much."""
    desired, live = world
    for address, found in compared(desired, live, {}).items():
        answers = {
            other.school: set(seen.entities.value)
            for other, seen in live.accesses.items()
            if other in desired.accesses and other.supplier == address.supplier and isinstance(seen.entities, Known)
        }
        own = answers.pop(address.school, None)
        declared = set(desired.accesses[address].entities)
        assert [entity_key(each.about.name) for each in found.entities] == sorted(declared | (own or set()))
        assert found.granted == (None if own is None else len(own))
        assert found.peers == tuple(sorted(map(len, answers.values())))
        for each in found.entities:
            key = entity_key(each.about.name)
            counted = (sum(key in keys for keys in answers.values()), len(answers))
            assert each.peers == (counted if answers else None)


@given(worlds(words=False), st.data())
def test_taking_knowledge_away_adds_no_doubt(world: tuple[Desired, Live], data: st.DataObject) -> None:
    """An access that no longer answers is not known to have anything, and is nobody's peer."""
    desired, live = world
    if not desired.accesses:
        return
    address = data.draw(st.sampled_from(sorted(desired.accesses)))
    before, after = compared(desired, live, {}), compared(desired, without(live, address), {})
    assert after[address].granted is None
    assert not any(each.doubts for each in after[address].entities)
    for other, found in after.items():
        if other.supplier == address.supplier and other != address:
            assert len(found.peers) <= len(before[other].peers)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), st.booleans()), min_size=4, max_size=4))
def test_accesses_that_share_what_they_have_are_told_as_if_they_did_not(
    drawn: list[tuple[int, int, bool]],
) -> None:
    """A supplier's entities are one object for the schools that have them alike, and so are equal answers."""
    agreed = [access(["Students", "Staff"]), access(["Students"])]
    answers = [REFUSED, granted("Students"), granted("Students", "PersonPhotos"), granted()]
    addresses = [Address(school, "groupcall") for school in SCHOOLS]
    uses = {address: used(90, "Staff") for address, (_, _, is_used) in zip(addresses, drawn, strict=True) if is_used}
    shared = {
        address: replace(agreed[at], address=address) for address, (at, _, _) in zip(addresses, drawn, strict=True)
    }
    seen = {address: answers[at] for address, (_, at, _) in zip(addresses, drawn, strict=True)}
    alone = {address: replace(each, entities=dict(each.entities)) for address, each in shared.items()}
    found = compared(desired_of(*shared.values()), live_of(seen), uses)
    assert found == compared(desired_of(*alone.values()), live_of(seen), uses)


def test_ninety_days_without_a_call_need_a_log_of_ninety_days() -> None:
    """One day less, and nothing is known of what it lacks."""
    desired = desired_of(access(["Students", "Staff"]))
    (address,) = desired.accesses
    live = live_of({address: granted("Students", "Staff")})
    for days, truth in ((UNUSED_DAYS, Truth.NO), (UNUSED_DAYS - 1, Truth.UNKNOWN)):
        found = compared(desired, live, {address: used(days, "students")})[address]
        assert entity(found, "Students").called is Truth.YES
        assert entity(found, "Staff").called is truth
        assert (Doubt.NOT_CALLED in entity(found, "Staff").doubts) is (truth is Truth.NO)


def test_what_is_called_and_not_declared_is_a_doubt() -> None:
    """Also where nobody knows what can be read."""
    desired = desired_of(access(["Students"]))
    (address,) = desired.accesses
    found = compared(desired, live_of({}), {address: used(3, "Staff")})[address]
    assert entity(found, "Staff").doubts == (Doubt.CALLED_UNDECLARED,)


def test_a_part_of_a_list_says_nothing_of_what_it_lacks() -> None:
    """And one of fields has no entities at all."""
    desired = desired_of(access(["Students", "Staff"]))
    (address,) = desired.accesses
    live = live_of({address: granted("Students", "Staff")})
    for complete, names, truth in ((True, {"students"}, Truth.NO), (False, {"students"}, Truth.UNKNOWN)):
        found = compared(desired, live, {}, PublishedList("list", complete, frozenset(names)))[address]
        assert entity(found, "Students").listed is Truth.YES
        assert entity(found, "Staff").listed is truth
    assert entity(compared(desired, live, {}, NO_LIST)[address], "Staff").listed is Truth.UNKNOWN


def test_few_peers_are_fewer_than_half_of_three_that_answered() -> None:
    """Schools that did not answer are no peers."""
    addresses = [Address(school, "groupcall") for school in SCHOOLS]
    desired = desired_of(*(access(["Students"], address=address) for address in addresses))
    first, *rest = addresses
    answers = {first: granted("Students", "PersonPhotos"), **{address: granted("Students") for address in rest}}
    found = compared(desired, live_of(answers), {})[first]
    assert entity(found, "PersonPhotos").peers == (0, 3)
    assert entity(found, "PersonPhotos").doubts == (Doubt.NOT_DECLARED, Doubt.FEW_PEERS)
    assert entity(found, "Students").doubts == ()
    del answers[rest[0]]
    fewer = compared(desired, live_of(answers), {})[first]
    assert entity(fewer, "PersonPhotos").peers == (0, 2)
    assert entity(fewer, "PersonPhotos").doubts == (Doubt.NOT_DECLARED,)
