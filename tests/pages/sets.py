"""Sets of pages for tests: of worlds that are made by hand, by hypothesis, or full of a hostile text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.pages import PageManifests, page_set
from reconciler.workflow import Selection

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.report.pages.page_set import PageSet

NOW = datetime(2026, 11, 24, 6, 2, tzinfo=UTC)


def made(world: tuple[Desired, Live], *, with_usernames: bool = False) -> PageSet:
    """The set of a world, as `site` gathers it."""
    desired, live = world
    manifests = PageManifests(Path(__file__).parent, desired, {})
    return page_set(manifests, Selection(), lambda _: live, NOW, "the nightly check", with_usernames=with_usernames)
