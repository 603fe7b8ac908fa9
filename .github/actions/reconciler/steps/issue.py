"""Keep one issue for drift: opened with the first difference, kept up to date, closed when all is in sync again.

| the night's run           | our newest issue                        | so it                                          |
|---------------------------|-----------------------------------------|------------------------------------------------|
| failed                    | any                                     | is not touched: nothing is known               |
| incomplete, no difference | any                                     | is left alone: not seen is not mended          |
| in sync                   | open                                    | is closed, with a comment                      |
| in sync                   | closed, or none                         | stays so                                       |
| differences               | none, or closed by us when all was well | is opened anew: this is another story          |
| differences               | open                                    | has the report of tonight; what is new is told |
| differences               | closed by somebody meanwhile            | is opened again: closing it mended nothing     |
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import runner
from api import NotFound, Uncertain, github
from comment import report
from marks import key, mark_of, marked
from program import PLAN
from runner import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api import GitHub

_KIND: Final = "drift"
_LABEL: Final = "reconciler-drift"
_TRIES: Final = 4
_OPEN: Final = "open"
_MENDED: Final = "mended"


class Issue(NamedTuple):
    """Our newest issue. `fingerprint`: of the plan that it tells; `mended`: we closed it, since all was in sync."""

    number: int
    is_open: bool
    body: str
    fingerprint: str
    mended: bool


class Night(NamedTuple):
    """What the run found. `title` and `text` are those of the issue, `run` is the run's address."""

    state: str
    fingerprint: str
    title: str
    text: str
    run: str


def step() -> None:
    """Bring the issue in line with what the night's run found."""
    reports, name = Path(runner.setting("REPORTS")), key()
    state = runner.setting("STATE", "failed")
    if state not in ("in-sync", "differences"):
        _say_it_was_left(state)
        return
    night = Night(state, _fingerprint(reports), _title(name), report(reports / "report.md"), runner.setting("RUN_URL"))
    for _ in range(_TRIES):
        try:
            settle(github(), name, night)
        except Uncertain:
            continue
        return
    raise StepError(
        "The issue was not brought up to date", "GitHub's answers were lost again and again. Run the job again."
    )


def settle(api: GitHub, name: str, night: Night) -> None:
    """Open, change, open again or close; doing it twice is doing it once. Raises Uncertain where it may not be open."""
    found = _ours(api, name)
    ours = found[0] if found else None
    for each in found[1:]:
        if each.is_open:  # two runs at once, or an answer that was lost
            api.patch(f"/issues/{each.number}", {"state": "closed", "state_reason": "not_planned"})
    if night.state == "in-sync":
        if ours and ours.is_open:
            _close(api, ours, name, night)
        return
    body = _body(name, night, _OPEN)
    if ours is None or (ours.mended and not ours.is_open):
        _label(api)
        api.post("/issues", {"title": night.title, "body": body, "labels": [_LABEL]})
        return
    if ours.body != body or not ours.is_open:
        api.patch(f"/issues/{ours.number}", {"title": night.title, "body": body, "state": "open"})
        _tell_news(api, ours, night)


def _ours(api: GitHub, name: str) -> list[Issue]:
    """Our issues for this workspace, the newest first, known by mark and author: anybody can take a label away."""
    listed = api.pages("/issues", {"state": "all", "sort": "created", "direction": "desc"})
    marks = [(item, mark) for item in listed if (mark := mark_of(_KIND, item)) is not None]
    return [_issue(item, mark) for item, mark in marks if mark.get("key") == name and "pull_request" not in item]


def _issue(item: Mapping[str, Any], mark: Mapping[str, str]) -> Issue:
    mended = mark.get("state") == _MENDED
    return Issue(int(item["number"]), item["state"] == "open", item["body"], mark.get("fingerprint", ""), mended)


def _close(api: GitHub, ours: Issue, name: str, night: Night) -> None:
    closed = {"body": _body(name, night, _MENDED), "state": "closed", "state_reason": "completed"}
    api.patch(f"/issues/{ours.number}", closed)
    _say(api, ours, f"All is in sync again: {night.run}")


def _tell_news(api: GitHub, ours: Issue, night: Night) -> None:
    """A changed text tells nobody anything: GitHub sends mail for comments only."""
    if not ours.is_open:
        _say(api, ours, f"It still differs, so this is open again: {night.run}\n\n{_ACCEPTING}")
    elif ours.fingerprint != night.fingerprint:
        _say(api, ours, f"What differs has changed: the text above is of {night.run}")


_ACCEPTING: Final = "To accept a difference for a time, write a Waiver in the manifests."


def _say(api: GitHub, ours: Issue, text: str) -> None:
    try:
        api.post(f"/issues/{ours.number}/comments", {"body": text})
    except Uncertain:  # said twice would be worse than once too little: the issue's own text is right
        runner.warning(
            "A comment may be missing", f"GitHub's answer was lost when issue {ours.number} was commented on."
        )


def _body(name: str, night: Night, state: str) -> str:
    return marked(_KIND, {"key": name, "state": state, "fingerprint": night.fingerprint}, night.text)


def _label(api: GitHub) -> None:
    try:
        api.get(f"/labels/{_LABEL}")
    except NotFound:
        api.post("/labels", {"name": _LABEL, "color": "b60205", "description": "Bromcom is not as the manifests say"})


def _title(name: str) -> str:
    return "Bromcom has drifted from the manifests" + ("" if name == "default" else f" ({name})")


def _fingerprint(reports: Path) -> str:
    plan: dict[str, Any] = json.loads((reports / PLAN).read_text(encoding="utf-8"))
    return str(plan["fingerprint"])


def _say_it_was_left(state: str) -> None:
    why = (
        "no difference was seen, but not everything could be: what is not seen is not mended"
        if state == "incomplete"
        else "the run failed, so that nothing is known"
    )
    runner.summary(f"The drift issue was left as it is: {why}.")
    runner.notice("The drift issue was left as it is", f"{why[0].upper()}{why[1:]}.")
