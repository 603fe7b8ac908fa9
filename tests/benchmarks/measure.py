"""Measuring processes: CPU is user and system time of the process and of those it waited for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from tests.benchmarks import REPOSITORY
from tests.benchmarks.figures import CannotMeasure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

# The program that is installed, whatever lies in the working folder.
RECONCILER: Final = (sys.executable, "-P", "-m", "reconciler")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: CPU and wall-clock seconds, and the largest resident size in MB."""

    cpu: float
    wall: float
    peak: float


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that ran to its end."""

    cost: Cost
    stdout: str


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path = REPOSITORY,
    expect: int = 0,
    environment: Mapping[str, str] | None = None,
) -> Ran:
    """Run a program and measure it. Raises RuntimeError, with the end of its output, where it exits otherwise."""
    if not hasattr(os, "wait4"):
        raise CannotMeasure("this system does not say what a process used (os.wait4): run it on Linux or macOS")
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        began = time.perf_counter()
        process = subprocess.Popen(
            [*map(str, argv)],
            cwd=cwd,
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, **_AS_INSTALLED, **(environment or {})},
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = [_all_of(file) for file in (stdout, stderr)]
    if process.returncode != expect:
        raise RuntimeError(f"{argv} exited with {process.returncode}, not {expect}:\n{texts[1][-2000:]}")
    return Ran(Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / _PEAK_UNITS_PER_MB), texts[0])


# A program that is installed has its bytecode: pip compiles it, and ours writes it in its first run.
_AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}

# Linux gives the largest resident size in KiB, macOS in bytes.
_PEAK_UNITS_PER_MB = 1024 * 1024 if sys.platform == "darwin" else 1024


def run_module(module: str, *arguments: str | Path | int) -> Any:
    """Run a module of this package in a process of its own; the JSON that it prints."""
    return json.loads(run([sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, arguments)]).stdout)


def peak_of_this_process() -> float:
    """The largest resident size so far, in MB."""
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PEAK_UNITS_PER_MB


def medians(runs: int, *works: Callable[[], float]) -> list[float]:
    """Do the works in turn, `runs` times, so that a slow moment of the machine meets them all; a median of each."""
    figures: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for own, work in zip(figures, works, strict=True):
            own.append(work())
    return [median(own) for own in figures]


def lowest(runs: int, *works: Callable[[], float]) -> list[float]:
    """The same with the least of each, which a machine that others use too disturbs least."""
    figures = [[work() for work in works] for _ in range(runs)]
    return [min(own) for own in zip(*figures, strict=True)]


def _all_of(file: Any) -> str:
    file.seek(0)
    text: str = file.read().decode("utf-8", "replace")
    return text
