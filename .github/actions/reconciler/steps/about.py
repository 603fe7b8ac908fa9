"""What a comment says of itself, on every forge: which commit it is about, whether that is the newest, and, where there
is no review, why.

An older comment must never be taken for one of the newest commit, whatever failed in between.
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
    """A whole comment behind its mark: the report, or why there is none. `errors` is what the run wrote of failures."""
    text = report.read_text(encoding="utf-8") if report.is_file() else no_review(cause_in(errors))
    return marked(_KIND, {"commit": commit}, about(commit, newest) + text)


def is_ours(body: str) -> bool:
    """Whether a text carries the mark of a review; who wrote it is for the caller to look at."""
    return read_mark(_KIND, body) is not None


def yields(commit: str, newest: str, bodies: Iterable[str]) -> bool:
    """Whether a run of an older commit leaves what is there: a comment of the newest, as we wrote it."""
    return commit != newest and any((read_mark(_KIND, body) or {}).get("commit") == newest for body in bodies)


def cause_in(errors: Path) -> str:
    """What a file of errors says went wrong: the program's own words, or else the last line."""
    try:
        lines = [line.strip() for line in errors.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    told = [line[len(_ERROR) :] for line in lines if line.startswith(_ERROR)]
    return " ".join(told or [line for line in lines if line][-1:])


def about(commit: str, newest: str) -> str:
    """The first line of a comment; `newest` is the request's newest commit, and empty where nobody could tell."""
    if not commit:
        return ""
    if newest and newest != commit:
        return (
            f"> ⚠️ This is of an older commit, `{commit[:_SHOWN]}`. The newest, `{newest[:_SHOWN]}`, was not reviewed "
            "yet: run its check again.\n\n"
        )
    return f"> This is about commit `{commit[:_SHOWN]}`.\n\n"


def no_review(cause: str) -> str:
    """The comment where there is no review; `cause` is one line, in which nothing marks up."""
    why = one_line(cause) or "a step before the review failed, and the log of the run says which"
    return (
        "### There is no review: the run failed\n\n"
        f"This commit was not reviewed: `{why}`\n\n"
        "Nothing is known of what it asks for, and nothing of what is wrong in Bromcom.\n"
    )


def one_line(text: str) -> str:
    """A text from a log that ends no code span and no line."""
    line = " ".join(text.replace("`", "'").split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
