"""Reading a .NET DataSet: an inline `xs:schema` says which columns there are, a `diffgr:diffgram` holds the rows.

    <findEntitiesBySchoolIDResult>
      <xs:schema> ... one element a table, in it one element (or attribute) a column ... </xs:schema>
      <diffgr:diffgram>
        <NewDataSet>                          missing where there are no rows; any name, any namespace
          <Table diffgr:id="Table1"> ... one element (or attribute) a column; none where the value is null ... </Table>
        </NewDataSet>
        <diffgr:before>, <diffgr:errors>      earlier values, and remarks: not rows
      </diffgr:diffgram>
    </findEntitiesBySchoolIDResult>

Three answers look alike and are not: a table of no rows (the schema says which table), no table, and no result.
Only the first is "nothing"; the others are unreadable.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from reconciler.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lxml import etree

_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_XSI_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_MSDATA: Final = "{urn:schemas-microsoft-com:xml-msdata}"
_DIFFGR: Final = "{urn:schemas-microsoft-com:xml-diffgram-v1}"

# XmlConvert.EncodeName: a character that no XML name may hold, as four or eight hexadecimal digits. Half a surrogate
# pair is no character, and stays as it is.
_ENCODED = re.compile(r"_x(00(?:0[1-9A-F]|10)[0-9A-F]{4}|(?!D[89A-F])[0-9A-F]{4})_", re.IGNORECASE)


class DataSet:
    """The tables of one answer. What is not asked for is not looked at: most answers are one column of one table."""

    def __init__(self, schema: etree._Element | None, diffgram: etree._Element) -> None:
        self._schema = schema
        self._rows = _rows(diffgram)

    def texts(self, column: str) -> list[str]:
        """One column's values, a row each, without the blanks that pad them; of every table that has the column.

        Raises Unreadable where no table has it, and for a row with no value or with more than one: a list that is
        shorter than its table would be a false "less".
        """
        found = self._plain_texts(column)
        if found is None:
            found = [_text(n, row, column) for rows in self._rows_with(column) for n, row in enumerate(rows, start=1)]
        if "" in found:
            raise Unreadable(f"row {found.index('') + 1} of the answer has no {column}")
        return found

    def columns(self) -> tuple[str, ...]:
        """The first table's columns by their real names, in the schema's order. Raises Unreadable without a table."""
        declared = self._declared()
        for columns in declared.values():
            return columns
        for rows in self._rows.values():
            return _columns_in(rows)
        raise Unreadable("the answer holds a DataSet without a table")

    def _plain_texts(self, column: str) -> list[str] | None:
        """The same in one pass in C, where there is one table with exactly one such element in every row, and nothing
        in that; else None. A page of 75 names is a tenth of a millisecond."""
        if len(self._rows) != 1:
            return None
        (rows,) = self._rows.values()
        parent = rows[0].getparent()
        cells = [] if parent is None else list(parent.iter(f"{{*}}{column}"))
        if [cell.getparent() for cell in cells] != rows or any(map(len, cells)):
            return None
        return list(map(str.strip, [cell.text or "" for cell in cells]))

    def _rows_with(self, column: str) -> Sequence[Sequence[etree._Element]]:
        """The rows of each table that has the column, by what they show or by what the schema declares."""
        declared = {name for name, columns in self._declared().items() if column in columns}
        found = [
            rows for name, rows in self._rows.items() if name in declared or any(_cells(row, column) for row in rows)
        ]
        if not found and not declared:
            raise Unreadable(f"the answer holds no table with a column {column}")
        return found

    def _declared(self) -> Mapping[str, tuple[str, ...]]:
        return {} if self._schema is None else _columns(self._schema)


def dataset_of(response: etree._Element) -> DataSet:
    """The DataSet in a response's result. Raises Unreadable where there is no result, or no rows part in it."""
    result = _result(response)
    diffgram = next(result.iterchildren(f"{_DIFFGR}diffgram"), None)
    if diffgram is None:
        raise Unreadable("the answer holds no diffgram, which is where a DataSet's rows are")
    return DataSet(next(result.iterchildren(f"{_XS}schema"), None), diffgram)


def _result(response: etree._Element) -> etree._Element:
    name = _local(response).removesuffix("Response") + "Result"
    result = next((child for child in response if _local(child) == name), None)
    if result is None:
        raise Unreadable(f"the answer holds no {name}")
    if result.get(_XSI_NIL) in ("true", "1"):
        raise Unreadable(f"the answer's {name} is null")
    if not len(result):
        raise Unreadable(f"the answer's {name} is empty")
    return result


def _rows(diffgram: etree._Element) -> dict[str, list[etree._Element]]:
    """{table: its rows as they are now}; deleted ones and earlier values stand outside the DataSet's own element."""
    datasets = [child for child in diffgram if not child.tag.startswith(_DIFFGR)]
    if len(datasets) > 1:
        raise Unreadable("the answer holds more than one DataSet")
    if not datasets or not len(datasets[0]):
        return {}
    dataset = datasets[0]
    first = list(dataset.iterchildren(dataset[0].tag))
    if len(first) == len(dataset):
        return {_decoded(_local(first[0])): first}
    rows: dict[str, list[etree._Element]] = defaultdict(list)
    for row in dataset:
        rows[_decoded(_local(row))].append(row)
    return rows


def _text(number: int, row: etree._Element, column: str) -> str:
    """A row's value in a column without the blanks around it; empty where it is null. Raises Unreadable for a row with
    more than one, or with other elements in it, which would be values that are not seen."""
    cells = _cells(row, column)
    nested = any(_decoded(_local(element)) == column for cell in row for element in cell.iterdescendants())
    if len(cells) > 1 or nested:
        raise Unreadable(f"row {number} of the answer has more than one {column}")
    if any(not isinstance(cell, str) and len(cell) for cell in cells):
        raise Unreadable(f"row {number} of the answer has other elements in its {column}")
    return next((cell if isinstance(cell, str) else cell.text or "" for cell in cells), "").strip()


def _columns(schema: etree._Element) -> dict[str, tuple[str, ...]]:
    """{table: its columns}, as the inline schema declares them."""
    named = {element.get("name", ""): element for element in schema if element.tag in _DECLARATIONS}
    dataset = next((e for e in schema.iter(f"{_XS}element") if e.get(f"{_MSDATA}IsDataSet") == "true"), None)
    if dataset is None:
        dataset = next((element for element in schema if element.tag == f"{_XS}element"), None)
    if dataset is None:
        return {}
    tables = [_resolved(table, named) for table in _particles(dataset, named)]
    return {_decoded(table.get("name", "")): _columns_of(table, named) for table in tables}


_DECLARATIONS: Final = frozenset({f"{_XS}element", f"{_XS}complexType"})


def _columns_of(table: etree._Element, named: Mapping[str, etree._Element]) -> tuple[str, ...]:
    """A table's columns: those that are elements, but no tables nested in it, then those that are attributes."""
    elements = [_resolved(particle, named) for particle in _particles(table, named)]
    columns = [element for element in elements if element.find(f"{_XS}complexType") is None]
    kind = _type_of(table, named)
    attributes = [] if kind is None else kind.iter(f"{_XS}attribute")
    return tuple(_decoded(column.get("name", "")) for column in [*columns, *attributes])


def _particles(element: etree._Element, named: Mapping[str, etree._Element]) -> list[etree._Element]:
    """The elements that a declaration says may stand directly in it, whether inside a sequence, a choice or both."""
    kind = _type_of(element, named)
    found: list[etree._Element] = []
    groups = [] if kind is None else list(kind)
    for group in groups:
        if group.tag in _GROUPS:
            found += [child for child in group if child.tag == f"{_XS}element"]
            groups.extend(child for child in group if child.tag in _GROUPS)
    return found


_GROUPS: Final = frozenset({f"{_XS}sequence", f"{_XS}choice", f"{_XS}all"})


def _type_of(element: etree._Element, named: Mapping[str, etree._Element]) -> etree._Element | None:
    """An element's complex type: its own, or the one that it names."""
    own = element.find(f"{_XS}complexType")
    if own is not None:
        return own
    other = named.get(_unprefixed(element.get("type", "")))
    return other if other is not None and other.tag == f"{_XS}complexType" else None


def _resolved(element: etree._Element, named: Mapping[str, etree._Element]) -> etree._Element:
    """The declaration itself, where an element only refers to it."""
    ref = element.get("ref")
    return element if ref is None else named.get(_unprefixed(ref), element)


def _columns_in(rows: Sequence[etree._Element]) -> tuple[str, ...]:
    """The columns that rows show, where no schema came with them (SchemaSerializationMode.ExcludeSchema)."""
    seen: dict[str, None] = {}
    for row in rows:
        seen.update(dict.fromkeys(_decoded(_local(cell)) for cell in row))
        seen.update(dict.fromkeys(_decoded(str(name)) for name in row.attrib if not str(name).startswith("{")))
    return tuple(seen)


def _cells(row: etree._Element, column: str) -> list[etree._Element | str]:
    """A row's elements and attributes that are called like a column; none where its value is null."""
    elements = [cell for cell in row if cell.tag == column or _decoded(_local(cell)) == column]
    return [*elements, *(str(value) for name, value in row.attrib.items() if _decoded(str(name)) == column)]


def _decoded(name: str) -> str:
    return _ENCODED.sub(lambda match: chr(int(match[1], 16)), name) if "_x" in name else name


def _unprefixed(name: str) -> str:
    return name.rpartition(":")[2]


def _local(element: etree._Element) -> str:
    tag: str = element.tag
    return tag.rpartition("}")[2]
