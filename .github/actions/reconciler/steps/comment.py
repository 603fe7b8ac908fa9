"""Keep one comment on a pull request: made once, then changed in place, whatever happens in between.

the comments ── ours, of this key ─┬─ none ──────────────────────────────────── make one
                                   ├─ of the newest commit, this run of another ─ leave it
                                   └─ one or more ───────────────────────────── change the first, delete the others

GitHub names the newest commit, and no comment does: people who may write to the repository can change a comment. So one
is left alone only for the newest commit, and only while it is as we wrote it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import runner
from about import about, no_review
from api import Denied, NotFound, Uncertain, github
from marks import key, mark_of, marked
from runner import StepError

if TYPE_CHECKING:
    from api import Forge

_KIND: Final = "review"
_TRIES: Final = 4


def step() -> None:
    """Put the report on the pull request. If the token may not, say so and point to the summary."""
    number = runner.number("NUMBER")
    remarks = "".join(f"> {remark}\n\n" for remark in runner.setting("REMARKS", "").splitlines() if remark)
    text = remarks + report(Path(runner.setting("REPORT")), runner.setting("CAUSE", ""))
    try:
        settle(github(), number, key(), runner.setting("COMMIT", ""), text)
    except (Denied, NotFound) as refused:
        runner.warning("No comment was left", f"{refused} The summary of the run has the full review.")


def report(file: Path, cause: str) -> str:
    """The Markdown of the review, or the reason for its absence: an older comment must not stay."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return no_review(cause)


def settle(api: Forge, number: int, name: str, commit: str, text: str) -> None:
    """Leave exactly one comment with this text. If an answer was lost, look again: the comment may be there."""
    for _ in range(_TRIES):
        try:
            _once(api, number, name, commit, text)
        except Uncertain:
            continue
        return
    raise StepError("No comment was left", "GitHub's answers were lost repeatedly. Run the job again.")


def _newest(api: Forge, number: int) -> str:
    """The newest commit of a pull request; empty if GitHub does not tell."""
    try:
        return str(api.get(f"/pulls/{number}")["head"]["sha"])
    except NotFound:
        return ""


def _once(api: Forge, number: int, name: str, commit: str, text: str) -> None:
    newest = _newest(api, number)
    comments = api.pages(f"/issues/{number}/comments")
    marks = [(item, mark) for item in comments if (mark := mark_of(_KIND, item)) is not None]
    ours = [(item, mark) for item, mark in marks if mark.get("key") == name]
    if newest and commit not in ("", newest) and any(mark.get("commit") == newest for _, mark in ours):
        runner.notice("The comment is about a newer commit", f"This run is about {commit}, and leaves it.")
        return
    body = marked(_KIND, {"key": name, "commit": commit}, about(commit, newest) + text)
    if not ours:
        api.post(f"/issues/{number}/comments", {"body": body})
        return
    (kept, _), *others = ours
    for item, _ in others:
        api.delete(f"/issues/comments/{item['id']}")
    if kept["body"] != body:
        api.patch(f"/issues/comments/{kept['id']}", {"body": body})
