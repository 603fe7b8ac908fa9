"""A part of a larger fleet, made of a part: its schools over and over under other names.

Run as a module with a PART, how many TIMES, and the new FILE.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.codec.plan_file import BesidePlan, dump
from reconciler.codec.plan_part import Sharing, read_part
from reconciler.model.address import Address
from reconciler.planning.plan import with_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.model.shard import Shard


def main(part: Path, times: int, file: Path) -> None:
    """Write the part of `times` as many schools and accesses."""
    with part.open(encoding="utf-8") as lines:
        read = read_part(lines, str(part), Sharing())
    schools, accesses = [], []
    names = _names_in(read.part.shard)
    for _ in range(times):
        other = {school.name: next(names) for school in read.plan.schools}
        schools += [replace(school, name=other[school.name]) for school in read.plan.schools]
        accesses += [
            replace(access, address=Address(other[access.address.school], access.address.supplier))
            for access in read.plan.accesses
        ]
    whole = with_parts(read.plan, schools, accesses)
    file.write_text(dump(whole, version=read.version, beside=BesidePlan(part=read.part)), encoding="utf-8")


def _names_in(shard: Shard) -> Iterator[str]:
    return (name for name in (f"place-{number:06}" for number in count()) if shard.holds(name))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
