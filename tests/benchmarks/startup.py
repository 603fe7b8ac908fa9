"""What a person waits for: in wall-clock time, and in CPU as multiples of a Python that does nothing."""

from __future__ import annotations

import sys
import tempfile
import venv
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.sandbox.control.env_file import write_env_file
from reconciler.sandbox.server import serve
from tests.benchmarks import REPOSITORY, workspace
from tests.benchmarks.figures import Figure, at_most, times_more
from tests.benchmarks.measure import RECONCILER, lowest, medians, run

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = REPOSITORY / "examples" / "one-school" / "reconciler.yaml"
EXAMPLE_URL = "http://127.0.0.1:8765"
DIFFERENCES = 2
# What is measured in multiples of `python -c pass`, and its budget; the first two are what libraries cost alone.
MULTIPLES: dict[str, float | None] = {
    "importing click": None,
    "importing zeep": None,
    "reconciler --version": 4.7,
    "validate of one file": 11,
    "plan of one school against a sandbox": 28,
}


def measure(*, quick: bool) -> list[Figure]:
    """Every command as a person types it, in turn with the two programs that do nothing of use."""
    count, runs = (20, 1) if quick else (2000, 7)
    with tempfile.TemporaryDirectory() as name, serve(None, port=0) as sandbox:
        folder = Path(name)
        workspace.write_workspace(folder / "many", workspace.suppliers(count), files=True)
        (folder / "one").mkdir()
        manifest = EXAMPLE.read_text(encoding="utf-8").replace(EXAMPLE_URL, sandbox.url)
        (folder / "one" / "reconciler.yaml").write_text(manifest, encoding="utf-8")
        write_env_file(folder / "practice.env", sandbox)
        plan: list[str | Path] = ["plan", "-C", folder / "one", "--env-file", folder / "practice.env"]
        version, helped, validate, planned = medians(
            runs,
            _wall(_reconciler("--version")),
            _wall(_reconciler("--help")),
            _wall(_reconciler("validate", "-C", folder / "many")),
            _wall(_reconciler(*plan), expect=DIFFERENCES),
        )
        # An environment with nothing in it: an editable install triples what even `pass` costs.
        venv.create(folder / "plain")
        plain = folder / "plain" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        nothing, *multiples = lowest(
            runs,
            _cpu([plain, "-c", "pass"]),
            _cpu([sys.executable, "-c", "import click"]),
            _cpu([sys.executable, "-c", "import zeep"]),
            _cpu(_reconciler("--version")),
            _cpu(_reconciler("validate", "-C", folder / "one")),
            _cpu(_reconciler(*plan), expect=DIFFERENCES),
        )
    return [
        at_most("reconciler --version", version, "s", 0.15),
        at_most("reconciler --help, beside --version", helped / version, "times", 2),
        at_most(f"validate, {count:,} manifests", validate, "s", 1.5),
        at_most("plan of one school against a sandbox", planned, "s", 1),
        *(
            times_more(f"CPU of {what}", cpu, nothing, "s", "python -c pass", budget)
            for (what, budget), cpu in zip(MULTIPLES.items(), multiples, strict=True)
        ),
    ]


def _reconciler(*arguments: str | Path) -> list[str | Path]:
    return [*RECONCILER, *arguments]


def _cpu(argv: list[str | Path], *, expect: int = 0) -> Callable[[], float]:
    return lambda: run(argv, expect=expect).cost.cpu


def _wall(argv: list[str | Path], *, expect: int = 0) -> Callable[[], float]:
    return lambda: run(argv, expect=expect).cost.wall
