"""`reconciler fmt`: put manifests into normal form, with every comment where it was."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click

from reconciler.cli.console import paint_for, say, say_problems, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import workspace_option
from reconciler.cli.options.manifest_files import ManifestFile, choose
from reconciler.errors import InputError
from reconciler.files import write_text_atomically
from reconciler.formatting import InvalidYaml, LeftUnchanged, NoManifest, NormalForm, normal_form
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import SourceText, scrub
from reconciler.manifest.workspace.documents import plain_passwords
from reconciler.report.escape import printable
from reconciler.report.labels import plural
from reconciler.report.style import Paint
from reconciler.report.text_diff import ShownText, diff_lines

_NO_END: Final = "  (the file ends here, in the middle of a line)"
_SHORT: Final = 30  # lines of a diff that --check shows without being asked


@dataclass(slots=True)
class _Progress:
    """The files so far.

    changed  those to be written
    written  how many were
    others   those without manifests
    failed   a file could not be read or written
    """

    manifests: int = 0
    changed: list[tuple[ManifestFile, NormalForm]] = field(default_factory=list)
    written: int = 0
    others: list[ManifestFile] = field(default_factory=list)
    failed: bool = False


@verb(
    {
        "Format all manifests": "fmt",
        "Show what would change, and write nothing": "fmt --check",
    },
)
@workspace_option
@click.option("--check", is_flag=True, help="Write nothing. List the files that are not in normal form, with a diff.")
@click.option("-q", "--quiet", is_flag=True, help="Show no diff and no closing line.")
@click.option("-v", "--verbose", is_flag=True, help="With --check: show the whole diff, however long.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
def command(workspace: Path, paths: tuple[Path, ...], *, check: bool, quiet: bool, verbose: bool) -> int:
    """Put manifests into normal form, offline.

    Keys are in the order of the schema, quotes only where they are needed, and the names of entities as Bromcom shows
    them. Each level has two spaces, and there is at most one empty line. The meaning of a manifest stays the same, and
    so does every comment. PATH is a file or folder in the workspace; without one, all manifests are formatted.

    Exits with 1 if --check finds a file that is not in normal form, and if a file cannot be read or formatted.
    """
    chosen = choose(workspace, paths)
    say_problems(chosen.problems)
    progress = _look_at(chosen.files)
    progress.failed |= bool(chosen.problems)
    if not quiet:
        for file in progress.others:
            if file.path in chosen.named:
                say(f"{file.name} has no manifest, and was not changed.")
        for path in chosen.others:
            say(f"{path} is not a manifest file of this workspace, and was not changed.")
    for file, normal in progress.changed:
        if check:
            _show_difference(file, normal, whole=verbose, quiet=quiet)
        else:
            _write(file, normal, progress)
    if not quiet:
        tell(f"{_closing(progress, check=check)}\n")
    return Exit.FAILED if progress.failed or (check and progress.changed) else Exit.OK


def _look_at(files: Sequence[ManifestFile]) -> _Progress:
    progress = _Progress()
    for file in files:
        match normal_form(file.name, file.content):
            case NormalForm() as normal:
                progress.manifests += 1
                say_problems(normal.remarks)
                if normal.is_changed:
                    progress.changed.append((file, normal))
            case NoManifest():
                progress.others.append(file)
            case InvalidYaml(problems):
                progress.failed = True
                say_problems(problems)
                say(f"{file.name} was not changed: it cannot be read.")
            case LeftUnchanged(origin, reason):
                progress.failed = True
                say(f"{origin} was not changed: {reason}.")
    return progress


def _write(file: ManifestFile, normal: NormalForm, progress: _Progress) -> None:
    try:
        write_text_atomically(file.path, normal.content, instead_of=file.content)
    except InputError as error:  # one file must not stop the others
        progress.failed = True
        say(f"Error: {error}")
    else:
        progress.written += 1
        tell(f"{printable(file.name)}: put into normal form\n")


def _show_difference(file: ManifestFile, normal: NormalForm, *, whole: bool, quiet: bool) -> None:
    tell(f"{printable(file.name)}: not in normal form\n")
    if quiet:
        return
    lines = _diff(normal, paint_for(sys.stdout))
    if not lines:
        lines = ["Only the line endings differ."]
    elif len(lines) > _SHORT and not whole:
        lines = [f"{len(lines)} lines differ. To see them: -v"]
    tell("".join(f"  {line}\n" for line in lines))


def _diff(normal: NormalForm, paint: Paint) -> list[str]:
    documents, _ = read(normal.before)
    secrets = frozenset(text for document in documents for text in plain_passwords(document))
    return diff_lines(_shown(normal.before, secrets), _shown(normal.after, secrets), paint=paint)


def _shown(source: SourceText, secrets: frozenset[str]) -> ShownText:
    # All lines at once, since there may be many secrets. A secret of several lines is in none of them.
    within = frozenset(secret for secret in secrets if "\n" not in secret)
    lines, shown = source.text.split("\n"), scrub("\n".join(source.shown), within).split("\n")
    if lines[-1] == "":
        return ShownText(lines[:-1], shown[:-1])
    return ShownText([*lines[:-1], lines[-1] + _NO_END], [*shown[:-1], shown[-1] + _NO_END])


def _closing(progress: _Progress, *, check: bool) -> str:
    files = plural(progress.manifests, "file")
    changed = len(progress.changed)
    if not changed:
        return f"In normal form: {files}."
    if check:
        return f"Not in normal form: {changed} of {files}. To change that: `reconciler fmt`."
    left = f"; {changed - progress.written} could not be written" if progress.written < changed else ""
    return f"Put into normal form: {progress.written} of {files}{left}."
