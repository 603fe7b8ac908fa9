"""Store the passwords where only this job's user can read them, and mask them in the log.

This step runs in the environment of the installed program, and reads the passwords with the program's own reader, so
that exactly those are masked.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import runner
from runner import StepError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# Shorter ones than this would turn half of a log into ***, and mask nothing that is worth it.
_LEAST: Final = 3


def step() -> None:
    """Write the secret to a private file outside every checkout, mask each value, and output the file's name."""
    text = os.environ.get("PASSWORDS", "")
    if not text.strip():
        runner.output("file", "")
        return
    file = runner.folder("RUNNER_TEMP") / "reconciler-passwords.env"
    write_private(file, text)
    for value in read(file).values():
        for line in (value, *value.splitlines()):
            if len(line) >= _LEAST:
                runner.mask(line)
    runner.output("file", str(file))


def write_private(file: Path, text: str) -> None:
    """Write a new file that only its owner can read."""
    file.unlink(missing_ok=True)
    with os.fdopen(
        os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="\n"
    ) as out:
        out.write(text.replace("\r\n", "\n").rstrip("\n") + "\n")


def read(file: Path) -> Mapping[str, str]:
    """{name: value} as the program reads them. Raises StepError, without any value, for another kind of line."""
    from reconciler.errors import InputError
    from reconciler.secrets.environment import environment

    try:
        return environment({}, file).values
    except InputError as wrong:
        file.unlink(missing_ok=True)
        raise StepError("Cannot read the passwords", f"The secret must contain lines of NAME=value. {wrong}") from wrong
