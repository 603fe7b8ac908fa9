"""CPU of a probe at 32 in flight, against the naive client and against the least that can be done; and its memory."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure, at_most, times_less, times_more
from tests.benchmarks.measure import medians, run_module
from tests.benchmarks.service import canned_service
from tests.benchmarks.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Callable

SUPPLIERS = 20  # at each school; so every 20 probes share one testDatabaseConnection, in all three ways
BUDGETS = {Shape.ALIKE: None, Shape.LISTS: 0.7, Shape.EACH: 0.85}  # times the bare loop


def measure(*, quick: bool) -> list[Figure]:
    """Three ways in turn, also where few answers or none are alike; each in a process of its own. Then the memory."""
    schools, naive_schools, runs = (2, 1, 1) if quick else (150, 15, 5)
    with ExitStack() as stack:
        urls = {shape: stack.enter_context(canned_service(shape)) for shape in Shape}
        url = urls[Shape.ALIKE]
        naive, *ours_and_bare = medians(
            runs,
            _milliseconds_a_probe(naive_schools, "probe_naive", url),
            *(_milliseconds_a_probe(schools, "probe_ours", urls[shape], shape) for shape in Shape),
            *(_milliseconds_a_probe(schools, "probe_bare", urls[shape]) for shape in Shape),
        )
        flat = run_module("probe_ours", url, Shape.ALIKE, 5 if quick else 500, SUPPLIERS)
        grown = run_module("probe_naive", url, naive_schools, SUPPLIERS)
    ours, bare = ours_and_bare[: len(Shape)], ours_and_bare[len(Shape) :]
    growth = (flat["late"] - flat["early"]) * 1000 / (4.5 if quick else 450) / SUPPLIERS
    naive_growth = (grown["late"] - grown["early"]) * 1000 / naive_schools / SUPPLIERS
    return [
        times_less("CPU of a probe", ours[0], naive, "ms", "zeep, call by call", budget=12),
        *(
            times_more(f"CPU of a probe, {shape}", one, least, "ms", "bare aiohttp and lxml", budget=BUDGETS[shape])
            for shape, one, least in zip(Shape, ours, bare, strict=True)
        ),
        at_most("CPU of a probe, all different", ours[-1], "ms", 0.29),
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


def _milliseconds_a_probe(schools: int, module: str, *arguments: str) -> Callable[[], float]:
    def work() -> float:
        cpu: float = run_module(module, *arguments, schools, SUPPLIERS)["cpu"]
        return cpu * 1000 / (schools * SUPPLIERS)

    return work
