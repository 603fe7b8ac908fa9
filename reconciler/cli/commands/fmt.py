"""`reconciler fmt`: manifests in normal form, with every comment where it was."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click

from reconciler.cli.console import paint_for, say, say_problems, tell
from reconciler.cli.exit_codes import Exit
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
class _Seen:
    """What became of the files: `changed` are those to be written, `written` is how many were. `failed`: one could not
    be looked at, or written. `others` hold no manifests."""

    manifests: int = 0
    changed: list[tuple[ManifestFile, NormalForm]] = field(default_factory=list)
    written: int = 0
    others: list[ManifestFile] = field(default_factory=list)
    failed: bool = False


@click.command()
@workspace_option
@click.option("--check", is_flag=True, help="Write nothing: name the files that are not in normal form, and how.")
@click.option("-q", "--quiet", is_flag=True, help="No diff and no closing line.")
@click.option("-v", "--verbose", is_flag=True, help="With --check: the whole diff, however long.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
def command(workspace: Path, paths: tuple[Path, ...], *, check: bool, quiet: bool, verbose: bool) -> int:
    """Put manifests into normal form, offline.

    Keys stand in the order of the schema, quotes only where they are needed, the names of entities as Bromcom shows
    them; two spaces for each level, and one blank line at most. What a manifest says stays the same, and so does every
    comment. PATH is a file or a folder in the workspace; without one, all of its manifests are looked at.

    Exits with 1 where --check finds a file that is not in normal form, and where a file cannot be read or must stay as
    it is.
    """
    chosen = choose(workspace, paths)
    say_problems(chosen.problems)
    seen = _look_at(chosen.files)
    seen.failed |= bool(chosen.problems)
    if not quiet:
        for file in seen.others:
            if file.path in chosen.named:
                say(f"{file.name} holds no manifest, and was left alone.")
        for path in chosen.others:
            say(f"{path} is no manifest file of this workspace, and was left alone.")
    for file, normal in seen.changed:
        if check:
            _tell_difference(file, normal, whole=verbose, quiet=quiet)
        else:
            _write(file, normal, seen)
    if not quiet:
        tell(f"{_closing(seen, check=check)}\n")
    return Exit.FAILED if seen.failed or (check and seen.changed) else Exit.OK


def _look_at(files: Sequence[ManifestFile]) -> _Seen:
    seen = _Seen()
    for file in files:
        match normal_form(file.name, file.content):
            case NormalForm() as normal:
                seen.manifests += 1
                say_problems(normal.remarks)
                if normal.is_changed:
                    seen.changed.append((file, normal))
            case NoManifest():
                seen.others.append(file)
            case InvalidYaml(problems):
                seen.failed = True
                say_problems(problems)
                say(f"{file.name} was left alone: it cannot be read.")
            case LeftUnchanged(origin, reason):
                seen.failed = True
                say(f"{origin} was left alone: {reason}.")
    return seen


def _write(file: ManifestFile, normal: NormalForm, seen: _Seen) -> None:
    try:
        write_text_atomically(file.path, normal.content, instead_of=file.content)
    except InputError as error:  # one file must not stop the others
        seen.failed = True
        say(f"Error: {error}")
    else:
        seen.written += 1
        tell(f"{printable(file.name)}: brought into normal form\n")


def _tell_difference(file: ManifestFile, normal: NormalForm, *, whole: bool, quiet: bool) -> None:
    tell(f"{printable(file.name)}: not in normal form\n")
    if quiet:
        return
    lines = _diff(normal, paint_for(sys.stdout))
    if not lines:
        lines = ["only the ends of its lines differ"]
    elif len(lines) > _SHORT and not whole:
        lines = [f"{len(lines)} lines of difference; -v shows them"]
    tell("".join(f"  {line}\n" for line in lines))


def _diff(normal: NormalForm, paint: Paint) -> list[str]:
    documents, _ = read(normal.before)
    secrets = frozenset(text for document in documents for text in plain_passwords(document))
    return diff_lines(_shown(normal.before, secrets), _shown(normal.after, secrets), paint=paint)


def _shown(source: SourceText, secrets: frozenset[str]) -> ShownText:
    # All lines at once, since there may be many secrets. One of several lines is in none of them.
    within = frozenset(secret for secret in secrets if "\n" not in secret)
    lines, shown = source.text.split("\n"), scrub("\n".join(source.shown), within).split("\n")
    if lines[-1] == "":
        return ShownText(lines[:-1], shown[:-1])
    return ShownText([*lines[:-1], lines[-1] + _NO_END], [*shown[:-1], shown[-1] + _NO_END])


def _closing(seen: _Seen, *, check: bool) -> str:
    files = plural(seen.manifests, "file")
    changed = len(seen.changed)
    if not changed:
        return f"In normal form: {files}."
    if check:
        return f"Not in normal form: {changed} of {files}. `reconciler fmt` mends that."
    left = f"; {changed - seen.written} could not be written" if seen.written < changed else ""
    return f"Brought into normal form: {seen.written} of {files}{left}."
