"""`reconciler drift`: the plan, read from the other side."""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import planning_options
from reconciler.cli.plan import PlanOptions, plan_and_report
from reconciler.report.summary import DRIFT


@click.command()
@planning_options
def command(**options: Any) -> int:
    """Say how the live side moved away from the manifests.

    The same comparison as `plan`, in words for a nightly job. Exits with 0 where nothing moved, 2 where something did,
    4 where nothing is seen to have moved but something could not be known.
    """
    return plan_and_report(PlanOptions(**options), DRIFT)
