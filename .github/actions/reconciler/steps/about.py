"""The first lines of a comment, on every forge: its commit, whether a newer one exists, and why there is no review.

An older comment must never pass for one about the newest commit, whatever failed in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marks import marked, read_mark

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_KIND: Final = "review"
_ERROR: Final = "Error: "  # how the program begins what it says of a failure
_SHOWN: Final = 10  # characters of a commit, as forges show it
_LONGEST: Final = 600  # characters of a cause


def comment_of(commit: str, newest: str, report: Path, errors: Path) -> str:
    """A whole comment with its mark: the report, or the reason for its absence from the file `errors`."""
    text = report.read_text(encoding="utf-8") if report.is_file() else no_review(cause_in(errors))
    return marked(_KIND, {"commit": commit}, about(commit, newest) + text)


def is_ours(body: str) -> bool:
    """Return True if a text carries the mark of a review. The caller checks its author."""
    return read_mark(_KIND, body) is not None


def yields(commit: str, newest: str, bodies: Iterable[str]) -> bool:
    """Return True if a run of an older commit must leave an unaltered comment about the newest."""
    return commit != newest and any((read_mark(_KIND, body) or {}).get("commit") == newest for body in bodies)


def cause_in(errors: Path) -> str:
    """The errors in a file, in the program's own words, or otherwise its last line."""
    try:
        lines = [line.strip() for line in errors.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    messages = [line[len(_ERROR) :] for line in lines if line.startswith(_ERROR)]
    return " ".join(messages or [line for line in lines if line][-1:])


def about(commit: str, newest: str) -> str:
    """The first line of a comment. `newest` is the request's newest commit; empty if unknown."""
    if not commit:
        return ""
    if newest and newest != commit:
        return (
            f"> ⚠️ This is about an older commit, `{commit[:_SHOWN]}`. The newest, `{newest[:_SHOWN]}`, has not been "
            "reviewed: run its check again.\n\n"
        )
    return f"> This is about commit `{commit[:_SHOWN]}`.\n\n"


def no_review(cause: str) -> str:
    """The comment if there is no review; `cause` is one line, in which nothing marks up."""
    why = one_line(cause) or "a step before the review failed: see the log of the run"
    return (
        "### No review: the run failed\n\n"
        f"This commit was not reviewed: `{why}`\n\n"
        "We do not know what it asks for, or what is wrong in Bromcom.\n"
    )


def one_line(text: str) -> str:
    """A text from a log, made safe for a code span on one line."""
    line = " ".join(text.replace("`", "'").split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
