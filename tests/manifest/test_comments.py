"""Comments are found where YAML has them, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.text.comments import CommentLayout, SourceComment, layout
from reconciler.manifest.text.parsers import FAST_LOADER
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import SourceText

EVERYTHING = """\
# alone
a: | # behind a block's head
  text # no comment
  more

# below a block
b: 'no # comment' # one
c: [1, # in a list
  2] # behind it
d: |-
   # no comment: it is text

  # below
e: no#comment "but # this'
"f # no": &g x # anchored
h: *g # again
--- # new
i: "one
  # no
  two" # yes
...
# end"""
FOUND = [
    (1, "# alone", True),
    (2, "# behind a block's head", False),
    (6, "# below a block", True),
    (7, "# one", False),
    (8, "# in a list", False),
    (9, "# behind it", False),
    (13, "# below", True),
    (14, "# this'", False),
    (15, "# anchored", False),
    (16, "# again", False),
    (17, "# new", False),
    (20, "# yes", False),
    (22, "# end", True),
]
LOADERS = [FAST_LOADER, yaml.SafeLoader]


def read_layout(text: str, loader: Any = FAST_LOADER) -> CommentLayout:
    """The layout of a file with this text."""
    return layout(SourceText("a.yaml", text), loader)


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_comments_of_every_kind(loader: Any, newline: str) -> None:
    """With their lines and columns, whichever parser is there and however lines end; text with a `#` is none."""
    text = EVERYTHING.replace("\n", newline)
    found = read_layout(text, loader).comments
    lines = text.split(newline)
    told = [(one.line, one.text, one.alone) for one in found]
    assert told == FOUND
    for one in found:
        assert lines[one.line - 1][one.column - 1 :].rstrip() == one.text


@pytest.mark.parametrize("loader", LOADERS)
def test_comments_stop_where_the_yaml_does(loader: Any) -> None:
    """Behind a mistake nobody knows what is text."""
    found = read_layout('a: 1 # one\nb: "open # two\n', loader).comments
    assert found == (SourceComment(1, 6, "# one", False),)


ITEMS = """\
spec:
  entities:
  - Students
  - bundle: pupils
    more: 1
  overrides:
    - schools: [a,
        b]
      text: |
        deep

    - schools: [c]
  last: "one
two"
metadata: {}
"""


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        (1, range(1, 15)),
        (2, range(2, 6)),
        (3, range(3, 4)),
        (4, range(4, 6)),
        (6, range(6, 13)),
        (7, range(7, 12)),
        (8, range(8, 9)),
        (9, range(9, 12)),
        (12, range(12, 13)),
        (13, range(13, 15)),
        (15, range(15, 16)),
    ],
)
def test_an_item_is_what_begins_on_its_line(line: int, lines: range) -> None:
    """A key with its value, also where its list stands in the same column; an item of a list with what is in it."""
    assert read_layout(ITEMS).item_at(line) == lines


TEXT = st.text(alphabet="abü😀#'\":-|>{}[],&*!%\\ \n\t", max_size=60)


@given(TEXT, st.sampled_from(LOADERS))
def test_a_text_says_the_same_without_its_comments(text: str, loader: Any) -> None:
    """Whatever was typed: nothing that is data is taken for a comment."""
    found = read_layout(text, loader).comments
    lines = text.split("\n")
    for one in found:
        lines[one.line - 1] = lines[one.line - 1][: one.column - 1]
    before, after = read(SourceText("a.yaml", text)), read(SourceText("a.yaml", "\n".join(lines)))
    if not before[1]:
        assert not after[1]
        assert [one.data for one in before[0]] == [one.data for one in after[0]]
