"""Laws of the texts that stand on a forge: any report keeps its mark, and commands and forges nothing."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ci.azure_items import sanitised
from tests.ci.conftest import STEPS
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator

FORGED = '<!-- reconciler:drift key="other" state="mended" fingerprint="f1" -->'
NAMES = (
    "/close", " /reopen", "> /title All is well", "@everyone", "@all", "#1 !1 ~bug", FORGED, "-->", "<b>&amp;</b>",
    "it's \"quoted\"", "Greenfield", "", "\t", "é ☐",
)  # fmt: skip
ENDS = ("\n", "\r", "\r\n", "\x0b", "\x85", "\u2028", " ")
REPORTS = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=12), st.sampled_from(ENDS)), max_size=12).map(
    lambda lines: "".join(name + end for name, end in lines)
)
VALUES = {"key": "default", "state": "open", "fingerprint": "f1"}


@pytest.fixture(scope="module")
def modules() -> Iterator[dict[str, Any]]:
    """The modules of the steps, which run as programs elsewhere, and the script for Azure DevOps."""
    paths, known = list(sys.path), set(sys.modules)
    sys.path[:0] = [str(STEPS), str(REPOSITORY / "examples" / "ci" / "azure")]
    yield {name: importlib.import_module(name) for name in ("marks", "work_item")}
    sys.path[:] = paths
    for name in set(sys.modules) - known:
        if str(STEPS) in str(getattr(sys.modules[name], "__file__", "")) or name == "work_item":
            del sys.modules[name]


@given(report=REPORTS)
def test_a_mark_is_read_as_it_was_written(modules: dict[str, Any], report: str) -> None:
    """Whatever the report says, also where a forge changed spaces and line ends."""
    body = modules["marks"].marked("drift", VALUES, report)
    assert modules["marks"].read_mark("drift", body) == VALUES
    assert modules["marks"].read_mark("drift", "\r\n".join(body.split("\n")).rstrip()) == VALUES


@given(report=REPORTS)
def test_no_line_is_a_command(modules: dict[str, Any], report: str) -> None:
    """Nor one behind blanks, or in a quotation."""
    body = modules["marks"].marked("drift", VALUES, report)
    assert [line for line in body.splitlines() if line.lstrip(" \t>").startswith("/")] == []


@given(report=REPORTS)
def test_a_work_item_keeps_its_mark(modules: dict[str, Any], report: str) -> None:
    """Azure DevOps drops comments and writes entities its own way; a mark in the report is never taken for ours."""
    html = modules["work_item"]._html(modules["marks"].marked("drift", VALUES, report))
    assert "<!--" not in html
    assert modules["marks"].read_mark("drift", modules["work_item"]._body(sanitised(html))) == VALUES
