"""A plan without a network, YAML on both sides, against octoDNS."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import octodns, workspace
from tests.benchmarks.figures import Figure, times_less, times_more
from tests.benchmarks.measure import medians, run

if TYPE_CHECKING:
    from collections.abc import Callable

# {the shape of octoDNS's zones: how many times less CPU a plan may take}
BUDGETS = dict(zip(octodns.SHAPES, (14.8, 17.8, 5.0), strict=True))
DIFFERENCES = 2  # the exit code of a plan that has some
# The least that reading YAML in Python costs: the parser's events, and nothing made of them.
_EVENTS = """
import sys, yaml
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        for event in yaml.parse(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            pass
"""


def measure(*, quick: bool) -> list[Figure]:
    """Whole processes, start to end, ours in two layouts and octoDNS in three; --quick leaves octoDNS out."""
    count, runs = (40, 1) if quick else (2000, 3)
    declared = workspace.suppliers(count)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = [_ours(folder, declared, files=True), _ours(folder, declared, files=False)]
        theirs = [] if quick else _octodns(folder, declared)
        files, one, events, *others = medians(runs, *ours, _events(folder), *theirs)
    return [
        Figure(f"CPU of a plan, {count:,} suppliers, a file each", files, "s"),
        Figure(f"CPU of a plan, {count:,} suppliers, one file", one, "s"),
        times_more("CPU of a plan, one file", one, events, "s", "PyYAML's events of both sides alone"),
        *(
            times_less(
                f"CPU of a plan, {'one file' if shape.startswith('one') else 'a file each'}",
                one if shape.startswith("one") else files,
                other,
                "s",
                f"octoDNS: {shape}",
                budget,
            )
            for (shape, budget), other in zip(BUDGETS.items(), others, strict=not quick)
        ),
    ]


def _ours(folder: Path, declared: dict[str, tuple[str, ...]], *, files: bool) -> Callable[[], float]:
    place = folder / ("files" if files else "one")
    workspace.write_workspace(place, declared, files=files)
    workspace.write_live(folder / "live.yaml", place, declared)
    plan: list[str | Path] = [
        sys.executable,
        "-m",
        "reconciler",
        "plan",
        "-C",
        place,
        "--against",
        folder / "live.yaml",
    ]
    differing = -(-len(declared) // workspace.DRIFTED_EVERY)
    assert f"{differing} missing" in run(plan, expect=DIFFERENCES).stdout
    return lambda: run(plan, expect=DIFFERENCES).cost.cpu


def _events(folder: Path) -> Callable[[], float]:
    sides = [folder / "one" / "reconciler.yaml", folder / "live.yaml"]
    return lambda: run([sys.executable, "-c", _EVENTS, *sides]).cost.cpu


def _octodns(folder: Path, declared: dict[str, tuple[str, ...]]) -> list[Callable[[], float]]:
    sync = octodns.install(folder / "octodns")
    configurations = [
        octodns.write_zones(folder / f"shape-{number}", shape, declared)
        for number, shape in enumerate(octodns.SHAPES.values())
    ]
    return [
        _sync(sync, configuration, -(-len(declared) // workspace.DRIFTED_EVERY)) for configuration in configurations
    ]


def _sync(program: Path, configuration: Path, differing: int) -> Callable[[], float]:
    """A run of octoDNS, which must find as many differences as ours."""

    def work() -> float:
        ran = run([program, "--quiet", "--config-file", configuration])
        changes = [line for line in ran.stdout.splitlines() if line.startswith(("| Create |", "| Update |"))]
        assert len(changes) == differing, ran.stdout[:2000]
        return ran.cost.cpu

    return work
