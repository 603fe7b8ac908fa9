"""Answers that were changed at random, and what each of them still says."""

from __future__ import annotations

import re
from copy import deepcopy
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from hypothesis import strategies as st
from lxml import etree

from tests.bromcom.answers import diffgram, envelope, response, row, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

Element: TypeAlias = Any  # lxml's own type has text that may be bytes, and a parent that may be missing

_SOAP: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_MSDATA: Final = "{urn:schemas-microsoft-com:xml-msdata}"
_DIFFGR: Final = "{urn:schemas-microsoft-com:xml-diffgram-v1}"
_OTHERS_MARKS: Final = (
    _DIFFGR,
    "{http://www.w3.org/XML/1998/namespace}",
    "{http://www.w3.org/2001/XMLSchema-instance}",
)
_NAME = re.compile(r"Name\d+x")  # whatever looks like this is a name that somebody may read

# Names that elements are given: those of the contract, as .NET encodes them, in other letters, and others.
TAGS: Final = (
    "EntityName", "entityname", "ENTITYNAME", "Entity_x004E_ame", "_x0045_ntityName", "Entity", "Name",
    "Table", "table", "Table1", "Rows", "NewDataSet", "findEntitiesBySchoolIDResult", "findEntitiesBySchoolIDResponse",
    f"{_DIFFGR}diffgram", f"{_DIFFGR}before", f"{_DIFFGR}NewDataSet", f"{_XS}schema",
)  # fmt: skip
NAMESPACES: Final = ("", "urn:other", "http://tempuri.org/", _DIFFGR[1:-1], _MSDATA[1:-1], _XS[1:-1])
STATES: Final = ("inserted", "modified", "deleted", "unchanged", "")


def answer(data: st.DataObject) -> Element:
    """A list of names in one of the forms that .NET writes, changed up to five times; every name in it is another."""
    root = etree.fromstring(data.draw(st.sampled_from(_STARTS)).encode())
    for _ in range(data.draw(st.integers(0, 5))):
        elements = [element for element in root.iter("*") if not element.tag.startswith(_SOAP)]
        if not elements:
            break
        one, other = data.draw(st.sampled_from(elements)), data.draw(st.sampled_from(elements))
        data.draw(st.sampled_from(_CHANGES))(one, other, data)
    _name_apart(root)
    for element in data.draw(st.lists(st.sampled_from([*root.iter("*")]), max_size=2)):
        _interrupt(element, data)
    return root


def held(root: Element) -> set[str]:
    """The names that an answer holds: in any text or attribute of its response that is not the schema's, an earlier
    value, a remark, or a mark of .NET's; without a schema, where they are called EntityName. What a gateway puts into
    the header has a namespace, and is none."""
    tables = root.xpath("//xs:schema/xs:element/xs:complexType/xs:choice/xs:element", namespaces={"xs": _XS[1:-1]})
    places = [place for part in root for one in part.iterchildren("*") for place in _places(one)]
    return {name for like, text in places if tables or like for name in _NAME.findall(text)}


def _places(element: Element) -> Iterator[tuple[bool, str]]:
    """The places where a name may stand: (is the place called EntityName, the text there)."""
    if element.getparent().tag == f"{_DIFFGR}diffgram" and element.tag in (f"{_DIFFGR}before", f"{_DIFFGR}errors"):
        return
    in_schema = element.tag == f"{_XS}schema" or next(element.iterancestors(f"{_XS}schema"), None) is not None
    in_header = next(element.iterancestors(f"{_SOAP}Header"), None) is not None
    if not (in_schema and element.tag.startswith(_XS)) and not (in_header and element.tag.startswith("{")):
        yield _like(element.tag), "".join(element.xpath("text()"))
        for name, value in element.attrib.items():
            hidden = name.startswith(f"{_MSDATA}hidden")
            if hidden or not name.startswith((*_OTHERS_MARKS, _MSDATA)):
                yield _like(name.replace(f"{_MSDATA}hidden", "")), value
    for child in element.iterchildren("*"):
        yield from _places(child)


def _like(name: str) -> bool:
    local = name.rpartition("}")[2].replace("_x004E_", "N").replace("_x0045_", "E")
    return local.casefold() == "entityname"


def _name_apart(root: Element) -> None:
    """Give every name a number of its own, so that a copy is another name than what it is a copy of."""
    numbers = count(1)
    for element in root.iter("*"):
        for name, value in element.attrib.items():
            element.set(name, _NAME.sub(lambda _: f"Name{next(numbers)}x", value))
        for part in ("text", "tail"):
            if text := getattr(element, part):
                setattr(element, part, _NAME.sub(lambda _: f"Name{next(numbers)}x", text))


def _double(one: Element, _: Element, data: st.DataObject) -> None:
    one.addnext(deepcopy(one))


def _copy(one: Element, other: Element, data: st.DataObject) -> None:
    other.insert(data.draw(st.integers(0, len(other))), deepcopy(one))


def _move(one: Element, other: Element, data: st.DataObject) -> None:
    if one not in (other, *other.iterancestors()):
        other.insert(data.draw(st.integers(0, len(other))), one)


def _remove(one: Element, _: Element, data: st.DataObject) -> None:
    one.getparent().remove(one)


def _rename(one: Element, _: Element, data: st.DataObject) -> None:
    one.tag = data.draw(st.sampled_from(TAGS))


def _rename_declared(one: Element, _: Element, data: st.DataObject) -> None:
    declared = list(one.getroottree().iter(f"{_XS}element"))
    if declared:
        data.draw(st.sampled_from(declared)).set("name", data.draw(st.sampled_from(TAGS[:12])))


def _put_in_namespace(one: Element, _: Element, data: st.DataObject) -> None:
    uri = data.draw(st.sampled_from(NAMESPACES))
    one.tag = etree.QName(uri or None, etree.QName(one).localname).text


def _wrap(one: Element, _: Element, data: st.DataObject) -> None:
    around = etree.Element(data.draw(st.sampled_from(TAGS)))
    one.addprevious(around)
    around.append(one)


def _unwrap(one: Element, _: Element, data: st.DataObject) -> None:
    etree.strip_tags(one.getparent(), one.tag)


def _into_attribute(one: Element, other: Element, data: st.DataObject) -> None:
    name = etree.QName(one).localname
    prefix = data.draw(st.sampled_from(["", f"{_MSDATA}hidden", _MSDATA, _DIFFGR, "{urn:other}"]))
    target = data.draw(st.sampled_from([one.getparent(), other]))
    target.set(prefix + name, one.text or "")
    if one is not target:
        _remove(one, other, data)


def _set_state(one: Element, _: Element, data: st.DataObject) -> None:
    one.set(f"{_DIFFGR}hasChanges", data.draw(st.sampled_from(STATES)))


def _put_before(one: Element, _: Element, data: st.DataObject) -> None:
    for found in list(one.getroottree().iter(f"{_DIFFGR}diffgram")):
        before = etree.SubElement(found, _DIFFGR + data.draw(st.sampled_from(["before", "errors"])))
        before.append(deepcopy(one))


def _interrupt(one: Element, data: st.DataObject) -> None:
    """Put a comment, or an instruction, into a text: a reader sees one text all the same."""
    text, one.text = one.text or "", None
    at = data.draw(st.integers(0, len(text)))
    one.insert(0, data.draw(st.sampled_from([etree.Comment("c"), etree.ProcessingInstruction("p", "i")])))
    one.text, one[0].tail = text[:at], text[at:]


_CHANGES: Final = (
    _double, _copy, _move, _remove, _rename, _rename_declared, _put_in_namespace, _wrap, _unwrap, _into_attribute,
    _set_state, _put_before,
)  # fmt: skip


def _start(start: str, rows: str) -> str:
    return envelope(response("findEntitiesBySchoolID", start + diffgram(rows)))


_ROWS: Final = "".join(row(number, EntityName=f"Name{number}x") for number in range(1, 4))
_COUNTS: Final = """<xs:element name="Counts"><xs:complexType><xs:sequence><xs:element name="HowMany"/></xs:sequence>\
</xs:complexType></xs:element>"""
_HEADER: Final = '<w:Action xmlns:w="urn:wsa"><w:Inner>text</w:Inner></w:Action>'
_STARTS: Final = (
    _start(schema("EntityName"), _ROWS),
    _start("", _ROWS),
    _start(schema("EntityName", "Kind"), _ROWS.replace("</EntityName>", "</EntityName><Kind>a kind</Kind>")),
    _start(schema("EntityName"), "".join(f'<Table EntityName="Name{number}x"/>' for number in range(1, 4))),
    _start(
        schema("EntityName").replace("<xs:choice", f"<xs:choice>{_COUNTS}</xs:choice><xs:choice"),
        "<Counts><HowMany>3</HowMany></Counts>" + _ROWS,
    ),
    _start(schema("EntityName"), _ROWS).replace("<soap:Body", f"<soap:Header>{_HEADER}</soap:Header><soap:Body"),
    _start(schema("EntityName"), _ROWS).replace("Table", "Entity_x0020_List").replace("NewDataSet", "Set"),
)
