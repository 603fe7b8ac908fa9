"""Tables as spreadsheet programs save and open them: CSV in the encodings of Excel, and workbooks without formulas."""

import csv
import re
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reconciler.errors import InputError

_DELIMITERS: Final = ",;\t"
_DECLARED: Final = re.compile(r"sep=(?P<sign>.)\r?\n", re.IGNORECASE)  # the first line that Excel takes as a hint
_FORMULA: Final = tuple("=+-@\t\r")  # a cell that begins so is a formula to a spreadsheet program
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_MOST_ROWS: Final = 1_048_576  # of an Excel sheet
_LONGEST_CELL: Final = 32_767  # characters, of an Excel sheet
_TIMESTAMP: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")  # a character, in the text of a workbook
_TO_ESCAPE: Final = re.compile(rf"\r|_(?={_ESCAPED.pattern[1:]})")
_MOST_BYTES: Final = 16 * 1024 * 1024


NumberedRows: TypeAlias = Sequence[tuple[int, Sequence[str]]]  # as a spreadsheet program counts them


class CsvTable(NamedTuple):
    """The rows of a file, each with its number as a spreadsheet program counts them; `remark` says what was unusual."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    remark: str


def read_csv(path: Path, *, what: str) -> CsvTable:
    """Read a CSV file; `what` says what it should be ("the sheet"). Guards of formulas are taken off again.

    Raises InputError if it cannot be read, or is no CSV.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"Cannot read {what} {path}: there is no such file in {path.absolute().parent}.") from None
    except OSError as error:
        raise InputError(f"Cannot read {what} {path}: {error.strerror or error}.") from None
    return csv_table(content, str(path), what=what)


def csv_table(content: bytes, name: str, *, what: str) -> CsvTable:
    """Read the content of a CSV file, or a table that was copied from a page, as `read_csv` does."""
    if len(content) > _MOST_BYTES or content[:2] == b"PK":
        raise InputError(f"Cannot read {what} {name}: it is not CSV. In Excel, save it as `CSV UTF-8`.")
    text, remark = _decoded(content, name, what)
    sign, text = _delimiter(text)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=sign, strict=True))
    except csv.Error as error:
        raise InputError(
            f"Cannot read {what} {name}: a quotation mark is not closed, or out of place ({error})."
        ) from None
    numbered = [(number, tuple(map(_unguarded, row))) for number, row in enumerate(rows, 1)]
    return CsvTable(tuple((number, row) for number, row in numbered if any(map(str.strip, row))), remark)


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """The rows as Excel opens them: UTF-8 with a mark, and no cell that it would take for a formula."""
    stream = StringIO(newline="")
    csv.writer(stream).writerows([[_guarded(cell) for cell in row] for row in rows])
    return "\ufeff" + stream.getvalue()


def workbook(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as an Excel workbook: every cell is text, and none a formula. The same bytes for the same rows.

    Raises InputError if openpyxl is not installed, or if Excel could not hold the rows.
    """
    refuse_no_workbooks()
    from openpyxl import Workbook  # an extra: most people have CSV
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Report")
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, 1):
        if number > _MOST_ROWS or any(len(text) > _LONGEST_CELL for text in row):
            raise InputError("Excel could not hold this report: write it as CSV, or narrow it.")
        cells = []
        for text in row:
            whole = text.encode("utf-8", "replace").decode("utf-8")
            whole = _TO_ESCAPE.sub(lambda sign: f"_x{ord(sign[0]):04X}_", whole)  # openpyxl leaves it alone
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", whole))
            cell.data_type = "s"  # it takes what begins with = for a formula
            if text.startswith(_FORMULA):
                cell.quotePrefix = True  # so that it stays text where a person edits it
            cells.append(cell)
        sheet.append(cells)
    stream = BytesIO()
    book.save(stream)
    return _without_times(stream)


def workbook_text(cell: str) -> str:
    """The text that a cell of a workbook shows."""
    return _ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), cell)


def refuse_no_workbooks() -> None:
    """Raise InputError if no workbook can be written here."""
    if find_spec("openpyxl") is None:
        raise InputError(
            "Excel workbooks need openpyxl. Write CSV, which Excel opens too, or install this program again, as "
            "`bromcom-reconciler[xlsx]` (pipx then wants `--force` too)."
        )


def _without_times(book: BytesIO) -> bytes:
    """A workbook without the time at which it was made."""
    stream = BytesIO()
    with ZipFile(book) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _TIMESTAMP.sub(b"2000-01-01T00:00:00Z", content)
            new.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return stream.getvalue()


def _decoded(content: bytes, path: str, what: str) -> tuple[str, str]:
    """(the text, what to say of its encoding). Windows-1252 is what Excel on Windows calls plain CSV."""
    for encoding in ("utf-16",) if content[:2] in _UTF16 else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, f"{path} is not UTF-8, and was read as Windows-1252." if encoding == "cp1252" else ""
    raise InputError(f"Cannot read {what} {path}: it is not text. In Excel, save it as `CSV UTF-8`.")


def _delimiter(text: str) -> tuple[str, str]:
    """(the sign between cells, the text without a line that only names it): the one that the first line has most, which
    may stand below a title without any."""
    if declared := _DECLARED.match(text):
        return declared["sign"], text[declared.end() :]
    first = next((line for line in text.split("\n") if any(sign in line for sign in _DELIMITERS)), "")
    return max(_DELIMITERS, key=first.count), text


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell
