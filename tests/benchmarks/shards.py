"""A plan on eight machines, two of them at a time here, and `merge` of their parts."""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from tests.benchmarks.figures import Figure, at_most
from tests.benchmarks.fleet_workspace import PASSWORD, write_fleet
from tests.benchmarks.measure import RECONCILER, run
from tests.benchmarks.service import canned_service
from tests.benchmarks.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.measure import Cost

DIFFERENCES: Final = 2
AT_A_TIME: Final = 2


def measure(*, quick: bool) -> list[Figure]:
    """Real runs over real manifests; the parts of the larger fleet are those of the smaller one, over and over."""
    shards, schools, suppliers, times = (2, 4, 3, 2) if quick else (8, 2500, 80, 5)
    with tempfile.TemporaryDirectory() as name, canned_service(Shape.LISTS) as url:
        folder = Path(name)
        write_fleet(folder / "workspace", url, Shape.LISTS, schools, suppliers)
        parts, larger = ([folder / f"{kind}-{number}.json" for number in range(shards)] for kind in ("part", "larger"))
        began = perf_counter()
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            costs = list(pool.map(lambda item: _shard(folder, f"{item[0]}/{shards}", item[1]), enumerate(parts, 1)))
        wall = perf_counter() - began
        merge = _merge(folder, parts)
        for part, own in zip(parts, larger, strict=True):
            run([sys.executable, "-m", "tests.benchmarks.shards_parts", part, str(times), own])
        merge_larger = _merge(folder, larger)
    cpu, slowest = sum(cost.cpu for cost in costs), max(cost.wall for cost in costs)
    accesses, of_larger = schools * suppliers, f"{schools * suppliers * times:,} accesses"
    of = f"{accesses:,} accesses on {shards} shards"
    return [
        Figure(f"CPU, {of}", cpu, "s"),
        Figure(f"CPU of an access, {of}", cpu * 1000 / accesses, "ms"),
        Figure(f"largest memory of a shard, {of}", max(cost.peak for cost in costs), "MB"),
        Figure(f"wall time here, {AT_A_TIME} shards at a time, {of}", wall, "s"),
        Figure(f"CPU of merge, {accesses:,} accesses", merge.cpu, "s"),
        Figure(f"largest memory of merge, {accesses:,} accesses", merge.peak, "MB"),
        Figure(f"CPU of merge, {of_larger}", merge_larger.cpu, "s"),
        at_most(f"largest memory of merge, {of_larger}", merge_larger.peak, "MB", 1000),
        Figure(f"CPU, {of_larger}: computed, not measured", cpu * times, "s"),
        Figure(f"wall time, {of_larger}, a machine a shard: computed", slowest * times + merge_larger.wall, "s"),
    ]


def _shard(folder: Path, shard: str, file: Path) -> Cost:
    """One machine's run, not held to a pace: the hosts are not what is measured."""
    options = ("--shard", shard, "--rate", "0", "--format", f"json={file}")
    argv = [*RECONCILER, "plan", "-C", str(folder / "workspace"), *options]
    return run(argv, expect=DIFFERENCES, environment=PASSWORD).cost


def _merge(folder: Path, parts: Sequence[Path]) -> Cost:
    report = ("--format", f"json={folder / 'merged.json'}")
    argv: list[str | Path] = [*RECONCILER, "merge", *parts, *report]
    return run(argv, expect=DIFFERENCES).cost
