"""Which line a comment belongs to, where the normal form has other lines than the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.formatting.nodes import Collection, Scalar

if TYPE_CHECKING:
    from reconciler.formatting.nodes import Entry, Root

_HEAD: Final = frozenset({"apiVersion", "kind"})
_MODELINE: Final = "# yaml-language-server:"


def open_brackets(entry: Entry) -> None:
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
    """Give the comments right above the first key to that key, where it is not one that a manifest begins with."""
    value = root.value
    if not (isinstance(value, Collection) and value.is_mapping and not value.flow) or root.header_gap:
        return
    first = value.entries[0]
    if not isinstance(first.key, Scalar) or first.key.value in _HEAD:
        return
    split = len(root.header)
    while split and not root.header[split - 1].text.startswith(_MODELINE):
        split -= 1
        if root.header[split].gap:
            break
    root.header, first.before[:0] = root.header[:split], root.header[split:]
    if first.before:
        root.header_gap = first.before[0].gap
        first.before[0].gap = False
