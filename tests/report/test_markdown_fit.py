"""What fits: texts are cut after they were made safe, lists say how many more there are, blocks are never cut."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.report.escape import printable
from reconciler.report.markdown.escape import cell_code, in_html, inline
from reconciler.report.markdown.fit import Room, listed, shortened, size
from tests.report.test_markdown_text import ANY, rendered, seen

WRITERS = st.sampled_from([inline, cell_code, in_html])


@given(ANY | st.text(alphabet="@:|`\\<\U000e0001", max_size=600), st.integers(40, 400), WRITERS)
@example("\u00e4" * 150, 200, inline)
def test_a_text_takes_no_more_than_its_room(told: str, most: int, write: object) -> None:
    """By its bytes once it is safe; one that fits is whole, and of another it is seen that it was cut."""
    assert callable(write)
    written = shortened(told, most, write)
    assert len(written.encode("utf-8")) <= most
    if size(write(told)) <= most:
        assert written == write(told)
    else:
        assert "…" in written


@given(st.text(alphabet="ab|`*<@", min_size=30, max_size=300))
def test_a_cut_text_is_still_safe(told: str) -> None:
    """It is cut between characters, never inside of what made one of them safe."""
    shown = seen(rendered(f"It says {shortened(told, 60, inline)}"))
    whole = " ".join(printable(f"It says {told}").split())
    assert shown == whole or whole.startswith(shown.removesuffix("…"))


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=9), min_size=1), st.integers(1, 60))
def test_a_list_says_how_many_more_there_are(pieces: list[str], most: int) -> None:
    """The first always stands; those that are there and those that are counted are all of them."""
    told, _, more = listed(pieces, most).partition(", and ")
    there = told.split(", ")
    assert there == pieces[: len(there)]
    assert len(there) + int(more.removesuffix(" more") or 0) == len(pieces)
    assert len(there) == 1 or size(", ".join(there)) <= most


@given(st.lists(st.lists(st.text(max_size=9), min_size=1, max_size=3)), st.integers(0, 120), st.integers(0, 40))
def test_a_block_is_whole_or_not_there(blocks: list[list[str]], most: int, keep: int) -> None:
    """Blocks are taken from the front while what is to be kept is left."""
    room = Room(most)
    taken = room.take_while(blocks, keep=keep)
    text = room.text()
    assert text == "".join(f"{line}\n" for block in blocks[:taken] for line in block)
    assert size(text) + room.left == most
    if taken:
        assert room.left >= keep
    if taken < len(blocks):
        assert sum(size(line) + 1 for line in blocks[taken]) + keep > room.left
