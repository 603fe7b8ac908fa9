"""The order of keys: the schema's, as far as anchors allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.formatting.nodes import Alias, Collection, Empty, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.formatting.nodes import Entry, Node
    from reconciler.formatting.shape import Shape


class _Names(NamedTuple):
    """The anchors that a value gives to what is in it, and those that it repeats."""

    given: frozenset[str]
    repeated: frozenset[str]

    def holds(self, other: _Names) -> bool:
        """Whether this must stay before another one that stands behind it: what an alias repeats is what bears the
        name last before it."""
        return not (self.given.isdisjoint(other.given | other.repeated) and self.repeated.isdisjoint(other.given))


def ordered(entries: list[Entry], shape: Shape, *, has_anchors: bool) -> list[Entry]:
    """The entries of a mapping in the schema's order; keys that it does not name come last, as they stand, and what is
    merged in (`<<`) comes first."""
    ranks = {key: rank for rank, key in enumerate(shape.keys)}
    wanted = sorted(entries, key=lambda entry: _rank(entry, ranks))
    return _with_names_first(entries, wanted) if has_anchors and wanted != entries else wanted


def _rank(entry: Entry, ranks: dict[str, int]) -> int:
    key = entry.key
    if not isinstance(key, Scalar):
        return len(ranks)
    return -1 if key.value == "<<" and not key.style else ranks.get(key.value, len(ranks))


def _with_names_first(entries: list[Entry], wanted: list[Entry]) -> list[Entry]:
    """The wanted order, but for entries that one before them holds back: each next one is the first wanted that none of
    those still waiting holds."""
    names = [_names_in(entry) for entry in entries]
    place = {id(entry): number for number, entry in enumerate(entries)}
    holders = {
        number: {before for before in range(number) if names[before].holds(names[number])}
        for number in range(len(entries))
    }
    found: list[Entry] = []
    waiting = [place[id(entry)] for entry in wanted]
    while waiting:
        number = next(number for number in waiting if holders[number].isdisjoint(waiting))
        waiting.remove(number)
        found.append(entries[number])
    return found


def _names_in(entry: Entry) -> _Names:
    given: set[str] = set()
    repeated: set[str] = set()
    for node in (*([entry.key] if entry.key else []), *_nodes(entry.value)):
        if isinstance(node, Alias):
            repeated.add(node.name.removeprefix("*"))
        else:
            given.update(prop.removeprefix("&") for prop in node.props.split() if prop.startswith("&"))
    return _Names(frozenset(given), frozenset(repeated))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Collection):
        for entry in node.entries:
            if isinstance(entry.key, (Scalar, Empty)):
                yield entry.key
            yield from _nodes(entry.value)
