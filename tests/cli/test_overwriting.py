"""A mistyped name of a file to write costs nobody a manifest, a journal or a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Reconciler


@pytest.fixture
def folder(workspace: Path, reconciler: Reconciler) -> Path:
    """A workspace with a plan, a journal and a file of somebody's own."""
    assert reconciler("plan", "--out", "plan.json", "--quiet").code == 0
    (workspace / "x.env").write_text("ACCESS_PASSWORD=secret\n", encoding="utf-8")
    (workspace / ".reconciler").mkdir()
    (workspace / ".reconciler" / "journal.jsonl").write_text("mine", encoding="utf-8")
    return workspace


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("plan", "--out", "reconciler.yaml"), "would be read as a manifest of this workspace"),
        (("plan", "--out", "new.YML"), "would be read as a manifest of this workspace"),
        (("plan", "--output", "reconciler.yaml"), "would be read as a manifest of this workspace"),
        (("plan", "--format", "json=suppliers/new.yaml"), "would be read as a manifest of this workspace"),
        (("plan", "--out", ".reconciler/journal.jsonl"), "which holds the journal"),
        (("plan", "--out", ".reconciler/plans/a.json"), "which holds the journal"),
        (("plan", "--out", "x.env"), "exists and is not a plan"),
        (("plan", "--format", "json=x.env"), "exists and is not a plan"),
        (("plan", "--format", "json", "--output", "x.env"), "exists and is not a plan"),
        (("plan", "--record", "reconciler.yaml"), "exists and is not a snapshot"),
        (("apply", "plan.json", "--output", "plan.json"), "is what this command reads"),
        (("apply", "plan.json", "--output", "reconciler.yaml"), "would be read as a manifest of this workspace"),
        (("verify", "plan.json", "--output", "plan.json"), "is what this command reads"),
        (("verify", "plan.json", "--env-file", "x.env", "--output", "./x.env"), "is what this command reads"),
        (("verify", "plan.json", "--output", ".reconciler/journal.jsonl"), "which holds the journal"),
    ],
)
def test_it_is_refused_before_anything_is_asked(
    folder: Path, reconciler: Reconciler, arguments: tuple[str, ...], told: str
) -> None:
    """Exit code 64, and every file is as it was."""
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    done = reconciler(*arguments)
    assert (done.code, done.out) == (64, "")
    assert told in done.err.replace("\n", " ")
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_what_was_written_may_be_written_anew(folder: Path, reconciler: Reconciler) -> None:
    """A plan and a snapshot over an older one, and where there was none; reports go where they are told."""
    for _ in range(2):
        for snapshot in ("live.yaml", "live.json"):
            assert reconciler("plan", "--record", snapshot, "--quiet").code == 0
    for _ in range(2):
        done = reconciler("plan", "--out", "plan.json", "--output", "report.txt")
        assert done.code == 0
        assert "Wrote the plan plan.json. Nothing is to be done." in done.err
    (folder / "report.json").touch()
    for _ in range(2):
        assert reconciler("plan", "--format", "json=report.json", "--quiet").code == 0
    assert reconciler("plan", "--out", str(folder.parent / "elsewhere.yaml"), "--quiet").code == 0
