"""What the small GitHub answers to each call, and which permission each needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.ci.github_server import Hub

_LEVELS: Final = {"": 0, "read": 1, "write": 2}
LONGEST: Final = 65_536
STORAGE: Final = "/storage/"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """GitHub says no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Call:
    """One call: what the token may do, and what is asked."""

    hub: Hub
    permissions: Mapping[str, str]
    query: Mapping[str, str]
    data: Mapping[str, Any]
    address: str

    def need(self, level: str, *one_of: str) -> None:
        """Refuse a token that has none of the permissions."""
        if not any(_LEVELS[self.permissions.get(name, "")] >= _LEVELS[level] for name in one_of):
            raise Refused(403, "Resource not accessible by integration")

    def page(self, items: Sequence[Any], within: str = "") -> Answer:
        """The page that is asked for, with a link to the next."""
        size, number = int(self.query.get("per_page", 30)), int(self.query.get("page", 1))
        part = list(items[size * (number - 1) : size * number])
        following = f"{self.address}?{urlencode({**self.query, 'page': str(number + 1)})}"
        headers = {"Link": f'<{following}>; rel="next"'} if len(items) > size * number else {}
        return Answer(200, {"total_count": len(items), within: part} if within else part, headers)

    def about(self, number: int) -> tuple[str, ...]:
        """The permissions that let one read or write the comments of an issue or pull request."""
        return ("issues", "pull-requests") if number in self.hub.pulls else ("issues",)

    def body(self) -> str:
        """The text that is sent; GitHub refuses a longer one."""
        text = str(self.data["body"])
        if len(text) > LONGEST:
            raise Refused(422, "body is too long (maximum is 65536 characters)")
        return text


def answer(
    hub: Hub,
    permissions: Mapping[str, str],
    method: str,
    path: str,
    query: Mapping[str, str],
    data: Mapping[str, Any],
    url: str,
) -> Answer:
    """The answer to a call; raises Refused."""
    for wanted, pattern, route in _ROUTES:
        found = re.fullmatch(rf"/repos/example-trust/access{pattern}", path)
        if wanted == method and found:
            call = Call(hub, permissions, query, data, f"{url}{path}")
            return route(call, *map(unquote, found.groups()))
    raise Refused(404, "Not Found")


def _repository(call: Call) -> Answer:
    return Answer(200, {"default_branch": call.hub.default_branch, "private": call.hub.private})


def _branch(call: Call, name: str) -> Answer:
    call.need("read", "contents")
    if name not in call.hub.branches:
        raise Refused(404, "Branch not found")
    return Answer(200, {"name": name, "commit": {"sha": call.hub.branches[name]}})


def _compare(call: Call, older: str, newer: str) -> Answer:
    call.need("read", "contents")
    if older == newer:
        return Answer(200, {"status": "identical"})
    if older == "rewritten":  # a commit that a forced push took out of the repository
        raise Refused(404, "Not Found")
    if newer in call.hub.histories.get(older, ()):
        return Answer(200, {"status": "behind"})
    return Answer(200, {"status": "ahead" if older in call.hub.histories.get(newer, ()) else "diverged"})


def _pages(call: Call) -> Answer:
    call.need("read", "pages")
    if call.hub.pages is None:
        raise Refused(404, "Not Found")
    return Answer(200, call.hub.pages)


def _pull(call: Call, number: str) -> Answer:
    call.need("read", "pull-requests")
    if int(number) not in call.hub.pulls:
        raise Refused(404, "Not Found")
    return Answer(200, {"number": int(number), "head": {"sha": call.hub.heads.get(int(number), "c9")}})


def _comments(call: Call, number: str) -> Answer:
    call.need("read", *call.about(int(number)))
    return call.page(call.hub.comments_on(int(number)))


def _comment(call: Call, number: str) -> Answer:
    call.need("write", *call.about(int(number)))
    return Answer(201, call.hub.comment(int(number), call.body()))


def _existing(call: Call, identity: str) -> dict[str, Any]:
    if int(identity) not in call.hub.comments:
        raise Refused(404, "Not Found")
    found = call.hub.comments[int(identity)]
    call.need("write", *call.about(found["issue"]))
    return found


def _change_comment(call: Call, identity: str) -> Answer:
    found = _existing(call, identity)
    found["body"] = call.body()
    return Answer(200, found)


def _delete_comment(call: Call, identity: str) -> Answer:
    del call.hub.comments[_existing(call, identity)["id"]]
    return Answer(204)


def _issues(call: Call) -> Answer:
    call.need("read", "issues")
    label = call.query.get("labels")
    found = [each for each in call.hub.issues.values() if label in (None, *each["labels"])]
    return call.page(sorted(found, key=lambda each: -each["number"]))


def _open_issue(call: Call) -> Answer:
    call.need("write", "issues")
    number = call.hub.next()
    made = {
        "number": number,
        "state": "open",
        "title": call.data["title"],
        "body": call.body(),
        "labels": list(call.data["labels"]),
        "user": {"login": "github-actions[bot]"},
    }
    call.hub.issues[number] = made
    return Answer(201, made)


def _change_issue(call: Call, number: str) -> Answer:
    call.need("write", "issues")
    changed = {name: value for name, value in call.data.items() if name in ("title", "state", "state_reason")}
    if "body" in call.data:
        changed["body"] = call.body()
    call.hub.issues[int(number)].update(changed)
    return Answer(200, call.hub.issues[int(number)])


def _label(call: Call, name: str) -> Answer:
    call.need("read", "issues", "pull-requests")
    if name not in call.hub.labels:
        raise Refused(404, "Not Found")
    return Answer(200, call.hub.labels[name])


def _make_label(call: Call) -> Answer:
    call.need("write", "issues", "pull-requests")
    call.hub.labels[call.data["name"]] = dict(call.data)
    return Answer(201, dict(call.data))


def _runs(call: Call, file: str) -> Answer:
    call.need("read", "actions")
    of_file = [run for run in call.hub.runs if run["path"].endswith(f"/{file}")]
    if not of_file:
        raise Refused(404, "Not Found")
    found = [
        run
        for run in of_file
        if call.query.get("branch") in (None, run["head_branch"])
        and call.query.get("status") in (None, run["conclusion"])
    ]
    return call.page(sorted(found, key=lambda run: -run["id"]), "workflow_runs")


def _artifacts(call: Call, run: str) -> Answer:
    call.need("read", "actions")
    name = call.query.get("name")
    of_run = [each for each in call.hub.artifacts if each["run"] == int(run) and name in (None, each["name"])]
    return call.page(of_run, "artifacts")


def _archive(call: Call, artifact: str) -> Answer:
    call.need("read", "actions")
    return Answer(302, headers={"Location": f"{call.address.partition('/repos/')[0]}{STORAGE}{artifact}"})


_ROUTES: Final[tuple[tuple[str, str, Callable[..., Answer]], ...]] = (
    ("GET", "", _repository),
    ("GET", "/pages", _pages),
    ("GET", "/branches/([^/]+)", _branch),
    ("GET", r"/compare/(\w+)\.\.\.(\w+)", _compare),
    ("GET", r"/pulls/(\d+)", _pull),
    ("GET", r"/issues/(\d+)/comments", _comments),
    ("POST", r"/issues/(\d+)/comments", _comment),
    ("PATCH", r"/issues/comments/(\d+)", _change_comment),
    ("DELETE", r"/issues/comments/(\d+)", _delete_comment),
    ("GET", "/issues", _issues),
    ("POST", "/issues", _open_issue),
    ("PATCH", r"/issues/(\d+)", _change_issue),
    ("GET", "/labels/([^/]+)", _label),
    ("POST", "/labels", _make_label),
    ("GET", r"/actions/workflows/([^/]+)/runs", _runs),
    ("GET", r"/actions/runs/(\d+)/artifacts", _artifacts),
    ("GET", r"/actions/artifacts/(\d+)/zip", _archive),
)
