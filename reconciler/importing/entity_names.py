"""A list of entities as people have it -> their names: a saved answer, a table, or a text from a page or an e-mail."""

import csv
import html
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from typing import Final

from reconciler.catalogue import entities
from reconciler.importing.sheet import delimiter_of
from reconciler.model.entity import entity_key
from reconciler.spelling import nearest

_IN_ANSWER: Final = re.compile(r"<(?:\w+:)?EntityName\b[^>/]*>([^<]*)</")
_HEADINGS: Final = frozenset({"entityname", "entity", "entities", "name", "table", "tablename"})
_BETWEEN_ITEMS: Final = re.compile(r"[,;\t|\u2022\u00b7]")
_AROUND_ITEM: Final = re.compile(r"^(?:[-*+>\u2013\u2014]|\d+[.)])\s+|[.:]$")
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_LIKE_AN_ENTITY: Final = re.compile(r"[A-Z]+[a-z0-9]+(?:[A-Z]+[a-z0-9]*)+")  # StudentTransportRoutes


@dataclass(frozen=True, slots=True)
class EntityNames:
    """The names of a list.

    known        {entity key: the service's spelling}
    unknown      {a name that no list has: (its line, the nearest known one or None)}
    in_sentence  those of `known` that are words of a sentence
    passed_over  (line, text) of what has no name in it
    """

    known: Mapping[str, str]
    unknown: Mapping[str, tuple[int, str | None]]
    in_sentence: tuple[str, ...]
    passed_over: tuple[tuple[int, str], ...]


def names_in(text: str) -> EntityNames:
    """Return the names in a text; what is a saved answer or a table is read as such."""
    known: dict[str, str] = {}
    unknown: dict[str, tuple[int, str | None]] = {}
    in_sentence: list[str] = []
    passed_over: list[tuple[int, str]] = []
    for line, item in _items(text):
        names = _names_of(item)
        if not names:
            passed_over.append((line, item))
        for name in names:
            entity = entities().get(entity_key(name))
            if entity:
                known.setdefault(entity_key(name), entity.name)
                if " " in item and name != item.replace(" ", ""):
                    in_sentence.append(entity.name)
            else:
                near = nearest(name, (entity.name for entity in entities().values()))
                unknown.setdefault(name, (line, near))
    return EntityNames(known, unknown, tuple(dict.fromkeys(in_sentence)), tuple(passed_over))


def _items(text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of everything that may be a name, or have names in it."""
    if text.lstrip().startswith("<"):
        answer = html.unescape(text) if "&lt;" in text else text  # the ...AsXml operations give a text
        for found in _IN_ANSWER.finditer(answer):
            yield answer.count("\n", 0, found.start()) + 1, html.unescape(found[1]).strip()
        return
    table: list[list[str]] = []
    with suppress(csv.Error):  # then it is no table
        table = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text)))
    headings = [re.sub(r"[\W_]+", "", cell).casefold() for cell in table[0]] if table else []
    column = next((place for place, heading in enumerate(headings) if heading in _HEADINGS), None)
    if column is not None:
        yield from (
            (line, cells[column].strip())
            for line, cells in enumerate(table[1:], 2)
            if len(cells) > column and cells[column].strip()
        )
        return
    for number, line in enumerate(text.splitlines(), 1):
        for part in _BETWEEN_ITEMS.split(line):
            item = _AROUND_ITEM.sub("", part.strip()).strip(" \"'`[](){}")
            if item:
                yield number, item


def _names_of(item: str) -> list[str]:
    """The names in an item: itself, itself without spaces, or the words of a sentence that can only be names."""
    if entity_key(item) in entities():
        return [item]
    together = item.replace(" ", "")
    if entity_key(together) in entities():
        return [together]
    words = _WORD.findall(item)
    if len(words) < 2:
        return [item] if words else []
    spelled = {entity.name for entity in entities().values()}
    return [word for word in words if word in spelled or _LIKE_AN_ENTITY.fullmatch(word)]
