"""`python -m reconciler` in a folder with modules that somebody else put there."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

import pytest

from tests.cli.world import environment, run
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytestmark = pytest.mark.rehearsal

PLANTED = "open({ran!r}, 'a').write(__name__ + ' ')\nraise ImportError('planted')\n"


def plant(folder: Path, modules: Iterable[str]) -> Path:
    """Put modules into the folder; each of them leaves its name in a file where it runs. That file."""
    ran = folder / "ran.txt"
    for module in modules:
        (folder / f"{module}.py").write_text(PLANTED.format(ran=str(ran)), encoding="utf-8")
    return ran


def before_any_code_of_ours(tmp_path: Path) -> set[str]:
    """The modules that `python -m` itself imports: from the current folder too, which only `-P` changes."""
    (tmp_path / "nothing").mkdir()
    (tmp_path / "nothing" / "__init__.py").touch()
    (tmp_path / "nothing" / "__main__.py").write_text("import sys; print(*sys.modules)", encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "nothing"], cwd=tmp_path, capture_output=True, check=True, timeout=30)
    return {name.partition(".")[0] for name in done.stdout.decode().split()}


@pytest.mark.parametrize("module", ["yaml", "json", "click", "traceback", "zeep", "aiohttp", "lxml", "asyncio", "ssl"])
def test_a_module_beside_the_manifests_does_not_run(module: str, workspace: Path) -> None:
    """It would run with every password of the environment; the plan is made with the module that is installed."""
    ran = plant(workspace, [module])
    done = run(["plan"], workspace)
    assert not ran.exists(), done.err
    assert done.code == 0, done.err


@pytest.mark.parametrize("path", [".", os.pathsep])
def test_the_current_folder_on_the_pythonpath_is_none_the_less_left_out(path: str, workspace: Path) -> None:
    """An empty entry means it, as in `PYTHONPATH=$PYTHONPATH:/opt/x` where nothing was set before."""
    ran = plant(workspace, ["yaml", "click"])
    done = run(["plan"], workspace, PYTHONPATH=path)
    assert not ran.exists(), done.err
    assert done.code == 0, done.err


@pytest.mark.parametrize("path", [".", os.pathsep, ""])
def test_the_command_leaves_it_out_as_well(path: str, workspace: Path) -> None:
    """The `reconciler` command is a script that imports its function and calls it; Python puts the folder of a script
    first, and what PYTHONPATH says next."""
    ran = plant(workspace, ["yaml", "click"])
    scripts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module, _, function = scripts["reconciler"].partition(":")
    done = subprocess.run(
        [sys.executable, "-c", f"from {module} import {function}; {function}()", "plan"],
        cwd=workspace,
        env={**environment(), "PYTHONPATH": path},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert not ran.exists(), ran.read_text(encoding="utf-8")
    assert done.returncode == 0, done.stderr.decode()


def test_no_module_there_runs_whatever_its_name(workspace: Path, tmp_path: Path) -> None:
    """Neither one of Python's own nor one of a package."""
    known = {*sys.stdlib_module_names, *(name for name in packages_distributions() if name.isidentifier())}
    ran = plant(workspace, known - before_any_code_of_ours(tmp_path) - {"reconciler", "sitecustomize"})
    done = run(["plan"], workspace)
    assert not ran.exists(), ran.read_text(encoding="utf-8")
    assert done.code == 0, done.err


def test_with_p_python_itself_takes_nothing_from_there(workspace: Path) -> None:
    """As the README says to start it in a folder that others write to."""
    ran = plant(workspace, ["importlib", "warnings", "types", "reconciler"])
    done = subprocess.run(
        [sys.executable, "-P", "-m", "reconciler", "plan"],
        cwd=workspace,
        env=environment(),
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert not ran.exists(), ran.read_text(encoding="utf-8")
    assert done.returncode == 0, done.stderr.decode()
