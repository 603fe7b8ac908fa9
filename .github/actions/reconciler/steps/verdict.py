"""Whether the job fails.

| the program                         | fail-on: never | this-change                      | any   |
|-------------------------------------|----------------|----------------------------------|-------|
| failed, or refused                  | red            | red                              | red   |
| found the manifests wrong           | red            | red                              | red   |
| failed after its reports            | red            | red                              | red   |
| a change asks for sensitive access  | green          | red                              | red   |
| cannot tell what a change asks for  | green          | red                              | red   |
| found differences                   | green          | red where this change is a cause | red   |
| found none, but not all is seen     | green          | green                            | green |
| found all in sync                   | green          | green                            | green |

The first row that fits decides. The manifests say what a change asks for, so it is judged alike with last night's
snapshot, with an old one and without any. What could not be seen is no drift: it is not red. Of a night without a
password, or without any view, the program itself says so and fails.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import runner
from program import PLAN
from runner import StepError

_CHOICES: Final = ("never", "this-change", "any")
_FEW: Final = 5  # what is called by name in the job's error; the report has all
_FAILURES: Final = {
    "manifests-wrong": ("The manifests are wrong", "What is wrong stands at their lines, and in the summary."),
    "failed": ("reconciler failed", "The log says what did not happen and why. Nothing is known of the accesses."),
}


def step() -> None:
    """Fail, or not, and say why."""
    state, fail_on = runner.setting("STATE", "failed"), runner.setting("FAIL_ON", "never")
    if fail_on not in _CHOICES:
        raise StepError("There is no such choice", f"`fail-on` is {fail_on!r}: write one of {', '.join(_CHOICES)}.")
    errors = runner.setting("ERRORS", "")
    if state in _FAILURES:
        title, message = _FAILURES[state]
        raise StepError(title, errors if state == "failed" and errors else message)
    if runner.setting("EXIT_CODE", "0") == "1":
        raise StepError("The reports are whole, and the run failed", errors or "The log says why.")
    if fail_on != "never":
        refuse_sensitive(review_in(Path(runner.setting("REPORTS"))))
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


def review_in(reports: Path) -> dict[str, Any] | None:
    """What the report says of the change under review; None where it is of none."""
    plan: dict[str, Any] = json.loads((reports / PLAN).read_text(encoding="utf-8"))
    review: dict[str, Any] | None = plan.get("review")
    return review


def refuse_sensitive(review: dict[str, Any] | None) -> None:
    """Raise StepError where a change asks for sensitive access, or where nobody can tell what it asks for."""
    if review is None:
        return
    if review["unread"]:
        raise StepError(
            "Nobody can tell what this change asks for",
            f"The manifests that it is compared with are wrong: {review['unread']}. `fail-on` makes that fail the job.",
        )
    sensitive = sorted({_told(edit) for edit in review["edits"] if is_sensitive(edit)})
    if sensitive:
        more = f" and {len(sensitive) - _FEW} more" if len(sensitive) > _FEW else ""
        raise StepError(
            "This change asks for sensitive access",
            f"{', '.join(sensitive[:_FEW])}{more}. `fail-on` makes that fail the job, whatever could be seen.",
        )


def is_sensitive(edit: dict[str, Any]) -> bool:
    """Whether an edit lets something sensitive be read or written; an entity that no list knows counts as sensitive."""
    sensitive = edit["risk"] == "high" or (edit["topic"] == "read" and edit["risk"] != "low")
    return bool(edit["effect"] == "more" and sensitive)


def _told(edit: dict[str, Any]) -> str:
    where = "/".join(filter(None, (edit["school"], edit["supplier"])))
    return f"{edit['name'] or edit['topic']} for {where}" if where else str(edit["name"] or edit["topic"])


def caused_by_this_change(reports: Path) -> bool:
    """Whether a difference comes from the change under review; without a base to compare with, each may."""
    review = review_in(reports)
    return review is None or any(each["cause"] in ("this-change", "both") for each in review["causes"])
