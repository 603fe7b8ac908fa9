"""What a comment says of itself, on every forge: which commit it is about, whether that is the newest, and, where there
is no review, why.

An older comment must never be taken for one of the newest commit, whatever failed in between.
"""

from __future__ import annotations

from typing import Final

_SHOWN: Final = 10  # characters of a commit, as forges show it
_LONGEST: Final = 600  # characters of a cause


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
