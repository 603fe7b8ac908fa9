"""Problems in manifests, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.model.problem import Problem, Severity
from reconciler.report.escape import json_text, printable
from reconciler.report.problems.input import ProblemsInput
from reconciler.report.style import Paint, Style, plain

_GRAVITY: Final = {severity: number for number, severity in enumerate(Severity)}


def render_problems(problems: Sequence[Problem], *, paint: Paint = plain) -> str:
    """Render each problem as `file:line:column` and a message, its line with a caret, and the way to fix it."""
    return "".join(f"{line}\n" for problem in problems for line in _lines(problem, paint))


def render_problems_text(report: ProblemsInput, *, paint: Paint = plain, columns: int | None = None) -> str:  # noqa: ARG001
    """The problems, the waived advice if it is to be listed, and the closing lines. No line is wrapped at `columns`:
    editors find the place in it."""
    listed = report.waived if report.lists_waived else ()
    waived = f"Waived:\n{render_problems(listed, paint=paint)}" if listed else ""
    return f"{render_problems(report.problems, paint=paint)}{waived}{report.closing}"


def _lines(problem: Problem, paint: Paint) -> Iterator[str]:
    tone = Style.BROKEN if problem.severity is Severity.ERROR else Style.ATTENTION
    severity = paint(problem.severity.value, tone)
    yield f"{printable(str(problem.origin))}: {severity}: {printable(problem.message)} [{problem.rule}]"
    if problem.line.strip():
        before = problem.line[: problem.origin.column - 1]
        yield f"    {printable(problem.line.expandtabs(1))}"
        yield f"    {' ' * len(printable(before.expandtabs(1)))}{paint('^', tone)}"
    if problem.hint:
        yield f"    {printable(problem.hint)}"


def gravest_first(problems: Sequence[Problem]) -> list[Problem]:
    """The problems in their order: errors, then warnings, then advice."""
    return sorted(problems, key=lambda problem: _GRAVITY[problem.severity])


def render_problems_json(report: ProblemsInput) -> str:
    """The problems as a JSON array of {rule, severity, file, line, column, message, hint}."""
    return json_text([_data(problem) for problem in report.problems])


def _data(problem: Problem) -> dict[str, str | int]:
    return {
        "rule": problem.rule,
        "severity": problem.severity.value,
        "file": problem.origin.file,
        "line": problem.origin.line,
        "column": problem.origin.column,
        "message": problem.message,
        "hint": problem.hint,
    }
