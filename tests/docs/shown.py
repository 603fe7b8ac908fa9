"""The blocks of code that a page shows, and what its comments say of them.

A comment directly above a block is for the tests, and no reader sees it:

    <!-- not run: REASON -->    the block's commands are not run
    <!-- ends with 2 -->        the exit code of the block's last command
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = sorted(
    [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md"), *(REPOSITORY / "examples").rglob("*.md")]
)
_TITLE = re.compile(r'title="(?P<file>[^"]+)"')
_NOT_RUN = re.compile(r"<!-- not run: \S")
_ENDS_WITH = re.compile(r"<!-- ends with (?P<code>\d+) -->")


@dataclass(frozen=True)
class Block:
    """A block of code.

    place     the page and the line, for a failure's message
    text      its lines
    language  the first word behind the fence; empty for one that is indented
    file      the file that a reader is to make of it; empty where it is none
    run       whether its commands are to be run
    code      the exit code of its last command, where the page says one
    """

    place: str
    text: str
    language: str
    file: str
    run: bool
    code: int | None

    @property
    def commands(self) -> list[str]:
        """What a reader types; empty where the block is a file, an output or an example of another language."""
        lines = self.text.splitlines()
        ours = self.language == "" and any(line.startswith("reconciler ") for line in lines)
        return lines if self.language == "sh" or ours else []


def name_of(page: Path) -> str:
    """A page's name as people say it."""
    return page.relative_to(REPOSITORY).as_posix()


@cache
def blocks(page: Path) -> tuple[Block, ...]:
    """Every block of code of a page, in order."""
    return tuple(_blocks(page))


def _blocks(page: Path) -> Iterator[Block]:
    comment = ""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "html_block":
            comment = token.content
        elif token.type in {"fence", "code_block"}:
            line = token.map[0] + 1 if token.map else 0
            title, code = _TITLE.search(token.info), _ENDS_WITH.search(comment)
            yield Block(
                f"{name_of(page)}:{line}",
                token.content,
                token.info.partition(" ")[0],
                title["file"] if title else "",
                _NOT_RUN.search(comment) is None,
                int(code["code"]) if code else None,
            )
        if token.type != "html_block":
            comment = ""
