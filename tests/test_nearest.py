"""The name that somebody most likely meant."""

from __future__ import annotations

import pytest

from reconciler.spelling import did_you_mean, edits, nearest


@pytest.mark.parametrize(
    ("word", "name", "count"),
    [
        ("students", "students", 0),
        ("student", "students", 1),
        ("studnets", "students", 1),
        ("stdents", "students", 1),
        ("ztudents", "students", 1),
        ("studenz", "students", 2),
        ("attendancesraw", "attendances", None),
        ("abcdefgh", "hgfedcba", None),
        ("", "ab", 2),
    ],
)
def test_edits_are_counted_up_to_two(word: str, name: str, count: int | None) -> None:
    """A swap of neighbours is one edit, and so is a letter more, less or other; both ways round."""
    assert edits(word, name, 2) == edits(name, word, 2) == count


def test_the_nearest_name_is_offered_and_else_what_there_is() -> None:
    """Capitals do not matter; where nothing is near the known names are listed, and not too many."""
    assert nearest("GREENFEILD", ["riverside", "Greenfield"]) == "Greenfield"
    assert did_you_mean("xyz", ["b", "a"]) == "Known: a, b"
    assert did_you_mean("xyz", [f"n{number:02}" for number in range(20)]).endswith("n07 and 12 more")
    assert did_you_mean("xyz", []) == ""
