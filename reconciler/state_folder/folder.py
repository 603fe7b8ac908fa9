"""The `.reconciler` folder of a workspace: made once, kept out of git, and never followed through a link.

A repository can carry links: a workspace from elsewhere could name a file of yours as its `journal.jsonl`.
"""

import errno
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reconciler.errors import InputError
from reconciler.files import PRIVATE_FOLDER, write_text_atomically

_IGNORE_ALL: Final = "*\n"
_MOUNT_POINT: Final = 0xA0000003  # how Windows marks a junction, a folder that is another one


def make_folder(folder: Path) -> None:
    """Make the folder if it is missing, for its owner alone, and have git ignore it: its files say what is live.

    Raises InputError if it is a link or not a folder, and OSError if it cannot be made.
    """
    refuse_strange(folder)
    try:
        folder.mkdir(PRIVATE_FOLDER, parents=True)
    except FileExistsError:
        return
    write_text_atomically(folder / ".gitignore", _IGNORE_ALL, private=True)


def refuse_strange(folder: Path, *files: Path) -> None:
    """Raise InputError if one of these is not a plain folder or file: a link, a pipe, a device. It may be missing."""
    _refuse(folder, stat.S_ISDIR, "folder")
    for file in files:
        _refuse(file, stat.S_ISREG, "file")


def why_not(error: OSError) -> str:
    """The reason in words, and what to do if the files are another user's."""
    reason = error.strerror or str(error)
    if error.errno not in {errno.EACCES, errno.EPERM}:
        return reason
    return (
        f"{reason}. This folder belongs to the user of this computer who used it first. Run reconciler as that "
        "user, or ask them for the right to read and write the folder and every file in it"
    )


def _refuse(path: Path, fits: Callable[[int], bool], kind: str) -> None:
    mode = _mode(path)  # read once: another process may make the file in this moment
    if mode and not fits(mode):
        raise InputError(
            f"{path} is not a plain {kind}, but a link or something else. Nothing was read from it or written to it. "
            "Find out where it came from, then remove it."
        )


def _mode(path: Path) -> int:
    """The kind of thing at a path, links not followed; 0 if it is missing or may not be looked at."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    return stat.S_IFLNK if getattr(status, "st_reparse_tag", 0) == _MOUNT_POINT else status.st_mode
