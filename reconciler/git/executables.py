"""External programs, found on the PATH and never in the checkout."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reconciler.git.checkout import checkout, named

_ENDINGS: Final = ".COM;.EXE;.BAT;.CMD"  # Windows' default


def on_the_path(program: str, path: str | None, workspace: Path) -> Path | None:
    """Find a program by name in the trusted folders of `path`. Windows, and `shutil.which`, try the current one."""
    tops = tuple(_tops(workspace))
    for folder in trusted_folders(path, workspace):
        executable = program_at(folder / program)
        if executable is not None and not _is_below(executable, tops):
            return executable
    return None


def trusted_folders(path: str | None, workspace: Path) -> Iterator[Path]:
    """Yield the folders of a PATH, but not the current one, nor any in the checkout: those came with the manifests."""
    current = Path.cwd()
    tops = tuple(_tops(workspace))
    for folder in (Path(entry) for entry in (path or "").split(os.pathsep)):
        if folder.is_absolute() and folder.resolve() != current and not _is_below(folder, tops):
            yield folder


def _tops(workspace: Path) -> Iterator[Path]:
    """Yield the folders that came with the manifests: the checkout, or else the workspace, by both of its names."""
    for folder in (workspace, workspace.resolve()):
        repository = checkout(folder)
        yield repository.top if repository else named(folder)


def _is_below(path: Path, tops: tuple[Path, ...]) -> bool:
    """Tell if a path is below these by its name or its real one: a link may lead out of a checkout, or into it."""
    return any(place.is_relative_to(top) for place in (named(path), path.resolve()) for top in tops)


def program_at(place: Path) -> Path | None:
    """Return the executable at a path, or None. On Windows the path may lack an ending: `op` for op.exe or op.cmd."""
    import shutil  # slow to import, and most runs start no program

    for name in _file_names(place.name):
        if shutil.which(place.with_name(name)):
            return place.with_name(name)
    return None


def _file_names(program: str) -> Iterator[str]:
    """Yield the names that the program's file may have."""
    if os.name != "nt":
        yield program
        return
    endings = os.environ.get("PATHEXT", _ENDINGS).split(os.pathsep)
    if program.casefold().endswith(tuple(ending.casefold() for ending in endings if ending)):
        yield program
    yield from (program + ending for ending in endings if ending)


def shell_line(*words: str) -> str:
    """Quote words for this system's shell."""
    if os.name == "nt":
        from subprocess import list2cmdline

        return list2cmdline(words)
    from shlex import join

    return join(words)


def typed_words(line: str) -> list[str]:
    r"""Split a command as it is typed here; on Windows `\` is a part of a path. Raises ValueError for an open quote."""
    from shlex import shlex

    words = shlex(line, posix=True, punctuation_chars=False)
    words.whitespace_split, words.commenters = True, ""
    if os.name == "nt":
        words.escape = ""
    return list(words)
