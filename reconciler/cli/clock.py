"""The clock of a command, in whole seconds of UTC. `main` is handed it, so that a test can hand it another."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeAlias

import click

Clock: TypeAlias = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the time now."""
    return datetime.now(UTC).replace(microsecond=0)


def clock() -> Clock:
    """Return the clock of the command that runs now."""
    handed: Clock = click.get_current_context().obj
    return handed


def today() -> date:
    """Return the day on which attestations and waivers are judged. It is a day of UTC, as in manifests."""
    return clock()().date()
