"""Which line a comment belongs to, where the normal form has other lines than the text, or keys in another order.

How deep a comment is, its `#` says. An editor that comments lines out may put that further to the left, even in the
first column; what it left of their indentation is then behind the `#`:

      entities:
        - Students
    #    - Staff            # and no more, or # and a blank, was put before it: it is of the list, not of the title
      title: Groupcall

In normal form such lines stand where they would without the `#`.
"""

import re
from dataclasses import replace
from typing import Final

from reconciler.formatting.nodes import Collection, CollectionItem, Comment, Empty, Root, Scalar

_HEAD: Final = frozenset({"apiVersion", "kind"})
_MODELINE: Final = "# yaml-language-server:"
_SIGN: Final = re.compile("(#+)( *)")
_ITEM: Final = re.compile(r"#+ *-( |$)")
_YAML: Final = re.compile(r"""#+ *(-( |$)|["']?[\w<.-]+["']?:( |$))""")  # what a line may be that was commented out


def inside_of(entry: CollectionItem, column: int, comments: list[Comment], floor: int) -> list[Comment]:
    """Those of the comments below an entry that are of it: from the first on, as they stand in normal form.

    The entry begins in `column`, and what comes next in `floor`, a column too. A comment deeper than both needs no more
    than its column. Of others, lines without a blank one between them are looked at as one: they are of the entry up to
    the last that is, if the first is.
    """
    found: list[Comment] = []
    while len(found) < len(comments):
        first = comments[len(found)]
        if first.column > max(column, floor):
            found.append(first)
            continue
        lines = _lines(comments[len(found) :])
        inside = [number for number, line in enumerate(lines) if _is_inside(line, entry, column)]
        if not (inside and inside[0] == 0):
            break
        found += _moved(lines[: inside[-1] + 1], _lost(first))
        if inside[-1] + 1 < len(lines):
            break
    return found


def lowered(comments: list[Comment], column: int) -> list[Comment]:
    """The comments above what begins in a column; lines that were commented out in one before it, and are as deep as
    that, stand where they would without the `#`."""
    found: list[Comment] = []
    while len(found) < len(comments):
        lines = _lines(comments[len(found) :])
        first = lines[0]
        is_of_it = first.column < column and _may_begin_in(column, first) and _YAML.match(first.text)
        found += _moved(lines, _lost(first) if is_of_it else 0)
    return found


def _lines(comments: list[Comment]) -> list[Comment]:
    """The first comment, and those below it in the same column with no blank line between, up to what may be a line
    that was less deep than it."""
    first, *further = comments
    found = [first]
    for line in further:
        is_shallower = _depth(line) < _depth(first) and _YAML.match(line.text)
        if line.column != first.column or line.gap or is_shallower:
            break
        found.append(line)
    return found


def _is_inside(comment: Comment, entry: CollectionItem, column: int) -> bool:
    """Whether a comment that is no deeper than what comes next is of an entry above it: a line that was commented out
    of a mapping or list, or where there is nothing but such lines. An item may be as deep as the key of its list."""
    value = entry.value
    if not (isinstance(value, Empty) or (isinstance(value, Collection) and not value.flow)):
        return False
    if _depth(comment) > column:
        return _YAML.match(comment.text) is not None
    is_list = isinstance(value, Empty) or not value.is_mapping
    is_item = entry.key is not None and _ITEM.match(comment.text) is not None
    return is_list and is_item and (comment.column == column or _may_begin_in(column, comment))


def _depth(comment: Comment) -> int:
    """The column of the text of a comment, where `# ` was put before it."""
    return comment.column + _lost(comment)


def _may_begin_in(column: int, comment: Comment) -> bool:
    """Whether the text of a comment began in a column, before it was commented out with `# ` or with `#` alone."""
    return _lost(comment) > 0 and column - _depth(comment) in {0, 1}


def _lost(comment: Comment) -> int:
    """How many blanks more than one are behind the `#`."""
    return max(len(_sign(comment)[2]) - 1, 0)


def _moved(lines: list[Comment], blanks: int) -> list[Comment]:
    """Comments with so many blanks fewer behind their `#`, but one at least where there is one."""
    return [_without(line, min(blanks, _lost(line))) for line in lines] if blanks else lines


def _without(comment: Comment, blanks: int) -> Comment:
    sign = _sign(comment)
    return replace(comment, text=sign[1] + comment.text[sign.end(1) + blanks :])


def _sign(comment: Comment) -> re.Match[str]:
    found = _SIGN.match(comment.text)
    assert found is not None
    return found


def open_brackets(entry: CollectionItem) -> None:
    """Put the comments inside of brackets that become a block where they stand then."""
    value = entry.value
    if not isinstance(value, Collection):
        return
    if not value.entries:
        inside = [*([value.head] if value.head else []), *value.tail]
        value.flow, value.head, value.tail = True, None, []
        if entry.after is None and len(inside) == 1:
            entry.after = inside.pop()
        entry.before += inside
    elif not value.flow:
        if value.head is not None:
            value.head.near = True
        if entry.head is None:
            entry.head = value.head
        elif value.head is not None:
            entry.before.append(value.head)
        value.entries[0].before[:0] = entry.above
        entry.above, value.head = [], None


def split_header(root: Root) -> None:
    """Give the comments right above the first key to that key, where others stand above them behind a blank line, and
    it is no key that a manifest begins with. What a document begins with stays at its top."""
    value = root.value
    if not (isinstance(value, Collection) and value.is_mapping and not value.flow) or root.header_gap:
        return
    first = value.entries[0]
    if not isinstance(first.key, Scalar) or first.key.value in _HEAD:
        return
    split = next((number for number in reversed(range(1, len(root.header))) if root.header[number].gap), None)
    if split is None or any(comment.text.startswith(_MODELINE) for comment in root.header[split:]):
        return
    root.header, first.before[:0] = root.header[:split], root.header[split:]
    root.header_gap = True
    first.before[0].gap = False
