"""Text -> the parser's tokens, with every comment and blank line between them.

PyYAML forgets comments. But there is nothing but spaces and comments between two of its tokens, so comments are found
without a guess: a `#` inside quotes or inside a block is inside a token.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from yaml.tokens import DirectiveToken, ScalarToken, StreamEndToken, StreamStartToken

from reconciler.formatting.nodes import Comment, LeftAlone
from reconciler.manifest.text.parsers import FAST_LOADER, parser

_SPACES: Final = " \t"
_BLOCK_STYLES: Final = frozenset({"|", ">"})
_HEADER: Final = re.compile(r"[|>][-+0-9]*[ \t]*")


@dataclass(slots=True)
class Lexeme:
    """A token of the parser, and the comments around it.

    raw     its text; of a block without the blank lines after it, unless they are part of it
    line    of its beginning, counted from 0; so is `column`
    last    the line of its end, and `width` its column there
    before  the comments on their own lines between the previous token and this one
    blank   a blank line is above it, below those comments
    after   the comment after it; of a block the one after its `|`
    start   the place in the text where it begins, and `end` the place behind it; of a block without the lines that
            `raw` leaves out
    """

    token: Any
    raw: str
    line: int
    column: int
    last: int
    width: int
    start: int
    end: int
    before: list[Comment] = field(default_factory=list)
    blank: bool = False
    after: Comment | None = None


def lexemes(text: str, loader: Any = FAST_LOADER) -> list[Lexeme]:
    """The lexemes of a text that the parser accepts and whose lines end with `\\n`.

    Comments go to tokens that have characters of their own. Raises LeftAlone for a directive.
    """
    read: list[Lexeme] = []
    end = 0
    before: Lexeme | None = None  # its line continues into the next gap
    for token in _tokens(parser(loader, text)):
        start, stop = token.start_mark, token.end_mark
        raw = text[start.index : stop.index]
        lexeme = Lexeme(token, raw, start.line, start.column, stop.line, stop.column, start.index, stop.index)
        read.append(lexeme)
        if start.index == stop.index and type(token) is not StreamEndToken:
            continue  # it has no text: a mapping or list begins or ends, or a plain key begins
        gap = text[end : start.index]
        ends = type(token) is StreamEndToken and not gap.endswith("\n")  # the file, in the middle of a line
        _read_gap(f"{gap}\n" if ends else gap, before, lexeme)
        end, before = stop.index, lexeme
        if _is_block(token):
            end, before = _read_block(lexeme, end), None
            lexeme.end = end
    return read


def _tokens(loader: Any) -> Iterator[Any]:
    token = None
    while type(token) is not StreamEndToken:
        token = loader.get_token()
        if type(token) is DirectiveToken:
            line = token.start_mark.line + 1
            raise LeftAlone("a line that begins with % is a directive, which manifests do not use", line)
        if type(token) is not StreamStartToken:
            yield token


def _is_block(token: Any) -> bool:
    return type(token) is ScalarToken and token.style in _BLOCK_STYLES


def _read_gap(gap: str, before: Lexeme | None, after: Lexeme) -> None:
    """Give the comments between two tokens to the one they belong to."""
    if gap in {"", " "}:  # nine of ten
        return
    lines = gap.split("\n")
    indent = lines.pop()
    _refuse_unread(indent, after.line)
    if before is not None and lines:
        rest = lines.pop(0)
        text = rest.strip(_SPACES)
        if text:
            _refuse_unread(text if text[0] != "#" else "", before.last)
            column = rest.index("#")
            before.after = Comment(text, before.width + column, near=column < 2)
    for line in lines:
        text = line.strip(_SPACES)
        if not text:
            after.blank = True
            continue
        _refuse_unread(text if text[0] != "#" else "", after.line)
        after.before.append(Comment(text, line.index("#"), gap=after.blank))
        after.blank = False


def _refuse_unread(text: str, line: int) -> None:
    if text.strip(_SPACES):
        raise LeftAlone("there is an invisible character before this line", line + 1)


def _read_block(lexeme: Lexeme, end: int) -> int:
    """Separate a block from the comment after its `|`, and from the blank lines after it, unless it keeps them. Return
    the place where the text continues."""
    header, newline, body = lexeme.raw.partition("\n")
    match = _HEADER.match(header)
    assert match is not None
    mark = match[0].rstrip(_SPACES)
    comment = header[match.end() :].rstrip(_SPACES)
    if comment:
        lexeme.after = Comment(comment, lexeme.column + match.end(), near=match.end() - len(mark) < 2)
    content = body if "+" in mark else _without_empty_end(body)
    lexeme.raw = mark + newline + content
    return end - (len(body) - len(content))


def _without_empty_end(body: str) -> str:
    """The lines of a block without empty lines at its end; spaces beyond its depth are text."""
    lines = body.split("\n")
    depth = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), 0)
    ended = lines[-1] == ""  # else the file ends in the middle of its last line
    if ended:
        lines.pop()
    while lines and not lines[-1].strip(" ") and len(lines[-1]) <= depth:
        lines.pop()
    return "".join(f"{line}\n" for line in lines) if ended else "\n".join(lines)
