"""The guard of nightly runs: passwords are used only for reviewed manifests, and those are on the default branch."""

from __future__ import annotations

import re
from typing import Final

import runner
from circumstances import refuse_to_publish
from event import Event, read_event
from runner import StepError

_STARTED_BY: Final = ("schedule", "workflow_dispatch")
_WORKFLOW: Final = re.compile(r".+/\.github/workflows/([\w.-]+\.ya?ml)@.+")


def step() -> None:
    """Refuse a run that is not nightly or has no passwords, and output the file of the calling workflow."""
    event = read_event()
    refuse_to_publish(event)
    refuse_unreviewed(event, runner.setting("GITHUB_REF"))
    if not runner.flag("PASSWORDS_GIVEN"):
        raise StepError(
            "There are no passwords",
            "RECONCILER_PASSWORDS is empty, so no night could see anything. Check that the secret is in the "
            "environment that `environment` names, and that the caller passes it on under the same name.",
        )
    named = _WORKFLOW.fullmatch(runner.setting("GITHUB_WORKFLOW_REF"))
    if named is None:
        raise StepError("Unknown workflow", "GITHUB_WORKFLOW_REF does not name a file in .github/workflows.")
    runner.output("workflow", named[1])


def refuse_unreviewed(event: Event, ref: str) -> None:
    """Raise StepError if the manifests to check with passwords may be unreviewed."""
    if event.name not in _STARTED_BY or ref != f"refs/heads/{event.default_branch}":
        raise StepError(
            "This is not a nightly run",
            f"Passwords are used only for the manifests of {event.default_branch}, on a schedule or by hand. This run "
            f"is of {event.name!r} on {ref}. For a pull request, use plan.yml.",
        )
