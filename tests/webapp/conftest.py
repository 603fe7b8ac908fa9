"""One sandbox and one app for each module of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.server import SandboxServer, serve
from tests.cli.world import seed, write_workspace
from tests.webapp.running import AppProcess, Client, running_app

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    """A sandbox in which everything is as the manifests say."""
    with serve(seed()) as server:
        yield server


@pytest.fixture(scope="module")
def app(sandbox: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app of the small world, as a process of its own."""
    with running_app(write_workspace(tmp_path_factory.mktemp("ui") / "workspace", sandbox)) as running:
        yield running


@pytest.fixture(scope="module")
def browser(app: AppProcess) -> Client:
    """A browser that opened the app."""
    return app.browser()
