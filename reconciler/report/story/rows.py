"""Many edits or differences -> rows: what is the same at many schools is one row, with where it is.

    Told, one of each edit ── the same words, item and note ── where it is so ── the same places ── Row with many items

A supplier that reads one entity more at 75 schools is one row; one that reads 40 more at one school is one row too, but
for the sensitive ones, which stand apart with what is to be known of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from reconciler.model.aspect import Aspect
from reconciler.model.review import Topic
from reconciler.planning.ranking import Rank
from reconciler.planning.ranking import together as ranks_together
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.phrases import Phrase
from reconciler.startup import dataclass


class Weight(IntEnum):
    """Why a reader must look at a row; an unrecognised entity is a sensitive one."""

    LOUD = 0  # it decides over everybody's records, or over where passwords go
    SENSITIVE = 1
    NEW = 2  # a supplier that had no access there
    WRITES = 3
    ORDINARY = 4


class Entry(NamedTuple):
    """An edit or a difference, as it is told of every school that has it.

    supplier  empty for what is a school's own, or the workspace's
    topic     of what it is; of READ its item is an entity
    rank      its place among all that is told
    apart     its item is another one at each school (a username), and no part of what makes it the same
    schools   a name for each that it is told of; empty for the workspace
    state     how Bromcom stands to it, or where it comes from; `why` where that is not known
    """

    supplier: str
    topic: Topic
    weight: Weight
    rank: Rank
    said: Phrase
    note: str
    schools: list[str]
    state: str
    why: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class SchoolList:
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
    topic: Topic
    weight: Weight
    rank: Rank
    words: str
    items: tuple[Item, ...]
    end: str
    note: str
    places: tuple[SchoolList, ...]
    count: int

    @property
    def of_entities(self) -> bool:
        """Tell if its items are entities."""
        return self.topic is Aspect.READ

    @property
    def schools(self) -> int:
        """At how many schools it is; 0 for what is the workspace's."""
        return sum(len(where.schools) for where in self.places)


class _Same(NamedTuple):
    """What rows have in common that are told as one, beside where they are."""

    weight: Weight
    supplier: str
    topic: Topic
    rank: tuple[int, ...]
    words: str
    end: str
    note: str


def together(found: Iterable[Row], *, finely: bool = False) -> Iterator[tuple[Row, ...]]:
    """Rows of one kind and supplier, at the same schools, in the same state; in the order of the first of each.
    `finely`, only what is of one rank is told together."""
    groups: defaultdict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in found:
        groups[_alike(row.rank, finely=finely), row.supplier, row.places].append(row)
    yield from map(tuple, groups.values())


def rows(told: Iterable[Entry], *, finely: bool = False) -> tuple[Row, ...]:
    """The rows in their order; the same ones whatever the order was. `finely`, each is of one rank: where not all rows
    have room, one that comes along with a graver one would take it from another."""
    alone: defaultdict[tuple[_Same, Item], list[Entry]] = defaultdict(list)
    apart: defaultdict[_Same, list[Entry]] = defaultdict(list)
    for each in told:
        said, alike = each.said, _alike(each.rank, finely=finely)
        same = _Same(each.weight, each.supplier, each.topic, alike, said.words, said.end, each.note)
        if each.apart:
            apart[same].append(each)
        else:
            alone[same, each.said.item].append(each)
    merged: defaultdict[tuple[_Same, tuple[SchoolList, ...]], list[list[Entry]]] = defaultdict(list)
    for (same, _), its in alone.items():
        merged[same, _places(its)].append(its)
    found = [_row(same, _items(items), where, chain(*items)) for (same, where), items in merged.items()]
    found += [_row(same, _items_of_schools(its), _places(its), its) for same, its in apart.items()]
    return tuple(sorted(found, key=_order))


def _alike(rank: Rank, *, finely: bool) -> tuple[int, ...]:
    return (rank.kind, rank.care, rank.reach) if finely else (rank.kind,)


def _row(same: _Same, items: tuple[Item, ...], where: tuple[SchoolList, ...], its: Iterable[Entry]) -> Row:
    told = [(each.rank._replace(many=each.rank.many * len(each.schools)), len(each.schools)) for each in its]
    rank, count = ranks_together([rank for rank, _ in told]), sum(number for _, number in told)
    return Row(same.supplier, same.topic, same.weight, rank, same.words, items, same.end, same.note, where, count)


def _order(row: Row) -> tuple[object, ...]:
    what = row.rank, row.supplier, row.words, [*map(_by_text, row.items)], row.places[0].schools, row.end, row.note
    places = [(where.state, where.schools, where.whys) for where in row.places]
    return *what, row.weight, str(row.topic), places  # so that the order is the same whatever it was


def _items(alike: Iterable[Sequence[Entry]]) -> tuple[Item, ...]:
    """List a row's items, each once: what matters most first, since a long list is cut."""
    found = [(min(each.rank for each in its), _by_text(its[0].said.item), its[0].said.item) for its in alike]
    return tuple(item for _, _, item in sorted(found, key=itemgetter(0, 1)) if item)


def _places(its: Iterable[Entry]) -> tuple[SchoolList, ...]:
    """Where they are, by how they stand; the largest group first."""
    schools: defaultdict[str, set[str]] = defaultdict(set)
    whys: defaultdict[str, set[str]] = defaultdict(set)
    for each in its:
        schools[each.state].update({*each.schools} - {""})
        whys[each.state].update({each.why} - {""})
    found = (SchoolList(state, tuple(sorted(names)), tuple(sorted(whys[state]))) for state, names in schools.items())
    return tuple(sorted(found, key=lambda where: (-len(where.schools), where.state)))


def _items_of_schools(its: Iterable[Entry]) -> tuple[Item, ...]:
    """What differs from school to school, with the school's name where there are several."""
    of = {(school, each.said.item) for each in its for school in each.schools}
    different = {item for _, item in of}
    if len(different) <= 1:
        return tuple(different)
    in_order = sorted(of, key=lambda one: (one[0], _by_text(one[1])))
    return tuple((Part(f"{school}: ", Mark.WORDS), *item) for school, item in in_order)


def _by_text(item: Item) -> tuple[str, str]:
    text = "".join(part.text for part in item)
    return text.casefold(), text
