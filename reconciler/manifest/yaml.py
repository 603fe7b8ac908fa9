"""Text -> data with places.

Data is built straight from the parser's events. Composing nodes first, as PyYAML does, costs three times as much and is
recursive in libyaml's binding: forty thousand opening brackets crash the interpreter. Every plain text stays what was
typed (`no`, `10:30`, `012`, `2026-01-01`); `typing_plan` turns some into numbers and booleans where the schema asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

import yaml
from yaml import events

from reconciler.manifest.document import Data, Document, Mark
from reconciler.manifest.syntax import syntax_problem
from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.manifest.source import Source

FAST_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is missing on some platforms
DEEPEST = 40  # a manifest nests eight levels; validators and renderers recurse
MOST_REPEATED = 100_000  # values that the aliases of one document may repeat
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})  # YAML 1.2, core schema
_TEXT_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_SHAPE_TAGS = frozenset({"!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
_OPEN: Final = object()  # the anchor of a value that has not ended yet
_MERGE: Final = object()  # the key `<<`


class _Unbuildable(Exception):
    """The rest of the file cannot be read; never leaves this module."""


class _Frame:
    """A mapping or list that is being filled."""

    __slots__ = ("anchor", "data", "key", "key_mark", "marks", "merge", "merge_mark")

    def __init__(self, data: dict[str, Data] | list[Data], marks: Any, anchor: str | None) -> None:
        self.data = data
        self.marks = marks
        self.anchor = anchor
        self.key: Any = None
        self.key_mark: Any = None
        self.merge: Data = None
        self.merge_mark: Mark | None = None


def read(source: Source, loader: Any = FAST_LOADER) -> tuple[list[Document], list[Problem]]:
    """The documents of a file, and what is wrong with its YAML. Never raises for a bad text.

    After a syntax error the rest of the file cannot be read; the documents before it are returned all the same.
    """
    reader = _Reader(source)
    try:
        reader.read(loader(source.text))
    except _Unbuildable:
        pass
    except yaml.YAMLError as error:
        reader.problems.append(syntax_problem(source, error))
    return reader.documents, reader.problems


class _Reader:
    """Builds the documents of one file, event by event."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self._document = Document(source)
        self._frames: list[_Frame] = []
        self._anchors: dict[str, Any] = {}
        self._repeated = 0

    def read(self, loader: Any) -> None:
        """Handle every event up to the end of the file."""
        handlers: dict[type, Callable[[Any], None]] = {
            events.ScalarEvent: self._scalar,
            events.MappingStartEvent: self._mapping,
            events.SequenceStartEvent: self._sequence,
            events.MappingEndEvent: self._end,
            events.SequenceEndEvent: self._end,
            events.AliasEvent: self._alias,
            events.DocumentStartEvent: self._start_document,
            events.DocumentEndEvent: self._end_document,
        }
        event = loader.get_event()  # the start of the stream
        while True:
            event = loader.get_event()
            handler = handlers.get(type(event))
            if handler is None:  # the end of the stream
                return
            handler(event)

    def _start_document(self, _event: Any) -> None:
        self._document = Document(self.source)
        self._anchors = {}
        self._repeated = 0

    def _end_document(self, _event: Any) -> None:
        self.documents.append(self._document)

    def _scalar(self, event: Any) -> None:
        value: str | None = event.value
        written = bool(event.style) or event.tag is not None
        if event.tag is not None and event.tag not in _TEXT_TAGS:
            self._refuse_tag(event)
        frames = self._frames
        is_key = bool(frames) and frames[-1].key is None and type(frames[-1].data) is dict
        if is_key:
            self._key(frames[-1], event, written=written)
        else:
            if not written and value in _NOTHING:
                value = None
            self._put(value, event.start_mark, written=written)
        if event.anchor is not None:
            self._anchors[event.anchor] = value

    def _key(self, frame: _Frame, event: Any, *, written: bool) -> None:
        key = event.value
        frame.key_mark = event.start_mark
        if key == "<<" and not written:
            first = frame.merge_mark
            frame.key = _MERGE
            frame.merge_mark = event.start_mark
        else:
            first = frame.marks[key][0] if key in frame.marks else None
            frame.key = key
        if first is not None:
            self._problem(
                event.start_mark,
                f"this key stands here a second time; the first is on line {first.line + 1}, column {first.column + 1}",
                "keep one of the two",
            )

    def _put(self, value: Data, mark: Mark, *, written: bool = False) -> None:
        """Put a value where the document stands now: into a list, under a key, or at the top."""
        if not self._frames:
            self._document.data = value
            self._document.start = mark
            return
        frame = self._frames[-1]
        data = frame.data
        if type(data) is list:
            if written:
                self._document.quoted.add((id(data), len(data)))
            data.append(value)
            frame.marks.append(mark)
            return
        key = frame.key
        frame.key = None
        if key is _MERGE:
            frame.merge = value
        elif key is None:
            self._stop(mark, "a key must be a plain word", "put a text with { or [ in quotes")
        else:
            if written:
                self._document.quoted.add((id(data), key))
            data[key] = value
            frame.marks[key] = (frame.key_mark, mark)

    def _mapping(self, event: Any) -> None:
        self._open(event, _Frame({}, {}, event.anchor))

    def _sequence(self, event: Any) -> None:
        self._open(event, _Frame([], [], event.anchor))

    def _open(self, event: Any, frame: _Frame) -> None:
        if event.tag is not None and event.tag not in _SHAPE_TAGS:
            self._refuse_tag(event)
        if len(self._frames) >= DEEPEST:
            self._stop(event.start_mark, f"this is nested more than {DEEPEST} levels deep", "a manifest needs eight")
        self._put(frame.data, event.start_mark)
        self._document.containers.append(frame.data)
        self._document.marks[id(frame.data)] = frame.marks
        self._frames.append(frame)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = _OPEN

    def _end(self, _event: Any) -> None:
        frame = self._frames.pop()
        if frame.merge_mark is not None:
            self._merge(frame)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = frame.data

    def _merge(self, frame: _Frame) -> None:
        """Fill in what `<<` names, and the mapping does not say itself; of several the first wins."""
        sources = frame.merge if isinstance(frame.merge, list) else [frame.merge]
        if not all(isinstance(source, dict) for source in sources):
            self._problem(frame.merge_mark, "<< takes a mapping, or a list of mappings", "name an anchor: <<: *name")
            return
        quoted = self._document.quoted
        for source in sources:
            marks = self._document.marks[id(source)]
            for key, value in source.items():
                if key not in frame.data:
                    frame.data[key] = value
                    frame.marks[key] = marks[key]
                    if (id(source), key) in quoted:
                        quoted.add((id(frame.data), key))

    def _alias(self, event: Any) -> None:
        mark = event.start_mark
        if event.anchor not in self._anchors:
            self._stop(mark, "this alias names an anchor that does not stand before it", "write &name before *name")
        value = self._anchors[event.anchor]
        if value is _OPEN:
            self._stop(mark, "this alias stands inside the very value that it names", "take it out")
        size, height = _extent(value, {})
        self._repeated += size
        if self._repeated > MOST_REPEATED:
            self._stop(mark, f"aliases repeat more than {MOST_REPEATED:,} values here", "write the values out")
        if len(self._frames) + height > DEEPEST:
            self._stop(
                mark, f"with this alias the nesting is more than {DEEPEST} levels deep", "a manifest needs eight"
            )
        if self._frames and self._frames[-1].key is None and isinstance(self._frames[-1].data, dict):
            self._stop(mark, "an alias cannot be a key", "write the key out")
        self._put(value, mark)

    def _refuse_tag(self, event: Any) -> None:
        self._problem(event.start_mark, "tags such as !name are not used in manifests", "take the tag away")

    def _problem(self, mark: Mark | None, message: str, hint: str) -> None:
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        origin = self.source.origin(line, column)
        self.problems.append(Problem("yaml", Severity.ERROR, origin, message, hint))

    def _stop(self, mark: Mark, message: str, hint: str) -> NoReturn:
        self._problem(mark, message, hint)
        raise _Unbuildable


def _extent(value: Data, seen: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How many values a value holds with every alias in it written out, and how many levels deep it is."""
    if not isinstance(value, (dict, list)):
        return 1, 0
    if id(value) not in seen:
        parts = [_extent(part, seen) for part in (value.values() if isinstance(value, dict) else value)]
        seen[id(value)] = 1 + sum(size for size, _ in parts), 1 + max((height for _, height in parts), default=0)
    return seen[id(value)]
