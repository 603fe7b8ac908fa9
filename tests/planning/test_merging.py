"""The parts of a run, merged: what one run over everything would have said, or a refusal."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.codec.plan_file import BesidePlan, dump, parse
from reconciler.codec.plan_part import Sharing, read_part
from reconciler.errors import InputError
from reconciler.model.evidence import UnknownReason
from reconciler.model.plan import Via
from reconciler.model.shard import PlanPart, Shard
from reconciler.planning.parts.merging import merged, missing_parts, part_of, unasked_parts
from tests.planning.worlds import as_declared, desired_of, desireds, planned, worlds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.model.plan import Plan
    from reconciler.model.shard import PartFile

DIGEST = "0" * 64
MADE = datetime(2026, 11, 24, 3, 17, tzinfo=UTC)
_names = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20)


def part_text(desired: Desired, live: Live, shard: Shard, manifests: str = DIGEST) -> str:
    """The JSON report of one part."""
    part = PlanPart(shard, MADE, manifests, (), (), deep=False, limits=desired.limits)
    return dump(planned(part_of(desired, [shard]), live), version="1", beside=BesidePlan(part=part))


def read_back(texts: Iterable[str]) -> list[PartFile]:
    """The parts in their files."""
    sharing = Sharing()
    return [read_part(StringIO(text), f"{number}.json", sharing) for number, text in enumerate(texts)]


def texts_of(desired: Desired, live: Live, of: int) -> list[str]:
    """The JSON reports of all parts."""
    return [part_text(desired, live, Shard(number, of)) for number in range(1, of + 1)]


def whole_of(parts: list[PartFile]) -> Plan:
    """The merged plan."""
    return merged([part.plan for part in parts], parts[0].part.limits)


@given(worlds(), st.integers(1, 9), st.sampled_from([None, datetime(2026, 11, 24, tzinfo=UTC)]), st.randoms())
def test_merged_equals_unsharded(
    world: tuple[Desired, Live], of: int, recorded: datetime | None, order: object
) -> None:
    """Same bytes, same fingerprint, in whatever order the parts come."""
    desired, live = world[0], replace(world[1], recorded=recorded)
    texts = texts_of(desired, live, of)
    order.shuffle(texts)  # type: ignore[attr-defined]
    parts = read_back(texts)
    assert not missing_parts(parts)
    assert dump(whole_of(parts), version="1") == dump(planned(desired, live), version="1")


@given(desireds(), st.integers(2, 9), st.data())
def test_a_missing_part_is_never_in_sync(desired: Desired, of: int, data: st.DataObject) -> None:
    """Everything at its schools is unknown and says why, and the rest is as it was."""
    live = as_declared(desired)
    gone = {Shard(number, of) for number in data.draw(st.sets(st.integers(1, of), min_size=1, max_size=of - 1))}
    texts = [part_text(desired, live, Shard(n, of)) for n in range(1, of + 1) if Shard(n, of) not in gone]
    parts = read_back(texts)
    assert set(missing_parts(parts)) == gone
    lost = part_of(desired, gone)
    plan = merged([*(part.plan for part in parts), planned(lost, unasked_parts(lost, gone))], desired.limits)
    whole = {access.address: access for access in planned(desired, live).accesses}
    assert {access.address for access in plan.accesses} == whole.keys()
    for access in plan.accesses:
        if access.address.school in lost.schools:
            assert not access.changes
            asked = access.via is Via.ACCOUNT and access.particulars.password
            assert bool(asked) == (UnknownReason.PART_MISSING in {item.why for item in access.unknown})
            assert not (asked and access.in_sync)
        else:
            assert access == whole[access.address]


@given(st.sets(_names, min_size=8, max_size=40), _names, st.integers(1, 12))
def test_every_school_is_in_one_part_and_stays_there(schools: set[str], new: str, of: int) -> None:
    """A school that is added moves no other one, since a part follows from a name alone."""
    parts = [Shard(number, of) for number in range(1, of + 1)]
    counts = Counter(shard for name in schools | {new} for shard in parts if shard.holds(name))
    assert counts.total() == len(schools | {new})


def test_parts_are_of_alike_size() -> None:
    """A thousand schools over eight machines: none has a third more than its share."""
    sizes = Counter(n for n in range(1, 9) for school in range(1000) if Shard(n, 8).holds(f"school-{school:04}"))
    assert max(sizes.values()) < 125 * 4 / 3


def _other(text: str, **part: object) -> str:
    """The part with other words about the whole."""
    data = json.loads(text)
    data["part"] |= part
    rows = {key: data.pop(key) for key in ("schools", "accesses")}
    lines = [f'"{key}": {json.dumps(value)},' for key, value in data.items()]
    for key, items in rows.items():
        lines += [f'"{key}": [', *(f"{json.dumps(item)}," for item in items), "],"]
    return "\n".join(["{", *lines, "}"])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"manifests": "1" * 64}, "1.json was made of other manifests than 0.json"),
        ({"schools": ["a*"]}, "1.json was made with another --school than 0.json"),
        ({"suppliers": ["a*"]}, "1.json was made with another --supplier than 0.json"),
        ({"deep": True}, "1.json was made with another --deep than 0.json"),
        ({"made": "2026-11-23T03:17:00+00:00"}, "1.json was made at 2026-11-23 03:17, and 0.json at 2026-11-24 03:17"),
        ({"shard": {"number": 2, "of": 4}}, "1.json is one of 4 parts, and 0.json one of 3"),
        ({"shard": {"number": 1, "of": 3}}, "0.json and 1.json are both part 1/3"),
    ],
)
def test_parts_of_different_wholes_are_refused(change: dict[str, object], why: str) -> None:
    """Each says which file does not fit, and why."""
    desired = desired_of()
    first, second, third = texts_of(desired, as_declared(desired), 3)
    with pytest.raises(InputError, match=f"Nothing was merged: {why}"):
        missing_parts(read_back([first, _other(second, **change), third]))


def test_a_school_in_the_wrong_part_is_refused() -> None:
    """Or it could be there twice."""
    desired = desired_of()
    (school,) = desired.schools
    holds, other = sorted((Shard(n, 2) for n in (1, 2)), key=lambda shard: not shard.holds(school))
    text = part_text(desired, as_declared(desired), holds)
    moved = _other(text, shard={"number": other.number, "of": 2})
    with pytest.raises(InputError, match=f"0.json has the school {school}, which part {other} has not"):
        missing_parts(read_back([moved]))


def test_what_is_no_whole_part_is_refused() -> None:
    """A file that was cut anywhere, a whole plan, and one that was changed by hand."""
    desired = desired_of()
    text = part_text(desired, as_declared(desired), Shard(1, 1))
    lines = text.splitlines()
    for number in range(len(lines)):
        with pytest.raises(InputError, match=r"Nothing was merged: cannot read the part 0\.json"):
            read_back(["\n".join(lines[:number])])
    with pytest.raises(InputError, match="it is a whole plan, and no part of one"):
        read_back([dump(planned(desired, as_declared(desired)), version="1")])
    with pytest.raises(InputError, match="was changed by hand"):
        read_back([text.replace('"platform": "practice"', '"platform": "other"')])
    for shard in ({"number": 0, "of": 3}, {"number": 4, "of": 3}, {"number": 1, "of": 0}, {"number": 1, "of": 10**9}):
        with pytest.raises(InputError, match=r"`part\.shard` is \d+/\d+, and there is no such part"):
            read_back([_other(text, shard=shard)])
    with pytest.raises(InputError, match="cannot read the part"):
        read_back([text.replace('"accesses":', "[1]:")])
    assert parse(text).plan.schools  # a reader of plans reads a part too
