"""Comments on lines of their own: where each goes when keys are put into order."""

from __future__ import annotations

import pytest

from reconciler.formatting import LeftUnchanged, normal_form
from tests.formatting.texts import HEAD, after


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (
            "  entities:\n  - Staff\n  # - Photos\n  # of the title\n\n  # - too\n  title: X\n",
            "  # - Photos\n  # of the title\n\n  # - too\n  title: X\n  entities:\n    - Staff\n",
        ),
        ("  via: account\n    # of via\n  title: X\n", "  title: X\n  via: account\n    # of via\n"),
        ("  entities:\n  # - Staff\n  title: X\n", "  # - Staff\n  title: X\n  entities:\n"),
        (
            "  entities:\n    - Staff\n    # - Photos\n  # of the title\n  title: X\n",
            "  # of the title\n  title: X\n  entities:\n    - Staff\n    # - Photos\n",
        ),
        (
            "  via: account\n#   Of the title: all\n  title: X\n",
            "  #   Of the title: all\n  title: X\n  via: account\n",
        ),
    ],
)
def test_a_comment_goes_with_the_line_below_unless_it_is_deeper(typed: str, normal: str) -> None:
    """A deeper one stays with the key or item above it, whatever its text says."""
    assert after(HEAD + typed) == HEAD + normal


ALLOWED = "# reconciler: allow person-photos until 2035-01-01: why"


def test_an_allowance_stays_with_what_it_allows() -> None:
    """However far its sign is from what is below it."""
    text = f"{HEAD}  title: X\n  entities:\n#   {ALLOWED[2:]}\n    - Photos\n"
    assert after(text) == text.replace(f"\n#   {ALLOWED[2:]}", f"\n    #   {ALLOWED[2:]}")


def test_a_file_is_left_unchanged_if_an_allowance_would_move_to_another_key() -> None:
    """The comment applies to `title`, and would stand above `overrides` in normal form."""
    text = f"{HEAD}  entities:\n    - Staff\n    {ALLOWED}\n  title: X\n  overrides: []\n"
    done = normal_form("a.yaml", text.encode())
    assert isinstance(done, LeftUnchanged), done
    assert (done.origin.line, done.reason.partition(". ")[0]) == (
        7,
        "its normal form would make this comment allow something else",
    )


REST = "apiVersion: reconciler/v1\nkind: Supplier\n"


@pytest.mark.parametrize(
    ("top", "normal"),
    [
        ("# Copyright\n# Contact\n", f"# Copyright\n# Contact\n{REST}"),
        ("# Copyright\n\n# one\n# two\n", f"# Copyright\n\n{REST}# one\n# two\n"),
        ("# Copyright\n\n# yaml-language-server: $schema=s.json\n", None),
    ],
)
def test_what_a_file_begins_with_stays_at_its_top(top: str, normal: str | None) -> None:
    """Whichever key it stood above; further comments behind a blank line go with that key."""
    metadata = "metadata: {name: groupcall}\n"
    assert after(f"{top}{metadata}{REST}") == f"{normal or top + REST}{metadata}"
