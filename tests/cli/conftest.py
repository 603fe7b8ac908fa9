"""A sandbox that serves the small world, its manifests, and the command line in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from reconciler.cli.main import main
from reconciler.sandbox.server import SandboxServer, serve
from tests.cli.world import PASSWORD, Outcome, seed, write_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Reconciler(Protocol):
    """`reconciler(VERB, ...)`: run a command line in this process."""

    def __call__(self, *arguments: str | Path) -> Outcome: ...


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """A sandbox in which everything is as the manifests of `workspace` say."""
    with serve(seed()) as server:
        yield server


@pytest.fixture
def workspace(tmp_path: Path, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manifests of the small world. This process is in their folder and has their password."""
    folder = write_workspace(tmp_path / "workspace", sandbox)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    return folder


@pytest.fixture
def reconciler(capsys: pytest.CaptureFixture[str]) -> Reconciler:
    """The command line in this process: as a person types it, without starting a Python for each."""

    def run(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return run
