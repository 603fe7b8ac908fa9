"""Many edits or differences -> rows: what is the same at many schools is one row, with where it is.

    Told, one of each edit ── the same words, item and note ── where it is so ── the same places ── Row with many items

A supplier that reads one entity more at 75 schools is one row; one that reads 40 more at one school is one row too, but
for the sensitive ones, which stand apart with what is to be known of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from reconciler.report.clicks import Mark, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.report.said import Said


class Weight(IntEnum):
    """How much a reader must look at a row; the heaviest first."""

    LOUD = 0  # it decides over everybody's records, or over where passwords go
    SENSITIVE = 1
    NEW = 2  # a supplier that had no access there
    WRITES = 3
    UNHEARD = 4  # an entity that no list has: it may hold anything
    ORDINARY = 5


class Told(NamedTuple):
    """One edit or difference, as it is told.

    supplier  empty for what is a school's own, or the workspace's
    order     its place among those of one supplier and weight
    apart     its item is another one at each school (a username), and no part of what makes it the same
    school    empty for the workspace
    state     how Bromcom stands to it, or where it comes from; `why` where that is not known
    """

    supplier: str
    weight: Weight
    order: int
    said: Said
    note: str
    school: str
    state: str
    why: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """The schools at which something stands in one way, sorted; none is the workspace.

    `whys` say, where it is not known, why.
    """

    state: str
    schools: tuple[str, ...]
    whys: tuple[str, ...] = ()


Item: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What a supplier does or gets, at one or many schools: words, items, and how the sentence ends.

    count  how many edits or differences it tells
    """

    supplier: str
    weight: Weight
    words: str
    items: tuple[Item, ...]
    end: str
    note: str
    places: tuple[Where, ...]
    count: int

    @property
    def schools(self) -> int:
        """At how many schools it is; 0 for what is the workspace's."""
        return sum(len(where.schools) for where in self.places)


class _Same(NamedTuple):
    """What rows have in common that are told as one, beside where they are."""

    weight: Weight
    supplier: str
    order: int
    words: str
    end: str
    note: str


def together(found: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    """Rows that follow each other and are of one supplier, at the same schools, in the same state."""
    for _, its in groupby(found, key=lambda row: (row.supplier, row.places)):
        yield tuple(its)


def rows(told: Iterable[Told]) -> tuple[Row, ...]:
    """The rows, the heaviest first; the same ones whatever the order was."""
    alone: defaultdict[tuple[_Same, Item], list[Told]] = defaultdict(list)
    apart: defaultdict[_Same, list[Told]] = defaultdict(list)
    for each in told:
        same = _Same(each.weight, each.supplier, each.order, each.said.words, each.said.end, each.note)
        if each.apart:
            apart[same].append(each)
        else:
            alone[same, each.said.item].append(each)
    merged: defaultdict[tuple[_Same, tuple[Where, ...]], list[tuple[Item, int]]] = defaultdict(list)
    for (same, item), its in alone.items():
        merged[same, _places(its)].append((item, len(its)))
    found = [
        (same, tuple(sorted((item for item, _ in items if item), key=_by_text)), where, sum(n for _, n in items))
        for (same, where), items in merged.items()
    ]
    found += [(same, _items_of_schools(its), _places(its), len(its)) for same, its in apart.items()]
    found.sort(key=lambda each: (each[0], tuple(map(_by_text, each[1])), each[2][0].schools))
    return tuple(
        Row(same.supplier, same.weight, same.words, items, same.end, same.note, where, count)
        for same, items, where, count in found
    )


def _places(its: Iterable[Told]) -> tuple[Where, ...]:
    """Where they are, by how they stand; the largest group first."""
    schools: defaultdict[str, set[str]] = defaultdict(set)
    whys: defaultdict[str, set[str]] = defaultdict(set)
    for each in its:
        schools[each.state].update({each.school} - {""})
        whys[each.state].update({each.why} - {""})
    found = (Where(state, tuple(sorted(names)), tuple(sorted(whys[state]))) for state, names in schools.items())
    return tuple(sorted(found, key=lambda where: (-len(where.schools), where.state)))


def _items_of_schools(its: Iterable[Told]) -> tuple[Item, ...]:
    """What differs from school to school, with the school's name where there are several."""
    of: Mapping[str, Item] = {each.school: each.said.item for each in its}
    different = sorted(set(of.values()), key=_by_text)
    if len(different) <= 1:
        return tuple(different)
    return tuple((Part(f"{school}: ", Mark.WORDS), *item) for school, item in sorted(of.items()))


def _by_text(item: Item) -> tuple[str, str]:
    text = "".join(part.text for part in item)
    return text.casefold(), text
