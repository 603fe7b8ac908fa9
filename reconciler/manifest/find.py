"""The manifest files of a workspace."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from heapq import heappop, heappush
from pathlib import Path

from reconciler.model.origin import Origin
from reconciler.model.problem import Problem, Severity

_ENDINGS = (".yaml", ".yml")
_TEXT_ENDINGS = (".yaml.txt", ".yml.txt")
_NOT_OURS = frozenset({"node_modules"})


@dataclass
class Found:
    """Files by their names relative to the workspace with `/`, in sorted order, and what is wrong with the folder.

    `texts` are files that would be manifests if their names did not end in `.txt`.
    """

    files: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def find(root: Path) -> Found:
    """Every `*.yaml` and `*.yml` below a folder, hidden ones and `node_modules` left out.

    A link (a symbolic one, or a junction of Windows) may not lead out of the folder. One that stays inside is followed,
    but a file or folder that is there under its own name too is taken once, so that links in a circle do no harm.
    """
    search = _Search(root.resolve())
    search.walk(search.root, "")
    search.follow_links()
    found = search.found
    return Found(dict(sorted(found.files.items())), found.problems, sorted(found.texts))


def is_manifest_name(name: str) -> bool:
    """Whether `find` would take an ordinary file of this name, relative to the workspace with `/`."""
    parts = name.split("/")
    return parts[-1].lower().endswith(_ENDINGS) and not any(map(_is_left_out, parts))


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name in _NOT_OURS


class _Search:
    """Looks through a folder. Links are left for later, when everything real has been seen."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.found = Found()
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
            self._refuse(prefix.rstrip("/") or ".", f"this folder cannot be read: {reason}")
            return []

    def _file(self, name: str, path: Path, *, is_ordinary: bool) -> None:
        if name.lower().endswith(_TEXT_ENDINGS):
            self.found.texts.append(name)
        elif name.lower().endswith(_ENDINGS):
            if is_ordinary:
                self._take(name, path)
            else:
                self._refuse(name, "this is no ordinary file")

    def _follow(self, name: str, path: Path) -> None:
        """Take what a link leads to, unless it is outside, a circle, or there already."""
        is_manifest = name.lower().endswith(_ENDINGS)
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
            if is_manifest:
                self._refuse(name, "this link leads nowhere")
            return
        if not (is_manifest or target.is_dir()):
            return
        if not target.is_relative_to(self.root):
            self._refuse(name, "this link leads out of the workspace", "put the file itself into the workspace")
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
