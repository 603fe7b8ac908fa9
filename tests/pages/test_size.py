"""The size of the largest pages, of a trust where each access differs in several kinds."""

from __future__ import annotations

from reconciler.report.pages.overview import overview_page
from reconciler.report.pages.register import register_page
from tests.benchmarks.page_worlds import PageWorld, pages_of_world


def test_the_largest_pages_stay_small() -> None:
    """Of 75 schools with 25 suppliers each, at most 400 kB before compression: the worst of the benchmark's states."""
    page_set = pages_of_world(PageWorld.SEVERAL, 75, 25, nights=30)
    for render in (overview_page, register_page):
        assert len(render(page_set).encode()) <= 400_000
