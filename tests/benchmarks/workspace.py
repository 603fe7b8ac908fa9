"""A workspace of many suppliers at one school, and its live side with one supplier in twenty drifted."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from reconciler.catalogue import entities
from reconciler.manifest.load import load
from reconciler.model.address import Address
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Known, Probed
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.snapshots import write_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ENTITIES_OF_ONE: Final = 12
DRIFTED_EVERY: Final = 20
SCHOOL: Final = "greenfield"

_FRAME: Final = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {{name: benchmark}}
spec: {{}}
---
apiVersion: reconciler/v1
kind: School
metadata: {{name: {school}}}
spec: {{schoolId: 12345, platform: bromcom-cloud}}
"""

_SUPPLIER: Final = """\
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: {name}}}
spec:
  title: Supplier of the benchmark
  purpose: Moves data
  schools: [{school}]
  account:
    username: {name}.{{school}}
    password: {{env: "{{SUPPLIER}}_{{SCHOOL}}_PASSWORD"}}
  entities:
{entities}
"""


def suppliers(count: int) -> dict[str, tuple[str, ...]]:
    """{name: the twelve entities it declares, sorted}; the same in every run."""
    names = sorted(entity.name for entity in entities().values())
    return {
        f"supplier-{number:04}": tuple(sorted(random.Random(number).sample(names, ENTITIES_OF_ONE)))
        for number in range(count)
    }


def granted(number: int, declared: Sequence[str]) -> Sequence[str]:
    """What the live side of the supplier with this number has: of every twentieth, one entity is missing."""
    return declared[1:] if number % DRIFTED_EVERY == 0 else declared


def differing(declared: Mapping[str, tuple[str, ...]]) -> int:
    """The number of accesses that differ."""
    return -(-len(declared) // DRIFTED_EVERY)


def write_workspace(folder: Path, declared: dict[str, tuple[str, ...]], *, files: bool) -> None:
    """The manifests, one file a supplier or all in one file."""
    folder.mkdir()
    frame = _FRAME.format(school=SCHOOL)
    texts = {
        name: _SUPPLIER.format(name=name, school=SCHOOL, entities="\n".join(f"    - {own}" for own in owns))
        for name, owns in declared.items()
    }
    if files:
        (folder / "reconciler.yaml").write_text(frame, encoding="utf-8")
        (folder / "suppliers").mkdir()
        for name, text in texts.items():
            (folder / "suppliers" / f"{name}.yaml").write_text(text, encoding="utf-8")
    else:
        (folder / "reconciler.yaml").write_text("---\n".join([frame, *texts.values()]), encoding="utf-8")


def write_live(file: Path, workspace: Path, declared: dict[str, tuple[str, ...]]) -> None:
    """The snapshot of what the workspace's manifests declare."""
    desired = load(workspace, date(2026, 11, 24)).desired
    assert desired
    probed = Probed("benchmark")
    accesses = {
        Address(SCHOOL, name): LiveAccess(
            login=Known(Login.WORKS, probed),
            entities=Known({entity_key(own): own for own in granted(number, owns)}, probed),
        )
        for number, (name, owns) in enumerate(declared.items())
    }
    live = Live({SCHOOL: LiveSchool(Known(True, probed))}, accesses)
    write_snapshot(file, live, desired, recorded=datetime(2026, 9, 1, tzinfo=UTC))
