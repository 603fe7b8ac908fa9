"""The folder of a workspace for what is no manifest: made once, kept out of git, and never followed anywhere else.

A repository can carry links. Whoever gets a workspace from somebody must not have a journal written over a file of
their own because `.reconciler/journal.jsonl` is a link to it.
"""

import errno
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reconciler.errors import InputError
from reconciler.files import write_text_atomically

_IGNORE_ALL: Final = "*\n"
_PRIVATE: Final = 0o700
_MOUNT_POINT: Final = 0xA0000003  # how Windows marks a junction, a folder that is another one


def make_folder(folder: Path) -> None:
    """Have the folder there, for its owner alone. Where it is made, git is told to leave it out: what is in it says
    what is live.

    Raises InputError where it is a link or no folder, and OSError where it cannot be made.
    """
    refuse_strange(folder)
    try:
        folder.mkdir(_PRIVATE, parents=True)
    except FileExistsError:
        return
    write_text_atomically(folder / ".gitignore", _IGNORE_ALL, private=True)


def refuse_strange(folder: Path, *files: Path) -> None:
    """Raise InputError unless what is there of these is a real folder and real files: no link, no pipe, no device."""
    _refuse(folder, stat.S_ISDIR, "folder")
    for file in files:
        _refuse(file, stat.S_ISREG, "file")


def why_not(error: OSError) -> str:
    """The reason in words, and what to do where the files are another user's."""
    reason = error.strerror or str(error)
    if error.errno not in {errno.EACCES, errno.EPERM}:
        return reason
    return (
        f"{reason}. What is in this folder is for the system's user alone who applied here first: apply as that user, "
        "or have them give you the right to read and write the folder and every file in it"
    )


def _refuse(path: Path, fits: Callable[[int], bool], kind: str) -> None:
    mode = _mode(path)  # asked once: another process may make the file in this moment
    if mode and not fits(mode):
        raise InputError(
            f"{path} is no plain {kind}: it is a link, or something else. Nothing was read from it or written to it: "
            "look where it came from, and take it away."
        )


def _mode(path: Path) -> int:
    """The kind of thing that stands there, links not followed; 0 where nothing does or nobody may look."""
    try:
        found = path.lstat()
    except OSError:
        return 0
    return stat.S_IFLNK if getattr(found, "st_reparse_tag", 0) == _MOUNT_POINT else found.st_mode
