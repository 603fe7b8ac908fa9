"""The inline `xs:schema` of a DataSet: the tables that it declares, and their columns.

A schema comes from outside, so reading it takes time in proportion to its size: nothing is read twice, however often it
is referred to, and there are bounds on what it may declare.
"""

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from reconciler.errors import Unreadable

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
MSDATA: Final = "{urn:schemas-microsoft-com:xml-msdata}"
_ELEMENT: Final = f"{XS}element"
_ATTRIBUTE: Final = f"{XS}attribute"
_TYPE: Final = f"{XS}complexType"
_IS_DATASET: Final = f"{MSDATA}IsDataSet"

LONGEST_NAME: Final = 200  # characters of the name of an entity, a table or a column; the longest known has 40
_LONGEST_TAG: Final = 1_000  # of a name with its namespace, which every element repeats when it is read
_MOST_TABLES: Final = 100
MOST_COLUMNS: Final = 5_000  # of a table; the widest known has about 200

# Types of XML Schema whose values are not names, but numbers, times or encoded texts.
NO_TEXT: Final = frozenset({
    "base64Binary", "hexBinary", "boolean", "byte", "short", "int", "long", "integer", "unsignedByte", "unsignedShort",
    "unsignedInt", "unsignedLong", "decimal", "float", "double", "dateTime", "date", "time", "duration",
})  # fmt: skip
_GROUPS: Final = frozenset(
    XS + name for name in ("sequence", "choice", "all", "simpleContent", "complexContent", "extension", "restriction")
)
# .NET writes nothing else into a schema; rows in it would go unseen.
_FOREIGN = etree.XPath("count(.//*) - count(.//xs:*) - count(.//m:*)", namespaces={"xs": XS[1:-1], "m": MSDATA[1:-1]})

# XmlConvert.EncodeName: a character that no XML name may hold, as four or eight hexadecimal digits. Half a surrogate
# pair is no character, and is left.
_ENCODED = re.compile(r"_x(00(?:0[1-9A-F]|10)[0-9A-F]{4}|(?!D[89A-F])[0-9A-F]{4})_", re.IGNORECASE)


def declared_tables(schema: etree._Element) -> Mapping[str, Mapping[str, str]]:
    """{table: {column: its type}}, in the schema's order; empty where it declares no table (SchemaSerializationMode).

    Raises Unreadable for a schema that can be read in two ways, or that declares more than any service has.
    """
    return _Schema(schema).tables()


def local_name(element: etree._Element) -> str:
    """Return an element's real name, without its namespace. Raises Unreadable if it is too long."""
    tag: str = element.tag
    if len(tag) > _LONGEST_TAG:
        raise Unreadable(f"the answer contains a name of more than {_LONGEST_TAG:,} characters")
    return decoded(tag.rpartition("}")[2])


def decoded(name: str) -> str:
    """Return the real name of a table or a column. Raises Unreadable if it is too long."""
    real = _ENCODED.sub(lambda match: chr(int(match[1], 16)), name) if "_x" in name else name
    if len(real) > LONGEST_NAME:
        raise Unreadable(f"the answer names a table or a column with more than {LONGEST_NAME} characters")
    return real


class _Schema:
    def __init__(self, schema: etree._Element) -> None:
        if _FOREIGN(schema):
            raise Unreadable("the answer's schema contains elements that do not belong in a schema")
        self._schema = schema
        self._elements = {child.get("name", ""): child for child in schema if child.tag == _ELEMENT}
        self._types = {child.get("name", ""): child for child in schema if child.tag == _TYPE}
        self._columns: dict[etree._Element, Mapping[str, str]] = {}

    def tables(self) -> Mapping[str, Mapping[str, str]]:
        dataset = self._dataset()
        kind = None if dataset is None else self._type_of(dataset)
        tables: dict[str, Mapping[str, str]] = {}
        particles, _ = _members(kind, _MOST_TABLES)
        for particle in particles:
            table = self._resolved(particle)
            name = decoded(table.get("name", ""))
            if name in tables:
                raise Unreadable("the answer's schema declares a table twice")
            tables[name] = self._columns_of(table)
        return tables

    def _dataset(self) -> etree._Element | None:
        """Return the declaration of the DataSet: the one marked as such, or the first."""
        marked = [element for element in self._schema.iter(_ELEMENT) if element.get(_IS_DATASET) == "true"]
        if len(marked) > 1:
            raise Unreadable("the answer's schema declares more than one DataSet")
        return next(iter([*marked, *self._elements.values()]), None)

    def _columns_of(self, table: etree._Element) -> Mapping[str, str]:
        """Return a table's columns: elements, but no nested tables, then attributes. Tables of a type share them."""
        kind = self._type_of(table)
        if kind is None:
            return {}
        if kind not in self._columns:
            particles, attributes = _members(kind, MOST_COLUMNS)
            elements = [element for element in map(self._resolved, particles) if self._type_of(element) is None]
            self._columns[kind] = {
                decoded(column.get("name", "")): _kind_of(column) for column in [*elements, *attributes]
            }
        return self._columns[kind]

    def _type_of(self, element: etree._Element) -> etree._Element | None:
        """Return an element's complex type: its own, or the one that it names."""
        own = next((child for child in element if child.tag == _TYPE), None)
        return self._types.get(unprefixed(element.get("type", ""))) if own is None else own

    def _resolved(self, element: etree._Element) -> etree._Element:
        """Follow an element's reference to its declaration, if it has one."""
        ref = element.get("ref")
        return element if ref is None else self._elements.get(unprefixed(ref), element)


def _members(kind: etree._Element | None, most: int) -> tuple[list[etree._Element], list[etree._Element]]:
    """Return the elements and attributes directly in a type, whatever groups they are in."""
    elements: list[etree._Element] = []
    attributes: list[etree._Element] = []
    groups: list[etree._Element] = [] if kind is None else [kind]
    for group in groups:
        for child in group:
            if child.tag in _GROUPS:
                groups.append(child)
            elif child.tag == _ELEMENT:
                elements.append(child)
            elif child.tag == _ATTRIBUTE:
                attributes.append(child)
        if len(elements) + len(attributes) > most:
            raise Unreadable(f"the answer's schema declares more than {most:,} tables, or columns of one table")
    return elements, attributes


def _kind_of(column: etree._Element) -> str:
    """Return the name of a column's type, or of the one that it narrows; empty if there is none."""
    narrowed = next(column.iterchildren(f"{XS}simpleType"), None)
    base = None if narrowed is None else next(narrowed.iterchildren(f"{XS}restriction"), None)
    return unprefixed(column.get("type", "") if base is None else base.get("base", ""))


def unprefixed(name: str) -> str:
    """Return a qualified name without its prefix."""
    return name.strip().rpartition(":")[2]
