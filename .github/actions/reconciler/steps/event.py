"""The event in the repository that started this run, as GitHub describes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import StepError, setting


@dataclass(frozen=True)
class PullRequest:
    """A pull request.

    base  the branch to merge into
    own   its branch is in this repository, not in a fork
    """

    base: str
    own: bool


@dataclass(frozen=True)
class Event:
    """An event.

    name            its kind
    default_branch  the branch that people read and review
    private         the repository is not public
    pull_request    None if it is about none
    """

    name: str
    default_branch: str
    private: bool
    actor: str
    pull_request: PullRequest | None

    @property
    def by_dependabot(self) -> bool:
        """Dependabot's runs have neither secrets nor a token that may write, like those of a fork."""
        return self.actor == "dependabot[bot]"


def read_event() -> Event:
    """The event of this run; raises StepError if GitHub's file is not as GitHub describes it."""
    try:
        data = json.loads(Path(setting("GITHUB_EVENT_PATH")).read_text(encoding="utf-8"))
        repository = data["repository"]
        return Event(
            name=setting("GITHUB_EVENT_NAME"),
            default_branch=str(repository["default_branch"]),
            private=bool(repository["private"]),
            actor=setting("GITHUB_ACTOR", ""),
            pull_request=_pull_request(data["pull_request"]) if "pull_request" in data else None,
        )
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise StepError(
            "Cannot read the event", f"The file at GITHUB_EVENT_PATH is not as GitHub describes it: {wrong!r}."
        ) from wrong


def _pull_request(data: dict[str, Any]) -> PullRequest:
    head = data["head"]["repo"]  # None if the fork was deleted
    own = head is not None and head["id"] == data["base"]["repo"]["id"]
    return PullRequest(str(data["base"]["ref"]), own)
