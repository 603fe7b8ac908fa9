"""CSV as spreadsheet programs write it, and as they open it without running what is in it."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import InputError
from reconciler.spreadsheets import csv_text, read_csv

ROWS = [("School", "Fact"), ("greenfield", "Müller, “Till”; £"), ("riverside", "two\nlines")]
PLAIN = "School;Fact\r\ngreenfield;Müller £\r\n"
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)
TABLES = st.lists(
    st.tuples(
        st.sampled_from("ABCDEFGH"), CELLS, st.sampled_from(["=1+1", "+44", "-5", "@x", "'=a", "''@", "'quoted'", "-"])
    ),
    min_size=1,
    max_size=8,
)


def read(content: bytes) -> tuple[list[tuple[str, ...]], str]:
    """The rows of a file with that content, and the remark."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "todo.csv")
        file.write_bytes(content)
        table = read_csv(file, what="the sheet")
        return [row for _, row in table.rows], table.remark


@given(TABLES)
def test_what_is_written_reads_back_and_nothing_in_it_is_a_formula(rows: list[tuple[str, ...]]) -> None:
    """With commas, quotes, lines and signs in the cells."""
    text = csv_text(rows)
    assert read(text.encode()) == (rows, "")
    for row in csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")):
        assert not [cell for cell in row if cell.startswith(tuple("=+-@\t\r"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_of_excel_is_understood_and_an_old_one_is_told(encoding: str) -> None:
    """With the semicolons that Excel writes where a comma is in numbers."""
    rows, remark = read(PLAIN.encode(encoding))
    assert rows == [("School", "Fact"), ("greenfield", "Müller £")]
    assert ("read as Windows-1252" in remark) == (encoding == "cp1252")


def test_tabs_and_a_line_that_names_the_sign_are_understood() -> None:
    """As in text with tabs, and in a file that begins with `sep=`."""
    assert read(b"School\tFact\r\na\tb,c;d\r\n")[0] == [("School", "Fact"), ("a", "b,c;d")]
    assert read(b"sep=;\r\nSchool;Fact, more\r\n")[0] == [("School", "Fact, more")]


def test_rows_are_numbered_as_a_spreadsheet_program_does() -> None:
    """An empty row and a cell of two lines count as one row each."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "todo.csv")
        file.write_text('a,b\n"two\nlines",x\n\nlast,y\n', encoding="utf-8")
        assert [number for number, _ in read_csv(file, what="the sheet").rows] == [1, 2, 4]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"PK\x03\x04 a workbook", "not CSV"), (b"\x00\x01\x02\xff", "not text"), (b'a,"b\n', "quotation mark")],
)
def test_what_is_no_csv_is_refused(content: bytes, said: str) -> None:
    """With the reason, and what to do."""
    with pytest.raises(InputError, match=said):
        read(content)
