"""DataSets as .NET writes them: an inline schema of the columns, then the rows in a diffgram."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reconciler.sandbox.state.entities import Column, Row, Value

_MSDATA = "urn:schemas-microsoft-com:xml-msdata"
_DIFFGR = "urn:schemas-microsoft-com:xml-diffgram-v1"


@dataclass(frozen=True, slots=True)
class DataTable:
    """One table. Every row has one value a column; None is a database's null."""

    columns: tuple[Column, ...]
    rows: Sequence[Row]


def dataset_xml(dataset: DataTable) -> str:
    """The schema and the diffgram, as they stand in an operation's result."""
    return _schema(dataset.columns) + _diffgram(dataset)


def plain_xml(dataset: DataTable) -> str:
    """The rows alone, as `DataSet.GetXml()` gives them to the operations named AsXml."""
    if not dataset.rows:
        return "<NewDataSet />"
    rows = "\n".join(f"  <Table>{_cells(dataset.columns, row)}</Table>" for row in dataset.rows)
    return f"<NewDataSet>\n{rows}\n</NewDataSet>"


def _schema(columns: tuple[Column, ...]) -> str:
    elements = "".join(
        f'<xs:element name="{column.name}" type="xs:{column.kind}" minOccurs="0" />' for column in columns
    )
    return (
        f'<xs:schema id="NewDataSet" xmlns="" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:msdata="{_MSDATA}">'
        '<xs:element name="NewDataSet" msdata:IsDataSet="true" msdata:UseCurrentLocale="true"><xs:complexType>'
        '<xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="Table"><xs:complexType><xs:sequence>'
        f"{elements}"
        "</xs:sequence></xs:complexType></xs:element></xs:choice></xs:complexType></xs:element></xs:schema>"
    )


def _diffgram(dataset: DataTable) -> str:
    """The rows; with none there is no `NewDataSet` element either."""
    start = f'<diffgr:diffgram xmlns:msdata="{_MSDATA}" xmlns:diffgr="{_DIFFGR}"'
    if not dataset.rows:
        return f"{start} />"
    rows = "".join(
        f'<Table diffgr:id="Table{number + 1}" msdata:rowOrder="{number}">{_cells(dataset.columns, row)}</Table>'
        for number, row in enumerate(dataset.rows)
    )
    return f'{start}><NewDataSet xmlns="">{rows}</NewDataSet></diffgr:diffgram>'


def _cells(columns: tuple[Column, ...], row: Row) -> str:
    """One element a value; a null is left out."""
    return "".join(
        f"<{column.name}>{_text(value)}</{column.name}>"
        for column, value in zip(columns, row, strict=True)
        if value is not None
    )


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))
