"""Rendering a plan in the formats that were asked for, and putting each where it belongs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler import __version__
from reconciler.cli.terminal import columns_of, paint_for, tell
from reconciler.errors import InputError
from reconciler.files import write_text_atomically
from reconciler.report.effort import effort
from reconciler.report.json import render_json
from reconciler.report.paint import plain
from reconciler.report.text import render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reconciler.errors import ReconcilerError
    from reconciler.model.plan import Plan
    from reconciler.report.summary import Wording

FORMATS = ("text", "json")


@dataclass(frozen=True, slots=True)
class Target:
    """One report to make: its format, and its file (None: stdout)."""

    format: str
    file: Path | None


def targets(formats: Sequence[str], output: Path | None) -> tuple[Target, ...]:
    """What `--format FORMAT[=FILE]` and `--output FILE` ask for; raises click.UsageError for what cannot be meant."""
    asked = [_target(text) for text in formats or ["text"]]
    to_stdout = [target for target in asked if target.file is None]
    if output and len(to_stdout) != 1:
        raise click.UsageError("--output goes with one --format; name the files of several as --format FORMAT=FILE.")
    if len(to_stdout) > 1:
        raise click.UsageError("Only one report goes to stdout; name a file for the others as --format FORMAT=FILE.")
    return tuple(Target(target.format, target.file or output) for target in asked)


def refuse_one_file_for_two(files: Iterable[Path | None]) -> None:
    """Raise click.UsageError where what is written to one of the files would overwrite what is in another."""
    named = [file.resolve() for file in files if file]
    twice = next((file for file in named if named.count(file) > 1), None)
    if twice and (twice.is_file() or not twice.exists()):
        raise click.UsageError(f"{twice} is named twice, and one would overwrite the other; name a file for each.")


def _target(text: str) -> Target:
    name, equals, file = text.partition("=")
    if name not in FORMATS:
        raise click.UsageError(f"There is no format {name!r}: choose from {', '.join(FORMATS)}.")
    if equals and not file:
        raise click.UsageError(f"--format {name}= names no file.")
    return Target(name, Path(file) if file else None)


def write_reports(
    plan: Plan, wanted: Sequence[Target], wording: Wording, lost: Callable[[ReconcilerError], None], *, timestamps: bool
) -> None:
    """Write every report, files first: whoever reads stdout finds the files there.

    One that cannot be written does not cost the others: `lost` hears why.
    """
    from reconciler.workflow import runbook  # --help needs none of it

    created = datetime.now(UTC).replace(microsecond=0) if timestamps else None
    for target in sorted(wanted, key=lambda target: target.file is None):
        match target.format:
            case "json":
                text = render_json(plan, version=__version__, created=created)
            case _:
                paint, columns = (plain, None) if target.file else (paint_for(sys.stdout), columns_of(sys.stdout))
                by_hand = effort(runbook(plan))
                text = render_text(plan, wording, paint=paint, columns=columns, effort=by_hand, created=created)
        try:
            if target.file:
                write_text_atomically(target.file, text, private=True)
            else:
                tell(text)
        except InputError as error:
            lost(error)
