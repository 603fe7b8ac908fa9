"""Plans and snapshots that are not ours are refused, with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from reconciler.codec import plan_file, snapshot
from reconciler.codec.json_types import Misfit
from reconciler.errors import InputError
from reconciler.model.address import Address
from reconciler.model.evidence import Known, UnknownReason
from tests.planning.worlds import GROUPCALL, PRACTICE, access, account, desired_of, granted, live_of, planned

AN_ACCESS = {
    "username": "x",
    "login": {"known": "works", "evidence": "x"},
    "entities": {"known": ["Students"], "evidence": "x"},
}
DESIRED = desired_of(access())
LIVE = live_of({GROUPCALL: granted("Students")})
SNAPSHOT = snapshot.to_data(LIVE, DESIRED, recorded=datetime(2026, 1, 1, tzinfo=UTC))
PLAN = json.loads(plan_file.dump(planned(DESIRED, LIVE), version="1"))


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
        ("accesses", {"a/b": {**AN_ACCESS, "login": {"known": "perhaps", "evidence": "x"}}}),
        ("accesses", {"a/b": {**AN_ACCESS, "login": {"known": "works", "evidence": 1}}}),
        ("accesses", {"a/b": {**AN_ACCESS, "login": {"unknown": "unreachable", "reason": 30}}}),
        ("accesses", {"a/b": {**AN_ACCESS, "username": 12345}}),
        ("accesses", {"a/b": {**AN_ACCESS, "refusal": 401}}),
        ("schools.greenfield.reason", None),
        *(("accesses", {address: AN_ACCESS}) for address in ("/b", "a/", "a", "a/b/c")),
        ("interrupted", "no"),
        ("schools.greenfield.reachable", {"known": "yes", "evidence": "x"}),
        ("schools.greenfield.reachable", {"unknown": "who knows", "reason": ""}),
        ("schools.greenfield", {"reachable": {"known": True, "evidence": "x"}}),
    ],
)
def test_a_damaged_snapshot_is_refused(path: str, value: Any) -> None:
    """A snapshot that says something else than ours must not become a difference."""
    with pytest.raises(Misfit, match=f"^`{path}"):
        snapshot.from_data(_damaged(SNAPSHOT, path, value))


def test_the_access_that_is_damaged_here_is_right_undamaged() -> None:
    """Else the damage would not be what is refused."""
    assert len(snapshot.from_data(_damaged(SNAPSHOT, "accesses", {"a/b": AN_ACCESS})).live.accesses) == 1


@pytest.mark.parametrize("data", [None, [], "text", {}])
def test_what_is_no_snapshot_is_refused(data: Any) -> None:
    """Anything else, whatever it is."""
    with pytest.raises(Misfit, match=r"must be an object|`formatVersion` is missing"):
        snapshot.from_data(data)


@pytest.mark.parametrize("version", [0, 3])
def test_another_version_of_a_format_is_refused(version: int) -> None:
    """Older or newer, and it says what to do."""
    with pytest.raises(Misfit, match=rf"has format version {version}, .* version 1$"):
        snapshot.from_data({**SNAPSHOT, "formatVersion": version})
    with pytest.raises(InputError, match=rf"has format version {version}, .* version 2\. Make a new plan"):
        plan_file.parse(json.dumps({**PLAN, "formatVersion": version}))


@pytest.mark.parametrize("known", ["Students", {"Students": 1}, ["Students", 1]])
def test_what_is_no_list_of_names_is_called_so(known: Any) -> None:
    """A text has letters to go through, and would be many entities."""
    access = {**AN_ACCESS, "entities": {"known": known, "evidence": "x"}}
    with pytest.raises(Misfit, match="must be a list of names"):
        snapshot.from_data(_damaged(SNAPSHOT, "accesses", {"a/b": access}))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("summary", {}),
        ("schools", [None]),
        ("accesses", ["greenfield/groupcall"]),
        ("accesses.0.login.status", "perhaps"),
        ("schools.0.reachable", "perhaps"),
        ("accesses.0.changes", [{"action": "destroy"}]),
    ],
)
def test_a_damaged_plan_is_refused(path: str, value: Any) -> None:
    """A plan file that was changed by hand is no plan."""
    with pytest.raises(InputError, match="Cannot read the plan: "):
        plan_file.parse(json.dumps(_damaged(PLAN, path, value)))


def test_a_refused_plan_says_what_is_wrong_and_where() -> None:
    """The key path, the value, what it should be, and what to do: never Python's words for it."""
    change = {"action": "grant", "aspect": "read", "name": "Staff", "before": "absent", "after": "granted", "note": ""}
    data = _damaged(PLAN, "accesses.0.changes", [{**change, "risk": "huge", "origin": None, "waived": None}])
    with pytest.raises(InputError) as refused:
        plan_file.parse(json.dumps(data), "plan.json")
    assert str(refused.value) == (
        "Cannot read plan.json: `accesses[0].changes[0].risk` must be high, medium or low, not 'huge'. "
        "Make a new plan: `reconciler plan --out plan.json`."
    )
    with pytest.raises(InputError, match=r"^Cannot read plan\.json: it is not JSON \(line 1, column 1\)\. "):
        plan_file.parse("", "plan.json")


WRONG_TYPES: list[tuple[str, Any]] = [
    *((path, value) for path in ("workspace", "schools.0.name", "schools.0.platform") for value in (5, None, ["x"])),
    *((f"accesses.0.{key}", 5) for key in ("school", "supplier", "name", "via", "changes", "reported")),
    *((f"accesses.0.{key}", "\x1b[31m") for key in ("declared", "facts", "readable")),
    *((f"accesses.0.particulars.{key}", 5) for key in ("title", "password", "toTick")),
    ("schools.0.schoolId", "12345"),
    ("schools.0.readUrl", None),
    ("interrupted", "no"),
    ("breaches", [{"limit": "revoke", "count": "1", "bound": "1", "school": ""}]),
]


@pytest.mark.parametrize(("path", "value"), WRONG_TYPES)
def test_a_plan_with_a_value_of_another_type_is_refused(path: str, value: Any) -> None:
    """Whoever writes such a file can make the fingerprint fit it too: no renderer is to meet it."""
    with pytest.raises(InputError, match=r"Cannot read the plan: `[\w.\[\]]+` must be "):
        plan_file.parse(json.dumps(_damaged(PLAN, path, value)))


IMPOSSIBLE: list[tuple[str, Any]] = [
    ("schools", []),
    ("accesses", PLAN["accesses"] * 2),
    ("schools", PLAN["schools"] * 2),
    (
        "schools.0.unknown",
        [{"aspect": "reachable", "name": "x", "reason": "", "why": "no-probe", "facts": 0, "origin": None}],
    ),
]


@pytest.mark.parametrize(("path", "value"), IMPOSSIBLE, ids=["no school", "access twice", "school twice", "reachable"])
def test_a_plan_that_cannot_be_is_refused(path: str, value: Any) -> None:
    """An access without its school, one place twice, a service to vouch for: whatever its fingerprint is."""
    with pytest.raises(InputError, match=r"Cannot read the plan: (?!.*by hand)"):
        plan_file.parse(json.dumps(_damaged(PLAN, path, value)))


def test_a_plan_that_is_nested_without_end_is_refused() -> None:
    """It is no plan, and no fault of this program."""
    with pytest.raises(InputError, match="nested too deep"):
        plan_file.parse("[" * 200_000)


@pytest.mark.parametrize("text", [json.dumps(PLAN)[:-20], "", "null", "[]", '"plan"', "{}", '{"formatVersion": 0}'])
def test_what_is_no_plan_is_refused(text: str) -> None:
    """A cut-off file is no plan with less in it, and other JSON is none."""
    with pytest.raises(InputError, match="Cannot read the plan: "):
        plan_file.parse(text)


MOVED = {
    "another School ID": {"schools": {"greenfield": replace(DESIRED.schools["greenfield"], school_id=99)}},
    "another service": {
        "schools": {
            "greenfield": replace(
                DESIRED.schools["greenfield"], platform=replace(PRACTICE, read_url="https://elsewhere.example/read")
            )
        }
    },
    "another username": {"accesses": {GROUPCALL: access(via=account("somebody.else"))}},
}


@pytest.mark.parametrize("what", MOVED)
def test_a_snapshot_proves_nothing_of_another(what: str) -> None:
    """Where the manifests now mean another database or account by the same name, what was recorded is unknown."""
    desired = replace(DESIRED, **MOVED[what])  # type: ignore[arg-type]  # each is a field of Desired
    live = snapshot.from_data(SNAPSHOT).of(desired)
    plan = planned(desired, live)
    assert plan.summary.changes == 0
    assert not plan.complete
    assert {item.why for item in plan.accesses[0].unknown} == {UnknownReason.NOT_RECORDED}
    assert [item.why for item in plan.schools[0].unknown] == (
        [] if "username" in what else [UnknownReason.NOT_RECORDED]
    )


def test_an_access_that_is_declared_no_longer_does_not_disturb() -> None:
    """A snapshot may hold more than today's manifests ask about; a school that it lacks is not asked about."""
    recorded = snapshot.from_data(SNAPSHOT)
    fewer = replace(DESIRED, accesses={})
    assert planned(fewer, recorded.of(fewer)).summary.facts == 1
    more = desired_of(access(), access(address=Address("riverside", "groupcall")))
    riverside = replace(more.schools["riverside"], school_id=12346)
    more = replace(more, schools={**more.schools, "riverside": riverside})
    plan = planned(more, recorded.of(more))
    assert [each.in_sync for each in plan.accesses] == [True, False]
    assert plan.schools[1].unknown[0].reason.startswith("the snapshot does not contain it")


def test_a_snapshot_is_of_the_same_service_and_account_in_any_case() -> None:
    """IIS ignores the case of an address, and Bromcom that of a username; blanks round either are none of it."""
    school = DESIRED.schools["greenfield"]
    desired = replace(
        DESIRED,
        schools={"greenfield": replace(school, platform=replace(PRACTICE, read_url=f" {PRACTICE.read_url.upper()} "))},
        accesses={GROUPCALL: access(via=account(" GROUPCALL.Greenfield "))},
    )
    assert planned(desired, snapshot.from_data(SNAPSHOT).of(desired)).complete


def test_a_snapshot_is_the_same_bytes_whenever_and_wherever_it_is_recorded() -> None:
    """The time is in UTC and in whole seconds; names are in order, whatever order the service gave."""
    there = datetime(2026, 1, 1, 1, 0, 0, 999, tzinfo=timezone(timedelta(hours=1)))
    live = live_of({GROUPCALL: granted("Students", "Staff")})
    data = snapshot.to_data(live, DESIRED, recorded=there)
    assert data["recorded"] == "2026-01-01T00:00:00+00:00"
    assert data["accesses"]["greenfield/groupcall"]["entities"]["known"] == ["Staff", "Students"]


def test_accesses_with_one_list_share_it() -> None:
    """Thousands of schools grant a supplier the same entities, and their names are held once."""
    addresses = [Address(name, "groupcall") for name in ("greenfield", "riverside")]
    desired = desired_of(*(access(address=address) for address in addresses))
    live = live_of({address: granted("Students", "Staff") for address in addresses})
    data = snapshot.to_data(live, desired, recorded=datetime(2026, 1, 1, tzinfo=UTC))
    one, other = (found.entities for found in snapshot.from_data(data).live.accesses.values())
    assert isinstance(one, Known)
    assert isinstance(other, Known)
    assert one.value is other.value


@pytest.mark.parametrize(
    ("path", "value"),
    [("accesses.0.changes", []), ("summary.grant", 0), ("accesses.0.name", "x"), ("fingerprint", "0" * 64)],
)
def test_a_plan_that_was_changed_by_hand_is_refused(path: str, value: Any) -> None:
    """Its counts and its fingerprint must be those of its changes: somebody approved them."""
    differing = planned(DESIRED, live_of({GROUPCALL: granted()}))
    with pytest.raises(InputError, match="changed by hand"):
        plan_file.parse(json.dumps(_damaged(json.loads(plan_file.dump(differing, version="1")), path, value)))
