"""Problems as people and programs read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reconciler.model.problem import Origin, Problem, Severity
from reconciler.report.problems.input import ProblemsInput
from reconciler.report.problems.text import render_problems, render_problems_json

if TYPE_CHECKING:
    from tests.conftest import Golden

PROBLEMS = (
    Problem(
        "unknown-entity",
        Severity.ERROR,
        Origin("suppliers/groupcall.yaml", 14, 16),
        "There is no entity `Studens`.",
        "Did you mean `Students`?",
        "\tentities: [Stu\x1b[2J, Studens]",
    ),
    Problem("selects-no-school", Severity.WARNING, Origin("a.yaml", 1, 1), "No school is selected."),
)


def test_problems_as_text(golden: Golden) -> None:
    """Place, severity, rule, the line with a caret under the place, and the hint; nothing that steers a terminal."""
    golden("problems.txt", render_problems(PROBLEMS))


def test_problems_as_json() -> None:
    """The same as data."""
    first, second = json.loads(render_problems_json(ProblemsInput(PROBLEMS)))
    assert first == {
        "rule": "unknown-entity",
        "severity": "error",
        "file": "suppliers/groupcall.yaml",
        "line": 14,
        "column": 16,
        "message": "There is no entity `Studens`.",
        "hint": "Did you mean `Students`?",
    }
    assert second["severity"] == "warning"
    assert second["hint"] == ""


def test_text_from_outside_is_data_in_json_and_numbers_in_text() -> None:
    """A file's name, a message and a hint may hold what a manifest holds; letters of any language stay letters."""
    hostile = Problem("x", Severity.ERROR, Origin("a\x1b.yaml", 1, 1), "é\x1b", "e\x1b", "   ")
    assert render_problems([hostile]) == "a\\x1b.yaml:1:1: error: é\\x1b [x]\n    e\\x1b\n"
    text = render_problems_json(ProblemsInput([hostile]))
    assert json.loads(text)[0]["message"] == "é\x1b"
    assert "é" in text


def test_an_error_and_a_warning_look_different() -> None:
    """The severity and the caret have its tone."""
    text = render_problems(PROBLEMS, paint=lambda text, tone: f"<{text} {tone.value}>")
    assert "<error broken>" in text
    assert "<^ broken>" in text
    assert "<warning attention>" in text


def test_no_problem_is_no_text() -> None:
    """Silence for nothing."""
    assert render_problems(()) == ""
