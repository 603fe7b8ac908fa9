"""The names in an answer: read quickly if it has the shape of others, and each kept once.

Most answers are the same up to their names. What stands before and after the rows is an answer's frame. A frame that
lxml has read with names of our own in it is proven: from then on, rows in it need no parser, since each is the same
text around a plain name.

    <?xml ... <NewDataSet xmlns="">                                                           the frame
    <Table diffgr:id="Table1" msdata:rowOrder="0"><EntityName>Addresses</EntityName></Table>
    <Table diffgr:id="Table2" msdata:rowOrder="1"><EntityName>Attendances</EntityName></Table>
    </NewDataSet> ... </soap:Envelope>                                                        the frame

Any other byte, in a row or in a frame, and the answer goes to lxml.
"""

import re
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from random import randrange
from typing import Final, TypeAlias

from reconciler.bromcom.contract import FIND_ENTITIES
from reconciler.bromcom.dataset import dataset_of
from reconciler.bromcom.faults import response_of
from reconciler.bromcom.inline_schema import LONGEST_NAME
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import LiveError
from reconciler.model.entity import entity_key

_Headers: TypeAlias = tuple[int, str, str]

_LARGEST: Final = 64 * 1024  # bytes of an answer that is read quickly or remembered: 700 names
_MOST_ANSWERS: Final = 1 << 16  # remembered, in 20 MB; each one's names belong to an access that has them anyway
_MOST_CELLS: Final = 1 << 16  # remembered, in 15 MB; 115 names in any order of 75 rows are 9,000
_MOST_FRAMES: Final = 64  # a host has one: where there are as many, each answer has its own

_FIRST: Final = '<Table diffgr:id="Table'
_LAST: Final = "></Table>"  # a longer text would take three times as long to split at
# What is in a name as it is: any letter or sign of ASCII but those that XML writes in another way, and spaces between.
_PLAIN: Final = "[!-%'-;=?-~]+"
_CELL: Final = re.compile(rf'[0-9]+" msdata:rowOrder="[0-9]+"><EntityName>({_PLAIN}(?: +{_PLAIN})*)</EntityName')
_DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>'
_OWN_NAMES: Final = ("OwnName1", "OwnName2")


class InternedValues:
    """Equal values kept once: thousands of accesses with the same ticks share one mapping, and a name is one text.

    A supplier's answers are often the same to the byte at all its schools. So they are remembered by their digests, but
    no failure, and no answer much larger than a list of names. Once there are too many, a new one replaces any other:
    replacing the oldest would forget all of them in a run that comes back to each in turn.
    """

    def __init__(self, most_answers: int = _MOST_ANSWERS) -> None:
        self._most_answers = most_answers
        self._keyed = _Keyed()
        self._cells = _Cells(self._keyed)
        self._frames: dict[tuple[str, str, _Headers], bool] = {}
        self._answers: dict[tuple[bytes, _Headers], Mapping[str, str]] = {}
        self._in_order: list[tuple[bytes, _Headers]] = []

    def entities(self, answer: HttpAnswer) -> Mapping[str, str]:
        """Return the entities in an answer, {key: display form}."""
        if len(answer.body) > _LARGEST:
            return self._parsed(answer)
        digest = sha256(answer.body).digest(), _headers(answer)
        entities = self._answers.get(digest)
        if entities is None:
            entities = self.quickly(answer)
            if entities is None:
                entities = self._parsed(answer)
            self._remember(digest, entities)
        return entities

    def quickly(self, answer: HttpAnswer) -> Mapping[str, str] | None:
        """The same without a parser; None for an answer that has anything else than plain rows in a proven frame."""
        if not answer.body.isascii():
            return None
        text = answer.body.decode("ascii")
        start, end = text.find(_FIRST), text.rfind(_LAST)
        if not 0 <= start < end or not self._is_proven(text[:start], text[end:], answer):
            return None
        try:
            pairs = list(map(self._cells.__getitem__, text[start + len(_FIRST) : end].split(_LAST + _FIRST)))
        except _NotPlain:
            return None
        return _united(pairs)

    def _is_proven(self, before: str, after: str, answer: HttpAnswer) -> bool:
        frame = before, after, _headers(answer)
        proven = self._frames.get(frame)
        if proven is None and len(self._frames) < _MOST_FRAMES:
            proven = self._frames[frame] = _holds_rows(before, after, answer)
        return bool(proven)

    def _parsed(self, answer: HttpAnswer) -> Mapping[str, str]:
        return _united([self._keyed[name] for name in _names(answer)])

    def _remember(self, digest: tuple[bytes, _Headers], entities: Mapping[str, str]) -> None:
        if len(self._in_order) < self._most_answers:
            self._in_order.append(digest)
        else:
            place = randrange(self._most_answers)  # noqa: S311  # no secret hangs on it
            self._answers.pop(self._in_order[place], None)  # two threads may have come to the same one
            self._in_order[place] = digest
        self._answers[digest] = entities


def _headers(answer: HttpAnswer) -> _Headers:
    """Return all that a reading of names goes by beside the body; of its type no parameters, which may be long."""
    kind = answer.content_type.partition(";")[0].strip().lower()
    return answer.status, sys.intern(kind), answer.encoding.strip().lower()


def _names(answer: HttpAnswer) -> Sequence[str]:
    return dataset_of(response_of(answer, FIND_ENTITIES)).texts("EntityName")


def _holds_rows(before: str, after: str, answer: HttpAnswer) -> bool:
    """Tell if rows in this frame are the rows of an answer, whatever their names."""
    if not before.startswith(_DECLARATION):
        return False
    rows = (
        f'{n}" msdata:rowOrder="{n - 1}"><EntityName>{name}</EntityName' for n, name in enumerate(_OWN_NAMES, start=1)
    )
    text = f"{before}{_FIRST}{(_LAST + _FIRST).join(rows)}{after}"
    try:
        return tuple(_names(answer._replace(body=text.encode("ascii")))) == _OWN_NAMES
    except LiveError:
        return False


def _united(pairs: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """Return {key: display form}. Of two spellings of a name the first in the alphabet counts, whatever the order."""
    entities = dict(pairs)
    if len(entities) == len(pairs):
        return entities
    return dict(sorted(pairs, key=_display_form, reverse=True))


def _display_form(pair: tuple[str, str]) -> str:
    return pair[1]


class _Keyed(dict[str, tuple[str, str]]):
    """{name: (its key, the name)}, each text kept once however many accesses have it."""

    def __missing__(self, name: str) -> tuple[str, str]:
        interned = sys.intern(name)
        pair = self[interned] = (sys.intern(entity_key(name)), interned)
        return pair


class _NotPlain(Exception):
    """A row's text is not the usual one around a plain name."""


class _Cells(dict[str, tuple[str, str]]):
    """{a row's text from its number to its name: the name, keyed}. Raises _NotPlain for any other text."""

    def __init__(self, keyed: _Keyed) -> None:
        super().__init__()
        self._keyed = keyed

    def __missing__(self, cell: str) -> tuple[str, str]:
        match = _CELL.fullmatch(cell)
        if match is None or len(match[1]) > LONGEST_NAME:
            raise _NotPlain
        pair = self._keyed[match[1]]
        if len(self) < _MOST_CELLS:
            self[cell] = pair
        return pair
