"""Ctrl-C for a program that a test started. On Windows it is Ctrl-Break, since Ctrl-C would reach the tests too."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Final

if sys.platform == "win32":
    OWN_GROUP: Final = subprocess.CREATE_NEW_PROCESS_GROUP
    _CTRL_C: Final = signal.CTRL_BREAK_EVENT
else:
    OWN_GROUP: Final = 0
    _CTRL_C: Final = signal.SIGINT


def press_ctrl_c(process: subprocess.Popen[str]) -> None:
    """End a process that was started with the creation flag OWN_GROUP, as a person would."""
    process.send_signal(_CTRL_C)
