"""The layout of a file -> text: two spaces for each level, items deeper than their key, one blank line at most.

A text has no quotes if every YAML reader reads it as that text; otherwise double quotes.
"""

from dataclasses import replace
from typing import Final

from reconciler.formatting.nodes import (
    Alias,
    Collection,
    CollectionItem,
    Comment,
    Empty,
    Layout,
    Marker,
    Node,
    Root,
    Scalar,
)
from reconciler.manifest.text.quoting import is_nothing, is_text, may_be_plain

_STEP: Final = 2
_WIDEST: Final = 120  # of a line with brackets; a longer one becomes a block, an item a line


def render(layout: Layout) -> str:
    """Return the text of a file, with `\\n` after every line."""
    lines: list[str] = []
    begins = True  # nothing is above, or only a line that ends a document
    for part in layout.parts:
        below = _marker(part) if isinstance(part, Marker) else _root(part)
        lines += below[1:] if begins and below[0] == "" else below
        begins = isinstance(part, Marker)
    tail = _comments(layout.tail, 0)
    lines += tail[1:] if begins and tail[:1] == [""] else tail
    return "".join(f"{line}\n" for line in lines)


def _marker(marker: Marker) -> list[str]:
    lines = _comments(marker.before, 0)
    if marker.blank:
        lines.append("")
    return [*lines, _with_comment(marker.text, marker.after, 0)]


def _root(root: Root) -> list[str]:
    lines = _comments(root.header, 0)
    if root.header_gap:
        lines.append("")
    value = root.value
    if isinstance(value, Collection) and not _in_brackets(value, 0):
        return lines + ([value.props] if value.props else []) + _block(value, 0)
    first, *further = _inline_lines(value, 0)
    return [*lines, _with_comment(first, root.after, 0), *further]


def _comments(comments: list[Comment], indent: int) -> list[str]:
    return [line for comment in comments for line in (*([""] if comment.gap else []), " " * indent + comment.text)]


def _block(node: Collection, indent: int) -> list[str]:
    """The lines of a mapping or list that begins on its own line."""
    lines: list[str] = []
    for entry in node.entries:
        lines += _comments(entry.before, indent)
        if entry.blank:
            lines.append("")
        lines += _entry(entry, indent)
        lines += _comments(entry.below, indent + (1 if _is_block_text(entry.value) else _STEP))
    lines += _comments(node.tail, indent)
    return lines[1:] if lines[0] == "" else lines


def _entry(entry: CollectionItem, indent: int) -> list[str]:
    """The lines of an entry, from its key or dash on."""
    start = " " * indent + ("-" if entry.key is None else _key(entry) + ":")
    shift = indent - entry.column
    value = entry.value
    if isinstance(value, Collection) and not _in_brackets(value, len(start) + 1):
        head, tail = (entry.head, entry.after) if entry.head else (_near(entry.after), None)
        lines = [
            *_comments(entry.above, indent + _STEP),
            *_block(value, indent + _STEP),
            *_comments([tail] if tail else [], indent + _STEP),
        ]
        if entry.key is None and not (value.props or head or entry.above or value.entries[0].before):
            return [f"{start} {lines[0].lstrip(' ')}", *lines[1:]]
        return [_with_comment(_joined(start, value.props), head, shift), *lines]
    first, *further = _inline_lines(value, indent)
    above: list[str] = []
    if entry.head is not None or entry.above:
        above = [_with_comment(start, entry.head, shift), *_comments(entry.above, indent + _STEP)]
        start = " " * (indent + _STEP - 1)
    lines = [_joined(start, first), *further]
    if isinstance(value, Scalar) and value.is_block:
        lines[0] = _with_comment(lines[0], value.header, shift)
    else:
        lines[-1] = _with_comment(lines[-1], entry.after, shift)
    return [*above, *lines]


def _is_block_text(node: Node) -> bool:
    """Tell if a comment that is indented like the lines of a value would be part of it."""
    return isinstance(node, Scalar) and node.is_block


def _key(entry: CollectionItem, *, in_brackets: bool = False) -> str:
    key = entry.key
    if not isinstance(key, Scalar):
        return _joined(key.props if key else "", '""')
    return _joined(key.props, written_key(key, is_known=entry.known, in_brackets=in_brackets))


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _with_comment(line: str, comment: Comment | None, shift: int) -> str:
    """A line with the comment at its end: after one space, or as far from the beginning of the line as it was typed."""
    if comment is None:
        return line
    width = 0 if comment.near else comment.column + shift - 1
    return f"{line.ljust(width)} {comment.text}"


def _near(comment: Comment | None) -> Comment | None:
    """A comment that moves behind another text."""
    return replace(comment, near=True) if comment is not None else None


def _in_brackets(node: Collection, before: int) -> bool:
    """Tell if a mapping or list is written in brackets, with this many characters before it."""
    if not node.entries:
        return True
    return node.flow and before + len(_brackets(node)) <= _WIDEST


def _inline_lines(node: Node, indent: int) -> list[str]:
    """The rest of the line after a key or a dash, and the whole lines below it."""
    if not isinstance(node, Scalar) or "\n" not in node.raw:
        return [_inline(node, in_brackets=False)]
    first, *further = node.raw.split("\n")
    if node.is_block:
        return _block_scalar(node, first, further, indent)
    pad = " " * (indent + _STEP)
    stripped = [line.strip(" \t") for line in further]
    return [_joined(node.props, first.rstrip(" \t")), *(pad + line if line else "" for line in stripped)]


def _block_scalar(node: Scalar, mark: str, lines: list[str], indent: int) -> list[str]:
    """The lines of a text below `|` or `>`, indented like everything else. Spaces that are part of it stay."""
    if lines[-1] == "":
        lines = lines[:-1]
    elif lines:  # the file ended in the middle of its last line, so there was no line break
        mark = mark.replace("+", "") + ("" if "-" in mark else "-")
    digits = mark.strip("|>+-")
    if digits:
        depth = max(node.column, 0) + int(digits)
        deeper = " " * (indent + int(digits))
    else:
        depth = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")), 0)
        deeper = " " * (indent + _STEP)
    texts = (line[depth:] for line in lines)
    return [_joined(node.props, mark), *(deeper + text if text else "" for text in texts)]


def _inline(node: Node, *, in_brackets: bool) -> str:
    if isinstance(node, Scalar):
        return _joined(node.props, written(node, in_brackets=in_brackets))
    if isinstance(node, Alias):
        return node.name
    return node.props if isinstance(node, Empty) else _joined(node.props, _brackets(node))


def _brackets(node: Collection) -> str:
    parts = []
    for entry in node.entries:
        value = _inline(entry.value, in_brackets=True)
        parts.append(value if entry.key is None else f"{_key(entry, in_brackets=True)}: {value}")
    inside = ", ".join(parts)
    return f"{{{inside}}}" if node.is_mapping else f"[{inside}]"


def written(scalar: Scalar, *, in_brackets: bool = False) -> str:
    """A text of one line in normal form."""
    raw, value = scalar.raw, scalar.value
    if "!" in scalar.props:  # its tag says what it is
        return raw
    if not scalar.style:
        return f'"{value}"' if scalar.a_text and not is_nothing(value) and not is_text(value) else raw
    if scalar.style == '"' and "\\" in raw:  # what is written as a number may be nothing to see
        return raw
    if (scalar.a_date or is_text(value)) and may_be_plain(value, in_brackets=in_brackets):
        return value
    return raw if '"' in value or "\\" in value else f'"{value}"'


def written_key(scalar: Scalar, *, is_known: bool, in_brackets: bool = False) -> str:
    """A key in normal form; a key of the schema needs no quotes, whatever it looks like."""
    return scalar.value if is_known and "!" not in scalar.props else written(scalar, in_brackets=in_brackets)
