"""Stop in one way for Ctrl-C, a closed terminal and signals that end processes."""

import signal
from types import FrameType
from typing import Final

CTRL_C: Final = "Ctrl-C"
GO_ON: Final = "Run the command again to check everything."
# Windows has no SIGHUP, and SIGBREAK for Ctrl-Break and for a window that is closed.
_LIKE_CTRL_C: Final = ("SIGTERM", "SIGHUP", "SIGBREAK")

_received = [CTRL_C]


def listen() -> None:
    """Let these signals end the program as Ctrl-C does: what is known is written, and a message says how to go on."""
    # A shell that starts a program with `&` has it ignore Ctrl-C, which surprises people. One that ignores a closed
    # terminal was started with `nohup`, which is meant.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in _LIKE_CTRL_C:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _as_ctrl_c)


def stopped_by() -> str:
    """Return the name of what stopped the program."""
    return _received[0]


def _as_ctrl_c(number: int, frame: FrameType | None) -> None:
    """Do what Ctrl-C does at this moment; while the service is asked, that is up to asyncio."""
    _received[0] = signal.Signals(number).name
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(signal.SIGINT, frame)
