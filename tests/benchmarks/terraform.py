"""Terraform for the same work: one resource an access, of the provider that is built in, planned against its state.

Of its two forms a block for each access is the quick one: `for_each` takes nine times as long for 500.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5

from tests.benchmarks.measure import run
from tests.benchmarks.workspace import differing, granted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

DIFFERENCES: Final = 2  # the exit code of `plan -detailed-exitcode`

_OWN: Final = {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}


def plan(program: Path, folder: Path, declared: Mapping[str, tuple[str, ...]]) -> Callable[[], float]:
    """Write both sides. The work is a plan, which must find as many differences as ours."""
    folder.mkdir()
    blocks = (
        f'resource "terraform_data" "{name}" {{\n  input = {json.dumps(owns)}\n}}\n' for name, owns in declared.items()
    )
    (folder / "main.tf").write_text("".join(blocks), encoding="utf-8")
    live = {name: granted(number, owns) for number, (name, owns) in enumerate(declared.items())}
    (folder / "terraform.tfstate").write_text(json.dumps(_state(live)), encoding="utf-8")
    run([program, "init", "-no-color"], cwd=folder, environment=_OWN)
    argv = [str(program), "plan", "-no-color", "-detailed-exitcode"]

    def work() -> float:
        ran = run(argv, cwd=folder, environment=_OWN, expect=DIFFERENCES)
        assert f"Plan: 0 to add, {differing(declared)} to change, 0 to destroy" in ran.stdout, ran.stdout[-2000:]
        return ran.cost.cpu

    return work


def _state(live: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """The state as `apply` leaves it, which itself would take minutes."""

    def resource(name: str, owns: Sequence[str]) -> dict[str, object]:
        value = {"value": owns, "type": ["tuple", ["string"] * len(owns)]}
        attributes = {"id": str(uuid5(NAMESPACE_URL, name)), "input": value, "output": value, "triggers_replace": None}
        return {
            "mode": "managed",
            "type": "terraform_data",
            "name": name,
            "provider": 'provider["terraform.io/builtin/terraform"]',
            "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
        }

    head = {"version": 4, "terraform_version": "1.4.0", "serial": 1, "lineage": str(NAMESPACE_URL), "outputs": {}}
    return {**head, "resources": [resource(name, owns) for name, owns in live.items()]}
