"""What a person waits for, in wall-clock time, beside an empty Python and beside importing zeep."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.sandbox.control.env_file import write_env_file
from reconciler.sandbox.server import serve
from tests.benchmarks import workspace
from tests.benchmarks.figures import Figure, at_most, times_more
from tests.benchmarks.measure import medians, run
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLE = REPOSITORY / "examples" / "one-school" / "reconciler.yaml"
EXAMPLE_URL = "http://127.0.0.1:8765"
DIFFERENCES = 2
INCOMPLETE = 4


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
        nothing, zeep, version, helped, validate, planned = medians(
            runs,
            _wall([sys.executable, "-c", "pass"]),
            _wall([sys.executable, "-c", "import zeep"]),
            _wall(_reconciler("--version")),
            _wall(_reconciler("--help")),
            _wall(_reconciler("validate", "-C", folder / "many")),
            _wall(_reconciler(*plan), expect=DIFFERENCES),
        )
    return [
        at_most("reconciler --version", version, "s", 0.15),
        at_most("reconciler --help, beside --version", helped / version, "times", 2),
        times_more("reconciler --version", version, nothing, "s", "python -c pass"),
        times_more("reconciler --version", version, zeep, "s", "importing zeep"),
        at_most(f"validate, {count:,} manifests", validate, "s", 1.5),
        at_most("plan of one school against a sandbox", planned, "s", 1),
        times_more("plan of one school against a sandbox", planned, nothing, "s", "python -c pass"),
        times_more("plan of one school against a sandbox", planned, zeep, "s", "importing zeep"),
    ]


def _reconciler(*arguments: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "reconciler", *arguments]


def _wall(argv: list[str | Path], *, expect: int = 0) -> Callable[[], float]:
    return lambda: run(argv, expect=expect).cost.wall
