"""Whether the job fails.

| the program                     | fail-on: never | this-change                | any  |
|---------------------------------|----------------|----------------------------|------|
| failed, or refused              | red            | red                        | red  |
| found the manifests wrong       | red            | red                        | red  |
| found differences               | green          | red where this change is a cause | red  |
| found none, but not all is seen | green          | green                      | green |
| found all in sync               | green          | green                      | green |

What could not be seen is no drift: it is never red.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import runner
from program import PLAN
from runner import StepError

_CHOICES: Final = ("never", "this-change", "any")
_FAILURES: Final = {
    "manifests-wrong": ("The manifests are wrong", "What is wrong stands at their lines, and in the summary."),
    "failed": ("reconciler failed", "The log says what did not happen and why. Nothing is known of the accesses."),
}


def step() -> None:
    """Fail, or not, and say why."""
    state, fail_on = runner.setting("STATE", "failed"), runner.setting("FAIL_ON", "never")
    if fail_on not in _CHOICES:
        raise StepError("There is no such choice", f"`fail-on` is {fail_on!r}: write one of {', '.join(_CHOICES)}.")
    if state in _FAILURES:
        raise StepError(*_FAILURES[state])
    if state == "incomplete":
        runner.notice(
            "Not everything was seen",
            "No difference is seen, and that is not yet in sync: the report says what is unknown.",
        )
    if state == "differences" and fail_on == "any":
        raise StepError("There are differences", "`fail-on: any` makes them fail the job.")
    if state == "differences" and fail_on == "this-change" and caused_by_this_change(Path(runner.setting("REPORTS"))):
        raise StepError(
            "This change asks for what is not so in Bromcom yet", "`fail-on: this-change` makes that fail the job."
        )


def caused_by_this_change(reports: Path) -> bool:
    """Whether a difference comes from the change under review; without a base to compare with, each may."""
    plan: dict[str, Any] = json.loads((reports / PLAN).read_text(encoding="utf-8"))
    review = plan.get("review")
    if not review or review["unread"]:
        return True
    return any(each["cause"] in ("this-change", "both") for each in review["causes"])
