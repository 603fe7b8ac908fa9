"""The folder of a site: replaced as a whole, and never one that holds anything else."""

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from reconciler.errors import InputError
from reconciler.files import PRIVATE_FOLDER, write_text_atomically

# Lists the files of a site, so that another run knows its own.
_LIST: Final = "site-files.json"
_KIND: Final = "reconciler-site"


def refuse_foreign_folder(folder: Path) -> None:
    """Raise InputError if a folder is there that `site` did not write, or if it holds a file of someone else's."""
    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir() or folder.is_symlink():
        raise InputError(f"No page was written: {folder} is no folder. Name another with --output.")
    there = {
        file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir() or file.is_symlink()
    }
    foreign = sorted(there - _own_files(folder))
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise InputError(
            f"No page was written: {folder} holds {foreign[0]}{more}, which `reconciler site` did not write. "
            "Name a new folder with --output."
        )


def _own_files(folder: Path) -> set[str]:
    try:
        listed = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return set()
    if not isinstance(listed, dict) or listed.get("kind") != _KIND or not isinstance(listed.get("files"), list):
        return set()
    return {_LIST, *(name for name in listed["files"] if isinstance(name, str))}


def write_site(folder: Path, files: Iterable[tuple[str, str]]) -> int:
    """Write (address, text) as the whole content of a folder, or leave what was there; return how many there are.

    Everything is written beside it first, and then takes its name. Raises InputError if that fails.
    """
    refuse_foreign_folder(folder)
    target = folder.absolute()
    new, old = (target.with_name(f".{target.name}.{os.urandom(4).hex()}") for _ in range(2))
    try:
        new.mkdir(PRIVATE_FOLDER, parents=True)
        names = []
        for address, text in files:
            write_text_atomically(new / address, text)
            names.append(address)
        listed = {"kind": _KIND, "formatVersion": 1, "files": sorted(names)}
        write_text_atomically(new / _LIST, json.dumps(listed, indent=2) + "\n")
        _swap(new, target, old)
    except OSError as error:
        raise InputError(f"{folder} was not written: {error.strerror or error}. What was there is unchanged.") from None
    finally:
        shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    return len(names)


def _swap(new: Path, target: Path, old: Path) -> None:
    if target.exists():
        target.rename(old)
    try:
        new.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
