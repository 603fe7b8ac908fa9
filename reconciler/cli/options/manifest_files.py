"""The files for `fmt`: the manifest files of the workspace, or those that are named."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import InputError
from reconciler.manifest.text.document import Document
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import BadTextError, SourceText, decode
from reconciler.manifest.workspace.discovery import find, is_excluded, is_workspace, patterns_of
from reconciler.manifest.workspace.reading import LARGEST_FILE
from reconciler.model.problem import Origin, Problem, Severity


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """A file as it was read; `name` is relative to the workspace, with `/`."""

    name: str
    path: Path
    content: bytes


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files to look at, in order of their names.

    problems  what cannot be read
    others    the paths that were named and are not manifest files of the workspace
    named     the files that were named themselves, not by their folder
    """

    files: tuple[ManifestFile, ...]
    problems: tuple[Problem, ...]
    others: tuple[Path, ...]
    named: frozenset[Path]


def choose(workspace: Path, paths: Sequence[Path]) -> Chosen:
    """Return the manifest files at or below these paths; without a path, all of the workspace.

    Raises InputError if the workspace or a path does not exist, a path is not in the workspace, the folder has no
    Workspace, or a file that may hold one cannot be read: then it is not known what it excludes.
    """
    if not workspace.is_dir():
        raise InputError(f"Nothing was done: there is no folder {workspace}. Name the workspace's folder with -C.")
    named = {_named(workspace, path): path for path in paths}
    folder = find(workspace)
    files: list[ManifestFile] = []
    problems = [] if named else list(folder.problems)
    unread: list[Problem] = []
    for name, path in folder.files.items():
        read_file = _read(name, path)
        if isinstance(read_file, ManifestFile):
            files.append(read_file)
            continue
        unread.append(read_file)
        if _is_named(path, named):
            problems.append(read_file)
    files = _without_excluded(workspace, files, unread=[problem.origin.file for problem in unread])
    wanted = tuple(file for file in files if _is_named(file.path, named))
    ours = {file.path for file in wanted}
    others = tuple(path for real, path in named.items() if real.is_file() and real not in ours)
    return Chosen(wanted, tuple(problems), others, frozenset(named))


def _named(workspace: Path, path: Path) -> Path:
    real = path.resolve()
    if not real.exists():
        raise InputError(f"Nothing was done: there is no file or folder {path}.")
    if not real.is_relative_to(workspace.resolve()):
        raise InputError(f"Nothing was done: {path} is not in the workspace {workspace}. Name the workspace with -C.")
    return real


def _is_named(path: Path, named: Mapping[Path, Path]) -> bool:
    return not named or path in named or any(folder in named for folder in path.parents)


def _read(name: str, path: Path) -> ManifestFile | Problem:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST_FILE:
                return _problem(name, f"this file is larger than {LARGEST_FILE // 1024 // 1024} MiB")
            return ManifestFile(name, path, file.read())
    except OSError as error:
        return _problem(name, f"this file cannot be read: {error.strerror or type(error).__name__}")


def _problem(name: str, message: str) -> Problem:
    return Problem("file", Severity.ERROR, Origin(name, 1, 1), message)


def _without_excluded(workspace: Path, files: list[ManifestFile], unread: list[str]) -> list[ManifestFile]:
    """Return the files that no Workspace excludes; one that holds a Workspace is never excluded.

    unread  the names of files that could not be read
    """
    patterns: list[str] = []
    holders: set[str] = set()
    unclear = [name for name in unread if _is_usual(name)]
    for file in files:
        # Few files are read as YAML for this. Without its zeros UTF-16 has the word too.
        if not (b"Workspace" in file.content.replace(b"\0", b"") or _is_usual(file.name)):
            continue
        documents, is_whole = _workspaces(file)
        if documents:
            holders.add(file.name)
        if not is_whole:
            unclear.append(file.name)
        patterns += [pattern for document in documents for pattern in patterns_of(document)]
    if unclear:
        raise InputError(
            f"Nothing was done: {unclear[0]} cannot be read, and it may exclude files. "
            "To see what is wrong with it: `reconciler validate`."
        )
    if not holders:
        raise InputError(
            f"Nothing was done: the folder {workspace} has no Workspace. "
            "Go to the workspace's folder, or name it with -C."
        )
    return [file for file in files if file.name in holders or not is_excluded(file.name, patterns)]


def _is_usual(name: str) -> bool:
    """Tell if a file has the usual name of a Workspace: it may hold one even if it is not text."""
    return name in {"reconciler.yaml", "reconciler.yml"}


def _workspaces(file: ManifestFile) -> tuple[list[Document], bool]:
    """Return the Workspaces in a file, and if all of it could be read."""
    try:
        documents, problems = read(SourceText(file.name, decode(file.content)))
    except BadTextError:
        return [], False
    return [document for document in documents if is_workspace(document)], not problems
