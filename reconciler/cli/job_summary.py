"""The page of a job of GitHub Actions: Markdown that stands beside its log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reconciler.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reconciler.cli.targets import Target
    from reconciler.errors import ReconcilerError

_VARIABLE: Final = "GITHUB_STEP_SUMMARY"  # GitHub Actions sets it: the file that the page is made of


def write_job_summary(
    wanted: Iterable[Target], render: Callable[[], str], lost: Callable[[ReconcilerError], None]
) -> None:
    """Where GitHub Actions runs us and its annotations are asked for, add Markdown to the job's page too.

    Other steps have written there, so that it is added to. `lost` hears why it could not be.
    """
    file = os.environ.get(_VARIABLE)
    if not file or all(target.format != "github" for target in wanted):
        return
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(f"{render()}\n")
    except OSError as error:
        lost(InputError(f"{file}, the job's summary, was not written: {error.strerror or error}."))
