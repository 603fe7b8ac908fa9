"""Files that a report must not be written over: one mistyped name, and they are gone."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from reconciler.manifest.workspace.discovery import HEAD, begins_as_snapshot
from reconciler.state_folder.paths import FOLDER

_MANIFESTS: Final = frozenset({".yaml", ".yml"})
_LARGEST_HEARTBEAT: Final = 64 * 1024  # bytes; ours has 400


def refuse_overwriting(files: Iterable[Path | None], workspace: Path, read: Iterable[Path | None] = ()) -> None:
    """Raise click.UsageError if a file would be a manifest of the workspace by its name, is in its folder of plans, or
    is one that the command reads."""
    inputs = {file.resolve() for file in read if file}
    home = workspace.resolve()
    for named in filter(None, files):
        file = named.resolve()
        if file in inputs:
            raise click.UsageError(f"{named} is what this command reads. Name another file to write.")
        if not file.is_relative_to(home):
            continue
        if FOLDER in file.relative_to(home).parts:
            raise click.UsageError(f"{named} is in {FOLDER}, which holds the journal. Name a file somewhere else.")
        if file.suffix.casefold() in _MANIFESTS:
            raise click.UsageError(f"{named} would be read as a manifest of this workspace. Choose another ending.")


def refuse_recording_over(file: Path) -> None:
    """Raise click.UsageError if a snapshot would overwrite a YAML file that is not one, such as a manifest."""
    if file.suffix.casefold() not in _MANIFESTS or not file.is_file():
        return
    try:
        with file.open("rb") as stream:
            beginning = stream.read(HEAD)
    except OSError:  # writing it will fail too, and say why
        return
    if not begins_as_snapshot(beginning):
        raise click.UsageError(f"{file} exists and is not a snapshot. Name another file, or remove it first.")


def refuse_no_plan(file: Path) -> None:
    """Raise click.UsageError if a plan would overwrite a file that is not one, unless that is empty."""
    if not file.is_file() or not file.stat().st_size:
        return
    from reconciler.codec.plan_file import begins_as_plan  # hardly ever is anything there

    try:
        with file.open("rb") as stream:
            beginning = stream.read(HEAD)
    except OSError:  # writing it will fail too, and say why
        return
    if not begins_as_plan(beginning.decode("utf-8", "replace")):
        raise click.UsageError(f"{file} exists and is not a plan. Name another file, or remove it first.")


def refuse_no_heartbeat(file: Path) -> None:
    """Raise click.UsageError if a heartbeat would overwrite a file that is not one, unless that is empty."""
    if not file.is_file() or not file.stat().st_size:
        return
    from reconciler.report.notifications.heartbeat import KIND

    try:
        with file.open("rb") as stream:
            content = json.loads(stream.read(_LARGEST_HEARTBEAT))
    except OSError:  # writing it will fail too, and say why
        return
    except (ValueError, RecursionError):
        content = None
    if not (isinstance(content, dict) and content.get("kind") == KIND):
        raise click.UsageError(f"{file} exists and is not a heartbeat. Name another file, or remove it first.")
