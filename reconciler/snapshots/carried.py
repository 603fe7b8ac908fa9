"""Merge a new record with an older one: a school that could not be seen now stays as it was seen last.

| this time the school was               | the older record saw it | kept is                               |
|----------------------------------------|-------------------------|---------------------------------------|
| seen                                   | or not                  | what was seen now                     |
| not seen, or not asked to the end      | yes                     | the older one, with the time it is of |
| not seen, or not asked to the end      | no                      | why it was not seen                   |

So a night in which Bromcom is down removes nothing from a record that reviews depend on.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.model.address import Address
from reconciler.model.desired import Desired
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess


def carried(live: Live, earlier: Live, desired: Desired) -> Live:
    """Return what is known of the schools of `desired`, each from the newer of the two that saw it."""
    declared = _by_school(desired.accesses)
    whole = {name for name in desired.schools if _is_whole(live, declared[name])}
    taken = {
        name
        for name in desired.schools
        if _is_seen(earlier, name, declared[name]) and not (name in whole and _is_seen(live, name, declared[name]))
    }
    if not taken or earlier.recorded is None:
        return live
    recorded = earlier.recorded
    accesses = {address: its for address, its in live.accesses.items() if address.school not in taken}
    accesses |= {address: its for address, its in earlier.accesses.items() if address.school in taken}
    return replace(
        live,
        schools={**live.schools, **{name: earlier.schools[name] for name in taken}},
        accesses=accesses,
        times={name: earlier.times.get(name, recorded) for name in sorted(taken)},
        interrupted=live.interrupted and not desired.schools.keys() <= whole | taken,
    )


def _by_school(addresses: Mapping[Address, object]) -> Mapping[str, Sequence[Address]]:
    found: defaultdict[str, list[Address]] = defaultdict(list)
    for address in addresses:
        found[address.school].append(address)
    return found


def _is_seen(live: Live, name: str, addresses: Sequence[Address]) -> bool:
    """Tell if the service told of any account of the school, and be it that another school answers; where it has none,
    whether the school answered."""
    school = live.schools.get(name)
    if school is None:
        return False
    accesses = [live.accesses[address] for address in addresses if address in live.accesses]
    if any(_tells(access) for access in accesses) or isinstance(school.right_school, Known):
        return True
    return not addresses and isinstance(school.reachable, Known) and school.reachable.value


def _tells(access: LiveAccess) -> bool:
    return isinstance(access.login, Known) or isinstance(access.entities, Known)


def _is_whole(live: Live, addresses: Sequence[Address]) -> bool:
    """Tell if all of a school was asked, and none of it was left when the run was stopped."""
    if live.interrupted and not live.accesses.keys() >= set(addresses):
        return False
    facts = [live.accesses[address].entities for address in addresses if address in live.accesses]
    return not any(isinstance(fact, Unknown) and fact.reason is UnknownReason.INTERRUPTED for fact in facts)
