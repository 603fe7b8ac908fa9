"""What a run may do: ask with passwords, leave a comment; and which revision was reviewed.

| the run is of                          | passwords | comment | otherwise                                       |
|----------------------------------------|-----------|---------|-------------------------------------------------|
| a pull request to the default branch   | if given  | yes     | the newest snapshot of the nightly run          |
| a pull request to another branch       | no        | yes     | likewise: nobody reviewed what is on that branch |
| a pull request from a fork             | no        | no      | likewise; the summary holds what a comment would |
| one of Dependabot's                    | no        | no      | likewise                                        |
"""

from __future__ import annotations

from dataclasses import dataclass

import runner
from event import Event, PullRequest, read_event
from runner import StepError


@dataclass(frozen=True)
class Circumstances:
    """What a run may do.

    ask      passwords may be used
    comment  the token may write
    base     the branch to compare with, by its full name: a tag called `origin/main` would be taken for `origin/main`
    remark   why a thing may not be done, for people
    """

    ask: bool
    comment: bool
    base: str
    remark: str


def circumstances(event: Event, *, passwords: bool) -> Circumstances:
    """What a run of this event may do; `passwords` says whether it was given any. Raises StepError where it is about
    no pull request."""
    change = event.pull_request
    if change is None or event.name != "pull_request":
        raise StepError(
            "There is no change to review",
            f"This workflow is for `on: pull_request`, and this run is of {event.name!r}. "
            "For a schedule there is drift.yml.",
        )
    trusted = change.own and not event.by_dependabot
    ask = passwords and trusted and change.base == event.default_branch
    return Circumstances(
        ask, trusted, f"refs/remotes/origin/{change.base}", _remark(event, change, passwords=passwords)
    )


def _remark(event: Event, change: PullRequest, *, passwords: bool) -> str:
    if not change.own:
        return (
            "This change comes from a fork: it is reviewed without passwords, against the last nightly snapshot, and "
            "no comment is left, since the token of such a run may only read. The review stands here, and at the lines "
            "of the change."
        )
    if event.by_dependabot:
        return (
            "Dependabot's runs have neither passwords nor a token that may write: this is reviewed against the last "
            "nightly snapshot, and no comment is left."
        )
    if passwords and change.base != event.default_branch:
        return (
            f"This change asks to be merged into a branch that is not {event.default_branch}, so nobody need have "
            "reviewed where that branch sends passwords to: it is reviewed without them, against the last nightly "
            "snapshot."
        )
    return ""


def refuse_to_publish(event: Event) -> None:
    """Raise StepError where everybody could read what the reports say, unless that is said to be meant."""
    if not event.private and not runner.flag("ALLOW_PUBLIC"):
        raise StepError(
            "This repository is public",
            "The reports would tell everybody which supplier may read what at which school, and where a login is "
            "broken. Make the repository private. Where nothing in it is real, for practice: `allow-public: true`.",
        )


def step() -> None:
    """Decide, and hand it to the steps that follow."""
    event = read_event()
    refuse_to_publish(event)
    found = circumstances(event, passwords=runner.flag("PASSWORDS_GIVEN"))
    for name, value in (("ask", found.ask), ("comment", found.comment)):
        runner.output(name, "true" if value else "false")
    runner.output("base", found.base)
    runner.output("remark", found.remark)
    if found.remark:
        runner.notice("Reviewed without passwords", found.remark)
        runner.summary(f"> {found.remark}")
