"""`reconciler drift`: the plan, read from the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.after_drift import after_drift
from reconciler.cli.notice_options import NoticeOptions, notice_options
from reconciler.cli.options import planning_options
from reconciler.cli.plan import plan_and_report
from reconciler.cli.plan_options import PlanOptions
from reconciler.report.summary import DRIFT

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@planning_options
@notice_options
def command(
    heartbeat: tuple[str, ...],
    notify: tuple[str, ...],
    notify_as: tuple[str, ...],
    notify_always: bool,
    state: Path | None,
    **options: Any,
) -> int:
    """Say how the live side moved away from the manifests.

    The same comparison as `plan`, in words for a nightly job. Exits with 0 where nothing moved, 2 where something did,
    4 where nothing is seen to have moved but something could not be known.

    A heartbeat tells a watcher that the job came to its end: a run that fails sends none, so that its silence alarms. A
    notification tells people what is new since the last one, and nothing where nothing is.
    """
    typed = PlanOptions(**options)
    notices = NoticeOptions(heartbeat, notify, notify_as, notify_always, state)
    return plan_and_report(typed, DRIFT, after=after_drift(typed, notices))
