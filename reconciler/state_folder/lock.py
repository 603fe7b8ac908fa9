"""Locks of a workspace: the system releases them when their process ends, however it ends."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reconciler.errors import InputError, PlanRefused
from reconciler.files import PRIVATE_LOCK, read_text, write_text_atomically
from reconciler.startup import dataclass
from reconciler.state_folder.folder import make_folder, refuse_strange, why_not

if TYPE_CHECKING:
    from filelock import FileLock

_UNITS: Final = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


@dataclass(frozen=True, slots=True)
class Owner:
    """The person who is applying, their computer, and since when."""

    who: str
    host: str
    since: datetime


@contextmanager
def waiting(lock: Path, *files: Path, seconds: float, failure: str, fleeting: bool = False) -> Iterator[None]:
    """Hold the lock of these files while the block runs, once any other process has released it.

    Raises InputError, which begins with `failure`, where another process keeps it for so many seconds, and where a
    link or something else stands in the way. `fleeting` leaves no lock behind.
    """
    held = _acquired(lock, seconds, failure, *files)
    if held is None:
        raise InputError(f"{failure}: another reconciler has been writing here for {seconds:g} seconds. Try again.")
    try:
        yield
    finally:
        if fleeting:
            # While it is held: another process that waits for this file gets a lock on a new one, never on this.
            with suppress(OSError):  # on Windows it cannot be removed while it is open, and goes with its release
                lock.unlink()
        held.release()


@contextmanager
def alone(lock: Path, who: str, now: datetime) -> Iterator[None]:
    """Hold the lock of applying while the block runs.

    Raises PlanRefused where another process holds it; that says who, where, and for how long.
    """
    owner_file = lock.with_suffix(".owner.json")
    held = _acquired(lock, 0, "Nothing was started", owner_file)
    if held is None:
        raise PlanRefused(_refusal(_read_owner(owner_file), now))
    try:
        # Beside the lock and not in it: on Windows no other process can read a file that is locked.
        _write_owner(owner_file, Owner(who, socket.gethostname(), now))
        yield
    finally:
        try:
            with suppress(OSError):  # on Windows, while another process reads it; the name alone locks nothing
                owner_file.unlink()
        finally:
            held.release()


@contextmanager
def first_here(lock: Path, *files: Path, failure: str) -> Iterator[bool]:
    """Hold the lock while the block runs, and tell if that was possible: False while another process holds it.

    Raises InputError as `waiting` does.
    """
    held = _acquired(lock, 0, failure, *files)
    try:
        yield held is not None
    finally:
        if held is not None:
            held.release()


def _acquired(lock: Path, seconds: float, failure: str, *files: Path) -> "FileLock | None":
    """The lock, held; None where another process held it all the time."""
    from filelock import FileLock, Timeout  # loads asyncio: only where something is written

    held = FileLock(lock, timeout=seconds, mode=PRIVATE_LOCK)
    try:
        make_folder(lock.parent)
        refuse_strange(lock.parent, lock, *files)
        held.acquire()
    except Timeout:
        return None
    except OSError as error:
        raise InputError(f"{failure}: cannot lock {lock}: {why_not(error)}.") from None
    return held


def _write_owner(file: Path, owner: Owner) -> None:
    text = json.dumps({"who": owner.who, "host": owner.host, "since": owner.since.isoformat(timespec="seconds")})
    write_text_atomically(file, text + "\n", private=True)


def _read_owner(file: Path) -> Owner | None:
    """The owner as their process wrote it down; None where that cannot be read."""
    try:
        data = json.loads(read_text(file, what="the lock's owner"))
        return Owner(str(data["who"]), str(data["host"]), datetime.fromisoformat(data["since"]).astimezone(UTC))
    except (InputError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        return None


def _refusal(owner: Owner | None, now: datetime) -> str:
    if owner is None:
        holder = "Another person is applying in this workspace"
    else:
        holder = f"{owner.who} on {owner.host} has been applying for {_age(now - owner.since)}"
    return f"{holder}. Nothing was started: wait until they have finished, or ask them to stop."


def _age(age: timedelta) -> str:
    """An age in its largest whole unit; 0 where a clock was set back."""
    for name, unit in _UNITS:
        number = age // unit
        if number > 0:
            return f"{number} {name}{'' if number == 1 else 's'}"
    return "less than a minute"
