"""Every format of the two reports says the same, loses nothing, and has no formula in it."""

from __future__ import annotations

import csv
import json
import re
from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import jsonschema_rs
import pytest
from openpyxl import load_workbook

from reconciler.manifest.schema.check import schema_text
from reconciler.report.accountability.access_json import render_access_json, render_usage_json
from reconciler.report.accountability.access_page import render_access_html
from reconciler.report.accountability.access_rows import access_rows
from reconciler.report.accountability.access_text import render_access_text
from reconciler.report.accountability.usage_rows import usage_rows
from reconciler.report.accountability.usage_text import render_usage_text
from reconciler.spreadsheets import csv_text, workbook
from tests.accountability.access_reports import FORMULA, access_report, usage

if TYPE_CHECKING:
    from tests.conftest import Golden


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("access.txt", lambda: render_access_text(access_report())),
        ("access-entities.txt", lambda: render_access_text(access_report("students"))),
        ("access.html", lambda: render_access_html(access_report())),
        ("access.json", lambda: render_access_json(access_report())),
        ("usage.txt", lambda: render_usage_text(usage())),
        ("usage.json", lambda: render_usage_json(usage())),
    ],
)
def test_a_report_looks_as_it_did(name: str, text: object, golden: Golden) -> None:
    """As it was read last."""
    assert callable(text)
    golden(name, text())


def test_json_is_as_its_schema_says() -> None:
    """Whatever is known of it."""
    for name, text in (
        ("access-report", render_access_json(access_report())),
        ("usage-report", render_usage_json(usage())),
    ):
        jsonschema_rs.validator_for(json.loads(schema_text(name))).validate(json.loads(text))


def test_the_json_has_the_numbers_of_the_rows() -> None:
    """Counted again, from the other format."""
    data = json.loads(render_access_json(access_report()))
    names, *rows = access_rows(access_report())
    table = [dict(zip(names, row, strict=True)) for row in rows]
    entities = [(each["school"], each["supplier"], entity) for each in data["accesses"] for entity in each["entities"]]
    assert len(entities) == len(table) == 3 + 3 + 5 + 2 + 3
    words = {"yes": "yes", "no": "no", "could not be checked": "unknown"}
    for (school, supplier, entity), row in zip(entities, table, strict=True):
        assert (school, supplier, entity["name"]) == (row["school"], row["supplier"], row["entity"])
        assert entity["granted"] == words[row["can read"]]
        assert entity["declared"] is (row["agreed"] == "yes")
        assert len(entity["doubts"]) == len(list(filter(None, row["look again because"].split("; "))))
    for each in data["accesses"]:
        own = [row for row in table if (row["school"], row["supplier"]) == (each["school"], each["supplier"])]
        read = sum(row["can read"] == "yes" for row in own)
        assert each["granted"] == (None if each["known"] == "unknown" else read)


@pytest.mark.parametrize("rows", [access_rows(access_report()), usage_rows(usage())], ids=["access", "usage"])
def test_spreadsheets_lose_nothing_and_have_no_formula(rows: list[tuple[str, ...]]) -> None:
    """Every cell of a workbook is text, also one that begins as a formula does; of a CSV it is guarded."""
    content = workbook(rows)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows()] == [list(row) for row in rows]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    with ZipFile(BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if re.search(rb"<f[ >]", parts.read(name))]
    assert workbook(rows) == content
    for row in csv.reader(StringIO(csv_text(rows).removeprefix("\ufeff"), newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_a_hostile_name_is_text_everywhere() -> None:
    """The report has one."""
    assert any(FORMULA in row for row in access_rows(access_report()))
    assert f"'{FORMULA}" in csv_text(access_rows(access_report()))
