"""Plans and snapshots that are not ours are refused, with a reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler.errors import InputError
from reconciler.planning import planfile, snapshot
from reconciler.planning.plan import make_plan
from tests.planning.worlds import GROUPCALL, SENSITIVITY, access, desired_of, granted, live_of

A_TEXT_FOR_A_LIST = {
    "login": {"known": "works", "evidence": "x"},
    "entities": {"known": "Students", "evidence": "x"},
}
LIVE = live_of({GROUPCALL: granted("Students")})
SNAPSHOT = snapshot.to_data(LIVE, workspace="example", recorded=datetime(2026, 1, 1, tzinfo=UTC))
PLAN = json.loads(planfile.dump(make_plan(desired_of(access()), LIVE, SENSITIVITY), version="1"))


def _damaged(data: dict[str, Any], path: str, value: Any) -> Any:
    copy = json.loads(json.dumps(data))
    place = copy
    *way, last = path.split(".")
    for key in way:
        place = place[int(key)] if isinstance(place, list) else place[key]
    place[last] = value
    return copy


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("recorded", "yesterday"),
        ("recorded", "2026-01-01T00:00:00"),
        ("accesses", []),
        ("accesses", {"greenfield": {}}),
        ("accesses", {"greenfield/groupcall": {"login": {"known": "perhaps", "evidence": "x"}}}),
        (
            "accesses",
            {"a/b": {"login": {"known": "works", "evidence": "x"}, "entities": {"known": "Students", "evidence": "x"}}},
        ),
        ("schools", {"greenfield": {"reachable": {"known": "yes", "evidence": "x"}}}),
        ("schools", {"greenfield": {"reachable": {"unknown": "who knows", "reason": ""}}}),
    ],
)
def test_a_damaged_snapshot_is_refused(path: str, value: Any) -> None:
    """A snapshot that says something else than ours must not become a difference."""
    with pytest.raises(InputError, match="The snapshot was not read"):
        snapshot.from_data(_damaged(SNAPSHOT, path, value))


@pytest.mark.parametrize("data", [None, [], "text", {}, {"formatVersion": 2}])
def test_what_is_no_snapshot_is_refused(data: Any) -> None:
    """Anything else, and another version of the format."""
    with pytest.raises(InputError, match="The snapshot was not read"):
        snapshot.from_data(data)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("formatVersion", 2),
        ("summary", {}),
        ("accesses.0.login.status", "perhaps"),
        ("schools.0.reachable", "perhaps"),
        ("accesses.0.changes", [{"action": "destroy"}]),
    ],
)
def test_a_damaged_plan_is_refused(path: str, value: Any) -> None:
    """A plan file that was changed by hand is no plan."""
    with pytest.raises(InputError, match="The plan was not read"):
        planfile.parse(json.dumps(_damaged(PLAN, path, value)))


def test_half_a_plan_is_refused() -> None:
    """A cut-off file is no plan with less in it."""
    with pytest.raises(InputError, match="The plan was not read"):
        planfile.parse(json.dumps(PLAN)[:-20])
