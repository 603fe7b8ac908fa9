"""The one issue about drift, the same on each forge: opened with the first difference, kept up to date, closed when
nothing is known to differ.

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

from typing import TYPE_CHECKING, Final, NamedTuple

from api import Uncertain
from marks import key, marked, read_mark
from program import FAILED, REPORT, pictured, remembered
from runner import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Protocol

    class Tracker(Protocol):
        """The issues of a forge. Whatever makes something raises Uncertain if the answer was lost.

        ours    our issues, the newest first, by mark and author: a label can be removed by anyone
        open    make a new one
        change  give one its title and its text, and open it
        close   close one, with a last text; as not planned if it has none
        say     add a comment: forges send mail for comments, not for a changed text
        warn    tell whoever reads the log
        """

        def ours(self, name: str) -> list[Issue]: ...
        def open(self, title: str, body: str) -> None: ...
        def change(self, number: int, title: str, body: str) -> None: ...
        def close(self, number: int, body: str | None) -> None: ...
        def say(self, number: int, text: str) -> None: ...
        def warn(self, title: str, message: str) -> None: ...


KIND: Final = "drift"
LABEL: Final = "reconciler-drift"
_TRIES: Final = 4
_OPEN: Final = "open"
_MENDED: Final = "mended"
_NEEDED, _UNSEEN, _PENDING, _NONE, _UNCLEAR = "needed", "unseen", "pending", "none", "unclear"
# The verdict from the state alone, if the run could not remember.
_ATTENTION: Final = {"in-sync": _NONE, "differences": _NEEDED, "pending": _PENDING, "incomplete": _UNCLEAR}
_UNSEEN_TITLE: Final = "Bromcom could not be checked for several nights"
_TITLE: Final = "Bromcom differs from the manifests"
TITLES: Final = (_TITLE, _UNSEEN_TITLE)
LEFT: Final = "The run failed, so nothing is known."


class Issue(NamedTuple):
    """One of our issues.

    fingerprint  of its text; empty if people changed the text
    mended       we closed it because nothing differed
    is_whole     it still has what we gave it besides its text, such as its label
    """

    number: int
    is_open: bool
    title: str
    body: str
    fingerprint: str
    mended: bool
    is_whole: bool


class Night(NamedTuple):
    """The verdict of the nights so far. `title` and `text` are the issue's, `run` is the run's address."""

    name: str
    attention: str
    in_sync: bool
    fingerprint: str
    title: str
    text: str
    run: str


def night_of(name: str, state: str, memory: Mapping[str, str], report: Path, run: str) -> Night | None:
    """A night of the workspace with this name, whose run ended in this state, remembers this, and left this report;
    None if it failed, so that nothing is known."""
    if state not in _ATTENTION:
        return None
    attention = memory.get("attention") or _ATTENTION[state]
    title = _UNSEEN_TITLE if attention == _UNSEEN else _TITLE
    return Night(
        name,
        attention,
        state == "in-sync",
        memory.get("fingerprint") or "0",
        title + ("" if name == "default" else f" ({name})"),
        report.read_text(encoding="utf-8"),
        run,
    )


def night_in(reports: Path, memory: Path, run: str) -> Night | None:
    """The night that left these reports and this memory of the nights so far; None if it failed."""
    return night_of(key("RECONCILER_KEY"), pictured(reports) or FAILED, remembered(str(memory)), reports / REPORT, run)


def issue_of(number: int, title: str, body: str, name: str, *, is_open: bool, is_whole: bool = True) -> Issue | None:
    """An issue that our own account wrote; None if it has not our mark, or is about another workspace."""
    mark = read_mark(KIND, body)
    if mark is None or mark.get("key") != name:
        return None
    return Issue(number, is_open, title, body, mark.get("fingerprint", ""), mark.get("state") == _MENDED, is_whole)


def keep(tracker: Tracker, night: Night) -> None:
    """Bring the issue in line with the findings of the nights so far."""
    for _ in range(_TRIES):
        try:
            _settle(tracker, night)
        except Uncertain:
            continue
        return
    raise StepError("The issue was not updated", "The answers were lost repeatedly. Run the job again.")


def _settle(tracker: Tracker, night: Night) -> None:
    """Open, change, reopen or close the issue; safe to repeat. Raises Uncertain if it may not be open."""
    issues = tracker.ours(night.name)
    ours = issues[0] if issues else None
    for issue in issues[1:]:
        if issue.is_open:  # two runs at once, or an answer that was lost
            tracker.close(issue.number, None)
    if night.attention in (_NEEDED, _UNSEEN):
        _open(tracker, ours, night)
    elif ours and ours.is_open and night.attention in (_NONE, _PENDING):
        _close(tracker, ours, night)
    elif ours and ours.is_open:
        _change(tracker, ours, night)
        _tell(tracker, ours, night, "No differences found, but not everything could be checked. The text above is from")


def _open(tracker: Tracker, ours: Issue | None, night: Night) -> None:
    if ours is None or (ours.mended and not ours.is_open):
        tracker.open(night.title, _body(night, _OPEN))
        return
    _change(tracker, ours, night)
    if ours.is_open:
        _tell(tracker, ours, night, "The differences have changed. The text above is from")
    else:
        _say(tracker, ours, f"Bromcom still differs, so this is open again: {night.run}\n\n{_ACCEPTING}")


def _change(tracker: Tracker, ours: Issue, night: Night) -> None:
    body = _body(night, _OPEN)
    same = ours.title == night.title and ours.body.split() == body.split()  # a forge may change spaces
    if not (same and ours.is_open and ours.is_whole):
        tracker.change(ours.number, night.title, body)


def _close(tracker: Tracker, ours: Issue, night: Night) -> None:
    tracker.close(ours.number, _body(night, _MENDED))
    well = "No differences are left. The report lists what a person must still confirm"
    if night.attention == _PENDING:
        well = "No drift is left. The report lists what the manifests ask for and nobody has carried out yet"
    elif night.in_sync:
        well = "Everything is in sync again"
    _say(tracker, ours, f"{well}: {night.run}")


def _tell(tracker: Tracker, ours: Issue, night: Night, what: str) -> None:
    if not ours.fingerprint:
        _say(tracker, ours, f"The text above had been changed. It is now again from {night.run}")
    elif ours.fingerprint != night.fingerprint:
        _say(tracker, ours, f"{what} {night.run}")


_ACCEPTING: Final = "To accept a difference for a time, add a Waiver to the manifests."


def _say(tracker: Tracker, ours: Issue, text: str) -> None:
    try:
        tracker.say(ours.number, text)
    except Uncertain:  # said twice would be worse than once too little: the issue's own text is right
        tracker.warn("A comment may be missing", f"The answer to a comment on issue {ours.number} was lost.")


def _body(night: Night, state: str) -> str:
    return marked(KIND, {"key": night.name, "state": state, "fingerprint": night.fingerprint}, night.text)
