"""One apply at a time in a workspace: a lock that goes with its owner, and a word on who that is."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from reconciler.errors import InputError, PlanRefused
from reconciler.files import read_text, write_text_atomically
from reconciler.state_folder.folder import make_folder, refuse_strange, why_not

_UNITS: Final = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds the lock: who, on which computer, and since when."""

    who: str
    host: str
    since: datetime


@contextmanager
def alone(lock: Path, who: str) -> Iterator[None]:
    """Hold the lock while the block runs. The system lets go of it when the process ends, however it ends.

    Raises PlanRefused where another process holds it; that says who, where, and for how long.
    """
    from filelock import FileLock, Timeout  # loads asyncio: only where something is applied

    held = FileLock(lock, mode=0o600)
    try:
        make_folder(lock.parent)
        refuse_strange(lock.parent, lock, _owner_file(lock))
        held.acquire(timeout=0)
    except Timeout:
        raise PlanRefused(_refusal(_read_owner(_owner_file(lock)), datetime.now(UTC))) from None
    except OSError as error:
        raise InputError(f"{lock} was not locked: {why_not(error)}. Nothing was started.") from None
    try:
        # Beside the lock and not in it: on Windows nobody else can read a file that is locked.
        _write_owner(_owner_file(lock), Owner(who, socket.gethostname(), datetime.now(UTC)))
        yield
    finally:
        try:
            with suppress(OSError):  # on Windows, while somebody reads it; the name that is left keeps nobody out
                _owner_file(lock).unlink()
        finally:
            held.release()


def _owner_file(lock: Path) -> Path:
    return lock.with_suffix(".owner.json")


def _write_owner(file: Path, owner: Owner) -> None:
    text = json.dumps({"who": owner.who, "host": owner.host, "since": owner.since.isoformat(timespec="seconds")})
    write_text_atomically(file, text + "\n", private=True)


def _read_owner(file: Path) -> Owner | None:
    """Who wrote that they hold the lock; None where that cannot be read."""
    try:
        data = json.loads(read_text(file, what="the lock's owner"))
        return Owner(str(data["who"]), str(data["host"]), datetime.fromisoformat(data["since"]).astimezone(UTC))
    except (InputError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
        return None


def _refusal(owner: Owner | None, now: datetime) -> str:
    if owner is None:
        told = "Somebody else is applying in this workspace"
    else:
        told = f"{owner.who} on {owner.host} has been applying for {_age(now - owner.since)}"
    return f"{told}. Nothing was started: wait until that has ended, or ask them to stop."


def _age(age: timedelta) -> str:
    """An age in its largest whole unit; a clock that was set back makes none."""
    for name, unit in _UNITS:
        number = age // unit
        if number > 0:
            return f"{number} {name}{'' if number == 1 else 's'}"
    return "less than a minute"
