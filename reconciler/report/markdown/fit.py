"""How much Markdown fits: texts are shortened, lists say how many more there are, and what is left out is counted.

GitHub takes a comment of 65,536 characters, GitLab a million, Azure DevOps 150,000; none says what it counts. Here it
is bytes of UTF-8: by any other count a text is as long or shorter.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

LIMIT: Final = 60_000  # what is left to GitHub's limit is for whoever posts it: a marker, a line of their own
_MORE: Final = "…"


def size(markdown: str) -> int:
    """How much of the limit it takes."""
    return len(markdown.encode("utf-8"))


def shortened(told: str, most: int, write: Callable[[str], str]) -> str:
    """A text from outside as `write` makes it safe, cut so that it takes no more than `most`, and a mark of that."""
    written = write(told)
    while size(written) > most:
        told = told[: min(len(told) - 1, len(told) * most // size(written))]
        written = write(told + _MORE)
    return written


def listed(pieces: Sequence[str], most: int, *, comma: str = ", ") -> str:
    """The pieces in a row, as many as fit, and how many more there are; the first one always."""
    taken, used = 1, size(pieces[0])
    while taken < len(pieces) and used + size(comma + pieces[taken]) <= most:
        used += size(comma + pieces[taken])
        taken += 1
    more = len(pieces) - taken
    return comma.join(pieces[:taken]) + (f"{comma}and {more} more" if more else "")


class Room:
    """Lines of a document, taken in as long as they fit; each block is taken as a whole or not at all."""

    def __init__(self, most: int) -> None:
        """`most` is what all of it may take."""
        self._left = most
        self._lines: list[str] = []

    @property
    def left(self) -> int:
        """How much may still be taken."""
        return self._left

    def take(self, block: Sequence[str], *, keep: int = 0) -> bool:
        """Take the lines of a block where they fit and `keep` is left after them."""
        used = sum(size(line) + 1 for line in block)
        if used + keep > self._left:
            return False
        self._left -= used
        self._lines += block
        return True

    def take_while(self, blocks: Iterable[Sequence[str]], *, keep: int = 0) -> int:
        """Take blocks until one does not fit; how many were taken."""
        taken = 0
        for block in blocks:
            if not self.take(block, keep=keep):
                break
            taken += 1
        return taken

    def text(self) -> str:
        """The document."""
        return "".join(f"{line}\n" for line in self._lines)
