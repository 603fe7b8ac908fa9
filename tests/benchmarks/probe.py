"""CPU of a probe at 32 in flight, against the naive client and against the least that can be done; and its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure, at_most, times_less, times_more
from tests.benchmarks.measure import medians, run_module
from tests.benchmarks.nginx import EACH_ITS_OWN, canned_service

if TYPE_CHECKING:
    from collections.abc import Callable

SUPPLIERS = 20  # at each school; so every 20 probes share one testDatabaseConnection, in all three ways


def measure(*, quick: bool) -> list[Figure]:
    """Three ways in turn, also where no answer can be remembered; each in a process of its own. Then the memory."""
    schools, naive_schools, runs = (2, 1, 1) if quick else (150, 15, 5)
    with canned_service() as url:
        ours, ours_each, naive, bare, bare_each = medians(
            runs,
            _milliseconds_a_probe("probe_ours", url, schools),
            _milliseconds_a_probe("probe_ours", url + EACH_ITS_OWN, schools),
            _milliseconds_a_probe("probe_naive", url, naive_schools),
            _milliseconds_a_probe("probe_bare", url, schools),
            _milliseconds_a_probe("probe_bare", url + EACH_ITS_OWN, schools),
        )
        flat = run_module("probe_ours", url, 5 if quick else 500, SUPPLIERS)
        grown = run_module("probe_naive", url, naive_schools, SUPPLIERS)
    growth = (flat["late"] - flat["early"]) * 1000 / (4.5 if quick else 450) / SUPPLIERS
    naive_growth = (grown["late"] - grown["early"]) * 1000 / naive_schools / SUPPLIERS
    return [
        times_less("CPU of a probe", ours, naive, "ms", "zeep, call by call", budget=12),
        times_more("CPU of a probe", ours, bare, "ms", "bare aiohttp and lxml", budget=1.5),
        at_most("CPU of a probe", ours, "ms", 0.35),
        times_less("the same, no two answers alike", ours_each, naive, "ms", "zeep, call by call"),
        times_more("the same, no two answers alike", ours_each, bare_each, "ms", "bare aiohttp and lxml", budget=1.5),
        Figure("memory after a tenth of 10,000 probes", flat["early"], "MB"),
        Figure("memory after all of them", flat["late"], "MB"),
        Figure(
            "growth of memory, the findings included",
            growth,
            "kB a probe",
            "zeep, call by call",
            naive_growth,
            budget="at most 1 kB a probe",
            met=growth <= 1,
        ),
    ]


def _milliseconds_a_probe(module: str, url: str, schools: int) -> Callable[[], float]:
    def work() -> float:
        cpu: float = run_module(module, url, schools, SUPPLIERS)["cpu"]
        return cpu * 1000 / (schools * SUPPLIERS)

    return work
