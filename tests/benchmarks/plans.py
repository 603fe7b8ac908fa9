"""A plan of real manifests, by the command that people type: what reading, planning and telling cost beside asking."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from tests.benchmarks.figures import Figure, times_less, times_more
from tests.benchmarks.fleet_workspace import PASSWORD, write_fleet
from tests.benchmarks.measure import RECONCILER, run, run_module
from tests.benchmarks.service import canned_service
from tests.benchmarks.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.measure import Cost

DIFFERENCES: Final = 2
UNLIMITED: Final = ("--rate", "0", "--concurrency", "32")


def measure(*, quick: bool) -> list[Figure]:
    """All lists alike, 300 lists and all different, each beside the bare loop; 300 lists as shipped too."""
    schools, suppliers, runs = (2, 10, 1) if quick else (50, 300, 3)
    figures: list[Figure] = []
    for shape in Shape:
        with canned_service(shape) as url, tempfile.TemporaryDirectory() as name:
            figures += _of_shape(Path(name), url, shape, schools, suppliers, runs)
    return figures


def _of_shape(folder: Path, url: str, shape: Shape, schools: int, suppliers: int, runs: int) -> list[Figure]:
    write_fleet(folder / "workspace", url, shape, schools, suppliers)
    accesses = schools * suppliers
    ours, bare = [], []
    for _ in range(runs):
        ours.append(_plan(folder, UNLIMITED))
        bare.append(run_module("probe_bare", url, schools, suppliers)["cpu"])
    cpu = median(cost.cpu for cost in ours) * 1000 / accesses
    what = f"CPU of an access, {accesses:,} of real manifests, {shape}"
    figures = [
        times_more(what, cpu, median(bare) * 1000 / accesses, "ms", "bare aiohttp and lxml, asking alone"),
        Figure(f"largest memory, {shape}", median(cost.peak for cost in ours), "MB"),
    ]
    if shape is Shape.ALIKE:
        few = max(1, schools // 10)
        naive = run_module("probe_naive", url, few, suppliers)["cpu"] * 1000 / few / suppliers
        figures.append(times_less(what, cpu, naive, "ms", "zeep, call by call, asking alone"))
    if shape is Shape.LISTS:
        shipped = _plan(folder, ())
        figures.append(Figure(f"{what}, as shipped", shipped.cpu * 1000 / accesses, "ms"))
        figures.append(Figure(f"wall time of {accesses:,} accesses, {shape}, as shipped", shipped.wall, "s"))
        unlimited = min(cost.wall for cost in ours)
        figures.append(Figure(f"wall time of {accesses:,} accesses, {shape}, without a limit", unlimited, "s"))
    return figures


def _plan(folder: Path, options: Sequence[str]) -> Cost:
    """One run, with a page for people and JSON."""
    reports = [word for form in ("html", "json") for word in ("--format", f"{form}={folder / f'report.{form}'}")]
    argv = [*RECONCILER, "plan", "-C", str(folder / "workspace"), *reports, *options]
    return run(argv, expect=DIFFERENCES, environment=PASSWORD).cost
