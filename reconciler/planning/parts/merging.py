"""The parts of a plan -> the plan."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Final

from reconciler.errors import InputError
from reconciler.model.desired import Desired, Limits
from reconciler.model.evidence import Unknown, UnknownReason
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.model.shard import PartFile, Shard
from reconciler.planning.limits import breaches
from reconciler.planning.parts.unasked import unasked_for
from reconciler.planning.plan import plan_of
from reconciler.planning.scope import of_schools

ONE_RUN: Final = timedelta(hours=12)  # the time from a run's first part to its last; an older file is of another run
# what all parts must have alike: (where a part has it, what is wrong where one has another)
_ALIKE: Final = (
    ("part.shard.of", "is one of {theirs} parts, and {first} one of {its}"),
    ("version", "was made by reconciler {theirs}, and {first} by {its}"),
    ("part.manifests", "was made of other manifests than {first}"),
    ("part.schools", "was made with another --school than {first}"),
    ("part.suppliers", "was made with another --supplier than {first}"),
    ("part.deep", "was made with another --deep than {first}"),
    ("part.limits", "was made with other limits than {first}"),
    ("plan.workspace", "is of the workspace {theirs}, and {first} of {its}"),
    ("plan.recorded", "was compared with another snapshot than {first}"),
)


def part_of(desired: Desired, shards: Collection[Shard]) -> Desired:
    """The schools and accesses of some parts, without limits: a part cannot tell what is too much."""
    there = {name for name in desired.schools if any(shard.holds(name) for shard in shards)}
    return replace(of_schools(desired, there), limits=Limits())


def missing_parts(parts: Sequence[PartFile]) -> tuple[Shard, ...]:
    """The parts that are not among these; raises InputError where they are not parts of one whole."""
    first, *others = parts
    for other in others:
        for where, what in _ALIKE:
            its, theirs = attrgetter(where)(first), attrgetter(where)(other)
            if its != theirs:
                raise _refused(f"{other.file} {what.format(first=first.file, its=its, theirs=theirs)}")
    for one, next_one in pairwise(sorted(parts, key=lambda part: part.part.shard.number)):
        if one.part.shard == next_one.part.shard:
            raise _refused(f"{one.file} and {next_one.file} are both part {one.part.shard}")
    for part in parts:
        if strange := [school.name for school in part.plan.schools if not part.part.shard.holds(school.name)]:
            raise _refused(f"{part.file} has the school {strange[0]}, which part {part.part.shard} has not")
    oldest, youngest = (choose(parts, key=lambda part: part.part.made) for choose in (min, max))
    if youngest.part.made - oldest.part.made > ONE_RUN:
        told = f"{oldest.file} was made at {oldest.part.made:%Y-%m-%d %H:%M}"
        raise _refused(f"{told}, and {youngest.file} at {youngest.part.made:%Y-%m-%d %H:%M}")
    of, there = first.part.shard.of, {part.part.shard.number for part in parts}
    return tuple(Shard(number, of) for number in range(1, of + 1) if number not in there)


def _refused(why: str) -> InputError:
    return InputError(
        f"Nothing was merged: {why}. Merge all parts of one run: the same manifests, options and version, each once."
    )


def unasked_parts(desired: Desired, missing: Collection[Shard]) -> Live:
    """The live side of the parts that are missing: nothing of it is known."""

    def why(school: str) -> Unknown:
        shard = next(shard for shard in missing if shard.holds(school))
        return Unknown(UnknownReason.PART_MISSING, f"part {shard} of the run is missing")

    return unasked_for(desired, why)


def merged(plans: Sequence[Plan], limits: Limits) -> Plan:
    """The plan of all schools and accesses, as one run would have made it."""
    schools = sorted((school for plan in plans for school in plan.schools), key=attrgetter("name"))
    accesses = sorted((access for plan in plans for access in plan.accesses), key=attrgetter("address"))
    return plan_of(
        workspace=plans[0].workspace,
        schools=tuple(schools),
        accesses=tuple(accesses),
        breaches=breaches(limits, accesses, schools),
        recorded=plans[0].recorded,
        interrupted=any(plan.interrupted for plan in plans),
    )
