"""Lists of entities as people have them: every name is found, and nothing disappears without a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.catalogue import entities
from reconciler.importing.entity_names import names_in

ANSWER = """<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><findEntitiesBySchoolIDResponse>
<NewDataSet xmlns=""><Table diffgr:id="Table1"><EntityName>Students</EntityName></Table>
<Table diffgr:id="Table2"><EntityName>Staff   </EntityName></Table></NewDataSet></soap:Body></soap:Envelope>
"""


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (ANSWER, ["Students", "Staff"]),
        ("<string>" + ANSWER.replace("<", "&lt;") + "</string>", ["Students", "Staff"]),
        ("EntityName,Why\nstudents,everything\nPERSONPHOTOS,cards\n", ["Students", "PersonPhotos"]),
        ("No;Entity\n1;Students\n", ["Students"]),
        ("Students\r\nStaff\r\n", ["Students", "Staff"]),
        (
            '- Students\n* Staff\n3. PersonPhotos\n4) "Attendances"',
            ["Students", "Staff", "PersonPhotos", "Attendances"],
        ),
        ("Students, Student Contacts; Staff\t|Attendances", ["Students", "StudentContacts", "Staff", "Attendances"]),
        ("Please tick Students and PersonPhotos for us.", ["Students", "PersonPhotos"]),
        ("We need it for our staff and people.", []),
    ],
)
def test_the_names_in_what_people_have(text: str, known: list[str]) -> None:
    """A saved answer, a table with a heading, lists of every kind, and sentences; ordinary words are no names."""
    names = names_in(text)
    assert list(names.known.values()) == known
    assert not names.unknown


def test_a_name_that_no_list_has_is_told_with_the_nearest() -> None:
    """With its line; a sentence is told too, and the names that were taken out of one."""
    names = names_in("Dear all,\nplease tick Students here\nStudentss\nStudentTransportRoutes")
    assert names.unknown == {
        "Studentss": (3, "Students"),
        "StudentTransportRoutes": (4, "StudentSchoolTransportInformation"),
    }
    assert names.in_sentence == ("Students",)
    assert names.passed_over == ((1, "Dear all"),)


@given(
    st.lists(st.sampled_from(sorted(entities())), min_size=1, unique=True), st.sampled_from(["\n", ", ", "; ", "\n- "])
)
def test_every_known_name_is_found(keys: list[str], between: str) -> None:
    """Whatever is between them, and in any capitals."""
    assert set(names_in(between.join(keys)).known) == set(keys)
