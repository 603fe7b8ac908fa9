"""Keep one Azure DevOps work item for drift: `python3 -I work_item.py REPORTS MEMORY`.

REPORTS is the folder that the night's job left, MEMORY what it remembers of the nights so far. The script reads what
Azure Pipelines sets, WORK_ITEM_TYPE, and the token in RECONCILER_ISSUE_TOKEN, or otherwise SYSTEM_ACCESSTOKEN. It finds
its item by tag or title. One is ours if it has our mark and the token's own identity created it. RECONCILER_KEY keeps
the items of several workspaces apart.

Azure DevOps drops comments from the HTML of a text, so the mark is a line at its end.
"""

from __future__ import annotations

import os
import re
import sys
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

sys.path.append(str(Path(__file__).resolve().parents[3] / ".github/actions/reconciler/steps"))
from api import NotFound, azure  # found beside this file, and nowhere else
from keeping import LABEL, LEFT, TITLES, Issue, issue_of, keep, night_in
from runner import StepError

if TYPE_CHECKING:
    from api import Forge

_TYPE: Final = "WORK_ITEM_TYPE"
_ADVICE: Final = (
    "The project's *Build Service* needs *View work items in this node* and *Edit work items in this node* (Project "
    "settings > Project configuration > Areas > Security). A token of a person in RECONCILER_ISSUE_TOKEN needs the "
    "scope *Work Items (Read & write)*."
)
_VERSION: Final = {"api-version": "7.1"}
_OF_COMMENTS: Final = {"api-version": "7.1-preview.4"}
_OF_CONNECTION: Final = {"api-version": "7.1-preview.1"}
_MOST: Final = 200  # items that one request may ask for
_LONGEST: Final = 60_000  # characters of the report
_TAG: Final = re.compile(r"<[^>]*>")
_MARK: Final = "<!-- reconciler:"
_STEPS: Final = "Microsoft.VSTS.TCM.ReproSteps"  # the text of a bug; on its form there is no description
_FIELDS: Final = ("Title", "Tags", "State", "WorkItemType", "CreatedBy", "Description")


def main(reports: Path, memory: Path) -> str | None:
    """Bring the work item in line. Return the error, if there is one."""
    kind, token = os.environ.get(_TYPE, ""), _token()
    if not (kind and token):
        print(f"No work item is kept: {'there is no token' if kind else f'{_TYPE} is empty'}.")
        return None
    project = quote(os.environ["SYSTEM_TEAMPROJECT"])
    run = f"{os.environ['SYSTEM_COLLECTIONURI']}{project}/_build/results?buildId={os.environ['BUILD_BUILDID']}"
    try:
        night = night_in(reports, memory, run)
        if night is None:
            print(f"The work item is unchanged. {LEFT}")
            return None
        text = shortened((reports / "report.txt").read_text(encoding="utf-8"), run)
        keep(Items(azure(token, _ADVICE), project, kind), night._replace(text=text))
    except StepError as failed:
        advice = f" Is `{kind}` of {_TYPE} a type of the project's process?" if isinstance(failed, NotFound) else ""
        return f"The work item was not updated. {failed.title}: {failed}{advice}"
    return None


def _token() -> str:
    given = os.environ.get("RECONCILER_ISSUE_TOKEN", "")
    unset = not given or given.startswith("$(")  # if the pipeline lacks a variable, Azure leaves its name as it is
    return os.environ.get("SYSTEM_ACCESSTOKEN", "") if unset else given


def shortened(text: str, run: str) -> str:
    """The report, with as many whole lines as a work item should have, and the address of the rest."""
    if len(text) <= _LONGEST:
        return f"{text}\nThe whole report: {run}\n"
    kept = text[:_LONGEST].rpartition("\n")[0]
    return f"{kept}\n... The report goes on: {run}\n"


class Items:
    """The work items of a project, as `keeping` wants them."""

    def __init__(self, api: Forge, project: str, kind: str) -> None:
        self._api, self._kind = api, kind
        self._items = f"/{project}/_apis/wit"
        self._found: dict[int, dict[str, Any]] = {}
        self._types: dict[str, dict[str, Any]] = {}

    def ours(self, name: str) -> list[Issue]:
        """Our items for this workspace, the newest first."""
        author = self._api.get("/_apis/connectionData", _OF_CONNECTION)["authenticatedUser"]["id"]
        titles = " OR ".join(f"[System.Title] CONTAINS '{title}'" for title in TITLES)
        mentioned = f"[System.Tags] CONTAINS '{LABEL}' OR {titles}"
        within = f"WHERE [System.TeamProject] = @project AND ({mentioned})"
        query = f"SELECT [System.Id] FROM WorkItems {within} ORDER BY [System.Id] DESC"  # noqa: S608  # our own words
        listed = self._api.post(f"{self._items}/wiql", {"query": query}, _VERSION)["workItems"]
        numbers = [int(each["id"]) for each in listed]
        fields = [*(f"System.{each}" for each in _FIELDS), _STEPS]
        for start in range(0, len(numbers), _MOST):
            asked = {"ids": numbers[start : start + _MOST], "fields": fields}
            for item in self._api.post(f"{self._items}/workitemsbatch", asked, _VERSION)["value"]:
                self._found[int(item["id"])] = item["fields"]
        mine = [number for number in numbers if self._found[number]["System.CreatedBy"]["id"] == author]
        issues = [self._issue(number, name) for number in mine]
        return [issue for issue in issues if issue is not None]

    def open(self, title: str, body: str) -> None:
        """Make a work item with our tag."""
        fields = {"System.Title": title, "System.Tags": LABEL, self._text_of(self._kind): _html(body)}
        self._api.post(f"{self._items}/workitems/${quote(self._kind)}", _patch(fields), _VERSION)

    def change(self, number: int, title: str, body: str) -> None:
        """Give an item its title, text and tag, and open it."""
        found = self._found[number]
        tags = "; ".join(dict.fromkeys([*_tags(found), LABEL]))
        fields = {"System.Title": title, "System.Tags": tags, self._text_of(found["System.WorkItemType"]): _html(body)}
        if self._is_closed(found):
            fields["System.State"] = self._state(found, "Proposed", "InProgress")
        self._update(number, fields)

    def close(self, number: int, body: str | None) -> None:
        """Close an item, with a last text if there is one."""
        found = self._found[number]
        text = {} if body is None else {self._text_of(found["System.WorkItemType"]): _html(body)}
        self._update(number, {**text, "System.State": self._state(found, "Completed")})

    def say(self, number: int, text: str) -> None:
        """Add a comment."""
        told = escape(text).replace("\n", "<br>")
        self._api.post(f"{self._items}/workItems/{number}/comments", {"text": told}, _OF_COMMENTS)

    def warn(self, title: str, message: str) -> None:
        """Print a warning."""
        print(f"##vso[task.logissue type=warning]{title}. {message}")

    def _update(self, number: int, fields: dict[str, str]) -> None:
        self._api.patch(f"{self._items}/workitems/{number}", _patch(fields), _VERSION)

    def _issue(self, number: int, name: str) -> Issue | None:
        found = self._found[number]
        return issue_of(
            number,
            found["System.Title"],
            _body(found.get(self._text_of(found["System.WorkItemType"])) or ""),
            name,
            is_open=not self._is_closed(found),
            is_whole=LABEL in _tags(found),
        )

    def _type(self, kind: str) -> dict[str, Any]:
        if kind not in self._types:
            self._types[kind] = self._api.get(f"{self._items}/workitemtypes/{quote(kind)}", _VERSION)
        return self._types[kind]

    def _text_of(self, kind: str) -> str:
        fields = {each["referenceName"] for each in self._type(kind)["fields"]}
        return _STEPS if _STEPS in fields else "System.Description"

    def _is_closed(self, found: dict[str, Any]) -> bool:
        """Return True if an item counts as done or removed, whatever the process calls that."""
        states = self._type(found["System.WorkItemType"])["states"]
        category = next((each["category"] for each in states if each["name"] == found["System.State"]), "")
        return category in ("Completed", "Removed")

    def _state(self, found: dict[str, Any], *categories: str) -> str:
        """The first state of the first category of which the item's type has any."""
        kind = found["System.WorkItemType"]
        states = self._type(kind)["states"]
        named = [each["name"] for category in categories for each in states if each["category"] == category]
        if not named:
            raise StepError("No such state", f"The type {kind} has no state of the category {categories[0]}.")
        return str(named[0])


def _tags(found: dict[str, Any]) -> list[str]:
    return [tag.strip() for tag in (found.get("System.Tags") or "").split(";") if tag.strip()]


def _patch(fields: dict[str, str]) -> list[dict[str, str]]:
    return [{"op": "add", "path": f"/fields/{name}", "value": value} for name, value in fields.items()]


def _html(body: str) -> str:
    mark, _, text = body.partition("\n")
    return f"<pre>{escape(text)}</pre><p>{escape(mark)}</p>"


def _body(html: str) -> str:
    """The text with its mark in front. The last mark counts: what stands before it came from outside."""
    text = unescape(_TAG.sub(" ", html))
    start = text.rfind(_MARK)
    return f"{text[start:].strip()}\n{text[:start]}" if start >= 0 else ""


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
