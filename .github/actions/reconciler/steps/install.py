"""Install this revision of the program, in a virtual environment of its own.

Everything that it needs is pinned by hash in requirements.txt and comes as a wheel, so that no code of a package is
run to install it. The program itself is built from the revision that the action is of: never from a pull request.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import runner
from runner import StepError

_ACTION: Final = Path(__file__).resolve().parents[1]
_REVISION: Final = _ACTION.parents[2]
_DONE: Final = "reconciler-is-installed"


def step() -> None:
    """Install it unless an earlier step of this job did, and output the Python that has it."""
    place = runner.folder("RUNNER_TEMP") / "reconciler-environment"
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not (place / _DONE).exists():
        _run([sys.executable, "-I", "-m", "venv", str(place)])
        pip = [str(python), "-I", "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
        _run([*pip, "--only-binary", ":all:", "--require-hashes", "--requirement", str(_ACTION / "requirements.txt")])
        _run([*pip, "--no-deps", "--no-build-isolation", str(_REVISION)])
        (place / _DONE).touch()
    _run([str(python), "-I", "-m", "reconciler", "--version"])
    runner.output("python", str(python))


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False)  # noqa: S603  # our own words and folders alone
    if done.returncode:
        raise StepError(
            "Cannot install the program",
            f"{' '.join(command[1:5])} … exited with {done.returncode}: see the log. Bromcom was not asked.",
        )
