"""One writer of attestations at a time: each reads what the one before it wrote."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from reconciler.errors import InputError
from reconciler.journal.place import make_folder, refuse_strange, why_not

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCK: Final = ".reconciler/attest.lock"
_SECONDS: Final = 60  # each turn reads the workspace twice


@contextmanager
def in_turn(workspace: Path) -> Iterator[None]:
    """Wait until nobody else writes attestations in the workspace, and keep others waiting while the block runs.

    The system lets go of the lock when the process ends, however it ends. Raises InputError where it cannot be had.
    """
    from filelock import FileLock, Timeout  # loads asyncio: only where something is written

    lock = workspace / _LOCK
    held = FileLock(lock, mode=0o600)
    try:
        make_folder(lock.parent)
        refuse_strange(lock.parent, lock)
        held.acquire(timeout=_SECONDS)
    except Timeout:
        raise InputError(
            f"nothing was written: somebody else has been writing attestations here for {_SECONDS} seconds. Try again."
        ) from None
    except OSError as error:
        raise InputError(f"nothing was written: {lock} was not locked: {why_not(error)}.") from None
    try:
        yield
    finally:
        held.release()
