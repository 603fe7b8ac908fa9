"""The workspace that a round is in, and its files with the round's edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli.clock import today
from reconciler.editing.target import TargetWorkspace
from reconciler.errors import InputError, ManifestError, SelectionError
from reconciler.manifest.load import load
from reconciler.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.formatting.edits import ManifestEdit
    from reconciler.model.attestation import Round
    from reconciler.model.desired import Desired

round_option = click.option("--round", "name", metavar="NAME", help="The round. [default: the one that is open]")


def workspace_of(folder: Path) -> tuple[TargetWorkspace, Desired]:
    """Read the workspace. Raises ManifestError if it is wrong."""
    workspace = TargetWorkspace.read(folder, "", today())
    if workspace.desired is None:
        raise ManifestError(load(folder, today()).problems)
    return workspace, workspace.desired


def open_round(desired: Desired, name: str | None) -> Round:
    """Return the round with this name, or the only one that is open. Raises SelectionError if there is none."""
    rounds = {each.name: each for each in desired.rounds if each.closed is None}
    if name is None:
        if len(rounds) == 1:
            return next(iter(rounds.values()))
        if rounds:
            raise SelectionError(f"Several rounds are open: name one with --round. There are {', '.join(rounds)}.")
        raise SelectionError("No round is open. Open one: `reconciler round start --due YYYY-MM-DD`.")
    if name not in rounds:
        if any(each.name == name for each in desired.rounds):
            raise SelectionError(f"The round {name} is closed, and stays as a record. Open another one.")
        raise SelectionError(f"There is no round {name!r}. {did_you_mean(name, rounds)}".rstrip())
    return rounds[name]


def texts_with(workspace: TargetWorkspace, edits: Mapping[str, list[ManifestEdit]]) -> tuple[dict[str, str], Desired]:
    """Return {file: its text} with edits made, and what the manifests say then. Raises InputError if they are wrong."""
    texts = workspace.texts_of(edits)
    return texts, workspace.desired_with(texts)


def refuse_unread(is_there: bool, file: str) -> None:
    """Raise InputError if a file that was to be written would not be read."""
    if not is_there:
        raise InputError(f"{file} was not written: the Workspace excludes this file, so no command would read it.")
