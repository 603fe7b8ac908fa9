"""A plan as a page of HTML: one file, all of the plan, and nothing in it that a name made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.report.html import render_html
from tests.report.changes import everything

if TYPE_CHECKING:
    from tests.conftest import Golden


def test_a_change_with_every_kind_of_edit(golden: Golden) -> None:
    """The story first, then all schools and suppliers at one look, then all of it."""
    golden("change.html", render_html(everything(details="https://ci.example.org/runs/1")))
