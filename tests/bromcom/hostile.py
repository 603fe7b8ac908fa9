"""Answers made to take long: each shape in whatever size is asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from reconciler.bromcom.dataset import ParsedDataSet, dataset_of
from reconciler.bromcom.faults import response_of
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import LiveError
from tests.bromcom.answers import diffgram, envelope, response, row, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_XS: Final = 'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:msdata="urn:schemas-microsoft-com:xml-msdata"'
_COLUMNS: Final = "<xs:complexType{}><xs:sequence>{}</xs:sequence></xs:complexType>"


def _answer(result: str) -> str:
    return envelope(response("findEntitiesBySchoolID", result))


def _declaring(tables: str, beside: str = "") -> str:
    """An answer whose schema declares these tables, and no row."""
    return _answer(
        f'<xs:schema {_XS}>{beside}<xs:element name="S" msdata:IsDataSet="true"><xs:complexType><xs:choice>{tables}'
        f"</xs:choice></xs:complexType></xs:element></xs:schema>{diffgram('')}"
    )


def _table(name: str, inner: str) -> str:
    return f'<xs:element name="{name}">{_COLUMNS.format("", inner)}</xs:element>'


def _each(template: str, size: int) -> str:
    """As many of these, each with a number of its own, as make that size."""
    return "".join(template.replace("#", str(n)) for n in range(size // (len(template) + 4)))


def _nested(start: str, inner: str, end: str, size: int) -> str:
    one = start * 60 + inner + end * 60
    return one * max(1, size // len(one))


def _attributes(name: str, size: int) -> str:
    return _each(f" {name}='u#'", size)


def _dataset(inner: str) -> str:
    """An answer without a schema, with this in the diffgram."""
    return _answer(diffgram("").replace("></diffgr:", f">{inner}</diffgr:"))


_NAME: Final = row(1, EntityName="Entity#")
_COLUMN: Final = '<xs:element name="c#"/>'
_TYPED: Final = '<xs:element name="t#" type="K"/>'
_IN_TABLE: Final = '<xs:element name="a"><xs:complexType><xs:sequence>'
_OUT_OF_TABLE: Final = '</xs:sequence><xs:attribute name="c"/></xs:complexType></xs:element>'

SHAPES: Final[dict[str, Callable[[int], str]]] = {
    "names": lambda n: _answer(schema("EntityName") + diffgram(_each(_NAME, n))),
    "rows of nothing": lambda n: _answer(diffgram("<a/>" * (n // 4))),
    "cells of a row": lambda n: _answer(diffgram(f"<Table>{_each('<c#/>', n)}</Table>")),
    "attributes of a row": lambda n: _answer(diffgram(f"<Table{_attributes('a#', n)}/>")),
    "attributes of a declaration": lambda n: _declaring(f'<xs:element name="Table"{_attributes("a#", n)}/>'),
    "columns": lambda n: _declaring(_table("Table", _each(_COLUMN, n))),
    "tables": lambda n: _declaring(_each(_table("t#", '<xs:element name="EntityName"/>'), n)),
    "tables of one type": lambda n: _declaring(
        _each(_TYPED, n // 2), _COLUMNS.format(' name="K"', _each(_COLUMN, n // 2))
    ),
    "100 tables of one type": lambda n: _declaring(
        _each(_TYPED, 3500), _COLUMNS.format(' name="K"', _each(_COLUMN, min(n, 130_000)))
    ),
    "references to one table": lambda n: _declaring(
        '<xs:element ref="t"/>' * (n // 40), _table("t", _each(_COLUMN, n // 2))
    ),
    "groups beside": lambda n: _declaring("<xs:choice/>" * (n // 12)),
    "groups nested": lambda n: _declaring(_nested("<xs:choice>", _COLUMN, "</xs:choice>", n)),
    "tables nested": lambda n: _declaring(_nested(_IN_TABLE, _COLUMN, _OUT_OF_TABLE, n)),
    "rows in a long namespace": lambda n: _dataset(f'<S xmlns="{"u" * (n // 2)}">' + "<a/>" * (n // 8) + "</S>"),
    "attributes in a long namespace": lambda n: _answer(
        diffgram(f'<Table xmlns:p="{"u" * (n // 2)}"{_attributes("p:a#", n // 2)}/>')
    ),
    "namespaces": lambda n: _answer(diffgram(f"<Table{_attributes('xmlns:p#', n)}><EntityName>x</EntityName></Table>")),
    "blanks": lambda n: _answer(schema("EntityName") + diffgram((" " * (n // 40) + row(1, EntityName="x")) * 30)),
    "bodies": lambda n: envelope("<a/>" * (n // 4)),
    "results": lambda n: _answer("<a/>" * (n // 4)),
    "earlier values": lambda n: _dataset("<diffgr:before/>" * (n // 17)),
}


def main(size: int) -> None:
    """Read an answer of each shape in this size for its names and for its columns; say what came of it."""
    reads: tuple[Callable[[ParsedDataSet], Sequence[str]], ...] = (
        lambda one: one.texts("EntityName"),
        ParsedDataSet.columns,
    )
    for shape, made in SHAPES.items():
        print(shape, flush=True)
        answer = HttpAnswer(200, "text/xml", made(size).encode())
        for read in reads:
            try:
                print(" ", len(read(dataset_of(response_of(answer, "findEntitiesBySchoolID")))))
            except LiveError as error:
                print(" ", error)


if __name__ == "__main__":
    main(int(sys.argv[1]))
