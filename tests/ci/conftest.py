"""A GitHub that serves, and the steps as the workflows run them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest
from filelock import FileLock

from tests.ci.commands import Outputs, read_outputs
from tests.ci.github_server import REPOSITORY, GitHubServer
from tests.ci.program import TO_INSTALL, copy_of_this_revision
from tests.ci.script import run_script
from tests.conftest import REPOSITORY as CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STEPS = CHECKOUT / ".github" / "actions" / "reconciler" / "steps"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environment that the step `install` makes of this revision: made once, for all workers of a run."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the run's; each worker has a folder of its own in it
    place = folder / "installed"
    environment = place / "reconciler-environment"
    with FileLock(folder / "installed.lock"):
        if not (environment / "reconciler-is-installed").exists():
            program = copy_of_this_revision(place / "program", TO_INSTALL)
            told = {**os.environ, "RUNNER_TEMP": str(place), "GITHUB_OUTPUT": str(place / "output")}
            install = [sys.executable, "-I", str(program / STEPS.relative_to(CHECKOUT)), "install"]
            subprocess.run(install, env=told, check=True)
    return environment


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    """A GitHub with an empty repository whose default branch has one commit."""
    with GitHubServer() as server:
        server.hub.branches["main"] = "c2"
        server.hub.histories["c2"] = ["c2", "c1"]
        yield server


@dataclass(frozen=True)
class Stepped:
    """How a step ended: its exit code, what it printed, what it handed on, and what it added to the run's summary."""

    code: int
    log: str
    outputs: Outputs
    summary: str


class Step(Protocol):
    """`step(NAME, VARIABLE=value ...)`: run one step with nothing but what it is told."""

    def __call__(self, name: str, **variables: str | Path) -> Stepped: ...


@pytest.fixture
def step(tmp_path: Path, github: GitHubServer) -> Step:
    """The steps, told of the GitHub that serves."""

    def run(name: str, **variables: str | Path) -> Stepped:
        files = {each: tmp_path / each for each in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_bytes(b"")
        told = {
            "GITHUB_API_URL": github.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": "1",
            "RUNNER_TEMP": tmp_path,
            "PATH": os.environ["PATH"],
            **files,
            **variables,
        }
        system = {each: os.environ[each] for each in ("SYSTEMROOT", "TEMP") if each in os.environ}
        environment = {**system, **{variable: str(value) for variable, value in told.items()}}
        done = run_script(STEPS, name, environment=environment)
        texts = {each: file.read_text(encoding="utf-8") for each, file in files.items()}
        outputs = read_outputs(texts["GITHUB_OUTPUT"])
        return Stepped(done.returncode, done.stdout + done.stderr, outputs, texts["GITHUB_STEP_SUMMARY"])

    return run
