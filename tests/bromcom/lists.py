"""Lists of names as bytes: in the shape that .NET gives them, and in any other that looks like it."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from tests.bromcom.answers import diffgram, envelope, response, schema

# Two names that are one entity, and the longest; then other letters, what XML or .NET escapes, and what nobody sees.
_PLAIN: Final = ("Students", "Staff", "students", "MealType", "MealTypes", "SENStudents", "0", "x" * 200)
_OTHERS: Final = (
    "Third Party Write Back - Staff", "A&B",
    "A_B", "A_x0020_B", " Staff ", "Sta\u200bff", "St\u0430ff", "Élèves", "x" * 201, "",
    "&amp;", "]]>", "Sta\tff", "Staff\n", "\u0663", "Ω", "\U0001d54f", "<Staff>", "'\"", "-", "correct horse",
)  # fmt: skip
_RAW: Final = ("Sta&#102;f", "<![CDATA[Staff]]>", "Sta<!-- -->ff", "Sta<?p i?>ff", "&Staff;", "Staff<b/>", "Sta&#0;ff")
# Pieces of an answer that another place, or none, may have.
_PIECES: Final = (
    "<!--", "-->", "<![CDATA[", "]]>", "<?p", "?>", '<!DOCTYPE a [<!ENTITY b "c">]>', "\ufeff", " ", "\n", "\t",
    "\x00", "</EntityName></Table>", '<Table diffgr:id="Table', '1" msdata:rowOrder="0"><EntityName>',
    "<EntityName>Staff</EntityName>",
    '<Table diffgr:id="Table9" msdata:rowOrder="8"><EntityName>More</EntityName></Table>', "</NewDataSet>",
    "<NewDataSet>", '<?xml version="1.0" encoding="utf-8"?>', "utf-16", "utf-7", "iso-8859-1", "1.1",
    "<diffgr:before>", "</diffgr:before>", "\xff", "&#65;", "&lt;", "<a>", "</a>", ' xsi:nil="true"',
    ' diffgr:hasChanges="deleted"', 'xmlns="urn:x"', "<soap:Header>", "</soap:Header>", "<xs:schema>", "x", "0",
    "Table", "EntityName", "Kind", "<Kind>a</Kind>",
)  # fmt: skip
_EMPTY_ELEMENTS: Final = ("/>", " />")
_HEADERS: Final = ("", '<soap:Header><w:Id xmlns:w="urn:w">7</w:Id></soap:Header>')


@st.composite
def rows(draw: st.DrawFn) -> str:
    """Rows, most of them as .NET writes them, with up to twelve names."""
    names = [draw(st.sampled_from(_PLAIN)) for _ in range(draw(st.integers(0, 12)))]
    if names and draw(st.integers(0, 3)) == 0:
        names[draw(st.integers(0, len(names) - 1))] = draw(st.sampled_from(_OTHERS).map(escape) | st.sampled_from(_RAW))
    usual = '<Table diffgr:id="Table{}" msdata:rowOrder="{}"><EntityName>{}</EntityName></Table>'
    others = (
        usual.replace("Table{}", "{}"), usual.replace("><E", "> <E"),
        usual.replace("EntityName", "entityname"), usual.replace("Table ", "Table1 ").replace("/Table>", "/Table1>"),
        usual.replace('"', "'"), usual + " ", usual.replace(">{}<", "><!--{}--><"),
        usual.replace("<Table", '<Table diffgr:hasChanges="deleted"'),
    )  # fmt: skip
    odd = draw(st.sampled_from((None,) * 20 + others))
    place = draw(st.integers(0, max(0, len(names) - 1)))
    first = draw(st.sampled_from((1, 1, 1, 7, -1)))
    return "".join(
        (odd if odd and number == place else usual).format(number + first, number, name)
        for number, name in enumerate(names)
    )


@st.composite
def frames(draw: st.DrawFn) -> str:
    """An answer with @ where its rows are: in either version of SOAP, with a schema or without one, with a header."""
    declared = draw(st.sampled_from((schema("EntityName"), "", schema("EntityName", "Kind"))))
    whole = envelope(
        response("findEntitiesBySchoolID", declared + diffgram("@")), draw(st.sampled_from(("1.1", "1.2")))
    )
    whole = whole.replace("/>", draw(st.sampled_from(_EMPTY_ELEMENTS)))
    return whole.replace("<soap:Body>", draw(st.sampled_from(_HEADERS)) + "<soap:Body>")


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """An answer, changed at random places up to three times."""
    body = draw(frames()).replace("@", draw(rows())).encode()
    for _ in range(draw(st.sampled_from((0, 0, 0, 0, 1, 1, 2, 3)))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
        if draw(st.booleans()):
            end = min(end, start + draw(st.integers(0, 30)))
        piece = draw(st.sampled_from(_PIECES).map(str.encode) | st.binary(max_size=3) | st.just(body[start:end] * 2))
        body = body[:start] + piece + body[end:]
    return body
