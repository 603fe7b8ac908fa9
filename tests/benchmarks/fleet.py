"""15,000 accesses with 75 entities each: probe, diff, render in every format; then 100,000 of which none are alike."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure, at_most, times_more
from tests.benchmarks.measure import run
from tests.benchmarks.service import canned_service
from tests.benchmarks.shapes import Shape

if TYPE_CHECKING:
    from tests.benchmarks.measure import Cost

SUPPLIERS = 75


def measure(*, quick: bool) -> list[Figure]:
    """The whole process but for making up its manifests; beside it, the least that asking costs, nothing planned."""
    schools, many, runs = (2, 4, 1) if quick else (200, 1333, 3)
    with canned_service() as url:
        ours, bare = [], []
        for _ in range(runs):
            ours.append(_ours(url, Shape.ALIKE, schools))
            bare.append(run(_module("probe_bare", url, schools, SUPPLIERS)).cost.cpu)
    with canned_service(Shape.EACH) as url:
        few, most = (_ours(url, Shape.EACH, count) for count in (schools, many))
    cpu = median(cost.cpu for cost in ours)
    accesses, of_all = (f"{count * SUPPLIERS:,} accesses" for count in (schools, many))
    each, each_of_all = few.cpu * 1000 / schools / SUPPLIERS, most.cpu * 1000 / many / SUPPLIERS
    return [
        at_most(f"CPU of {accesses}", cpu, "s", 12),
        at_most(f"largest memory of {accesses}", median(cost.peak for cost in ours), "MB", 300),
        times_more(f"CPU of {accesses}", cpu, median(bare), "s", "bare aiohttp and lxml, asking alone"),
        at_most(f"CPU of each of {accesses}, all different", each, "ms", 0.29),
        at_most(f"CPU of each of {of_all}, all different", each_of_all, "ms", 0.29),
        times_more("the same", each_of_all, each, "ms", accesses, budget=1.1),
        Figure(f"largest memory of {of_all}, all different", most.peak, "MB"),
    ]


def _ours(url: str, shape: Shape, schools: int) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        ran = run(_module("fleet_ours", url, shape, schools, SUPPLIERS, folder))
        return replace(ran.cost, cpu=ran.cost.cpu - float(ran.stdout))


def _module(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"tests.benchmarks.{name}", *map(str, arguments)]
