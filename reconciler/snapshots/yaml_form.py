"""YAML <-> data, for snapshots.

Data is built straight from the parser's events: PyYAML's own way from nodes to objects costs eight times as much, and a
snapshot of a fleet is the largest file that we read. What is read is what `dump` writes, and what a person may make of
it: texts, whole numbers, `true`, `false`, `null`, mappings, lists and aliases, one document, no tags.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from reconciler.codec.json_types import Misfit

DEEPEST: Final = 20  # a snapshot nests eight levels; building data recurses
_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is missing on some platforms
_DUMPER: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}")


def parse(text: str, loader: Any = _LOADER) -> Any:
    """The data of a text that holds one document; None for an empty text. Raises Misfit for any other text."""
    try:
        return _FormReader(loader(text).get_event).document()
    except yaml.YAMLError as error:
        if "nesting depth" in str(error):  # libyaml's own bound, which it may meet before we do: it reads ahead
            line = error.problem_mark.line + 1 if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark else 1
            raise Misfit(f"nests more than {DEEPEST} levels on line {line}") from None
        mark = getattr(error, "problem_mark", None)
        raise Misfit(
            f"is not YAML (line {mark.line + 1}, column {mark.column + 1})" if mark else "is not YAML"
        ) from None


def dump(data: Any) -> str:
    """The text of data, a value a line."""
    text: str = yaml.dump(data, Dumper=_DUMPER, allow_unicode=True, sort_keys=False)
    return text


class _FormReader:
    """Builds data from the events that `get_event` gives, in one pass."""

    def __init__(self, get_event: Callable[[], Any]) -> None:
        self._next = get_event
        self._anchors: dict[str, Any] = {}

    def document(self) -> Any:
        """The one document of the stream."""
        self._next()  # the start of the stream
        if type(self._next()) is StreamEndEvent:
            return None
        data = self._value(self._next(), 1)
        self._next()  # the end of the document
        after = self._next()
        if type(after) is not StreamEndEvent:
            _refuse(after, "begins another document")
        return data

    def _value(self, event: Any, depth: int) -> Any:
        """The value that begins with an event; reads to its end."""
        kind = type(event)
        if kind is AliasEvent:
            if event.anchor not in self._anchors:
                _refuse(event, "has an alias that names nothing before it")
            return self._anchors[event.anchor]
        if event.tag is not None:
            _refuse(event, "has a tag")
        if depth > DEEPEST:
            _refuse(event, f"nests more than {DEEPEST} levels")
        if kind is ScalarEvent:
            data = event.value if event.style else _plain(event.value)
        else:
            data = self._mapping(depth) if kind is MappingStartEvent else self._list(depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = data
        return data

    def _mapping(self, depth: int) -> dict[str, Any]:
        get_event, data = self._next, {}
        while type(key := get_event()) is not MappingEndEvent:
            if type(key) is not ScalarEvent:
                _refuse(key, "has a key that is not a plain word")
            data[key.value] = self._value(get_event(), depth + 1)
        return data

    def _list(self, depth: int) -> list[Any]:
        get_event, data = self._next, []
        while type(event := get_event()) is not SequenceEndEvent:
            data.append(self._value(event, depth + 1))
        return data


def _plain(text: str) -> str | int | bool | None:
    """The value of a text without quotes: `dump` quotes every text that could be something else."""
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


def _refuse(event: Any, what: str) -> NoReturn:
    raise Misfit(f"{what} on line {event.start_mark.line + 1}")
