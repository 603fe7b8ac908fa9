"""The pages of a trust: how large they are, and how long they take to make, from six states of a trust."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

from reconciler.report.pages.overview import overview_page
from reconciler.report.pages.register import register_page
from tests.benchmarks.figures import Figure, at_most
from tests.benchmarks.page_worlds import PageWorld, pages_of_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.report.pages.page_set import PageSet

SUPPLIERS, NIGHTS = 25, 30
PAGES = {"overview": overview_page, "register": register_page}


def measure(*, quick: bool) -> list[Figure]:
    """Make the two pages that have everything in them, of each state, with a history."""
    schools = 5 if quick else 75
    return [figure for world in PageWorld for figure in _of_world(world, schools)]


def _of_world(world: PageWorld, schools: int) -> Iterator[Figure]:
    page_set = pages_of_world(world, schools, SUPPLIERS, nights=NIGHTS)
    for name, render in PAGES.items():
        what = f"{name}, {schools} x {SUPPLIERS}, {world}"
        yield at_most(f"{what}: size", len(render(page_set).encode()) / 1000, "kB", 400)
        yield at_most(f"{what}: CPU", min(_milliseconds(render, page_set) for _ in range(5)), "ms", 150)


def _milliseconds(render: Callable[[PageSet], str], page_set: PageSet) -> float:
    started = process_time()
    render(page_set)
    return (process_time() - started) * 1000
