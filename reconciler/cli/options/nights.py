"""Nights for the history: what a run saw is added to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli.console import say
from reconciler.cli.options.history import history_file
from reconciler.errors import InputError
from reconciler.report.input import ReportKind
from reconciler.startup import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from reconciler.cli.options.plan_and_drift import PlanOptions
    from reconciler.errors import ReconcilerError
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.model.plan import Plan
    from reconciler.model.review import AppliedRevision


@dataclass(frozen=True, slots=True)
class SeenRun:
    """A run that may be kept: the live side, completed with what people confirmed, and its plan.

    applied  tells which differences are not carried out yet
    at       when it was seen, where the live side does not say
    """

    wanted: Desired
    live: Live
    plan: Plan
    applied: AppliedRevision | None
    at: datetime


def keeps_history(options: PlanOptions, kind: ReportKind) -> bool:
    """Tell if a run adds to the history: `drift` does, and a plan that records what there is. A review is of manifests
    that are not agreed, and a plan of another day of what they will ask for."""
    return kind is ReportKind.DRIFT or bool(options.record and options.base is None and not options.as_of)


def refuse_unkept_history(options: PlanOptions, kind: ReportKind) -> None:
    """Raise click.UsageError for a file of a history that the run would not add to."""
    if options.history and not keeps_history(options, kind):
        raise click.UsageError(
            "--history has no effect here: `drift` adds to the history, and `plan --record FILE` without --base and "
            "--as-of."
        )


def add_night(options: PlanOptions, seen: SeenRun, on_error: Callable[[ReconcilerError], None]) -> None:
    """Add a night to the history.

    If that fails, `on_error` is told why where a file was named. The workspace's own is kept where it can be: a run in
    a folder that cannot be written goes on with a warning.
    """
    is_whole = not (options.schools or options.suppliers or options.shard)
    try:
        keep_night(options.workspace, options.history, seen, whole=is_whole)
    except InputError as error:
        if options.history:
            on_error(error)
        else:
            say(f"Warning: this night is not in the history. {error}")


def keep_night(workspace: Path, typed: Path | None, seen: SeenRun, *, whole: bool) -> None:
    """Add what was seen to the history that was typed, or to the workspace's own; raises InputError if that fails."""
    from reconciler.history.observing import observations_of

    pending = seen.applied.pending if seen.applied else frozenset()
    observations = observations_of(seen.wanted, seen.live, seen.plan, seen.at, pending, whole=whole)
    history_file(workspace, typed, seen.wanted.workspace).add(observations)
