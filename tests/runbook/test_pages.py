"""What is known of Bromcom's pages, against where it is known from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from reconciler.catalogue.pages import pages
from reconciler.model.runbook import ClickKind, PageId

if TYPE_CHECKING:
    from pathlib import Path

DASHES = re.compile("[\u2010-\u2015-]")


def told(text: str) -> str:
    """A text without what differs from one printing to the next: capitals, dashes, blanks, marks."""
    return re.sub(r"[^a-z0-9]+", " ", DASHES.sub("-", text).casefold())


@pytest.fixture(scope="module")
def known(request: pytest.FixtureRequest) -> str:
    """All that the reference material says."""
    shared: Path = request.getfixturevalue("shared")
    return told(
        "\n".join((shared / "reference" / name).read_text(encoding="utf-8") for name in ("guide.txt", "bromcom.md"))
    )


def test_every_page_says_where_it_is_known_from() -> None:
    """Its source, the day of the last comparison, and how long it takes to open it and to do each kind of click."""
    found = pages()
    assert list(found) == list(PageId)
    for page in found.values():
        assert page.source
        assert page.confirmed.year >= 2026
        assert set(page.pace) == set(ClickKind)
        assert min(page.pace.values()) > 0
        assert (page.seconds > 0) == bool(page.trail)
        assert page.title == (page.trail[-1] if page.trail else "Outside Bromcom")


def test_a_label_that_is_called_certain_stands_in_the_sources(known: str) -> None:
    """What no source says is called ours."""
    missing = [
        f"{page.id}: {label.text}"
        for page in pages().values()
        for label in page.labels.values()
        if label.certain and told(label.text.replace("{name}", "")).strip() not in known
    ]
    assert not missing


def test_a_trail_stands_in_the_sources(known: str) -> None:
    """The last word of each, but for that of the contacts: where Bromcom has their flag no source says."""
    trails = [(page, trail) for page in pages().values() for trail in (page.trail, *page.also) if trail]
    missing = {page.id for page, trail in trails if told(trail[-1]).strip() not in known}
    assert missing <= {PageId.CONTACTS}
