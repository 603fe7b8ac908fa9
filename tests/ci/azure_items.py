"""The work items of an Azure DevOps project, as its API and its text fields treat them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape, unescape
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

A_PERSON, A_COLLEAGUE = "a-person", "a-colleague"
PERSONAL_TOKEN, VIEWER_TOKEN, EXPIRED_TOKEN = "azure-personal", "azure-viewer", "azure-expired"
_WIT: Final = "/access/_apis/wit"
_STEPS: Final = "Microsoft.VSTS.TCM.ReproSteps"
_PLAIN: Final = ("System.Title", "System.Description")


def _states(**categories: str) -> list[dict[str, str]]:
    return [{"name": name.replace("_", " "), "category": category} for name, category in categories.items()]


# Two types of the process Agile, one of Basic, and one of a process that somebody made.
TYPES: Final = {
    "Task": (_states(New="Proposed", Active="InProgress", Closed="Completed", Removed="Removed"), _PLAIN),
    "Bug": (_states(New="Proposed", Active="InProgress", Resolved="Resolved", Closed="Completed"), (*_PLAIN, _STEPS)),
    "Issue": (_states(To_Do="Proposed", Doing="InProgress", Done="Completed"), _PLAIN),
    "Odd thing": (_states(Begun="InProgress", Over="Completed"), _PLAIN),
}

Answer = tuple[int, Any]


@dataclass
class Items:
    """The items by their numbers, each with its fields and its comments."""

    items: dict[int, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def handle(
        self, author: str, method: str, path: str, query: Mapping[str, list[str]], kind: str, data: Any
    ) -> Answer:
        """The status and the data of the answer. `kind` is the type of the content that was sent."""
        self.calls.append(f"{method} {path}")
        preview = "7.1-preview.4" if path.endswith("/comments") else "7.1"
        assert query["api-version"] == [preview], path
        assert kind == {"list": "application/json-patch+json", "dict": "application/json"}.get(type(data).__name__, "")
        if (method, path) == ("POST", f"{_WIT}/wiql"):
            return 200, {"workItems": [{"id": number} for number in self._asked_for(data["query"])]}
        if (method, path) == ("POST", f"{_WIT}/workitemsbatch"):
            assert len(data["ids"]) <= 200
            return 200, {"value": [self._told(number, data["fields"]) for number in data["ids"]]}
        if path.startswith(f"{_WIT}/workitemtypes/"):
            return _type(path.rpartition("/")[2])
        if author == A_COLLEAGUE:
            return 400, {"message": "TF237111: The current user does not have permissions to save work items here."}
        found = re.fullmatch(rf"{_WIT}/work[iI]tems/(?:\$(?P<type>.+)|(?P<number>\d+)(?P<comments>/comments)?)", path)
        assert found, path
        if found["type"]:
            return (200, self.add(author, found["type"], data)) if found["type"] in TYPES else _type(found["type"])
        item = self.items[int(found["number"])]
        if found["comments"]:
            item["comments"].append(data["text"])
            return 200, {"id": len(item["comments"])}
        _change(item["fields"], data)
        return 200, item

    def add(self, author: str, kind: str, data: list[dict[str, str]]) -> dict[str, Any]:
        """A new item of somebody."""
        number = len(self.items) + 1
        state = TYPES[kind][0][0]["name"]
        fields = {"System.CreatedBy": {"id": author}, "System.WorkItemType": kind, "System.State": state}
        self.items[number] = {"id": number, "fields": fields, "comments": []}
        _change(fields, data)
        return self.items[number]

    def _asked_for(self, query: str) -> list[int]:
        """The numbers of what a query finds, the newest first."""
        assert "[System.TeamProject] = @project" in query
        assert query.endswith("ORDER BY [System.Id] DESC")
        wanted = re.findall(r"\[(System\.\w+)\] CONTAINS '([^']+)'", query)
        return [
            number
            for number, item in sorted(self.items.items(), reverse=True)
            if any(text in str(item["fields"].get(name, "")) for name, text in wanted)
        ]

    def _told(self, number: int, names: list[str]) -> dict[str, Any]:
        fields = self.items[number]["fields"]
        return {"id": number, "fields": {name: fields[name] for name in names if name in fields}}


def _type(kind: str) -> Answer:
    if kind not in TYPES:
        return 404, {"message": f"VS402323: Work item type {kind} does not exist in project access."}
    states, fields = TYPES[kind]
    return 200, {"name": kind, "states": states, "fields": [{"referenceName": name} for name in fields]}


def _change(fields: dict[str, Any], data: list[dict[str, str]]) -> None:
    allowed = {state["name"] for state in TYPES[fields["System.WorkItemType"]][0]}
    for each in data:
        assert each["op"] == "add"
        name = each["path"].removeprefix("/fields/")
        value = sanitised(each["value"]) if name in ("System.Description", _STEPS) else each["value"]
        assert name != "System.State" or value in allowed
        fields[name] = value


def sanitised(html: str) -> str:
    """HTML as it is stored: without comments, in a `div`, and with other entities than were sent."""
    kept = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    parts = re.split(r"(<[^>]*>)", kept)
    texts = [part if part.startswith("<") else escape(unescape(part), quote=False) for part in parts]
    return f"<div>{''.join(texts)}</div>"
