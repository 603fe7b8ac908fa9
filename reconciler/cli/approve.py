"""Plans that are approved: read from their file, or shown here and now and confirmed by typing how much it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler import __version__
from reconciler.cli.exits import Exit, exit_of
from reconciler.cli.reports import Target, write_reports
from reconciler.cli.terminal import say
from reconciler.files import read_text, write_text_atomically
from reconciler.model.plan import SavedPlan
from reconciler.planning.part import due
from reconciler.planning.planfile import dump, parse
from reconciler.report.counted import counted
from reconciler.report.summary import PLAN

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from reconciler.errors import ReconcilerError
    from reconciler.model.desired import Desired
    from reconciler.model.plan import Plan

_LONG_ENOUGH = 16  # characters of a fingerprint in a file's name


def read_plan(file: Path) -> SavedPlan:
    """The plan that `plan --out` wrote; raises InputError for anything else."""
    return parse(read_text(file, what="the plan"))


def keep_plan(saved: SavedPlan, folder: Path) -> str:
    """Put a plan that is being carried out away; the name of its file."""
    name = f"{saved.plan.fingerprint[:_LONG_ENOUGH]}.json"
    text = dump(saved.plan, version=__version__, created=saved.created, expires=saved.expires)
    write_text_atomically(folder / name, text, private=True)
    return name


def approve_here(plan: Plan, desired: Desired, accepted: Collection[str], *, ask: bool) -> SavedPlan:
    """Show a plan that was just made, and have it confirmed where `ask` says so.

    Leaves the command where there is nothing to do, and where the person types anything else. Raises PlanRefused where
    it goes over a limit that was not accepted: that is no matter of typing a number.
    """
    from reconciler.applying.approval import refuse_breaches

    _show(plan)
    number = len(due(plan))
    if not number:
        click.get_current_context().exit(exit_of(plan))
    refuse_breaches(plan, desired, accepted)
    if ask and not _confirmed(number):
        say("Nothing was changed, and nothing was begun.")
        click.get_current_context().exit(Exit.WAITING)
    return SavedPlan(plan, created=None, expires=None)


def _show(plan: Plan) -> None:
    lost: list[ReconcilerError] = []
    write_reports(plan, [Target("text", None)], PLAN, lost.append, timestamps=False)
    for error in lost:
        raise error


def _confirmed(number: int) -> bool:
    """Whether the person types how much it is, which nobody does without having read it."""
    word = f"apply {number}"
    question = f"\nType `{word}` to settle {counted(number, 'fact')} by hand, page by page:"
    typed: str = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True)
    return typed.split() == word.split()
