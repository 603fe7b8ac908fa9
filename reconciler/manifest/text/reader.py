"""Text -> data with places.

Data is built straight from the parser's events. Composing nodes first, as PyYAML does, costs three times as much and is
recursive in libyaml's binding: forty thousand opening brackets crash the interpreter. Every plain text stays what was
typed (`no`, `10:30`, `012`, `2026-01-01`); `typed_scalars` turns some into numbers and booleans where the schema asks.
"""

from collections.abc import Callable
from itertools import chain
from sys import intern
from typing import Any, Final, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from reconciler.manifest.text.document import LINE, Data, Document, Position, extent, packed
from reconciler.manifest.text.parsers import FAST_LOADER, disputed, events
from reconciler.manifest.text.source import SourceText
from reconciler.manifest.text.syntax_errors import syntax_problem, unfinished_merge
from reconciler.model.problem import Problem, Severity
from reconciler.startup import pattern

DEEPEST = 40  # a manifest nests eight levels; reading, validators and renderers recurse
MOST_REPEATED = 100_000  # values that the aliases of one document may repeat
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})  # YAML 1.2, core schema
_TEXT_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_SHAPE_TAGS = frozenset({"!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
_HEAD = frozenset({"apiVersion", "kind"})  # the keys that a manifest begins with
_BODY = frozenset({"metadata", "spec"})
_HALF: Final = pattern("[\ud800-\udfff]")
_OPEN: Final = object()  # the anchor of a value that has not ended yet


class _Unbuildable(Exception):
    """The rest of the file cannot be read; never leaves this module."""


def read(source: SourceText, loader: Any = FAST_LOADER) -> tuple[list[Document], list[Problem]]:
    """The documents of a file, and what is wrong with its YAML. Never raises for a bad text.

    After a syntax error the rest of the file cannot be read; the documents before it are returned all the same.
    """
    reader = _Reader(source)
    if (merge := unfinished_merge(source.text)) is not None:
        origin = source.origin(merge.line, merge.column)
        return [], [Problem("yaml", Severity.ERROR, origin, merge.message, merge.hint)]
    if (place := disputed(source, loader)) is not None:
        lines = source.text[: place.at].split("\n")
        origin = source.origin(len(lines), len(lines[-1]) + 1)
        return [], [Problem("yaml", Severity.ERROR, origin, place.message, place.hint)]
    try:
        reader.read(events(source, loader))
    except _Unbuildable:
        pass
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # no YAMLError: a character's number that is too large
        reader.problems.append(syntax_problem(source, error))
    return reader.documents, reader.problems


class _Reader:
    """Builds the documents of one file from its events, in one pass.

    A value is read by the method that is given its first event, up to its last. `depth` is how many mappings and lists
    are open around it.
    """

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._next: Callable[[], Any] = lambda: None
        self._document = Document(source)
        self._marks: dict[int, Any] = {}  # as in Document, as are the quoted texts
        self._quoted: set[tuple[int, str | int]] = set()
        self._anchors: dict[str, Any] = {}
        self._repeated = 0

    def read(self, next_event: Callable[[], Any]) -> None:
        """Read every event up to the end of the file."""
        self._next = next_event
        next_event()  # the start of the stream
        while type(next_event()) is DocumentStartEvent:
            self._document = document = Document(self.source)
            self._repeated = 0
            first = next_event()
            document.start = packed(first.start_mark)
            data = self._value(first, None, 0)
            next_event()  # the end of the document
            self._end(data)

    def _end(self, data: Data) -> None:
        """Keep the document that has been read, with its places."""
        document = self._document
        document.data = data
        for marks in self._marks.values():
            document.kept.extend(chain.from_iterable(marks.values()) if isinstance(marks, dict) else marks)
        if self._quoted:
            document.quoted = self._quoted
        self.documents.append(document)
        self._marks, self._quoted, self._anchors = {}, set(), {}

    def _value(self, event: Any, place: tuple[int, str | int] | None, depth: int) -> Data:
        """A value. `place` is (id of the mapping or list that it stands in, key or index); None: it is the document."""
        if type(event) is ScalarEvent:
            data: Data = event.value
            if event.style or event.tag is not None:
                self._check_tag(event, _TEXT_TAGS)
                if place is not None:
                    self._quoted.add(place)
                if not data.isprintable() or data[:1] == " " or data[-1:] == " ":
                    self._odd(event)
            elif data in _NOTHING:
                data = None
        elif type(event) is AliasEvent:
            return self._alias(event, depth)
        else:
            data = self._container(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = data
        return data

    def _container(self, event: Any, depth: int) -> Data:
        self._check_tag(event, _SHAPE_TAGS)
        if depth >= DEEPEST:
            self._stop(event.start_mark, f"This is nested more than {DEEPEST} levels deep.", "A manifest needs eight.")
        if event.anchor is not None:
            self._anchors[event.anchor] = _OPEN
        return self._mapping(depth + 1) if type(event) is MappingStartEvent else self._list(depth + 1)

    def _mapping(self, depth: int) -> dict[str, Data]:
        """A mapping, once its first event is read."""
        data: dict[str, Data] = {}
        marks: dict[str, tuple[int, int]] = {}
        self._keep(data, marks)
        next_event, own = self._next, id(data)
        merge: tuple[Position, Data] | None = None
        while type(event := next_event()) is not MappingEndEvent:
            key = self._key(event)
            value = next_event()
            if key == "<<" and not event.style and event.tag is None:
                if merge is not None:
                    self._repeated_key(event.start_mark, packed(merge[0]))
                merge = event.start_mark, self._value(value, None, depth)
                continue
            if key in marks:
                if depth == 1 and key in _HEAD and not _BODY.isdisjoint(marks):
                    if merge is not None:
                        self._merge(data, marks, *merge)
                        merge = None
                    data, marks = self._next_manifest(event.start_mark, data)
                    own = id(data)
                else:
                    self._repeated_key(event.start_mark, marks[key][0])
            text = value.value if type(value) is ScalarEvent else ""
            is_plain = text and text not in _NOTHING and not (value.style or value.tag or value.anchor)  # nearly always
            data[key] = text if is_plain else self._value(value, (own, key), depth)
            begin, behind = event.start_mark, value.start_mark
            marks[key] = begin.line << LINE | begin.column, behind.line << LINE | behind.column
        if merge is not None:
            self._merge(data, marks, *merge)
        return data

    def _next_manifest(
        self, mark: Position, data: dict[str, Data]
    ) -> tuple[dict[str, Data], dict[str, tuple[int, int]]]:
        """Begin a document at the head of a manifest that nothing separates from the one before it."""
        message = f"A line of three dashes is missing before line {mark.line + 1}."
        self._problem(mark, message, "Write --- on its own line between two manifests.")
        self._end(data)
        self._document = Document(self.source, start=packed(mark))
        following: dict[str, Data] = {}
        marks: dict[str, tuple[int, int]] = {}
        self._keep(following, marks)
        return following, marks

    def _key(self, event: Any) -> str:
        if type(event) is not ScalarEvent:
            self._refuse_key(event)
        key: str = intern(event.value)
        if not key.isprintable() or (event.style and key.strip(" ") != key):
            self._odd(event)
        if event.tag is not None:
            self._check_tag(event, _TEXT_TAGS)
        if event.anchor is not None:
            self._anchors[event.anchor] = key
        return key

    def _refuse_key(self, event: Any) -> NoReturn:
        mark: Position = event.start_mark
        if type(event) is AliasEvent:
            self._stop(mark, "An alias (*name) cannot be a key.", "Write the key itself.")
        self._stop(mark, "A key must be a plain word.", "Put a text with { or [ in quotes.")

    def _list(self, depth: int) -> list[Data]:
        """A list, once its first event is read."""
        data: list[Data] = []
        marks: list[int] = []
        self._keep(data, marks)
        next_event, own = self._next, id(data)
        while type(event := next_event()) is not SequenceEndEvent:
            if type(event) is ScalarEvent and not event.style and " - " in event.value and self._is_several(event):
                data += event.value.split(" - ")
                begin: Any = event.start_mark
                marks += [packed(begin)] * (len(data) - len(marks))
                continue
            value = self._value(event, (own, len(data)), depth)
            data.append(intern(value) if type(value) is str else value)  # many lists have the same names
            mark = event.start_mark
            marks.append(mark.line << LINE | mark.column)
        return data

    def _keep(self, data: dict[str, Data] | list[Data], marks: Any) -> None:
        self._document.containers.append(data)
        self._marks[id(data)] = marks

    def _merge(self, data: dict[str, Data], marks: dict[str, Any], mark: Position, merged: Data) -> None:
        """Fill in what `<<` names, and the mapping does not say itself; of several the first wins."""
        sources = merged if isinstance(merged, list) else [merged]
        if not all(isinstance(source, dict) for source in sources):
            self._problem(mark, "<< takes a mapping, or a list of mappings.", "Name an anchor: <<: *name")
            return
        for source in sources:
            places = self._marks[id(source)]
            for key, value in source.items():
                if key not in data:
                    data[key] = value
                    marks[key] = places[key]
                    if (id(source), key) in self._quoted:
                        self._quoted.add((id(data), key))

    def _alias(self, event: Any, depth: int) -> Data:
        mark = event.start_mark
        if event.anchor not in self._anchors:
            self._stop(mark, "This alias names an anchor that is not above it.", "Write &name before *name.")
        value = self._anchors[event.anchor]
        if value is _OPEN:
            self._stop(mark, "This alias is inside the value that it repeats.", "Remove it.")
        size, height = extent(value, {})
        self._repeated += size
        if self._repeated > MOST_REPEATED:
            self._stop(mark, f"Aliases repeat more than {MOST_REPEATED:,} values here.", "Write out the values.")
        if depth + height > DEEPEST:
            self._stop(
                mark, f"With this alias the nesting is more than {DEEPEST} levels deep.", "A manifest needs eight."
            )
        return value

    def _is_several(self, event: Any) -> bool:
        """Report an item that YAML joins with the line below, which looks like an item and is indented deeper; both are
        then read as they were meant."""
        lines = self.source.lines
        for line in range(event.start_mark.line + 1, min(event.end_mark.line + 1, len(lines))):
            text = lines[line].lstrip(" ")
            if text.startswith("- "):
                origin = self.source.origin(line + 1, len(lines[line]) - len(text) + 1)
                message = "YAML reads this line as part of the item above it."
                hint = "Begin every item with - in the same column."
                self.problems.append(Problem("yaml", Severity.ERROR, origin, message, hint))
                self._document.flaws += 1
                return True
        return False

    def _odd(self, event: Any) -> None:
        """Take note of a text with more in it than characters that can be seen."""
        self._document.odd = True
        if _HALF.search(event.value):  # to libyaml it is wrong; no text can be written with it
            self._problem(event.start_mark, "This escape is half of a character.", "Write the character itself.")

    def _check_tag(self, event: Any, allowed: frozenset[str]) -> None:
        if event.tag is not None and event.tag not in allowed:
            self._problem(event.start_mark, "Manifests do not use tags such as !name.", "Remove the tag.")

    def _repeated_key(self, mark: Position, first: int) -> None:
        origin = self._document.at(first)
        self._problem(
            mark,
            f"This key is here twice. The first is at line {origin.line}, column {origin.column}.",
            "Keep one of the two.",
        )

    def _problem(self, mark: Position, message: str, hint: str) -> None:
        origin = self.source.origin(mark.line + 1, mark.column + 1)
        self.problems.append(Problem("yaml", Severity.ERROR, origin, message, hint))
        self._document.flaws += 1

    def _stop(self, mark: Position, message: str, hint: str) -> NoReturn:
        self._problem(mark, message, hint)
        raise _Unbuildable
