"""The files of a workspace: its manifests, those that it excludes, its snapshots, and those that cannot be read."""

import os
import sys
from collections.abc import Iterable
from dataclasses import field
from fnmatch import fnmatchcase
from heapq import heappop, heappush
from pathlib import Path
from typing import Final

from reconciler.manifest.schema.check import API_VERSION
from reconciler.manifest.text.document import Document
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.startup import dataclass

_ENDINGS = (".yaml", ".yml")
_TEXT_ENDINGS = (".yaml.txt", ".yml.txt")
_NOT_OURS = frozenset({"node_modules"})


@dataclass
class DiscoveredFiles:
    """Files by their names relative to the workspace with `/`, in sorted order, and what is wrong with the folder.

    `texts` are files that would be manifests if their names did not end in `.txt`.
    """

    files: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def find(root: Path) -> DiscoveredFiles:
    """Every `*.yaml` and `*.yml` below a folder, hidden ones and `node_modules` left out.

    A link (a symbolic one, or a junction of Windows) may not lead out of the folder. One that stays inside is followed,
    but a file or folder that is there under its own name too is taken once, so that links in a circle do no harm.
    """
    search = _Search(root.resolve())
    search.walk(search.root, "")
    search.follow_links()
    files = search.found
    return DiscoveredFiles(dict(sorted(files.files.items())), files.problems, sorted(files.texts))


def is_manifest_name(name: str) -> bool:
    """Tell if `find` would take an ordinary file of this name, relative to the workspace with `/`."""
    parts = name.split("/")
    return parts[-1].lower().endswith(_ENDINGS) and not any(map(_is_left_out, parts))


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name in _NOT_OURS


class _Search:
    """Looks through a folder. Links are left for later, when everything real has been seen."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.found = DiscoveredFiles()
        self._links: list[tuple[str, Path]] = []
        self._seen = {root}

    def walk(self, folder: Path, prefix: str) -> None:
        """Take the files below a folder; their names begin with `prefix`."""
        waiting = [(folder, prefix)]
        while waiting:
            folder, prefix = waiting.pop()
            for entry in self._entries(folder, prefix):
                if _is_left_out(entry.name):
                    continue
                name, path = prefix + entry.name, Path(entry.path)
                if _is_link(entry):
                    heappush(self._links, (name, path))
                elif not entry.is_dir(follow_symlinks=False):
                    self._file(name, path, is_ordinary=entry.is_file(follow_symlinks=False))
                elif path not in self._seen:
                    self._seen.add(path)
                    waiting.append((path, name + "/"))

    def follow_links(self) -> None:
        """Take what the links lead to, in the order of their names."""
        while self._links:
            self._follow(*heappop(self._links))

    def _entries(self, folder: Path, prefix: str) -> list[os.DirEntry[str]]:
        try:
            return sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self._refuse(prefix.rstrip("/") or ".", f"This folder cannot be read: {reason}.")
            return []

    def _file(self, name: str, path: Path, *, is_ordinary: bool) -> None:
        if name.lower().endswith(_TEXT_ENDINGS):
            self.found.texts.append(name)
        elif name.lower().endswith(_ENDINGS):
            if is_ordinary:
                self._take(name, path)
            else:
                self._refuse(name, "This is not an ordinary file.")

    def _follow(self, name: str, path: Path) -> None:
        """Take what a link leads to, unless it is outside, a circle, or there already."""
        is_manifest = name.lower().endswith(_ENDINGS)
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
            if is_manifest:
                self._refuse(name, "This link points to nothing.")
            return
        if not (is_manifest or target.is_dir()):
            return
        if not target.is_relative_to(self.root):
            self._refuse(name, "This link points outside the workspace.", "Put the file itself into the workspace.")
        elif not target.is_dir():
            self._take(name, target)
        elif target not in self._seen:
            self._seen.add(target)
            self.walk(target, name + "/")

    def _take(self, name: str, path: Path) -> None:
        if path not in self._seen:
            self._seen.add(path)
            self.found.files[name] = path

    def _refuse(self, name: str, message: str, hint: str = "") -> None:
        self.found.problems.append(Problem("file", Severity.ERROR, Origin(name, 1, 1), message, hint))


def _is_link(entry: os.DirEntry[str]) -> bool:
    if sys.version_info >= (3, 12):  # before, Python cannot tell a junction from a folder
        return entry.is_symlink() or entry.is_junction()
    return entry.is_symlink()


def is_workspace(document: Document) -> bool:
    """Tell if a document is a Workspace; a file that holds one is never excluded."""
    data = document.data
    return isinstance(data, dict) and data.get("apiVersion") == API_VERSION and data.get("kind") == "Workspace"


def patterns_of(workspace: Document) -> list[str]:
    """The patterns that a Workspace excludes."""
    spec = workspace.data.get("spec")
    exclude = spec.get("exclude") if isinstance(spec, dict) else None
    return [pattern for pattern in exclude if isinstance(pattern, str)] if isinstance(exclude, list) else []


def is_excluded(name: str, patterns: Iterable[str]) -> bool:
    """Tell if one of the patterns names a file: `*` is any characters, `/` included; one without `/` holds in every
    folder, and one that ends in `/` names all that is in a folder."""
    return any(_matches(name, pattern) for pattern in patterns)


def _matches(name: str, pattern: str) -> bool:
    if pattern.endswith("/"):
        pattern += "*"
    return fnmatchcase(name, pattern) or ("/" not in pattern and fnmatchcase(name.rpartition("/")[2], pattern))


HEAD: Final = 200  # bytes of a file that say whether we recorded it


def is_snapshot(document: Document) -> bool:
    """Tell if a document is a snapshot, of any version."""
    data = document.data
    return isinstance(data, dict) and data.get("kind") == "Snapshot" and "formatVersion" in data


def begins_as_snapshot(content: bytes) -> bool:
    """Tell if a file begins like a recorded snapshot. They may be very large, and are not read further."""
    return content.startswith(b"formatVersion:") and b"\nkind: Snapshot" in content[:HEAD]


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The folder itself, as rules may know it.

    name   as it was given; `.` is the folder that one is in
    empty  the manifest files in which nothing stands
    texts  files that end in `.yaml.txt` or `.yml.txt`, sorted: Notepad named them so, and they are not read
    """

    name: str = "."
    empty: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unread:
    """The parts that could not be read: if something is missing, it may be there.

    anything   a file, or a document of unknown kind, in which whatever is missing may be
    kinds      the kinds of the documents that rules cannot look at
    schools    the names of the Schools among these; None where one has no name that can be read
    suppliers  the same of the Suppliers
    """

    anything: bool = False
    kinds: frozenset[str] = frozenset()
    schools: frozenset[str] | None = frozenset()
    suppliers: frozenset[str] | None = frozenset()


NO_GAPS: Final = Unread()
THIS_FOLDER: Final = FolderContents()
