"""Schools and suppliers that are only called differently."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reconciler.codec.drift_state import DriftFile
from reconciler.codec.snapshot import from_data, to_data
from reconciler.model.address import Address
from reconciler.model.drift_news import Notified, Remembered
from reconciler.model.evidence import Unknown
from reconciler.model.review import ManifestField
from reconciler.planning.drift_memory import remember
from reconciler.planning.drift_news import ObservedScope, news
from reconciler.planning.renames import Renames, find_renames, rename_edits, renamed, renames_since
from reconciler.planning.review.edits import edits
from tests.planning.worlds import SENSITIVITY, TODAY, access, account, desired_of, desireds, planned, worlds

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live

OTHERS = ("riverside-academy", "the-oaks", "another")
RECORDED = datetime(2026, 11, 24, 2, tzinfo=UTC)


def told_apart(desired: Desired) -> Desired:
    """The same manifests, in which each school is a database of its own, and no two suppliers share what they log in
    with; so that each is known by what it has in Bromcom."""
    schools = {name: replace(each, school_id=number) for number, (name, each) in enumerate(desired.schools.items(), 1)}
    return replace(
        desired,
        schools=schools,
        accesses={
            address: replace(each, via=account(f"{address.supplier}.{address.school}"))
            for address, each in desired.accesses.items()
        },
    )


@st.composite
def names(draw: st.DrawFn, desired: Desired) -> Renames:
    """Other names for some of its schools and suppliers: new ones, or those of each other."""
    suppliers = sorted({address.supplier for address in desired.accesses})
    found = []
    for old in (sorted(desired.schools), suppliers):
        new = draw(st.permutations([*old, *OTHERS]))
        found.append({before: after for before, after in zip(old, new, strict=False) if before != after})
    return Renames(schools=found[0], suppliers=found[1])


@given(st.data(), desireds())
def test_names_alone_give_nobody_anything(data: st.DataObject, desired: Desired) -> None:
    """Whatever is called differently, also where two names are exchanged: it is found, and there is no other edit."""
    desired = told_apart(desired)
    chosen = data.draw(names(desired))
    head = renamed(desired, chosen)
    found = find_renames(desired, head)
    assert (found.schools, found.suppliers) == (chosen.schools, chosen.suppliers)
    assert edits(renamed(desired, found), head, SENSITIVITY) == ()
    assert {edit.topic for edit in rename_edits(found, head)} <= {ManifestField.NAME}
    assert len(list(rename_edits(found, head))) == len(chosen.schools) + len(chosen.suppliers)


@given(desireds(), desireds())
def test_what_is_not_only_a_name_is_an_edit_all_the_same(base: Desired, head: Desired) -> None:
    """Two revisions that differ have edits, or names, whichever is the base; one against itself has neither."""
    base, head = told_apart(base), told_apart(head)
    found = find_renames(base, head)
    asked = [*edits(renamed(base, found), head, SENSITIVITY), *rename_edits(found, head)]
    assert bool(asked) == bool(edits(base, head, SENSITIVITY))
    assert find_renames(head, head) == Renames()


@given(st.data(), worlds(words=False))
def test_a_snapshot_holds_under_another_name(data: st.DataObject, world: tuple[Desired, Live]) -> None:
    """What was recorded of a database and an account is said of them, whatever they are called now."""
    desired, live = told_apart(world[0]), world[1]
    chosen = data.draw(names(desired))
    recorded = from_data(to_data(live, desired, recorded=RECORDED))
    head = renamed(desired, chosen)
    as_before = recorded.of(desired)
    assert len(as_before.accesses) == len(live.accesses)
    now = recorded.of(head)
    school, supplier = chosen.schools, chosen.suppliers
    assert now.schools == {school.get(name, name): each for name, each in as_before.schools.items()}
    expected = {
        Address(school.get(address.school, address.school), supplier.get(address.supplier, address.supplier)): each
        for address, each in as_before.accesses.items()
    }
    assert {address: now.accesses.get(address) for address in expected} == expected
    assert all(isinstance(now.accesses[address].entities, Unknown) for address in now.accesses.keys() - expected.keys())


@given(st.data(), worlds(words=False))
def test_drift_runs_remember_under_another_name(data: st.DataObject, world: tuple[Desired, Live]) -> None:
    """The night after names have changed, nothing is news to anybody, and nothing is forgotten or left behind."""
    desired = told_apart(world[0])
    at = {address.school for address in desired.accesses}
    recorded = from_data(to_data(world[1], desired, recorded=RECORDED))
    desired = replace(desired, schools={name: school for name, school in desired.schools.items() if name in at})
    before = planned(desired, recorded.of(desired))
    head = renamed(desired, data.draw(names(desired)))
    now = planned(head, recorded.of(head))
    told = DriftFile(remembered=remember(Remembered(), before, ObservedScope(), TODAY, SENSITIVITY))
    told = told.telling("", news(Notified(), before, ObservedScope()).told)
    told = told.renamed(renames_since(told.remembered.accounts, now))
    assert not news(told.to("") or Notified(), now, ObservedScope())
    assert remember(told.remembered, now, ObservedScope(), TODAY, SENSITIVITY) == remember(
        Remembered(), now, ObservedScope(), TODAY, SENSITIVITY
    )


def at_greenfield(*accounts: tuple[str, str]) -> Desired:
    """One school with these (supplier, username)."""
    return desired_of(*(access(address=Address("greenfield", name), via=account(user)) for name, user in accounts))


def test_an_account_that_two_suppliers_share_names_neither() -> None:
    """Nobody can tell which of them is called differently now."""
    base = at_greenfield(("groupcall", "shared"), ("till", "shared"))
    assert find_renames(base, at_greenfield(("parentpay", "shared"), ("till", "shared"))).suppliers == {}


def test_a_name_that_stays_is_given_to_nobody() -> None:
    """A supplier that takes over another one's account, while that goes on with a new one, is shown as it is."""
    base = at_greenfield(("groupcall", "one"), ("till", "two"))
    head = at_greenfield(("till", "one"), ("groupcall", "three"))
    assert find_renames(base, head).suppliers == {}


def test_names_that_stay_in_a_chain_are_given_to_nobody() -> None:
    """Each supplier takes over the next one's account, and the last one's is gone: no name is left to be a new one."""
    base = at_greenfield(("groupcall", "one"), ("parentpay", "two"), ("till", "three"))
    head = at_greenfield(("parentpay", "one"), ("till", "two"))
    assert find_renames(base, head).suppliers == {}


def test_another_database_under_another_name_is_another_school() -> None:
    """A new School ID, or a new service, is nobody's new name."""
    base = desired_of(access())
    one = base.schools["greenfield"]
    elsewhere = replace(one.platform, read_url="https://elsewhere.example/read.asmx")
    for other in (replace(one, school_id=999), replace(one, platform=elsewhere)):
        head = replace(base, schools={"oakwood": replace(other, name="oakwood")}, accesses={})
        assert find_renames(base, head).schools == {}
