"""Reading and writing whole files: UTF-8, `\\n`, and nothing half-written."""

import errno
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pkgutil import get_data  # importlib.resources takes seven times as long to load
from typing import Final

from reconciler.errors import InputError

if sys.platform != "win32":
    import resource  # imported early: once no more files can be opened, no module can be

from pathlib import Path

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PRIVATE: Final = 0o600
# For the owner alone. On Windows the rights of the folder above hold instead: Python and filelock would shut everybody
# else out, also the account that a nightly job runs as, after somebody else tried the job by hand.
PRIVATE_FOLDER: Final = 0o777 if sys.platform == "win32" else 0o700
PRIVATE_LOCK: Final = 0o666 if sys.platform == "win32" else 0o600
_ANY: Final = 0o666  # less what the umask takes away
_WRITABLE: Final = 0o222
_WAITS: Final = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4)  # seconds


def too_many_open(error: BaseException) -> str:
    """The advice for when the system allows no more open files and connections; empty for any other error."""
    if not isinstance(error, OSError) or error.errno not in (errno.EMFILE, errno.ENFILE):
        return ""
    number = "no more files and connections"
    if error.errno == errno.EMFILE and sys.platform != "win32":
        number = f"only {resource.getrlimit(resource.RLIMIT_NOFILE)[0]} files and connections at a time"
    return f"this computer lets reconciler open {number}: raise the limit, for example with `ulimit -n 1024`"


def package_data(package: str, name: str) -> bytes:
    """The content of a file that ships with a package."""
    content = get_data(package, name)
    if content is None:
        raise AssertionError(f"{package} has no files")
    return content


def read_text(path: Path, *, what: str) -> str:
    """The text of a file; `what` says what it should be ("the snapshot").

    A byte-order mark is dropped. A pipe can be read once, so that its text is kept. Raises InputError where it cannot
    be read or is not UTF-8.
    """
    try:
        return _of_pipe(path.absolute()) if path.is_fifo() else path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise _unreadable(path, what, error) from None


def reading_lines(path: Path, *, what: str) -> Iterator[str]:
    """The lines of a file that may be too large to hold; raises InputError as `read_text` does."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            yield from stream
    except (OSError, ValueError) as error:
        raise _unreadable(path, what, error) from None


def _unreadable(path: Path, what: str, error: OSError | ValueError) -> InputError:
    """The error of a file that cannot be read; a ValueError is a path that no file can have, or a text of another
    encoding."""
    if isinstance(error, UnicodeDecodeError):
        problem = "it is UTF-16" if error.object[:2] in _UTF16 else f"byte {error.start + 1} is not UTF-8"
        return InputError(
            f"Cannot read {what} {path}: {problem}. Save it as UTF-8 (in Notepad: Save As, Encoding), then try again."
        )
    if isinstance(error, FileNotFoundError):
        return InputError(f"Cannot read {what} {path}: there is no such file in {path.absolute().parent}.")
    return InputError(f"Cannot read {what} {path}: {getattr(error, 'strerror', None) or error}.")


@cache
def _of_pipe(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


def write_text_atomically(
    path: Path, text: str | Iterable[str], *, private: bool = False, instead_of: bytes | None = None
) -> None:
    """Write all of `text`, or of its pieces, or leave what was there.

    The text goes to a new file beside `path`, to the disk, and then takes its name; a link stays a link, and the file
    that it names is written. What is no file (a pipe, `/dev/stdout`) is written into as it is. A file that is there
    keeps its mode, and one that is read-only is left alone. `private` leaves the file readable for its owner alone
    (mode 0600), as files that say what is live must be; on Windows the folder's own rights hold. A folder that does
    not exist is made. `instead_of` is what the file was read as: one that holds something else by now, that has a
    second name (a hard link, which would keep the old text), or whose owner cannot be kept, is left alone. Raises
    InputError where it cannot be written.
    """
    pieces = [text] if isinstance(text, str) else text
    _write_atomically(path, (piece.encode("utf-8") for piece in pieces), private=private, instead_of=instead_of)


def write_texts(texts: Mapping[Path, str]) -> None:
    """Write every file; if one cannot be written, put back those that were. Raises as `write_text_atomically` does."""
    replaced: dict[Path, bytes | None] = {}
    try:
        for path, text in texts.items():
            before = path.read_bytes() if path.is_file() else None
            write_text_atomically(path, text)
            replaced[path] = before
    except BaseException:
        for path, before in replaced.items():
            if before is None:
                path.unlink()
            else:
                write_text_atomically(path, before.decode("utf-8"))
        raise


def write_bytes_atomically(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write all of `content`, or leave what was there, as `write_text_atomically` does."""
    _write_atomically(path, [content], private=private, instead_of=None)


def _write_atomically(path: Path, pieces: Iterable[bytes], *, private: bool, instead_of: bytes | None) -> None:
    try:
        real = path.resolve()
        if real.exists() and not real.is_file():
            with real.open("wb") as stream:
                stream.writelines(pieces)
        else:
            _replace(real, pieces, _PRIVATE if private else _mode_of(real), instead_of)
    except OSError as error:
        raise InputError(f"{path} was not written: {error.strerror or error}. What was there is unchanged.") from None
    except ValueError as error:
        reason = "it has half a character" if isinstance(error, UnicodeEncodeError) else str(error)
        raise InputError(f"{path} was not written: {reason}. What was there is unchanged.") from None


def _mode_of(path: Path) -> int | None:
    """The mode of a file; None if it is missing, for the system to choose one.

    Raises PermissionError for a read-only file, which its folder's rights alone would let us replace.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None
    if not mode & _WRITABLE:
        raise PermissionError(errno.EACCES, "it is read-only")
    return mode


def _take_its_owner(new: int, old: Path) -> None:
    """Give a new file the owner and group of the old one. Raises PermissionError if that fails, or if the old file has
    another name as well."""
    had, has = old.stat(), os.fstat(new)
    if had.st_nlink > 1:
        raise PermissionError(errno.EPERM, "it has a second name (a hard link), which would keep the old text")
    if sys.platform == "win32" or (had.st_uid, had.st_gid) == (has.st_uid, has.st_gid):
        return
    try:
        os.fchown(new, had.st_uid, had.st_gid)
    except PermissionError:
        raise PermissionError(errno.EPERM, "another user owns it, and it would become yours") from None


def _refuse_changed(path: Path, content: bytes) -> None:
    if path.read_bytes() != content:
        raise PermissionError(errno.EACCES, "it was saved in the meantime; try again")


def _replace(path: Path, pieces: Iterable[bytes], mode: int | None, instead_of: bytes | None) -> None:
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ANY if mode is None else _PRIVATE)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
            if instead_of is not None:
                _take_its_owner(stream.fileno(), path)
        if mode is not None:
            temporary.chmod(mode)
        if instead_of is not None:
            _refuse_changed(path, instead_of)
        _take_the_name(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _take_the_name(temporary: Path, path: Path) -> None:
    """Put the new file in the place of the old one. Windows refuses while a virus scanner or an editor has the old one
    open, usually for a moment, so this tries for about a second."""
    for wait in _WAITS:
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    try:
        temporary.replace(path)
    except PermissionError as error:
        held = "perhaps another program has it open: close it, then try again"
        raise PermissionError(error.errno, f"{error.strerror}; {held}") from None
