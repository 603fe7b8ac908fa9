"""The keys of a YAML text in block style, each with its path: ids of cases that a line added elsewhere leaves alone."""

from __future__ import annotations

import re
from typing import NamedTuple

_ENTRY = re.compile(r"^( *(?:- )*)(?:(\w+):)?")


class KeyPlace(NamedTuple):
    """Where a key begins in the text, and the key."""

    start: int
    key: str


def key_places(text: str) -> dict[str, KeyPlace]:
    """{path: its place}, such as `Supplier-till.spec.overrides[0].schools`."""
    places: dict[str, KeyPlace] = {}
    start = 0
    for document in text.split("---\n"):
        name = "-".join(re.findall(r"^(?:kind|  name): (\S+)", document, re.MULTILINE)[:2])
        parents: list[tuple[int, str]] = [(-1, name)]
        items: dict[str, int] = {}
        at = start
        for line in document.splitlines(keepends=True):
            indent, key = _ENTRY.match(line).groups()  # type: ignore[union-attr]
            while parents[-1][0] >= len(indent):
                parents.pop()
            parent = parents[-1][1]
            if indent.endswith("- "):
                items[parent] = items.get(parent, -1) + 1
            if key:
                number = f"[{items[parent]}]" if parent in items else ""
                path = f"{parent}{number}.{key}"
                parents.append((len(indent), path))
                places[path] = KeyPlace(at + len(indent), key)
            at += len(line)
        start += len(document) + len("---\n")
    return places
