"""A sandbox that serves the small world, its manifests, and the command line in this process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from reconciler.cli.main import main
from reconciler.sandbox.server import SandboxServer, serve
from tests.cli.world import PASSWORD, Outcome, seed, write_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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


@pytest.fixture
def give_away(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], int]:
    """Let another user own what has this path, as far as a look at it tells, and say who: only root can truly do so."""
    look = Path.stat

    def give(path: Path) -> int:
        another = look(path).st_uid + 1

        def seen(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
            found = look(self, follow_symlinks=follow_symlinks)
            return os.stat_result((*found[:4], another, *found[5:])) if self == path else found

        monkeypatch.setattr(Path, "stat", seen)
        return another

    return give
