"""Keep one issue for drift: opened with the first difference, kept up to date, closed when nothing is known to differ.

What is known is what the nights so far saw (`attention`): what tonight could not see is still told, and what was seen
to be right is not.

| the nights so far                          | our newest issue            | so it                                     |
|--------------------------------------------|-----------------------------|-------------------------------------------|
| tonight's run failed                       | any                         | is not touched: nothing is known          |
| none: all was seen, and nothing differs    | open                        | is closed, with a comment                 |
| none                                       | closed, or none             | stays so                                  |
| pending: nothing moved, and only what the  | open                        | is closed, with a comment that says so    |
| manifests ask for is not carried out yet   | closed, or none             | stays so                                  |
| unclear: not all was seen, nothing differs | open                        | has the report of tonight, and stays open |
| unclear                                    | closed, or none             | stays so                                  |
| needed: something differs                  | none, or closed by us       | is opened anew: this is another story     |
| or unseen: a place for several nights      | open                        | has the report of tonight; news is told   |
|                                            | closed by somebody          | is opened again: that mended nothing      |
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import runner
from api import NotFound, Uncertain, github
from marks import key, mark_of, marked
from runner import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api import GitHub

_KIND: Final = "drift"
_LABEL: Final = "reconciler-drift"
_TRIES: Final = 4
_OPEN: Final = "open"
_MENDED: Final = "mended"
_NEEDED, _UNSEEN, _PENDING, _NONE, _UNCLEAR = "needed", "unseen", "pending", "none", "unclear"
# The verdict from the state alone, if the run could not remember.
_ATTENTION: Final = {"in-sync": _NONE, "differences": _NEEDED, "pending": _PENDING, "incomplete": _UNCLEAR}
_TITLES: Final = {_UNSEEN: "Bromcom could not be checked for several nights"}
_TITLE: Final = "Bromcom differs from the manifests"


class Issue(NamedTuple):
    """Our newest issue.

    fingerprint  of its text; empty if people changed the text
    mended       we closed it because nothing differed
    """

    number: int
    is_open: bool
    title: str
    body: str
    fingerprint: str
    mended: bool


class Night(NamedTuple):
    """The verdict of the nights so far. `title` and `text` are the issue's, `run` is the run's address."""

    attention: str
    in_sync: bool
    fingerprint: str
    title: str
    text: str
    run: str


def step() -> None:
    """Bring the issue in line with the findings of the nights so far."""
    reports, name = Path(runner.setting("REPORTS")), key()
    state = runner.setting("STATE", "failed")
    if state not in _ATTENTION:
        _say_it_was_left()
        return
    attention = runner.setting("ATTENTION", _ATTENTION[state])
    night = Night(
        attention,
        state == "in-sync",
        runner.setting("FINGERPRINT", "0"),
        _TITLES.get(attention, _TITLE) + ("" if name == "default" else f" ({name})"),
        (reports / "report.md").read_text(encoding="utf-8"),
        runner.setting("RUN_URL"),
    )
    for _ in range(_TRIES):
        try:
            settle(github(), name, night)
        except Uncertain:
            continue
        return
    raise StepError("The issue was not updated", "GitHub's answers were lost repeatedly. Run the job again.")


def settle(api: GitHub, name: str, night: Night) -> None:
    """Open, change, reopen or close the issue; safe to repeat. Raises Uncertain if it may not be open."""
    issues = _ours(api, name)
    ours = issues[0] if issues else None
    for issue in issues[1:]:
        if issue.is_open:  # two runs at once, or an answer that was lost
            api.patch(f"/issues/{issue.number}", {"state": "closed", "state_reason": "not_planned"})
    if night.attention in (_NEEDED, _UNSEEN):
        _open(api, ours, name, night)
    elif ours and ours.is_open and night.attention in (_NONE, _PENDING):
        _close(api, ours, name, night)
    elif ours and ours.is_open:
        _change(api, ours, name, night)
        _tell(api, ours, night, "No differences found, but not everything could be checked. The text above is from")


def _open(api: GitHub, ours: Issue | None, name: str, night: Night) -> None:
    if ours is None or (ours.mended and not ours.is_open):
        _label(api)
        body = _body(name, night, _OPEN)
        api.post("/issues", {"title": night.title, "body": body, "labels": [_LABEL]})
        return
    _change(api, ours, name, night)
    if ours.is_open:
        _tell(api, ours, night, "The differences have changed. The text above is from")
    else:
        _say(api, ours, f"Bromcom still differs, so this is open again: {night.run}\n\n{_ACCEPTING}")


def _change(api: GitHub, ours: Issue, name: str, night: Night) -> None:
    body = _body(name, night, _OPEN)
    if (ours.title, ours.body) != (night.title, body) or not ours.is_open:
        api.patch(f"/issues/{ours.number}", {"title": night.title, "body": body, "state": "open"})


def _close(api: GitHub, ours: Issue, name: str, night: Night) -> None:
    closed = {"body": _body(name, night, _MENDED), "state": "closed", "state_reason": "completed"}
    api.patch(f"/issues/{ours.number}", closed)
    well = "No differences are left. The report lists what a person must still confirm"
    if night.attention == _PENDING:
        well = "No drift is left. The report lists what the manifests ask for and nobody has carried out yet"
    elif night.in_sync:
        well = "Everything is in sync again"
    _say(api, ours, f"{well}: {night.run}")


def _ours(api: GitHub, name: str) -> list[Issue]:
    """Our issues for this workspace, the newest first, by mark and author: a label can be removed by anyone."""
    listed = api.pages("/issues", {"state": "all", "sort": "created", "direction": "desc"})
    marks = [(item, mark) for item in listed if (mark := mark_of(_KIND, item)) is not None]
    return [_issue(item, mark) for item, mark in marks if mark.get("key") == name and "pull_request" not in item]


def _issue(item: Mapping[str, Any], mark: Mapping[str, str]) -> Issue:
    return Issue(
        int(item["number"]),
        item["state"] == "open",
        item["title"],
        item["body"],
        mark.get("fingerprint", ""),
        mark.get("state") == _MENDED,
    )


def _tell(api: GitHub, ours: Issue, night: Night, what: str) -> None:
    """Add a comment: GitHub sends mail for comments, not for a changed text."""
    if not ours.fingerprint:
        _say(api, ours, f"The text above had been changed. It is now again from {night.run}")
    elif ours.fingerprint != night.fingerprint:
        _say(api, ours, f"{what} {night.run}")


_ACCEPTING: Final = "To accept a difference for a time, add a Waiver to the manifests."


def _say(api: GitHub, ours: Issue, text: str) -> None:
    try:
        api.post(f"/issues/{ours.number}/comments", {"body": text})
    except Uncertain:  # said twice would be worse than once too little: the issue's own text is right
        runner.warning("A comment may be missing", f"GitHub's answer to a comment on issue {ours.number} was lost.")


def _body(name: str, night: Night, state: str) -> str:
    return marked(_KIND, {"key": name, "state": state, "fingerprint": night.fingerprint}, night.text)


def _label(api: GitHub) -> None:
    try:
        api.get(f"/labels/{_LABEL}")
    except NotFound:
        api.post("/labels", {"name": _LABEL, "color": "b60205", "description": "Bromcom differs from the manifests"})


def _say_it_was_left() -> None:
    why = "The run failed, so nothing is known."
    runner.summary(f"The drift issue is unchanged. {why}")
    runner.notice("The drift issue is unchanged", why)
