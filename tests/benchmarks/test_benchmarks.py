"""The benchmarks run. What they find is for people to read: no test asserts a time."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.benchmarks.__main__ import BENCHMARKS
from tests.conftest import REPOSITORY


def benchmarks(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command that people run."""
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )


def test_the_list_names_every_benchmark() -> None:
    """--list says which benchmarks there are, and runs none."""
    listed = benchmarks("--list")
    assert listed.returncode == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(BENCHMARKS)


def test_a_mistyped_name_is_refused() -> None:
    """A benchmark that does not exist is an error that names those that do."""
    refused = benchmarks("prob")
    assert refused.returncode == 2
    assert "no benchmark is called prob" in refused.stderr


@pytest.mark.rehearsal
@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_runs(name: str) -> None:
    """Every benchmark runs to its end on a little work, and its own checks of what was done hold."""
    ran = benchmarks(name, "--quick")
    if "not measured: " in ran.stdout:
        pytest.skip(ran.stdout.partition("not measured: ")[2].strip())
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(f"{name}: ")
