"""The law of the list: an answer gives the names that it holds, never fewer and never others, or it is unreadable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reconciler.bromcom.dataset import dataset_of
from reconciler.bromcom.faults import response_of
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import Unreadable
from tests.bromcom.mutations import answer, held
from tests.examples import examples


def read(root: etree._Element) -> list[str]:
    """The names that are read of an answer."""
    answer = HttpAnswer(200, "text/xml", etree.tostring(root))
    return dataset_of(response_of(answer, "findEntitiesBySchoolID")).texts("EntityName")


@examples(5)
@given(st.data())
def test_no_two_answers_give_the_same_names_unless_they_hold_the_same(data: st.DataObject) -> None:
    """Rows doubled, moved, nested, wrapped, renamed, put into other namespaces, attributes, comments or earlier values;
    second tables, results and DataSets: what is read is all that the answer holds, or nothing is."""
    root = answer(data)
    try:
        names = read(root)
    except Unreadable:
        return
    assert set(names) == held(root), etree.tostring(root, encoding="unicode")
