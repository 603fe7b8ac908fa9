"""Texts from outside, on every page: they stay text, and usernames stay away."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given

from reconciler.report.pages.site import pages_of
from tests.examples import examples
from tests.pages.sets import hostile, made
from tests.report.hostile import ANY

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from reconciler.report.pages.page_set import PageSet


class Elements(HTMLParser):
    """Every element of a page with the names of its attributes, and the addresses that it leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[tuple[str, ...]] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.tags.add((tag, *sorted(name for name, _ in attrs)))
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def elements(page: str) -> Elements:
    """Read a page."""
    found = Elements()
    found.feed(page)
    return found


def rendered(page_set: PageSet) -> dict[str, str]:
    """{address: page} of a set."""
    return {address: render() for address, render in pages_of(page_set)}


@cache
def plain_elements() -> AbstractSet[tuple[str, ...]]:
    """The elements of a set without hostile texts, with their attributes."""
    return {each for page in rendered(made(hostile("plain"))).values() for each in elements(page).tags}


@examples(0.3)
@given(ANY)
def test_a_text_from_outside_stays_text(text: str) -> None:
    """It opens no element, no attribute and no address, and is never a character that could hide or turn text."""
    for address, page in rendered(made(hostile(text))).items():
        found = elements(page)
        assert found.tags <= plain_elements(), address
        assert page.count("<script ") == 1
        assert not [each for each in found.addresses if ":" in each.partition("#")[0] or each.startswith("//")]
        page.encode("utf-8")
        assert not {"\u202e", "\x1b", "\x00"} & set(page)


SECRET = "a-username-of-nobody"


def test_a_set_has_no_usernames_unless_asked() -> None:
    """Not in what differs, is not known, was confirmed or was refused."""
    world = hostile(SECRET, names="plain")
    assert not [address for address, page in rendered(made(world)).items() if SECRET in page]
    assert [address for address, page in rendered(made(world, with_usernames=True)).items() if SECRET in page]
