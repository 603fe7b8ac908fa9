"""Programs that others wrote, as the administrators of this computer put them on its PATH."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reconciler.git.checkout import checkout, named

_ENDINGS: Final = ".COM;.EXE;.BAT;.CMD"  # what Windows runs where it is not told otherwise


def on_the_path(program: str, path: str | None, workspace: Path) -> Path | None:
    """Find a program that is written as a name, as its whole path; None where no trusted folder of `path` has it.
    Windows, and `shutil.which` there, look in the current folder first."""
    tops = tuple(_tops(workspace))
    for folder in trusted_folders(path, workspace):
        found = program_at(folder / program)
        if found is not None and not _is_below(found, tops):
            return found
    return None


def trusted_folders(path: str | None, workspace: Path) -> Iterator[Path]:
    """The folders of a PATH without the current one, and without any in the workspace's checkout: what lies there came
    with the manifests, perhaps from somebody else."""
    current = Path.cwd()
    tops = tuple(_tops(workspace))
    for folder in (Path(entry) for entry in (path or "").split(os.pathsep)):
        if folder.is_absolute() and folder.resolve() != current and not _is_below(folder, tops):
            yield folder


def _tops(workspace: Path) -> Iterator[Path]:
    """The folders whose content may have come with the manifests: the checkout, or the workspace where there is none,
    by the name that somebody gave it and by its real one."""
    for folder in (workspace, workspace.resolve()):
        there = checkout(folder)
        yield there.top if there else named(folder)


def _is_below(path: Path, tops: tuple[Path, ...]) -> bool:
    """A link in a checkout leads out of it as its author likes, and a link elsewhere may lead into it."""
    return any(place.is_relative_to(top) for place in (named(path), path.resolve()) for top in tops)


def program_at(place: Path) -> Path | None:
    """The program of that path, which on Windows may lack its ending: `op` is op.exe or op.cmd there. None where there
    is none that may be run."""
    for name in _file_names(place.name):
        if shutil.which(place.with_name(name)):
            return place.with_name(name)
    return None


def _file_names(program: str) -> Iterator[str]:
    """The names that the program's file may have."""
    if os.name != "nt":
        yield program
        return
    endings = os.environ.get("PATHEXT", _ENDINGS).split(os.pathsep)
    if program.casefold().endswith(tuple(ending.casefold() for ending in endings if ending)):
        yield program
    yield from (program + ending for ending in endings if ending)
