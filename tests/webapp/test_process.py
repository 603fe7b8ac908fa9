"""Start, join, stop: `reconciler ui` as a process."""

from __future__ import annotations

import json
import sys
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.server import SandboxServer
from tests.cli.world import run, write_workspace
from tests.webapp.running import Client, running_app, second_link

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.rehearsal  # each starts the program more than once


def test_a_second_start_joins_the_first(sandbox: SandboxServer, tmp_path: Path) -> None:
    """It prints a link of its own to the same app, and both browsers see the same."""
    workspace = write_workspace(tmp_path, sandbox)
    with running_app(workspace) as app:
        first = app.browser()
        second = Client(second_link(workspace))
        assert second.origin == first.origin
        assert second.open().status == 200
        second.send("check")
        first.until("In sync", "index.html")
        assert "stopped" in app.end()
    assert not (workspace / ".reconciler" / "ui.json").exists()


def test_a_killed_app_leaves_the_place_free(sandbox: SandboxServer, tmp_path: Path) -> None:
    """What it left behind is not believed: the next start serves."""
    workspace = write_workspace(tmp_path, sandbox)
    with running_app(workspace) as app:
        app.process.kill()
        app.process.wait()
    left = json.loads((workspace / ".reconciler" / "ui.json").read_text(encoding="utf-8"))
    with running_app(workspace) as app:
        assert app.browser().get("index.html").status == 200
        with pytest.raises(OSError, match="refused"):
            HTTPConnection("127.0.0.1", left["port"], timeout=5).connect()


def test_a_port_in_use_is_said(sandbox: SandboxServer, tmp_path: Path) -> None:
    """The message says what to do."""
    workspace = write_workspace(tmp_path, sandbox)
    told = run(["ui", "--no-browser", "--port", str(sandbox.port)], workspace)
    assert told.code == 1
    assert f"cannot serve at 127.0.0.1:{sandbox.port}" in told.err
    assert "Leave --port out" in told.err


@pytest.mark.skipif(sys.platform == "win32", reason="browsers are started in another way there")
def test_the_link_is_in_no_command_line(sandbox: SandboxServer, tmp_path: Path) -> None:
    """The browser is started with a file that its owner alone can read: others see the arguments of programs."""
    workspace = write_workspace(tmp_path / "workspace", sandbox)
    script = tmp_path / "browser"
    script.write_text(
        f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened.part\nmv {tmp_path}/opened.part {tmp_path}/opened\n'
    )
    script.chmod(0o700)
    with running_app(workspace, arguments=(), BROWSER=f"{script} %s") as app:
        opened = tmp_path / "opened"
        while not opened.exists():
            assert app.process.poll() is None
        argument = opened.read_text()
        assert argument == (workspace / ".reconciler" / "ui.html").resolve().as_uri()
        page = (workspace / ".reconciler" / "ui.html").read_text()
        assert app.link in page
