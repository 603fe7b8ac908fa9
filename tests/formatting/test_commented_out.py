"""Lines that an editor commented out: brought back after the file has its normal form, they say what they said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.formatting import NormalForm, normal_form
from tests.formatting.texts import HEAD, after

if TYPE_CHECKING:
    from collections.abc import Callable

# A manifest in another order, with so many blanks for a level, and for an item below its key.
LINES = """\
apiVersion: reconciler/v1
kind: Supplier
spec:
>overrides:
>^- schools: [a]
>^  account:
>^  >username: x
>^  >password: {env: A}
>^- account: {username: y}
>^  entities:
>^  >add:
>^  >^- Staff
>^  >^- Students
>^  schools: [b]
>entities:
>^- Staff
>^- Students
>purpose: |
>>text
>account:
>>username: x
>>password: {env: B}
>bundles:
>>core:
>>^- Photos
>>^- Locations
>>more: [Staff]
>title: One
metadata: {name: groupcall}
""".splitlines()
# How an editor comments a line out that begins in a column, one of some lines of which the leftmost begins in another.
EDITORS: dict[str, Callable[[str, int], str]] = {
    "in place": lambda line, left: f"{line[:left]}# {line[left:]}",
    "in the first column": lambda line, _: f"#{line}",
    "in the first column, and a blank": lambda line, _: f"# {line}",
}


@pytest.mark.parametrize("editor", EDITORS)
@given(st.integers(4, len(LINES) - 2), st.sampled_from(["  ", "    ", "   "]), st.sampled_from(["", "  "]))
def test_what_was_commented_out_says_the_same_when_it_comes_back(editor: str, at: int, level: str, item: str) -> None:
    """Any key or item with all below it, but for the first key of an item, whose dash would go with it, and for a text
    behind a key, which is no line that could be taken alone."""
    lines = [line.replace(">", level).replace("^", item) for line in LINES]
    if lines[at].lstrip().startswith("text") or at in {0, 1, 2}:
        return
    left, end = depth(lines[at]), at + 1
    while end < len(lines) and is_below(lines[end], lines[at]):
        end += 1
    lines[at:end] = [EDITORS[editor](line, left) for line in lines[at:end]]
    new = after("\n".join(lines) + "\n")
    back = re.sub(r"^( *)# ", r"\1", new, flags=re.MULTILINE)
    whole = "\n".join(line.replace(">", level).replace("^", item) for line in LINES)
    assert yaml.safe_load(back) == yaml.safe_load(whole), new


def depth(line: str) -> int:
    """Where the first character of a line is that is no blank."""
    return len(line) - len(line.lstrip())


def is_below(line: str, first: str) -> bool:
    """Whether a line is of what begins on another above it; a list may be as deep as its key."""
    flush = depth(line) == depth(first) and line.lstrip().startswith("- ") and not first.lstrip().startswith("- ")
    return depth(line) > depth(first) or flush


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (
            "  entities:\n  - Staff\n  # - Photos\n  # of the title\n\n  # - too\n  title: X\n",
            "  # of the title\n\n  # - too\n  title: X\n  entities:\n    - Staff\n    # - Photos\n",
        ),
        ("  via: account\n    # of via\n  title: X\n", "  title: X\n  via: account\n    # of via\n"),
        ("  entities:\n  # - Staff\n  title: X\n", "  title: X\n  entities:\n    # - Staff\n"),
        (
            "  entities:\n  - Staff\n  # - Photos\n  # of the title\n  title: X\n",
            "  # of the title\n  title: X\n  entities:\n    - Staff\n    # - Photos\n",
        ),
        (
            "  via: account\n#   Of the title: all\n  title: X\n",
            "  #   Of the title: all\n  title: X\n  via: account\n",
        ),
    ],
)
def test_a_comment_stays_with_what_it_is_deeper_than(typed: str, normal: str) -> None:
    """Where that is no mapping or list too; what says of itself that it is no item goes with the key below."""
    assert after(HEAD + typed) == HEAD + normal


def test_a_commented_out_line_keeps_its_words() -> None:
    """And what it allows: only blanks are taken from behind its `#`."""
    text = (
        f"{HEAD}  title: X\n  entities:\n    #   reconciler: allow person-photos until 2035-01-01: why\n    - Photos\n"
    )
    done: Any = normal_form("a.yaml", text.encode())
    assert isinstance(done, NormalForm), done


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
