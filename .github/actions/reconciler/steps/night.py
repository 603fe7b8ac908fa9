"""Whether a run may use passwords: for manifests that were reviewed alone, and those are on the default branch."""

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
    """Refuse what is no nightly run, or can see nothing, and hand on the file of the workflow that called this one."""
    event = read_event()
    refuse_to_publish(event)
    refuse_unreviewed(event, runner.setting("GITHUB_REF"))
    if not runner.flag("PASSWORDS_GIVEN"):
        raise StepError(
            "There are no passwords",
            "RECONCILER_PASSWORDS is empty here, so that nothing could be seen, night after night. Is the secret in "
            "the environment that `environment` names, and does the caller hand it on under the same name?",
        )
    named = _WORKFLOW.fullmatch(runner.setting("GITHUB_WORKFLOW_REF"))
    if named is None:
        raise StepError("The workflow cannot be told", "GITHUB_WORKFLOW_REF names no file of .github/workflows.")
    runner.output("workflow", named[1])


def refuse_unreviewed(event: Event, ref: str) -> None:
    """Raise StepError where the manifests that would be asked with passwords need not have been reviewed."""
    if event.name not in _STARTED_BY or ref != f"refs/heads/{event.default_branch}":
        raise StepError(
            "This is no nightly run",
            f"Passwords are used for the manifests of {event.default_branch} alone, on a schedule or by hand; this run "
            f"is of {event.name!r} on {ref}. For a pull request there is plan.yml.",
        )
