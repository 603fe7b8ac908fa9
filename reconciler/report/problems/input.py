"""What a report of problems in manifests is made of: every format is handed the same."""

from collections.abc import Callable, Iterable, Sequence

from reconciler.model.problem import Problem, RuleText
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class ProblemsInput:
    """Problems in manifests, and what is told beside them.

    rules         gives the texts of all rules; only SARIF asks for them
    folder        where the workspace lies in its repository, as for a plan
    waived        advice that comments in the manifests waive, whose hints say until when and why
    closing       the last lines of the text report
    lists_waived  the text report lists the waived advice too
    """

    problems: Sequence[Problem]
    version: str = ""
    rules: Callable[[], Iterable[RuleText]] = tuple
    folder: str = ""
    waived: Sequence[Problem] = ()
    closing: str = ""
    lists_waived: bool = False
