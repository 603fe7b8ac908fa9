"""The page of one supplier, and the table for parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.accountability.register import DataState
from reconciler.report.accountability.notice_page import TO_COMPLETE, notice_page, notice_rows
from reconciler.report.accountability.page import Tone
from reconciler.report.accountability.page_html import render_page_html
from reconciler.report.accountability.page_markdown import render_page_markdown
from reconciler.report.accountability.page_text import render_page_text
from reconciler.report.accountability.supplier_page import supplier_page
from tests.accountability.registers import LISTED, desired, made
from tests.accountability.test_register import counted, listings

if TYPE_CHECKING:
    from reconciler.model.address import Address
    from tests.conftest import Golden


@given(listings, st.booleans())
def test_a_supplier_counts_as_an_independent_count_does(
    listed: dict[Address, tuple[str, ...] | None], writing: bool
) -> None:
    """School by school; what a waiver accepts is in no column, and green is only what was seen."""
    page = supplier_page(made(listed, supplier="bridge", writing=writing))
    rows = [row for row in counted(listed) if row[1] == "bridge"]
    expected = {
        (school.title, *(str(sum(row[0] == name and row[3] is state for row in rows)) for state in (
            DataState.TOO_MANY, DataState.MISSING, DataState.UNKNOWN
        )))
        for name, school in desired().schools.items()
    }  # fmt: skip
    by_school = next(section for section in page.sections if section.heading == "School by school")
    shown = {tuple(cell.text for cell in row) for table in by_school.tables for row in table.rows}
    assert shown == {row for row in expected if row[1:] != ("0", "0", "0")}
    is_all_agreed = all(row[3] is DataState.AGREED for row in rows)
    assert (page.worst.tone is Tone.AGREED) is (is_all_agreed and writing)
    assert (page.worst.tone is Tone.LEAK) is any(row[3] is DataState.TOO_MANY for row in rows)


@given(listings)
def test_the_notice_tells_what_is_agreed_whatever_is_live(listed: dict[Address, tuple[str, ...] | None]) -> None:
    """Nothing that nobody agreed to is told to parents as if it were."""
    assert notice_rows(made(listed)) == notice_rows(made(dict.fromkeys(LISTED, ())))


def test_the_basis_in_a_notice_is_that_of_the_processing() -> None:
    """Whatever Bromcom is set to at the schools; what is not stated is to be completed, and never made up."""
    columns, *rows = notice_rows(made())
    why = {row[0].partition(".")[0]: row[columns.index("Why we may")] for row in rows}
    assert why == {
        "School Data Bridge": "The law requires us to.",
        "Breakfast Club": TO_COMPLETE,
        "Canteen Till": "It is part of our task as a school. You may object.",
    }


@pytest.mark.parametrize("form", ["txt", "md", "html"])
@pytest.mark.parametrize("name", ["notice", "supplier"])
def test_the_pages_as_people_read_them(name: str, form: str, golden: Golden) -> None:
    """A head's page of the bridge, and the table for parents."""
    page = notice_page(made()) if name == "notice" else supplier_page(made(supplier="bridge"))
    text = {"txt": lambda: render_page_text(page, columns=110), "md": lambda: render_page_markdown(page)}
    golden(f"{name}.{form}", text.get(form, lambda: render_page_html(page))())
