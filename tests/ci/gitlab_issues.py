"""The issues of a GitLab project, as its API and its text fields treat them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

ISSUE_TOKEN, GUEST_TOKEN, READ_TOKEN, FOREIGN_TOKEN = "glpat-issue", "glpat-guest", "glpat-read", "glpat-foreign"
ISSUE_BOT, A_COLLEAGUE = 9, 8
_ISSUES: Final = "/projects/5/issues"
_LONGEST: Final = 1_048_576
# As GitLab finds quick actions: at the start of a line of a description or a note. They are carried out and cut out.
_COMMAND: Final = re.compile(r"^/(close|reopen|confidential|title|assign|label)(?: ([^\n]*))?$\n?", re.MULTILINE)

Answer = tuple[int, Any]


@dataclass
class Issues:
    """The issues, the oldest first, each with its notes."""

    issues: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def handle(
        self, token: str, method: str, path: str, query: Mapping[str, list[str]], data: Mapping[str, Any]
    ) -> Answer:
        """The status and the data of the answer."""
        self.calls.append(f"{method} {path}")
        if path == "/user":
            return 200, {"id": ISSUE_BOT}
        if token == FOREIGN_TOKEN:
            return 404, {"message": "404 Project Not Found"}
        if method != "GET" and token == READ_TOKEN:
            return 403, {"error": "insufficient_scope", "error_description": "The request requires higher privileges"}
        if method == "PUT" and token == GUEST_TOKEN:
            return 403, {"message": "403 Forbidden"}
        if len(data.get("description") or "") > _LONGEST:
            return 400, {"message": {"description": [f"is too long (maximum is {_LONGEST} characters)"]}}
        if (method, path) == ("GET", _ISSUES):
            return 200, self._listed({name: values[-1] for name, values in query.items()})
        if (method, path) == ("POST", _ISSUES):
            return 201, self.add(ISSUE_BOT, **data)
        found = re.fullmatch(rf"{_ISSUES}/(\d+)(/notes)?", path)
        assert found, path
        issue = self.issues[int(found[1]) - 1]
        if found[2]:
            issue["notes"].append(self._carried_out(issue, data["body"]))
            return 201, {"id": len(issue["notes"])}
        self._change(issue, data)
        return 200, issue

    def add(self, author: int, **data: Any) -> dict[str, Any]:
        """A new issue of somebody."""
        issue = {"iid": len(self.issues) + 1, "author": {"id": author}, "state": "opened", "notes": [], "labels": []}
        issue |= {"confidential": False, "description": ""}
        self.issues.append(issue)
        self._change(issue, data)
        return issue

    def _listed(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        assert (query["scope"], query["state"], query["sort"]) == ("all", "all", "desc")
        theirs = [each for each in reversed(self.issues) if str(each["author"]["id"]) == query["author_id"]]
        size, number = int(query["per_page"]), int(query["page"])
        return theirs[size * (number - 1) : size * number]

    def _change(self, issue: dict[str, Any], data: Mapping[str, Any]) -> None:
        assert data.keys() <= {"title", "description", "confidential", "labels", "state_event"}
        issue |= {name: value for name, value in data.items() if name not in ("state_event", "labels")}
        if "labels" in data:
            issue["labels"] = data["labels"].split(",")
        issue["state"] = {"close": "closed", "reopen": "opened"}.get(data.get("state_event", ""), issue["state"])
        issue["description"] = self._carried_out(issue, issue["description"])

    def _carried_out(self, issue: dict[str, Any], text: str) -> str:
        """A text without its commands, once those were obeyed."""
        for name, told in _COMMAND.findall(text):
            issue["state"] = {"close": "closed", "reopen": "opened"}.get(name, issue["state"])
            if name == "title":
                issue["title"] = told
        return _COMMAND.sub("", text)
