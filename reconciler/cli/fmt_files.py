"""Which files `fmt` is to look at: the manifest files of the workspace, or those of them that somebody names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.errors import InputError
from reconciler.manifest.exclude import is_excluded, is_workspace, patterns_of
from reconciler.manifest.find import find
from reconciler.manifest.reading import LARGEST_FILE
from reconciler.manifest.source import BadTextError, Source, decode
from reconciler.manifest.yaml import read
from reconciler.model.origin import Origin
from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from reconciler.manifest.document import Document


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
    others    the paths that were named and are no manifest files of the workspace
    """

    files: tuple[ManifestFile, ...]
    problems: tuple[Problem, ...]
    others: tuple[Path, ...]


def choose(workspace: Path, paths: Sequence[Path]) -> Chosen:
    """The manifest files of a workspace that are one of these paths, or below one; all of them where none is named.

    Raises InputError where the workspace or a path does not exist, or a path is not in the workspace.
    """
    if not workspace.is_dir():
        raise InputError(f"there is no folder {workspace}: name the workspace's folder with -C")
    named = {_named(workspace, path): path for path in paths}
    found = find(workspace)
    files: list[ManifestFile] = []
    problems = [] if named else list(found.problems)
    for name, path in found.files.items():
        read_file = _read(name, path)
        if isinstance(read_file, ManifestFile):
            files.append(read_file)
        elif _is_named(path, named):
            problems.append(read_file)
    files = _without_excluded(files)
    wanted = tuple(file for file in files if _is_named(file.path, named))
    ours = {file.path for file in wanted}
    others = tuple(path for real, path in named.items() if real.is_file() and real not in ours)
    return Chosen(wanted, tuple(problems), others)


def _named(workspace: Path, path: Path) -> Path:
    real = path.resolve()
    if not real.exists():
        raise InputError(f"nothing was done: there is no file or folder {path}.")
    if not real.is_relative_to(workspace.resolve()):
        raise InputError(f"nothing was done: {path} is not in the workspace {workspace}. Name the workspace with -C.")
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


def _without_excluded(files: list[ManifestFile]) -> list[ManifestFile]:
    """The files that no Workspace excludes; one that holds a Workspace is never excluded."""
    patterns: list[str] = []
    holders: set[str] = set()
    for file in files:
        if b"exclude" not in file.content:  # so that a run for one file need not read all of them as YAML
            continue
        for document in _workspaces(file):
            holders.add(file.name)
            patterns += patterns_of(document)
    return [file for file in files if file.name in holders or not is_excluded(file.name, patterns)]


def _workspaces(file: ManifestFile) -> list[Document]:
    try:
        documents, _ = read(Source(file.name, decode(file.content)))
    except BadTextError:
        return []
    return [document for document in documents if is_workspace(document)]
