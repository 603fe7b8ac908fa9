"""The numbers that a run can use, and those that only a float can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler


@pytest.mark.parametrize(
    ("option", "number"),
    [("--rate", "inf"), ("--rate", "0.0001"), ("--timeout", "1e-9")],
)
def test_a_number_that_is_none_or_too_small_is_refused(
    option: str, number: str, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """64, what to write instead, and nothing is asked."""
    done = reconciler("plan", "-C", workspace, option, number)
    assert (done.code, done.out) == (64, "")
    assert "must be 0.001 or more" in done.err
    assert sandbox.access_log() == []


@pytest.mark.parametrize(("option", "number"), [("--rate", "0"), ("--rate", "1e9"), ("--timeout", "0.5")])
def test_no_bound_and_small_numbers_are_numbers(
    option: str, number: str, workspace: Path, reconciler: Reconciler
) -> None:
    """A rate of 0 is no bound."""
    assert reconciler("plan", "-C", workspace, option, number).code == 0
