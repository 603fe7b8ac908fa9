"""A test that waits for what never happens fails, in whichever part of it; the others go on."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

WAITING = """
import subprocess, sys, threading
import pytest

@pytest.fixture
def made():
    yield
    if {teardown}:
        threading.Event().wait()

def test_waits(made):
    if {call}:
        thread = threading.Thread(target=threading.Event().wait, daemon=True)
        thread.start()
        thread.join()

def test_goes_on():
    pass
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the whole run ends there")
@pytest.mark.parametrize("where", ["call", "teardown"])
def test_a_wait_without_an_end_fails(where: str, tmp_path: Path) -> None:
    """It says so, and what comes after it is run."""
    parts = {"call": "False", "teardown": "False", where: "True"}
    (tmp_path / "test_waiting.py").write_text(WAITING.format(**parts), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.bounds", "--rootdir", tmp_path, tmp_path],
        cwd=REPOSITORY,
        env={**os.environ, "TEST_SECONDS": "1"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    told = done.stdout.decode()
    assert "this test waited for 1 seconds: what it waits for does not happen" in told
    assert ("1 passed" in told, "2 passed" in told) == (where == "call", where == "teardown")
