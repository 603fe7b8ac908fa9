"""`validate` of a hundred thousand manifests, a file each: CPU and memory, beside PyYAML's events of them alone."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import workspace
from tests.benchmarks.figures import Figure, at_most, times_more
from tests.benchmarks.measure import RECONCILER, run

if TYPE_CHECKING:
    from tests.benchmarks.measure import Cost

# The least that reading them in Python costs: opening each, and the parser's events, of which nothing is made.
_EVENTS = """
import sys, yaml
from pathlib import Path
for file in Path(sys.argv[1]).rglob("*.yaml"):
    for event in yaml.parse(file.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        pass
"""


def measure(*, quick: bool) -> list[Figure]:
    """Whole processes, start to end, the best of three."""
    count, runs = (100, 1) if quick else (100_000, 3)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        workspace.write_workspace(folder, workspace.suppliers(count), files=True)
        validate: list[str | Path] = [*RECONCILER, "validate", "-C", folder]
        costs: list[Cost] = []
        events: list[float] = []
        for _ in range(runs):
            ran = run(validate)
            assert ran.stdout == f"Valid: 1 school, {count} suppliers, {count} accesses.\n", ran.stdout
            costs.append(ran.cost)
            events.append(run([sys.executable, "-c", _EVENTS, folder]).cost.cpu)
    what = f"validate, {count:,} manifests"
    cpu, peak = min(cost.cpu for cost in costs), min(cost.peak for cost in costs)
    return [
        at_most(f"CPU of {what}", cpu, "s", 25),
        at_most(f"peak memory of {what}", peak, "MB", 600),
        times_more(f"CPU of {what}", cpu, min(events), "s", "PyYAML's events alone"),
    ]
