"""Plans with a great many differences, and reviews with a great many edits: what they take, and what a page holds.

200 schools x 75 suppliers x 38 entities: no access has what it should, and no two have the same; and a change that
brings all of it, at schools that have none of it.
"""

from __future__ import annotations

import random
import subprocess
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reconciler.catalogue import entities
from reconciler.manifest.load import load
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Known, Probed
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.snapshots import write_snapshot
from tests.benchmarks.figures import Figure, at_most
from tests.benchmarks.measure import RECONCILER, Ran, run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.model.address import Address

ENTITIES_OF_ONE: Final = 38
_DIFFERENCES: Final = 2  # the exit code of a plan that has some
_SCHOOL: Final = """\
apiVersion: reconciler/v1
kind: School
metadata: {{name: school-{number:04}}}
spec: {{schoolId: {id}, platform: bromcom-cloud}}
"""
_SUPPLIER: Final = """\
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: supplier-{number:04}}}
spec:
  title: Supplier {number}
  purpose: Moves data
  account:
    username: supplier-{number:04}.{{school}}
    password: {{env: "{{SUPPLIER}}_{{SCHOOL}}_PASSWORD"}}
  entities: [{entities}]
"""
_WORKSPACE: Final = "apiVersion: reconciler/v1\nkind: Workspace\nmetadata: {name: benchmark}\nspec: {}\n"


def measure(*, quick: bool) -> list[Figure]:
    """Whole processes, from manifests and a snapshot to files."""
    schools, suppliers = (3, 4) if quick else (200, 75)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_workspace(folder, schools, suppliers)
        text = _plan(folder, "different.json", "text")
        markdown, page, data = (_plan(folder, "none.json", form, "--base", "HEAD~1") for form in _REVIEWS)
        size = (folder / "report.html").stat().st_size / 1e6
    edits = f"a review of {schools * suppliers * ENTITIES_OF_ONE:,} edits"
    return [
        at_most("CPU of the text of a plan, nothing as agreed", text.cost.cpu, "s", 8),
        at_most("largest memory of it", text.cost.peak, "MB", 300),
        at_most(f"CPU of the Markdown of {edits}", markdown.cost.cpu, "s", 8),
        at_most("CPU of its HTML", page.cost.cpu, "s", 10),
        at_most("size of its HTML", size, "MB", 6),
        at_most("largest memory of its JSON", data.cost.peak, "MB", 350),
    ]


_REVIEWS: Final = ("markdown", "html", "json")


def _plan(folder: Path, live: str, form: str, *options: str) -> Ran:
    ours: list[str | Path] = [*RECONCILER, "plan", "-C", folder, "--against", folder / live]
    return run([*ours, f"--format={form}={folder / f'report.{form}'}", *options], expect=_DIFFERENCES)


def _write_workspace(folder: Path, schools: int, suppliers: int) -> None:
    """Two commits, the first without any entity, and two snapshots: of other entities everywhere, and of none."""
    names = sorted(entity.name for entity in entities().values())
    for message in ("without", "with"):
        texts = [_WORKSPACE, *(_SCHOOL.format(number=number, id=10_000 + number) for number in range(schools))]
        for number in range(suppliers):
            own = sorted(random.Random(number).sample(names, ENTITIES_OF_ONE)) if message == "with" else []
            texts.append(_SUPPLIER.format(number=number, entities=", ".join(own)))
        (folder / "reconciler.yaml").write_text("---\n".join(texts), encoding="utf-8")
        if message == "without":
            _git(folder, "init", "--quiet")
        _git(folder, "add", "reconciler.yaml")
        _git(folder, "-c", "user.name=Benchmark", "-c", "user.email=b@example.org", "commit", "--quiet", "-m", message)
    desired = load(folder, date(2026, 11, 24)).desired
    assert desired
    for file, count in (("different.json", ENTITIES_OF_ONE), ("none.json", 0)):
        accesses = {address: _live_access(address, names, count) for address in desired.accesses}
        live = Live({name: LiveSchool(Known(True, Probed("benchmark"))) for name in desired.schools}, accesses)
        write_snapshot(folder / file, live, desired, recorded=datetime(2026, 9, 1, tzinfo=UTC))


def _live_access(address: Address, names: Sequence[str], count: int) -> LiveAccess:
    granted = {entity_key(name): name for name in random.Random(str(address)).sample(names, count)}
    return LiveAccess(Known(Login.WORKS, Probed("benchmark")), Known(granted, Probed("benchmark")))


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", folder, *arguments], check=True)
