"""Which reports were asked for, and putting each where it belongs.

The page of a job of GitHub Actions: Markdown that stands beside its log.
"""

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from reconciler.cli.console import tell
from reconciler.errors import InputError, ReconcilerError
from reconciler.files import write_text_atomically


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """One report to make: its format, and its file (None: stdout)."""

    format: str
    file: Path | None


def targets(asked: Sequence[str], output: Path | None, formats: Collection[str]) -> tuple[ReportTarget, ...]:
    """What `--format FORMAT[=FILE]` and `--output FILE` ask for, of the formats that the verb has; text where nothing
    is asked for. Raises click.UsageError for what cannot be meant."""
    found = [_target(text, formats) for text in asked or ["text"]]
    to_stdout = [target for target in found if target.file is None]
    if output and len(to_stdout) != 1:
        raise click.UsageError("--output goes with one --format; name the files of several as --format FORMAT=FILE.")
    if len(to_stdout) > 1:
        raise click.UsageError("Only one report goes to stdout; name a file for the others as --format FORMAT=FILE.")
    return tuple(ReportTarget(target.format, target.file or output) for target in found)


def _target(text: str, formats: Collection[str]) -> ReportTarget:
    name, equals, file = text.partition("=")
    if name not in formats:
        raise click.UsageError(f"There is no format {name!r}: choose from {', '.join(formats)}.")
    if equals and not file:
        raise click.UsageError(f"--format {name}= names no file.")
    return ReportTarget(name, Path(file) if file else None)


def refuse_one_file_for_two(files: Iterable[Path | None]) -> None:
    """Raise click.UsageError where what is written to one of the files would overwrite what is in another."""
    named = [file.resolve() for file in files if file]
    twice = next((file for file in named if named.count(file) > 1), None)
    if twice and (twice.is_file() or not twice.exists()):
        raise click.UsageError(f"{twice} is named twice, and one would overwrite the other; name a file for each.")


def deliver(
    wanted: Sequence[ReportTarget],
    render: Callable[[ReportTarget], str],
    lost: Callable[[ReconcilerError], None],
    *,
    private: bool,
) -> None:
    """Write every report, files first: whoever reads stdout finds the files there.

    private  files are for their owner's eyes alone, as what says what is live must be

    One that cannot be written does not cost the others: `lost` hears why.
    """
    for target in sorted(wanted, key=lambda target: target.file is None):
        text = render(target)
        try:
            if target.file:
                write_text_atomically(target.file, text, private=private)
            else:
                tell(text)
        except InputError as error:
            lost(error)


_VARIABLE: Final = "GITHUB_STEP_SUMMARY"  # GitHub Actions sets it: the file that the page is made of


def write_job_summary(
    wanted: Iterable[ReportTarget], render: Callable[[], str], lost: Callable[[ReconcilerError], None]
) -> None:
    """Where GitHub Actions runs us and its annotations are asked for, add Markdown to the job's page too.

    Other steps have written there, so that it is added to. `lost` hears why it could not be.
    """
    file = os.environ.get(_VARIABLE)
    if not file or all(target.format != "github" for target in wanted):
        return
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(f"{render()}\n")
    except OSError as error:
        lost(InputError(f"{file}, the job's summary, was not written: {error.strerror or error}."))
