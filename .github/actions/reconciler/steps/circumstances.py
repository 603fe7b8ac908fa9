"""The rights of a run: whether it may use passwords and leave a comment, and the branch to compare with.

| the run is of                         | passwords | comment | otherwise                                        |
|---------------------------------------|-----------|---------|--------------------------------------------------|
| a pull request to the default branch  | if given  | yes     | the newest snapshot of the nightly run           |
| a pull request to another branch      | no        | yes     | the same: that branch need not be reviewed       |
| a pull request from a fork            | no        | no      | the same; the summary holds the review           |
| Dependabot                            | no        | no      | the same                                         |
"""

from __future__ import annotations

from dataclasses import dataclass

import runner
from event import Event, PullRequest, read_event
from runner import StepError


@dataclass(frozen=True)
class Circumstances:
    """The rights of a run.

    ask      passwords may be used
    comment  the token may write
    base     the branch to compare with, by its full name: a tag could be called `origin/main` too
    remark   the limits, for people
    """

    ask: bool
    comment: bool
    base: str
    remark: str


def circumstances(event: Event, *, passwords: bool) -> Circumstances:
    """Decide the rights of a run of this event; `passwords` is True if it was given any. Raises StepError without a
    pull request."""
    change = event.pull_request
    if change is None or event.name != "pull_request":
        raise StepError(
            "There is no change to review",
            f"This workflow is for `on: pull_request`, but this run is of {event.name!r}. "
            "For a schedule, use drift.yml.",
        )
    trusted = change.own and not event.by_dependabot
    ask = passwords and trusted and change.base == event.default_branch
    return Circumstances(
        ask, trusted, f"refs/remotes/origin/{change.base}", _remark(event, change, passwords=passwords)
    )


def _remark(event: Event, change: PullRequest, *, passwords: bool) -> str:
    if not change.own:
        return (
            "This change comes from a fork. It is reviewed without passwords, against the last nightly snapshot. The "
            "token of such a run can only read, so there is no comment: the review is here and on the changed lines."
        )
    if event.by_dependabot:
        return (
            "Dependabot's runs have no passwords and no token that may write. This change is reviewed against the last "
            "nightly snapshot, without a comment."
        )
    if passwords and change.base != event.default_branch:
        return (
            f"This change would be merged into a branch other than {event.default_branch}, which may send passwords to "
            "an unreviewed place. It is reviewed without them, against the last nightly snapshot."
        )
    return ""


def refuse_to_publish(event: Event) -> None:
    """Raise StepError in a public repository, unless `allow-public` is set."""
    if not event.private and not runner.flag("ALLOW_PUBLIC"):
        raise StepError(
            "This repository is public",
            "The reports would show everyone what each supplier may read at each school, and which logins are broken. "
            "Make the repository private. If nothing in it is real, set `allow-public: true`.",
        )


def step() -> None:
    """Decide, and pass the result to later steps."""
    event = read_event()
    refuse_to_publish(event)
    rights = circumstances(event, passwords=runner.flag("PASSWORDS_GIVEN"))
    for name, value in (("ask", rights.ask), ("comment", rights.comment)):
        runner.output(name, "true" if value else "false")
    runner.output("base", rights.base)
    runner.output("remark", rights.remark)
    if rights.remark:
        runner.notice("Reviewed without passwords", rights.remark)
        runner.summary(f"> {rights.remark}")
