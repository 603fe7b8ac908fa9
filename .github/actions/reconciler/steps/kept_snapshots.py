"""Fetch the snapshots that earlier nightly runs left on GitHub. Which runs can be trusted, `find_run.py` says."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from api import NotFound, github
from find_run import trusted
from runner import StepError

if TYPE_CHECKING:
    from pathlib import Path

_SNAPSHOT: Final = "snapshot.json"
_LOOK_AT: Final = 100  # runs


def fetch(file: str, artifact: str, folder: Path) -> None:
    """Put the snapshot of each trusted run of a workflow's file into a folder, named by the run."""
    api = github()
    folder.mkdir(parents=True, exist_ok=True)
    branch = api.get("")["default_branch"]
    try:
        for run, kept in trusted(api, branch, file, artifact, [], any_end=True, look_at=_LOOK_AT):
            (folder / f"{run}.json").write_bytes(_snapshot_in(api.stored(f"/actions/artifacts/{kept}/zip")))
    except NotFound:  # the first night of all
        return


def _snapshot_in(archive: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as files:
            return files.read(_SNAPSHOT)
    except (zipfile.BadZipFile, KeyError) as wrong:
        raise StepError("Cannot read an artifact", f"It is no archive with {_SNAPSHOT}: {wrong}.") from None
