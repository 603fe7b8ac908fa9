"""What happened to the repository that this run is about, as GitHub's event says it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import StepError, setting


@dataclass(frozen=True)
class PullRequest:
    """A change that asks to be merged.

    base      the branch that it would be merged into
    own       its branch is in this repository, and not in a fork
    """

    base: str
    own: bool


@dataclass(frozen=True)
class Event:
    """name: what happened; default_branch: the branch that everybody reads, and reviews what comes to;
    pull_request: None where it is about none; private: not everybody can read the repository."""

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
    """The event of this run; raises StepError where GitHub's file of it is not as GitHub describes it."""
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
        raise StepError("The event cannot be read", f"GITHUB_EVENT_PATH is not as expected: {wrong!r}.") from wrong


def _pull_request(data: dict[str, Any]) -> PullRequest:
    head = data["head"]["repo"]  # None where the fork was deleted
    own = head is not None and head["id"] == data["base"]["repo"]["id"]
    return PullRequest(str(data["base"]["ref"]), own)
