"""Reading DataSets: every form that .NET writes, and the three kinds of nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reconciler.bromcom.dataset import ParsedDataSet, dataset_of
from reconciler.bromcom.faults import response_of
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import Unreadable
from tests.bromcom.answers import diffgram, entities, envelope, response, row, schema

if TYPE_CHECKING:
    from pathlib import Path


def read(document: str | bytes, operation: str = "findEntitiesBySchoolID") -> ParsedDataSet:
    """The DataSet in a whole answer."""
    body = document if isinstance(document, bytes) else document.encode()
    return dataset_of(response_of(HttpAnswer(200, "text/xml", body), operation))


def listed(result: str) -> ParsedDataSet:
    """The DataSet of a `findEntitiesBySchoolID` with this result."""
    return read(envelope(response("findEntitiesBySchoolID", result)))


def named(document: str) -> list[str]:
    """The names in a whole answer."""
    return read(document).texts("EntityName")


@given(st.lists(st.text("abcÄß &<>']", min_size=1).filter(str.strip), max_size=40))
def test_every_name_comes_back_once_and_in_order(names: list[str]) -> None:
    """What the service lists is what is read, without the blanks that pad a column of fixed width."""
    assert read(entities(names)).texts("EntityName") == [name.strip() for name in names]


@given(st.data())
def test_no_beginning_of_an_answer_is_an_answer(data: st.DataObject) -> None:
    """Wherever it is cut, half an answer is unreadable, and never fewer names."""
    whole = entities(["Staff", "Students", "Subjects"]).encode()
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(Unreadable):
        read(whole[:cut]).texts("EntityName")


_TABLE = '<xs:element name="Table"><xs:complexType><xs:sequence></xs:sequence></xs:complexType></xs:element>'


def test_no_rows_no_table_and_no_result_are_three_things() -> None:
    """Only a table without rows is nothing; the schema tells it from no table at all."""
    assert listed(schema("EntityName") + diffgram("")).texts("EntityName") == []
    assert listed(schema("EntityName") + diffgram(" ")).texts("EntityName") == []
    for result in (
        diffgram(""),
        schema("EntityName"),
        schema("Name") + diffgram(""),
        schema().replace(_TABLE, "") + diffgram(""),
        "",
        "text",
    ):
        with pytest.raises(Unreadable):
            listed(result).texts("EntityName")


XSI = "http://www.w3.org/2001/XMLSchema-instance"


@pytest.mark.parametrize(
    "missing",
    [
        "<Table/>",
        "<Table><EntityName/></Table>",
        "<Table><EntityName>  </EntityName></Table>",
        "<Table><Name>x</Name></Table>",
        f'<Table><EntityName xmlns:i="{XSI}" i:nil="true">x</EntityName></Table>',
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_row_without_its_name_is_unreadable_and_never_left_out(missing: str, place: int) -> None:
    """A shorter list would be a false difference."""
    rows = [row(1, EntityName="Staff"), row(2, EntityName="Students")]
    rows.insert(place, missing)
    with pytest.raises(Unreadable, match=f"row {place + 1} "):
        listed(schema("EntityName") + diffgram("".join(rows))).texts("EntityName")


def test_a_row_with_two_names_does_not_lend_one_to_a_row_without() -> None:
    """As many names as rows are not a name in every row."""
    rows = "<Table><EntityName>A</EntityName><EntityName>B</EntityName></Table><Table/>"
    with pytest.raises(Unreadable, match="row 1 of the answer has more than one value"):
        listed(schema("EntityName") + diffgram(rows)).texts("EntityName")


@pytest.mark.parametrize(
    "odd",
    [
        "<Table><EntityName>A</EntityName><EntityName>B</EntityName></Table>",
        '<Table><EntityName>A</EntityName><x:EntityName xmlns:x="urn:x">B</x:EntityName></Table>',
        "<Table><EntityName>A<b>B</b></EntityName></Table>",
        "<Table><EntityName>A<EntityName>B</EntityName></EntityName></Table>",
        "<Table><EntityName>A</EntityName><Inner><EntityName>B</EntityName></Inner></Table>",
    ],
)
def test_a_row_with_more_than_one_value_is_unreadable(odd: str) -> None:
    """Whichever was taken, the other would be a name that is missed."""
    for rows in (odd, odd + row(2, EntityName="Staff"), row(1, EntityName="Staff") + odd):
        with pytest.raises(
            Unreadable, match=r"row \d of the answer has (more than one value|other elements) in a column"
        ):
            listed(schema("EntityName") + diffgram(rows)).texts("EntityName")


def test_more_than_one_dataset_is_unreadable() -> None:
    """The rows of the second would be missed."""
    two = diffgram(row(1, EntityName="Staff")).replace("</NewDataSet>", "</NewDataSet><NewDataSet/>")
    with pytest.raises(Unreadable, match="more than one DataSet"):
        listed(two).texts("EntityName")


LIST = diffgram(row(1, EntityName="Staff"))
TABLE = """<xs:element name="{}"><xs:complexType><xs:sequence><xs:element name="{}"/></xs:sequence></xs:complexType>\
</xs:element>"""
SECOND = schema("EntityName").replace("<xs:choice", "<xs:choice>{}</xs:choice><xs:choice")


@pytest.mark.parametrize(
    "more",
    [
        SECOND.format(TABLE.format("Table1", "EntityName")) + LIST,
        SECOND.format(TABLE.format("Table1", "ENTITYNAME")) + LIST,
        SECOND.format(TABLE.format("Table", "Name")) + LIST,
        schema("EntityName", "entityname")
        + diffgram("<Table><EntityName>A</EntityName><entityname>B</entityname></Table>"),
        diffgram(row(1, EntityName="Staff") + row(2, EntityName="Students").replace("Table", "Table1")),
        diffgram(row(1, EntityName="Staff") + "<Rows><Name>Students</Name></Rows>"),
    ],
)
def test_a_second_table_that_may_hold_names_is_unreadable(more: str) -> None:
    """Nobody can tell which of the two is the list."""
    with pytest.raises(Unreadable):
        listed(more).texts("EntityName")


@pytest.mark.parametrize(
    "outside",
    [
        diffgram("<Entity>Staff</Entity>").replace("NewDataSet", "Rows"),
        diffgram("<Entity><EntityName>Staff</EntityName></Entity>"),
        diffgram(row(1, EntityName="Staff") + "<Rows><Entity>Students</Entity></Rows>"),
        diffgram(row(1, EntityName="Staff") + "Students"),
        diffgram(row(1, EntityName="Staff", Name="Students")),
        diffgram('<Table Name="Students"><EntityName>Staff</EntityName></Table>'),
        diffgram('<Table msdata:hiddenName="Students"><EntityName>Staff</EntityName></Table>'),
        diffgram('<Table><EntityName Name="Students">Staff</EntityName></Table>'),
        diffgram('<Table diffgr:hasChanges="deleted"><EntityName>Staff</EntityName></Table>'),
        diffgram("").replace("></diffgr:", "><diffgr:before/><diffgr:before><Table/></diffgr:before></diffgr:"),
        diffgram("").replace("></diffgr:", f"><diffgr:Set>{row(1, EntityName='Staff')}</diffgr:Set></diffgr:"),
        "Staff" + diffgram(""),
        LIST + LIST,
        LIST + "<Rows><Entity>Students</Entity></Rows>",
    ],
)
def test_what_lies_outside_of_the_declared_tables_and_columns_is_unreadable(outside: str) -> None:
    """Passing over it would give fewer names, or none, and taking it others."""
    with pytest.raises(Unreadable):
        listed(schema("EntityName") + outside).texts("EntityName")


@pytest.mark.parametrize("place", ["<findEntitiesBySchoolIDResult>", "</findEntitiesBySchoolIDResponse>"])
def test_text_beside_the_result_is_unreadable(place: str) -> None:
    """A list in the form that .NET gives it, and a name that stands before or after its result."""
    whole = entities(["Staff", "Students"])
    assert whole.count(place) == 1
    with pytest.raises(Unreadable, match="text outside of its rows"):
        named(whole.replace(place, f"Subjects{place}"))


def test_a_second_result_response_or_body_is_unreadable() -> None:
    """The first of two would win, and the other's names be missed."""
    one = response("findEntitiesBySchoolID", schema("EntityName") + LIST)
    result = one[one.index("><") + 1 : one.rindex("</")]
    for document in (
        envelope(one + one),
        envelope(one.replace(result, result * 2)),
        envelope(one.replace(result, result + "<Rows/>")),
        envelope(one).replace("</soap:Body>", f"</soap:Body><soap:Body>{one}</soap:Body>"),
        envelope(one).replace("<soap:Body>", f"<soap:Header>{one}</soap:Header><soap:Body>"),
    ):
        with pytest.raises(Unreadable):
            read(document).texts("EntityName")
    header = '<soap:Header><w:Action xmlns:w="urn:w">x</w:Action></soap:Header><soap:Body>'
    assert read(envelope(one).replace("<soap:Body>", header)).texts("EntityName") == ["Staff"]


FORMS = {
    "a prefixed namespace": diffgram("").replace(
        "></diffgr:",
        '><e:Set xmlns:e="urn:e"><e:Table><e:EntityName>Staff</e:EntityName></e:Table></e:Set></diffgr:',
    ),
    "a column as attribute": diffgram('<Table EntityName="Staff"/>'),
    "a hidden column": diffgram('<Table msdata:hiddenEntityName="Staff"/>'),
    "blanks and line ends between rows": diffgram(f"\n  {row(1, EntityName='Staff')}\n"),
    "CDATA, comments and blanks": diffgram(
        "<Table> <!-- a --> <EntityName><![CDATA[St]]>a<!-- b -->ff \n</EntityName></Table>"
    ),
    "hasChanges, earlier values and errors": diffgram(row(1, EntityName="Staff"))
    .replace("<Table ", '<Table diffgr:hasChanges="modified" ', 1)
    .replace(
        "</diffgr:diffgram>",
        '<diffgr:before><Table xmlns=""><EntityName>Old</EntityName></Table></diffgr:before>'
        '<diffgr:errors><Table xmlns=""><EntityName diffgr:Error="x"/></Table></diffgr:errors></diffgr:diffgram>',
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("with_schema", [True, False])
def test_every_form_of_rows_is_read(form: str, with_schema: bool) -> None:
    """Namespaces, attributes and remarks differ between servers; rows without a schema are rows all the same."""
    assert listed((schema("EntityName") if with_schema else "") + FORMS[form]).texts("EntityName") == ["Staff"]


def test_a_dataset_and_a_table_may_have_any_name() -> None:
    """As long as the schema and the rows agree on it."""
    renamed = (schema("EntityName") + LIST).replace("NewDataSet", "Result").replace("Table", "Row")
    assert listed(renamed).texts("EntityName") == ["Staff"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_the_documents_own_encoding_holds(encoding: str) -> None:
    """UTF-16, a byte-order mark, and what the XML declaration says."""
    declared = {"utf-16": "utf-16", "utf-8-sig": "utf-8", "iso-8859-1": "iso-8859-1"}[encoding]
    document = entities(["Élèves"]).replace('encoding="utf-8"', f'encoding="{declared}"')
    assert read(document.encode(encoding)).texts("EntityName") == ["Élèves"]


SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:msdata="urn:schemas-microsoft-com:xml-msdata">
<xs:complexType name="Kind"><xs:sequence>
  <xs:element name="Typed" type="xs:int" nillable="true"/></xs:sequence></xs:complexType>
<xs:element name="Wide"><xs:complexType><xs:sequence>
  <xs:element name="First_x0020_Name" minOccurs="0">
    <xs:simpleType><xs:restriction base="xs:string"/></xs:simpleType></xs:element>
  <xs:element name="_x0032_nd_Name" type="xs:string" msdata:Caption="x"/>
  <xs:element name="Nested">
    <xs:complexType><xs:sequence><xs:element name="Inner"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="_x0001F600_" type="xs:string"/><xs:element name="_xD83D_" type="xs:string"/>
</xs:sequence><xs:attribute name="id" type="xs:int"/></xs:complexType></xs:element>
<xs:element name="Set" msdata:IsDataSet="true"><xs:complexType><xs:choice maxOccurs="unbounded">
  <xs:element ref="Wide"/><xs:element name="Other" type="Kind"/>
</xs:choice></xs:complexType></xs:element></xs:schema>"""


def test_columns_come_by_their_real_names() -> None:
    """Encoded names, references, named types, attributes; no table nested in the table."""
    found = listed(SCHEMA + diffgram(""))
    assert found.columns() == ("First Name", "2nd_Name", "\U0001f600", "_xD83D_", "id")
    with pytest.raises(Unreadable, match="Typed is not text"):
        found.texts("Typed")


def test_columns_of_rows_without_a_schema_are_those_that_they_show() -> None:
    """In the order in which they are first seen."""
    found = listed(diffgram(row(1, A="1") + row(2, A="1", B_x0020_C="2")))
    assert found.columns() == ("A", "B C")


def test_the_names_are_found_in_whichever_table_has_them() -> None:
    """A second table beside the list does not hide it, where the schema says that it is another."""
    start = SECOND.format(TABLE.format("Counts", "HowMany"))
    counts = "<Counts><HowMany>2</HowMany></Counts>"
    assert listed(start + diffgram(counts + row(1, EntityName="Staff"))).texts("EntityName") == ["Staff"]


@pytest.mark.parametrize("null", ["true", "1", " true\n"])
@pytest.mark.parametrize(
    "place",
    ["findEntitiesBySchoolIDResult", "findEntitiesBySchoolIDResponse", "diffgr:diffgram", "NewDataSet", "Table"],
)
def test_what_is_null_and_holds_rows_all_the_same_is_unreadable(place: str, null: str) -> None:
    """It says two things; blanks around a truth value are none of it."""
    text = entities(["Staff", "Students"]).replace(f"<{place} ", f'<{place} xmlns:i="{XSI}" i:nil="{null}" ', 1)
    if f"<{place} xmlns:i" not in text:
        text = text.replace(f"<{place}>", f'<{place} xmlns:i="{XSI}" i:nil="{null}">', 1)
    assert 'i:nil="' in text
    with pytest.raises(Unreadable, match="null"):
        named(text)
    assert named(text.replace(f'i:nil="{null}"', 'i:nil="false"')) == ["Staff", "Students"]


NARROWED = '<xs:simpleType><xs:restriction base="xs:{}"/></xs:simpleType></xs:element>'


@pytest.mark.parametrize("kind", ["base64Binary", "hexBinary", "int", "dateTime"])
def test_names_that_are_no_texts_are_unreadable(kind: str) -> None:
    """`U3RhZmY=` is Staff to whoever minds the type, and another name to whoever does not."""
    rows = diffgram(row(1, EntityName="U3RhZmY="))
    start = schema("EntityName").replace("xs:string", f"xs:{kind}")
    inner = schema("EntityName").replace(' type="xs:string" minOccurs="0"/>', f">{NARROWED.format(kind)}")
    typed = rows.replace("<EntityName>", f'<EntityName xmlns:i="{XSI}" i:type="xs:{kind}">')
    for result in (start + rows, inner + rows, schema("EntityName") + typed):
        with pytest.raises(Unreadable, match="not text"):
            listed(result).texts("EntityName")
    for result in (inner.replace(kind, "string") + rows, schema("EntityName") + typed.replace(kind, "string")):
        assert listed(result).texts("EntityName") == ["U3RhZmY="]


@pytest.mark.parametrize(
    "strange", ["\u200b", "\u00a0", "\u00ad", "\u202e", "\x9b", "\n", "\u0405", "\uff33", "\u017f", "\u212a"]
)
def test_a_name_that_only_looks_like_another_is_unreadable(strange: str) -> None:
    """A plan would take one away and give the other, and nobody could do that. Blanks around it are its column's."""
    with pytest.raises(Unreadable, match=rf"an? .+ \(U\+{ord(strange):04X}\) in it"):
        named(entities(["Staff", f"Stu{strange}dents"]))
    assert named(entities(["\u00a0Staff\u2003", "\u00c9coles"])) == ["Staff", "\u00c9coles"]


def test_rows_of_another_table_alone_are_not_no_names() -> None:
    """They may say why there are none."""
    start = SECOND.format(TABLE.format("Errors", "Text"))
    assert listed(start + diffgram("")).texts("EntityName") == []
    with pytest.raises(Unreadable, match="none of the table with the column EntityName"):
        listed(start + diffgram("<Errors><Text>Timeout</Text></Errors>")).texts("EntityName")


@pytest.mark.parametrize("beside", ["before", "errors"])
def test_rows_that_are_all_earlier_ones_or_remarks_are_none(beside: str) -> None:
    """They are no list, even in the form of one."""
    rows = diffgram(row(1, EntityName="Staff")).replace("NewDataSet", f"diffgr:{beside}")
    assert listed(schema("EntityName") + rows).texts("EntityName") == []


def test_no_lone_half_of_a_surrogate_pair_becomes_text() -> None:
    """Such a text could not be printed."""
    found = listed(diffgram("<Table><_xDFFF_>x</_xDFFF_></Table>"))
    assert found.columns()[0].encode() == b"_xDFFF_"


def test_a_real_answer_gives_its_75_names(shared: Path) -> None:
    """The list that Groupcall publishes, from a captured answer."""
    captured = shared / "reference" / "findEntitiesBySchoolID.response.xml"
    children = "".join(etree.tostring(child, encoding="unicode") for child in etree.parse(captured).getroot())
    names = listed(children).texts("EntityName")
    assert len(names) == 75
    assert names == sorted(names, key=str.casefold)
