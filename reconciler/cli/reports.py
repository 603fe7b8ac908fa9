"""Rendering a plan in the formats that were asked for."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.cli.targets import deliver
from reconciler.cli.terminal import columns_of, paint_for
from reconciler.report.effort import effort
from reconciler.report.json import render_json
from reconciler.report.paint import plain
from reconciler.report.text import render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.cli.targets import Target
    from reconciler.errors import ReconcilerError
    from reconciler.model.plan import Plan
    from reconciler.report.summary import Wording

FORMATS = ("text", "json")


def write_reports(
    plan: Plan, wanted: Sequence[Target], wording: Wording, lost: Callable[[ReconcilerError], None], *, timestamps: bool
) -> None:
    """Write every report. One that cannot be written does not cost the others: `lost` hears why."""
    from reconciler.workflow import runbook  # --help needs none of it

    created = datetime.now(UTC).replace(microsecond=0) if timestamps else None

    def render(target: Target) -> str:
        match target.format:
            case "json":
                return render_json(plan, version=__version__, created=created)
            case _:
                paint, columns = (plain, None) if target.file else (paint_for(sys.stdout), columns_of(sys.stdout))
                by_hand = effort(runbook(plan))
                return render_text(plan, wording, paint=paint, columns=columns, effort=by_hand, created=created)

    deliver(wanted, render, lost, private=True)
