"""How many of what, in words."""

from __future__ import annotations

import pytest

from reconciler.report.labels import plural


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, ("0 schools", "0 entities")), (1, ("1 school", "1 entity")), (2, ("2 schools", "2 entities"))],
)
def test_only_one_is_one(number: int, words: tuple[str, str]) -> None:
    """None are many, and a word may have a plural of its own."""
    assert (plural(number, "school"), plural(number, "entity", "entities")) == words
