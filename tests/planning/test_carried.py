"""A record that keeps what an older one saw of schools that nobody saw since."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.codec.snapshot import aged, from_data, to_data
from reconciler.model.address import Address
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.snapshots.carried import carried
from tests.planning.worlds import GROUPCALL, PROBED, access, desired_of, granted, live_of, worlds

if TYPE_CHECKING:
    from reconciler.model.desired import Desired

NIGHT = datetime(2026, 11, 24, 2, tzinfo=UTC)
DAY = timedelta(days=1)
OAKWOOD = Address("oakwood", "groupcall")
DESIRED = desired_of(access(), access(address=OAKWOOD))
SEEN = replace(live_of({GROUPCALL: granted("Students"), OAKWOOD: granted("Staff")}), recorded=NIGHT)
DARK = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
DOWN = LiveSchool(Known(False, PROBED), "no answer")


def outage(*addresses: Address) -> Live:
    """A night in which these accesses, and their schools, gave no answer."""
    names = {address.school for address in addresses}
    return Live(
        {name: DOWN if name in names else school for name, school in SEEN.schools.items()},
        {address: LiveAccess(DARK, DARK) if address in addresses else its for address, its in SEEN.accesses.items()},
    )


def recorded(live: Live, night: datetime) -> Live:
    """The same as it is read from the file of that night."""
    return from_data(to_data(live, DESIRED, recorded=night)).of(DESIRED)


def test_an_outage_takes_nothing_away() -> None:
    """Night after night, each school stays as it was seen last, with the time it is of."""
    second = recorded(carried(outage(OAKWOOD), SEEN, DESIRED), NIGHT + DAY)
    third = recorded(carried(outage(GROUPCALL, OAKWOOD), second, DESIRED), NIGHT + 2 * DAY)
    assert (third.schools, third.accesses) == (SEEN.schools, SEEN.accesses)
    assert third.times == {"greenfield": NIGHT + DAY, "oakwood": NIGHT}
    assert recorded(carried(SEEN, third, DESIRED), NIGHT + 3 * DAY).times == {}


def test_each_school_is_believed_by_its_own_age() -> None:
    """Of one that was seen too long ago nothing is known; of the others all is."""
    record = recorded(carried(outage(OAKWOOD), SEEN, DESIRED), NIGHT + 2 * DAY)
    found = aged(record, NIGHT + 2 * DAY, DAY)
    assert found.accesses[GROUPCALL] == SEEN.accesses[GROUPCALL]
    entities = found.accesses[OAKWOOD].entities
    assert isinstance(entities, Unknown)
    assert (entities.reason, "is 2 days old" in entities.text) == (UnknownReason.TOO_OLD, True)


def test_a_refused_login_was_seen() -> None:
    """It is the newest that is known, and no outage."""
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "refused"), refusal="401")
    tonight = replace(SEEN, accesses={**SEEN.accesses, OAKWOOD: refused}, recorded=None)
    assert carried(tonight, SEEN, DESIRED) == tonight


@pytest.mark.parametrize("earlier", [SEEN, None])
def test_a_run_that_was_stopped_is_a_part_of_the_picture_only_if_nobody_saw_the_rest(earlier: Live | None) -> None:
    """A school that it did not ask to the end stays as it was, and then nothing is missing."""
    stopped = Live(SEEN.schools, {GROUPCALL: SEEN.accesses[GROUPCALL]}, interrupted=True)
    found = carried(stopped, earlier or outage(GROUPCALL, OAKWOOD), DESIRED)
    assert found.interrupted == (earlier is None)
    if earlier:
        assert (found.accesses, set(found.times)) == (SEEN.accesses, {"oakwood"})


def test_an_account_that_was_not_asked_before_the_stop_leaves_its_school_as_it_was() -> None:
    """The rest of the school was asked, and alone it would hide what is known."""
    second = Address(OAKWOOD.school, "till")
    left = Unknown(UnknownReason.INTERRUPTED, "the run was stopped")
    cut = LiveAccess(left, left)
    seen = replace(live_of({OAKWOOD: granted("Staff"), second: granted("Staff")}), recorded=NIGHT)
    for interrupted in (True, False):  # False: of the runs of several machines one was stopped
        stopped = replace(seen, accesses={**seen.accesses, second: cut}, recorded=None, interrupted=interrupted)
        found = carried(stopped, seen, desired_of(access(address=OAKWOOD), access(address=second)))
        assert (found.accesses, set(found.times), found.interrupted) == (seen.accesses, {"oakwood"}, False)


@given(worlds(words=False), worlds(words=False))
def test_a_newer_record_never_knows_less(now: tuple[Desired, Live], before: tuple[Desired, Live]) -> None:
    """Of every school of which either of the two saw an account, the record knows some account; what was seen now is
    never replaced by what is older, unless the run was stopped before the end of that school."""
    desired, live = now
    earlier = replace(before[1], recorded=NIGHT)
    found = carried(live, earlier, desired)
    for name in desired.schools:
        knew = {at.school for side in (live, earlier) for at in seen_at(side, desired) if at.school in side.schools}
        assert (name in knew) <= any(at.school == name for at in seen_at(found, desired))
        facts = [its.entities for at, its in live.accesses.items() if at.school == name]
        left = any(isinstance(fact, Unknown) and fact.reason is UnknownReason.INTERRUPTED for fact in facts)
        if not (live.interrupted or left) and any(at.school == name for at in seen_at(live, desired)):
            assert name not in found.times


def seen_at(live: Live, desired: Desired) -> list[Address]:
    """The declared accesses of which something is known."""
    return [
        address
        for address, its in live.accesses.items()
        if address in desired.accesses
        and address.school in live.schools
        and (isinstance(its.login, Known) or isinstance(its.entities, Known))
    ]
