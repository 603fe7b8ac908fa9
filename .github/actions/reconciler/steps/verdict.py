"""The verdict: whether the job fails.

| the program                         | fail-on: never | this-change                      | any   |
|-------------------------------------|----------------|----------------------------------|-------|
| failed, or refused                  | red            | red                              | red   |
| found errors in the manifests       | red            | red                              | red   |
| failed after its reports            | red            | red                              | red   |
| a change asks for sensitive access  | green          | red                              | red   |
| cannot tell what a change asks for  | green          | red                              | red   |
| found differences                   | green          | red if this change is a cause    | red   |
| found only what is not carried out  | green          | green                            | green |
| found none, but not all is checked  | green          | green                            | green |
| found everything in sync            | green          | green                            | green |

The first row that fits decides. The manifests say what a change asks for, so the verdict is the same with a new
snapshot, an old one or none. A fact that could not be checked is no drift, and neither is work that is left,
so they are not red. The program itself fails a
night without a password or without any view.
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
    "manifests-wrong": ("The manifests have errors", "See the marked lines and the summary."),
    "failed": ("reconciler failed", "See the log. Nothing is known about access."),
}


def step() -> None:
    """Fail, or not, and say why."""
    state, fail_on = runner.setting("STATE", "failed"), runner.setting("FAIL_ON", "never")
    if fail_on not in _CHOICES:
        raise StepError("Unknown choice", f"`fail-on` is {fail_on!r}: use one of {', '.join(_CHOICES)}.")
    errors = runner.setting("ERRORS", "")
    if state in _FAILURES:
        title, message = _FAILURES[state]
        raise StepError(title, errors if state == "failed" and errors else message)
    if runner.setting("EXIT_CODE", "0") == "1":
        raise StepError("The reports are complete, but the run failed", errors or "See the log.")
    if fail_on != "never":
        refuse_sensitive(review_in(Path(runner.setting("REPORTS"))))
    if state == "incomplete":
        runner.notice(
            "Partly checked",
            "No differences found, but not everything could be checked. The report lists what is unknown.",
        )
    if state == "pending":
        runner.notice(
            "Not carried out yet",
            "Nothing moved. The report lists what the manifests ask for, and nobody has carried out yet.",
        )
    if state == "differences" and fail_on == "any":
        raise StepError("There are differences", "`fail-on: any` lets them fail the job.")
    if state == "differences" and fail_on == "this-change" and caused_by_this_change(Path(runner.setting("REPORTS"))):
        raise StepError("This change needs work in Bromcom", "`fail-on: this-change` lets that fail the job.")


def review_in(reports: Path) -> dict[str, Any] | None:
    """The review in the report; None if it has none."""
    plan: dict[str, Any] = json.loads((reports / PLAN).read_text(encoding="utf-8"))
    review: dict[str, Any] | None = plan.get("review")
    return review


def refuse_sensitive(review: dict[str, Any] | None) -> None:
    """Raise StepError if a change asks for sensitive access, or if it is unknown what it asks for."""
    if review is None:
        return
    if review["unread"]:
        raise StepError(
            "We cannot tell what this change asks for",
            f"The manifests of its base have errors: {review['unread']}. `fail-on` lets that fail the job.",
        )
    sensitive = sorted({_told(edit) for edit in review["edits"] if is_sensitive(edit)})
    if sensitive:
        more = f" and {len(sensitive) - _FEW} more" if len(sensitive) > _FEW else ""
        raise StepError(
            "This change asks for sensitive access",
            f"{', '.join(sensitive[:_FEW])}{more}. `fail-on` lets that fail the job, even unchecked.",
        )


def is_sensitive(edit: dict[str, Any]) -> bool:
    """Return True if an edit opens sensitive records. An entity that no list has counts as sensitive."""
    sensitive = edit["risk"] == "high" or (edit["topic"] == "read" and edit["risk"] != "low")
    return bool(edit["effect"] == "more" and sensitive)


def _told(edit: dict[str, Any]) -> str:
    place = "/".join(filter(None, (edit["school"], edit["supplier"])))
    return f"{edit['name'] or edit['topic']} for {place}" if place else str(edit["name"] or edit["topic"])


def caused_by_this_change(reports: Path) -> bool:
    """Return True if a difference comes from the change under review; without a base to compare with, each may."""
    review = review_in(reports)
    return review is None or any(cause["cause"] in ("this-change", "both") for cause in review["causes"])
