"""A plan as Markdown, as an approver reads it under a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.report.markdown import render_markdown
from tests.report.changes import everything

if TYPE_CHECKING:
    from tests.conftest import Golden


def test_a_change_with_every_kind_of_edit(golden: Golden) -> None:
    """First who reads or writes more; then what else; then what was wrong already; then what nobody knows."""
    golden("change.md", render_markdown(everything(details="https://ci.example.org/runs/1")))
