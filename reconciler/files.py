"""Reading and writing whole files: UTF-8, `\\n`, and nothing half-written."""

from __future__ import annotations

import os
from secrets import token_hex
from typing import TYPE_CHECKING

from reconciler.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: Path, *, what: str) -> str:
    """The text of a file that somebody named; `what` says what it should be ("the snapshot").

    A byte-order mark is dropped. Raises InputError where it cannot be read or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        found = "it is UTF-16" if error.object[:2] in _UTF16 else f"byte {error.start + 1} is not UTF-8"
        raise InputError(
            f"{what} {path} was not read: {found}. Save it as UTF-8 (in Notepad: Save As, Encoding), then try again."
        ) from None
    except FileNotFoundError:
        raise InputError(f"{what} {path} was not read: there is no such file in {path.absolute().parent}.") from None
    except (OSError, ValueError) as error:  # a ValueError is a path that no file can have
        raise InputError(f"{what} {path} was not read: {getattr(error, 'strerror', None) or error}.") from None


def write_text_atomically(path: Path, text: str, *, private: bool = False) -> None:
    """Write all of `text` or leave what was there.

    The text goes to a new file beside `path`, to the disk, and then takes its name; a link stays a link, and the file
    that it names is written. What is no file (a pipe, `/dev/stdout`) is written into as it is. `private` leaves the
    file readable for its owner alone (mode 0600), as files that say what is live must be; on Windows the folder's own
    rights hold. A folder that does not exist is made. Raises InputError where it cannot be written.
    """
    try:
        real = path.resolve()
        if real.exists() and not real.is_file():
            real.write_text(text, encoding="utf-8", newline="\n")
        else:
            _replace(real, text, 0o600 if private else 0o666)
    except OSError as error:
        raise InputError(f"{path} was not written: {error.strerror or error}. What was there is unchanged.") from None
    except ValueError as error:
        reason = "it holds half a character" if isinstance(error, UnicodeEncodeError) else str(error)
        raise InputError(f"{path} was not written: {reason}. What was there is unchanged.") from None


def _replace(path: Path, text: str, mode: int) -> None:
    temporary = path.with_name(f".{path.name}.{token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
