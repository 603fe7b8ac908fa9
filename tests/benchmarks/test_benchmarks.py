"""The benchmarks run. What they find is for people to read: no test asserts a time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib

import pytest

from tests.benchmarks.__main__ import BENCHMARKS
from tests.benchmarks.figures import CannotMeasure, Figure, at_most, budgets, not_measured, times_less
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


_AS_PLAINLY_INSTALLED = """
import pkgutil, sys
from importlib import import_module
for name in {absent!r}:
    sys.modules[name] = None  # an import of it fails
import tests.benchmarks
for module in pkgutil.iter_modules(tests.benchmarks.__path__, "tests.benchmarks."):
    if not module.name.rpartition(".")[2].startswith("test_"):
        import_module(module.name)
"""


def test_no_benchmark_needs_what_tests_need() -> None:
    """All of them load after a plain `pip install .`, without the extra for tests, and start what is installed."""
    modules = (REPOSITORY / "tests" / "benchmarks").glob("*.py")
    starting = [file.name for file in modules if '"-m", "reconciler"' in file.read_text(encoding="utf-8")]
    assert sorted(starting) == ["measure.py", "test_benchmarks.py"]
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    test = project["optional-dependencies"]["test"]
    absent = [re.split(r"[>=<; ]", requirement)[0].replace("-", "_") for requirement in test]
    code = _AS_PLAINLY_INSTALLED.format(absent=absent)
    ran = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr


def test_every_row_with_a_budget_says_if_it_is_met() -> None:
    """What is not met stands beside what is, and what could not be measured says why."""
    figures = [
        times_less("CPU", 1, 20, "s", "another", budget=10),
        at_most("memory", 400, "MB", 300),
        Figure("growth", 3, "kB"),
        not_measured("CPU of a plan", CannotMeasure("no Terraform")),
    ]
    heading, *rows, _, counts = budgets({"small": figures}).splitlines()
    assert [re.split(" {2,}", line) for line in (heading, *rows)] == [
        ["what", "found", "budget", "where"],
        ["CPU", "20.00 times: 1 s against 20 s, another", "at least 10 times less", "small", "met"],
        ["memory", "400 MB", "at most 300 MB", "small", "NOT MET"],
        ["CPU of a plan", "small", "not measured: no Terraform"],
    ]
    assert counts == "1 met, 1 not met, 1 not measured"


@pytest.mark.rehearsal
@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_runs(name: str) -> None:
    """Every benchmark runs to its end on a little work, and its own checks of what was done hold."""
    ran = benchmarks(name, "--quick")
    if "not measured: " in ran.stdout:
        pytest.skip(ran.stdout.partition("not measured: ")[2].strip())
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(f"{name}: ")
