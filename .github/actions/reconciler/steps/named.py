"""Each step by its name. Those that run before a Python is set up run on the machine's own, 3.8 or newer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import circumstances
import comment
import find_run
import history
import install
import issue
import night
import passwords
import private_pages
import program
import runner
import static_site
import verdict

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS: Final[dict[str, Callable[[], None]]] = {
    "circumstances": circumstances.step,
    "comment": comment.step,
    "find-run": find_run.step,
    "history": history.step,
    "install": install.step,
    "issue": issue.step,
    "night": night.step,
    "passwords": passwords.step,
    "private-pages": private_pages.step,
    "program": program.step,
    "site": static_site.step,
    "verdict": verdict.step,
}


def main(arguments: list[str]) -> int:
    """Run the named step; return 1 if it failed, with the reason in the log."""
    step = STEPS.get(arguments[0]) if len(arguments) == 1 else None
    if step is None:
        runner.error("Unknown step", f"Use one of: {', '.join(STEPS)}.")
        return 1
    try:
        step()
    except runner.StepError as failed:
        runner.failed(failed.title, str(failed))
        return 1
    return 0
