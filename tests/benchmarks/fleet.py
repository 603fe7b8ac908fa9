"""15,000 accesses with 75 entities each: probe, diff, render in every format."""

from __future__ import annotations

import sys
import tempfile
from statistics import median

from tests.benchmarks.figures import Figure, at_most, times_more
from tests.benchmarks.measure import run
from tests.benchmarks.nginx import canned_service

SUPPLIERS = 75


def measure(*, quick: bool) -> list[Figure]:
    """The whole process, its start included; beside it, the least that asking costs, with nothing planned."""
    schools, runs = (2, 1) if quick else (200, 3)
    with canned_service() as url, tempfile.TemporaryDirectory() as folder:
        arguments = [url, schools, SUPPLIERS]
        ours, bare = [], []
        for _ in range(runs):
            ours.append(run(_module("fleet_ours", *arguments, folder)).cost)
            bare.append(run(_module("probe_bare", *arguments)).cost)
    cpu = median(cost.cpu for cost in ours)
    accesses = f"{schools * SUPPLIERS:,} accesses"
    return [
        at_most(f"CPU of {accesses}", cpu, "s", 12),
        at_most(f"largest memory of {accesses}", median(cost.peak for cost in ours), "MB", 300),
        times_more(
            f"CPU of {accesses}", cpu, median(cost.cpu for cost in bare), "s", "bare aiohttp and lxml, asking alone"
        ),
    ]


def _module(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"tests.benchmarks.{name}", *map(str, arguments)]
