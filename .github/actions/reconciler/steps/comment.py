"""Keep one comment on a pull request: made once, then changed in place, whatever happens in between.

the comments ── ours, of this key ─┬─ none ─────────────── make one
                                   ├─ of a later run ───── leave it: this run is the older
                                   └─ one or more ──────── change the first, take the others away
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import runner
from api import Denied, NotFound, Uncertain, github
from marks import key, mark_of, marked
from program import NOTHING_KNOWN
from runner import StepError

if TYPE_CHECKING:
    from api import GitHub

_KIND: Final = "review"
_TRIES: Final = 4


def step() -> None:
    """Say on the pull request what the report says; where the token may not, say so and where the report is."""
    number = int(runner.setting("NUMBER"))
    remarks = "".join(f"> {each}\n\n" for each in runner.setting("REMARKS", "").splitlines() if each)
    text = remarks + report(Path(runner.setting("REPORT")))
    try:
        settle(github(), number, key(), int(runner.setting("GITHUB_RUN_ID")), text)
    except (Denied, NotFound) as refused:
        runner.warning("No comment was left", f"{refused} The summary of the run holds the whole review.")


def report(file: Path) -> str:
    """The Markdown that the review left; where it left none, that it failed: an older comment must not stand."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return NOTHING_KNOWN


def settle(api: GitHub, number: int, name: str, run: int, text: str) -> None:
    """Leave exactly one comment with this text. Where an answer was lost, look again: it may be there."""
    for _ in range(_TRIES):
        try:
            _once(api, number, name, run, text)
        except Uncertain:
            continue
        return
    raise StepError("No comment was left", "GitHub's answers were lost again and again. Run the job again.")


def _once(api: GitHub, number: int, name: str, run: int, text: str) -> None:
    body = marked(_KIND, {"key": name, "run": str(run)}, text)
    comments = api.pages(f"/issues/{number}/comments")
    marks = [(each, mark) for each in comments if (mark := mark_of(_KIND, each)) is not None]
    ours = [(each, mark) for each, mark in marks if mark.get("key") == name]
    if any(int(mark.get("run") or 0) > run for _, mark in ours):
        runner.notice("The comment is of a later run", "This run is the older one, and leaves it.")
        return
    if not ours:
        api.post(f"/issues/{number}/comments", {"body": body})
        return
    (kept, _), *others = ours
    for each, _ in others:
        api.delete(f"/issues/comments/{each['id']}")
    if kept["body"] != body:
        api.patch(f"/issues/comments/{kept['id']}", {"body": body})
