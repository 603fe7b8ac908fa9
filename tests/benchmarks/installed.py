"""Tools of others: in an environment of their own, or found on this machine."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.benchmarks.figures import CannotMeasure


def install(requirement: str, folder: Path, program: str) -> Path:
    """A program of a package, from a virtual environment. Raises CannotMeasure without a network."""
    binaries = folder / ("Scripts" if sys.platform == "win32" else "bin")
    if not list(binaries.glob(f"{program}*")):
        venv.create(folder, with_pip=True)
        done = subprocess.run(
            [binaries / "python", "-m", "pip", "install", "-q", requirement], capture_output=True, encoding="utf-8"
        )
        if done.returncode != 0:
            raise CannotMeasure(f"pip cannot install {requirement}: {done.stderr.strip()[-200:]}")
    return binaries / program


def find(program: str) -> Path:
    """A program of this machine. Raises CannotMeasure if it is not there."""
    place = shutil.which(program)
    if place is None:
        raise CannotMeasure(f"{program} is not installed")
    return Path(place)
