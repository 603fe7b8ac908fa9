"""Problems as people and programs read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.model.origin import Origin
from reconciler.model.problem import Problem, Severity
from reconciler.report.problems import render_problems, render_problems_json

if TYPE_CHECKING:
    from tests.conftest import Golden

PROBLEMS = (
    Problem(
        "unknown-entity",
        Severity.ERROR,
        Origin("suppliers/groupcall.yaml", 14, 16),
        "there is no entity `Studens`",
        "did you mean `Students`?",
        "\tentities: [Stu\x1b[2J, Studens]",
    ),
    Problem("selects-no-school", Severity.WARNING, Origin("a.yaml", 1, 1), "no school is selected"),
)


def test_problems_as_text(golden: Golden) -> None:
    """Place, severity, rule, the line with a caret under the place, and the hint; nothing that steers a terminal."""
    golden("problems.txt", render_problems(PROBLEMS))


def test_problems_as_json() -> None:
    """The same as data."""
    first, second = json.loads(render_problems_json(PROBLEMS))
    assert first["rule"] == "unknown-entity"
    assert (first["file"], first["line"], first["column"]) == ("suppliers/groupcall.yaml", 14, 16)
    assert second["severity"] == "warning"


def test_no_problem_is_no_text() -> None:
    """Silence for nothing."""
    assert render_problems(()) == ""
