"""The destinations of reports: stdout, files, and the summary page of a job of GitHub Actions."""

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

import click

from reconciler.cli.console import tell
from reconciler.cli.printed_commands import with_given_options
from reconciler.errors import InputError, ReconcilerError
from reconciler.files import write_text_atomically
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """One report to make: its format, and its file (None: stdout)."""

    format: str
    file: Path | None


def targets(formats_typed: Sequence[str], output: Path | None, formats: Collection[str]) -> tuple[ReportTarget, ...]:
    """Return what `--format FORMAT[=FILE]` and `--output FILE` ask for; by default text.

    Raises click.UsageError for a format that the verb does not have, and for two reports in one place.
    """
    wanted = [_target(text, formats) for text in formats_typed or ["text"]]
    to_stdout = [target for target in wanted if target.file is None]
    if output and len(to_stdout) != 1:
        raise click.UsageError("--output goes with one --format. Name the files of several as --format FORMAT=FILE.")
    if len(to_stdout) > 1:
        raise click.UsageError("Only one report can go to stdout. Name a file for the others as --format FORMAT=FILE.")
    return tuple(ReportTarget(target.format, target.file or output) for target in wanted)


def _target(text: str, formats: Collection[str]) -> ReportTarget:
    name, equals, file = text.partition("=")
    if name not in formats:
        raise click.UsageError(f"There is no format {name!r}. Choose from {', '.join(formats)}.")
    if equals and not file:
        raise click.UsageError(f"--format {name}= names no file.")
    return ReportTarget(name, Path(file) if file else None)


def refuse_one_file_for_two(files: Iterable[Path | None]) -> None:
    """Raise click.UsageError if one of the files is named twice."""
    named = [file.resolve() for file in files if file]
    twice = next((file for file in named if named.count(file) > 1), None)
    if twice and (twice.is_file() or not twice.exists()):
        raise click.UsageError(f"{twice} is named twice, and one would overwrite the other. Name a file for each.")


def deliver(
    wanted: Sequence[ReportTarget],
    render: Callable[[ReportTarget], str | Iterable[str]],
    on_error: Callable[[ReconcilerError], None],
    *,
    private: bool,
) -> None:
    """Write every report, files first: a program that reads stdout finds the files there.

    private  only their owner may read the files, since they say what is live

    Text for stdout is read by the person who typed the command, so the commands in it get the options that were given.
    If one cannot be written, `on_error` is told why, and the others are written.
    """
    for target in sorted(wanted, key=lambda target: target.file is None):
        text = render(target)
        if isinstance(text, str) and target.format == "text" and not target.file:
            text = with_given_options(text)
        try:
            write_to(target.file, text, private=private)
        except InputError as error:
            on_error(error)


def write_to(file: Path | None, text: str | Iterable[str], *, private: bool) -> None:
    """Write text, or its pieces, to a file, or to stdout without one; raises InputError if it cannot be written."""
    if file:
        write_text_atomically(file, text, private=private)
    else:
        for piece in [text] if isinstance(text, str) else text:
            tell(piece)


_VARIABLE: Final = "GITHUB_STEP_SUMMARY"  # GitHub Actions names its file here


def write_job_summary(
    wanted: Iterable[ReportTarget], render: Callable[[], str], on_error: Callable[[ReconcilerError], None]
) -> None:
    """Add Markdown to the page of the job, if GitHub Actions runs us and its annotations are asked for.

    Other steps may have written there already. If it cannot be written, `on_error` is told why.
    """
    file = os.environ.get(_VARIABLE)
    if not file or all(target.format != "github" for target in wanted):
        return
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(f"{render()}\n")
    except OSError as error:
        on_error(InputError(f"{file}, the job's summary, was not written: {error.strerror or error}."))
