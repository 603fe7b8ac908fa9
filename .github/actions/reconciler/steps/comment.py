"""Keep one comment on a pull request: made once, then changed in place, whatever happens in between.

the comments ── ours, of this key ─┬─ none ──────────────────────────────────── make one
                                   ├─ of the newest commit, this run of another ─ leave it
                                   └─ one or more ───────────────────────────── change the first, take the others away

Which commit is the newest GitHub says, and no comment: whoever may write to the repository may change what one says. So
a comment is only left alone for the newest commit's sake, and only as long as it is as we wrote it.
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
    from api import GitHub

_KIND: Final = "review"
_TRIES: Final = 4


def step() -> None:
    """Say on the pull request what the report says; where the token may not, say so and where the report is."""
    number = runner.number("NUMBER")
    remarks = "".join(f"> {each}\n\n" for each in runner.setting("REMARKS", "").splitlines() if each)
    text = remarks + report(Path(runner.setting("REPORT")), runner.setting("CAUSE", ""))
    try:
        settle(github(), number, key(), runner.setting("COMMIT", ""), text)
    except (Denied, NotFound) as refused:
        runner.warning("No comment was left", f"{refused} The summary of the run holds the whole review.")


def report(file: Path, cause: str) -> str:
    """The Markdown that the review left; where it left none, why: an older comment must not stand."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return no_review(cause)


def settle(api: GitHub, number: int, name: str, commit: str, text: str) -> None:
    """Leave exactly one comment with this text. Where an answer was lost, look again: it may be there."""
    for _ in range(_TRIES):
        try:
            _once(api, number, name, commit, text)
        except Uncertain:
            continue
        return
    raise StepError("No comment was left", "GitHub's answers were lost again and again. Run the job again.")


def _newest(api: GitHub, number: int) -> str:
    """The newest commit of a pull request; empty where GitHub does not tell."""
    try:
        return str(api.get(f"/pulls/{number}")["head"]["sha"])
    except NotFound:
        return ""


def _once(api: GitHub, number: int, name: str, commit: str, text: str) -> None:
    newest = _newest(api, number)
    comments = api.pages(f"/issues/{number}/comments")
    marks = [(each, mark) for each in comments if (mark := mark_of(_KIND, each)) is not None]
    ours = [(each, mark) for each, mark in marks if mark.get("key") == name]
    if newest and commit not in ("", newest) and any(mark.get("commit") == newest for _, mark in ours):
        runner.notice("The comment is of a newer commit", f"This run is of {commit}, and leaves it.")
        return
    body = marked(_KIND, {"key": name, "commit": commit}, about(commit, newest) + text)
    if not ours:
        api.post(f"/issues/{number}/comments", {"body": body})
        return
    (kept, _), *others = ours
    for each, _ in others:
        api.delete(f"/issues/comments/{each['id']}")
    if kept["body"] != body:
        api.patch(f"/issues/comments/{kept['id']}", {"body": body})
