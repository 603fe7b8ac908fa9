"""Problems in manifests as Markdown: for a comment on a pull request, and for a job's summary."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from reconciler.model.problem import Problem, Severity
from reconciler.report.labels import plural
from reconciler.report.markdown.escape import code, text
from reconciler.report.markdown.fit import LIMIT, Room, shortened
from reconciler.report.problems.input import ProblemsInput
from reconciler.report.problems.text import gravest_first

_LONGEST: Final = 2_000  # of one text from outside, so that no problem hides the others
_END: Final = 200  # what the line that says how many are left out may take
_CALLED: Final = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.ADVICE: ("piece of advice", "pieces of advice"),
}


def render_problems_markdown(report: ProblemsInput) -> str:
    """Render the problems, the most serious first, as many as fit into a comment."""
    problems = report.problems
    room = Room(LIMIT)
    room.take([*_head(problems), *_allowed(len(report.waived), is_last=not problems)])
    shown = room.take_while(([_item(problem)] for problem in gravest_first(problems)), keep=_END)
    if shown < len(problems):
        room.take(["", f"{len(problems) - shown} more are not shown here. To list them all: `reconciler validate`."])
    return room.text()


def _head(problems: Sequence[Problem]) -> Sequence[str]:
    """The verdict for an approver."""
    if not problems:
        return ["### The manifests are valid", "", "There is nothing to fix in them."]
    counts = Counter(problem.severity for problem in problems)
    counted = ", ".join(plural(counts[severity], *_CALLED[severity]) for severity in Severity if counts[severity])
    if not counts[Severity.ERROR]:
        return ["### The manifests are valid", "", f"**{counted}.** None of these stops a plan.", ""]
    stops = "Until the errors are fixed, we cannot compare with Bromcom or tell what this would change."
    return ["### The manifests have errors", "", f"**{counted}.** {stops}", ""]


def _allowed(waived: int, *, is_last: bool) -> Sequence[str]:
    """Count the advice that comments allow, as a paragraph."""
    if not waived:
        return []
    counted = f"{plural(waived, *_CALLED[Severity.ADVICE])} {'is' if waived == 1 else 'are'} allowed in the manifests."
    return ["", counted] if is_last else [counted, ""]


def _item(problem: Problem) -> str:
    origin = problem.origin
    place = f"{shortened(origin.file, _LONGEST, code)}, line {origin.line}"
    message = shortened(problem.message, _LONGEST, text)
    hint = f" {shortened(problem.hint, _LONGEST, text)}" if problem.hint else ""
    return f"- **{problem.severity.value}** in {place}: {message}{hint} ({code(problem.rule)})"
