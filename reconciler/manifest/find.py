"""The manifest files of a workspace."""

from __future__ import annotations

import os
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

    A symbolic link may not lead out of the folder. One that stays inside is followed, but a file or folder that is
    there under its own name too is taken once, so that links in a circle do no harm.
    """
    found = Found()
    real_root = root.resolve()
    links: list[tuple[str, Path]] = []
    seen = {real_root}
    _walk(real_root, "", found, links, seen)
    real_files = set(found.files.values())
    while links:
        name, path = heappop(links)
        _follow(name, path, real_root, found, links, seen, real_files)
    found.files = dict(sorted(found.files.items()))
    found.texts.sort()
    return found


def _walk(folder: Path, prefix: str, found: Found, links: list[tuple[str, Path]], seen: set[Path]) -> None:
    """Take the files below a folder; links are left for later, when everything real has been seen."""
    waiting = [(folder, prefix)]
    while waiting:
        folder, prefix = waiting.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            _refuse(found, prefix.rstrip("/") or ".", f"this folder cannot be read: {_reason(error)}")
            continue
        for entry in entries:
            name = prefix + entry.name
            if entry.name.startswith(".") or entry.name in _NOT_OURS:
                continue
            if entry.is_symlink():
                heappush(links, (name, Path(entry.path)))
            elif entry.is_dir(follow_symlinks=False):
                seen.add(Path(entry.path))
                waiting.append((Path(entry.path), name + "/"))
            elif entry.name.lower().endswith(_ENDINGS):
                if entry.is_file(follow_symlinks=False):
                    found.files[name] = Path(entry.path)
                else:
                    _refuse(found, name, "this is no ordinary file")
            elif entry.name.lower().endswith(_TEXT_ENDINGS):
                found.texts.append(name)


def _follow(
    name: str,
    path: Path,
    root: Path,
    found: Found,
    links: list[tuple[str, Path]],
    seen: set[Path],
    real_files: set[Path],
) -> None:
    """Take what a symbolic link leads to, unless it is outside, a circle, or there already."""
    is_manifest = name.lower().endswith(_ENDINGS)
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        if is_manifest:
            _refuse(found, name, "this link leads nowhere")
        return
    if not (is_manifest or target.is_dir()):
        return
    if not target.is_relative_to(root):
        _refuse(found, name, "this link leads out of the workspace", "put the file itself into the workspace")
    elif target.is_dir():
        if target not in seen:
            seen.add(target)
            _walk(target, name + "/", found, links, seen)
    elif target not in real_files:
        real_files.add(target)
        found.files[name] = target


def _refuse(found: Found, name: str, message: str, hint: str = "") -> None:
    found.problems.append(Problem("file", Severity.ERROR, Origin(name, 1, 1), message, hint))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
