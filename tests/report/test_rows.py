"""Rows: nothing is lost when what is alike becomes one, and nothing is told twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.aspect import Aspect
from reconciler.model.entity import Care, Reach
from reconciler.model.review import ManifestField
from reconciler.planning.ranking import BESIDE, Kind, Rank
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.phrases import Phrase
from reconciler.report.story.rows import Entry, Weight, rows, together

if TYPE_CHECKING:
    from random import Random

TOLD = st.builds(
    Entry,
    supplier=st.sampled_from(["", "groupcall", "till"]),
    topic=st.just(Aspect.READ),
    weight=st.sampled_from([Weight.SENSITIVE, Weight.ORDINARY]),
    rank=st.builds(Rank, st.sampled_from([Kind.TOO_MUCH, Kind.MISSING]), st.sampled_from(Care), st.sampled_from(Reach)),
    said=st.builds(
        Phrase,
        words=st.sampled_from(["reads", "writes"]),
        item=st.sampled_from(["Students", "Staff", "Marks"]).map(lambda name: (Part(name, Mark.VALUE),)),
    ),
    note=st.sampled_from(["", "why"]),
    schools=st.lists(st.sampled_from(["beechwood", "greenfield", "hilltop"]), min_size=1, max_size=3),
    state=st.sampled_from(["to tick", "so already"]),
    apart=st.just(False),
)
# What differs from school to school carries their names; alike in all else, so that they meet in one row.
ALIKE = Entry("", Aspect.READ, Weight.ORDINARY, BESIDE, Phrase("reads", ()), "", [], "")
APART = TOLD.map(lambda told: ALIKE._replace(said=Phrase("reads", told.said.item), schools=told.schools, apart=True))


@given(st.lists(TOLD), st.randoms(use_true_random=False))
def test_each_is_told_once_whatever_the_order(told: list[Entry], random: Random) -> None:
    """Taken apart again, the rows are what went in; and they stand in the same order."""
    made = rows(told)
    apart = Counter(
        (row.supplier, row.weight, row.words, item, row.note, school, where.state)
        for row in made
        for item in row.items
        for where in row.places
        for school in where.schools
    )
    into = Counter(
        (t.supplier, t.weight, t.said.words, t.said.item, t.note, school, t.state) for t in told for school in t.schools
    )
    assert apart.keys() == into.keys()
    shuffled = list(told)
    random.shuffle(shuffled)
    assert rows(shuffled) == made
    assert [row.rank for row in made] == sorted(row.rank for row in made)
    assert sum(row.count for row in made) == sum(len(t.schools) for t in told)
    groups = [*together(made)]
    assert sorted((row for group in groups for row in group), key=made.index) == list(made)
    assert [group[0].rank for group in groups] == sorted(group[0].rank for group in groups)


@given(st.lists(TOLD | APART), st.randoms(use_true_random=False))
def test_what_differs_from_school_to_school_loses_nothing_and_keeps_its_order(
    told: list[Entry], random: Random
) -> None:
    """Even of a school that has two; each item is in a row of its supplier that is at its school."""
    made = rows(told)
    for entry in told:
        (item,) = entry.said.item
        assert all(
            any(
                row.supplier == entry.supplier
                and any(school in where.schools for where in row.places)
                and any(
                    said == (item,) or [part.text for part in said] == [f"{school}: ", item.text] for said in row.items
                )
                for row in made
            )
            for school in entry.schools
        )
    shuffled = list(told)
    random.shuffle(shuffled)
    assert rows(shuffled) == made


def test_what_is_another_at_each_school_is_one_row_all_the_same() -> None:
    """A username: one row of the supplier, with each school's own; where it is the same at all, once."""

    def one(school: str, name: str) -> Entry:
        said = Phrase("gets access with the account", (Part(name, Mark.VALUE),))
        return Entry("till", ManifestField.ACCESS, Weight.NEW, BESIDE, said, "", [school], "to do", apart=True)

    (row,) = rows([one("greenfield", "till.greenfield"), one("hilltop", "till.hilltop")])
    told = ["".join(part.text for part in item) for item in row.items]
    assert told == ["greenfield: till.greenfield", "hilltop: till.hilltop"]
    (row,) = rows([one("greenfield", "till"), one("hilltop", "till")])
    assert row.items == ((Part("till", Mark.VALUE),),)
