"""Problems in manifests as Markdown: a comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.model.problem import Origin, Problem, Severity
from reconciler.report.markdown.fit import LIMIT, size
from reconciler.report.problems.input import ProblemsInput
from reconciler.report.problems.markdown import render_problems_markdown
from tests.report.hostile import ANY, problems_saying
from tests.report.test_markdown_text import rendered, seen, shape
from tests.report.test_problems import PROBLEMS

if TYPE_CHECKING:
    from tests.conftest import Golden

WARNING = Problem("selects-no-school", Severity.WARNING, Origin("a.yaml", 1, 1), "no school is selected")


def test_problems_as_markdown(golden: Golden) -> None:
    """What it means first, then each problem, the gravest first, with what would mend it."""
    golden("problems.md", render_problems_markdown(ProblemsInput(tuple(reversed(PROBLEMS)))))


def test_where_nothing_is_wrong_it_says_so() -> None:
    """One sentence, so that a comment from before is not left standing."""
    assert render_problems_markdown(ProblemsInput(())).startswith("### The manifests are valid\n")


def test_warnings_alone_stop_nothing() -> None:
    """An approver need not wait for them."""
    told = render_problems_markdown(ProblemsInput([WARNING]))
    assert told.startswith("### The manifests are valid\n\n**1 warning.** None of these stops a plan.\n")


@given(text=ANY)
def test_a_text_from_outside_marks_nothing_up(text: str) -> None:
    """Rendered as GitHub does: a heading, a paragraph, a list of three, and no element that the text made."""
    root = rendered(render_problems_markdown(ProblemsInput(problems_saying(text))))
    item = ["li", "strong", "code", "code"]
    assert shape(root) == ["html", "body", "div", "h3", "p", "strong", "ul", *item, *item, *item]
    if text.isalnum() and text.isascii() and len(text) < 100:
        assert f"b {text} c {text} (person-photos)" in seen(root)


@given(st.integers(0, 400), st.integers(0, 4_000))
@example(100, 4_000)
def test_it_fits_into_a_comment_and_counts_what_does_not(number: int, length: int) -> None:
    """Whole problems are left out from the end, and one long text hides no other problem."""
    told = render_problems_markdown(ProblemsInput(long_problems(number, length)))
    assert size(told) <= LIMIT
    shown = told.count("\n- **error** in ")
    assert shown == number or f"{number - shown} more are not shown here. " in told
    assert shown >= min(number, 10)


@pytest.mark.parametrize("length", range(400, 480, 4))
def test_there_is_always_room_for_how_many_are_left_out(length: int) -> None:
    """However little is left after the last problem that fits."""
    assert " more are not shown here. " in render_problems_markdown(ProblemsInput(long_problems(400, length)))


def long_problems(number: int, length: int) -> list[Problem]:
    """So many problems, with a message of so many characters of two bytes."""
    return [
        Problem("schema", Severity.ERROR, Origin(f"{n}.yaml", n + 1, 1), "ü" * length, "mend it") for n in range(number)
    ]
