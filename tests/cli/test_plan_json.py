"""The JSON plan is what its schema says, for every kind of plan."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from reconciler.codec.plan_file import parse
from reconciler.sandbox.state.fault_injection import FaultKind
from tests.cli.world import SCHOOLS

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

every_trouble = pytest.mark.parametrize("kind", list(FaultKind))


def valid(reconciler: Reconciler, text: str) -> dict[str, Any]:
    """The plan, once its schema has nothing to say about it."""
    schema = json.loads(reconciler("schema", "plan").out)
    plan = json.loads(text)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(plan)
    assert isinstance(plan, dict)
    return plan


@every_trouble
def test_a_plan_in_trouble_is_as_its_schema_says(
    kind: FaultKind, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Beside a real difference; and reading it gives the plan that was written."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "Students")
    sandbox.set_trouble(kind, school_id=SCHOOLS["riverside"], seconds=30 if kind is FaultKind.LATENCY else 0)
    timeout = "0.3" if kind is FaultKind.LATENCY else "20"
    done = reconciler("plan", "--format", "json", "--retries", "0", "--timeout", timeout)
    plan = valid(reconciler, done.out)
    assert plan["summary"]["revoke"] == 1
    assert plan["interrupted"] is False
    assert parse(done.out).plan.fingerprint == plan["fingerprint"]


@pytest.mark.parametrize("options", [(), ("--deep",), ("--timestamps",), ("--school", "riverside")])
def test_a_plan_in_sync_is_as_its_schema_says(
    options: tuple[str, ...], workspace: Path, reconciler: Reconciler
) -> None:
    """With what each option adds."""
    plan = valid(reconciler, reconciler("plan", "--format", "json", *options).out)
    assert plan["complete"] is True


def test_only_timestamps_make_two_plans_of_one_state_differ(workspace: Path, reconciler: Reconciler) -> None:
    """The same bytes without; a time with a zone with them, in text too."""
    assert reconciler("plan", "--format", "json").out == reconciler("plan", "--format", "json").out
    plan = valid(reconciler, reconciler("plan", "--format", "json", "--timestamps").out)
    assert datetime.fromisoformat(plan["created"]).tzinfo is not None
    assert datetime.fromisoformat(plan["created"]).microsecond == 0
    assert "created" not in reconciler("plan", "--format", "json").plan
    assert "\nMade 2" in reconciler("plan", "--timestamps").out


def test_a_plan_of_nothing_is_not_in_sync_by_accident(workspace: Path, reconciler: Reconciler) -> None:
    """Manifests without a supplier compare nothing, and the report says that."""
    manifest = workspace / "reconciler.yaml"
    documents = manifest.read_text(encoding="utf-8").split("---\n")
    manifest.write_text("---\n".join(d for d in documents if "kind: Supplier" not in d), encoding="utf-8")
    done = reconciler("plan")
    assert "Nothing was compared: the manifests in scope declare no access." in done.out
    assert "In sync:" not in done.out
    assert done.code == 4
    valid(reconciler, reconciler("plan", "--format", "json").out)


def test_entities_that_are_only_reported_are_told_and_no_difference(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """`extraEntities: report`, for the time of adoption: exit code 0, and each is named."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("spec:\n  platforms", "spec:\n  extraEntities: report\n  platforms"), "utf-8")
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "Students")
    done = reconciler("plan")
    assert done.code == 0
    assert "    reported  Students" in done.out
    assert valid(reconciler, reconciler("plan", "--format", "json").out)["summary"]["reported"] == 1


def test_a_plan_over_a_limit_says_so(sandbox: SandboxServer, workspace: Path, reconciler: Reconciler) -> None:
    """By the limit's name; the exit code is that of differences."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(
        text.replace("spec:\n  platforms", "spec:\n  limits: {revoke: {count: 0}}\n  platforms"), "utf-8"
    )
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "Students")
    done = reconciler("plan")
    assert done.code == 2
    assert "Over the limit `revoke`: 1 to take away, and the limit is 0." in done.out
    assert len(valid(reconciler, reconciler("plan", "--format", "json").out)["breaches"]) == 1
