"""`reconciler history trend`: the differences of each night."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from reconciler.cli.help import verb
from reconciler.cli.history.formats import answer_options, write_answer
from reconciler.cli.options.general import history_option, selection_options, workspace_option
from reconciler.cli.options.history import past_of, selecting
from reconciler.model.accountability.past_access import TrendReport
from reconciler.model.drift_news import Place
from reconciler.model.entity import Care
from reconciler.workflow import sensitivity


@verb(
    {
        "See how the differences went": "history trend",
        "Write the counts of each night for a spreadsheet": "history trend --format csv=trend.csv",
    }
)
@workspace_option
@selection_options
@history_option
@click.option("--ascii", "ascii_only", is_flag=True, help="Draw the lines with signs that every terminal has.")
@answer_options()
def command(ascii_only: bool, **typed: Any) -> int:
    """Show the differences of each night, and how long they lasted.

    Of the nights that `drift` or `plan --record` compared with the manifests; of several runs of one day the last
    counts. What a waiver accepts, and what nobody has carried out yet, is no difference here. A day without a run is a
    gap in the line and never zero, and so is a night that looked at a part only.
    """
    from reconciler.history.nights import nights
    from reconciler.history.open_differences import differences
    from reconciler.report.history.json import render_trend_json
    from reconciler.report.history.trend import render_trend_text, trend_rows

    past = past_of(typed["workspace"], typed["history"])
    is_selected = selecting(past, typed["schools"], typed["suppliers"])
    care = sensitivity().care
    found = differences(past)
    report = TrendReport(
        past.history.workspace,
        "; ".join(" or ".join(globs) for globs in (typed["schools"], typed["suppliers"]) if globs),
        nights(past, lambda key: care(key) is Care.SPECIAL, found.hidden, is_selected),
        {key: since for key, since in found.open.items() if is_selected(Place(key.school, key.supplier))},
        tuple(each for each in found.closed if is_selected(Place(each.key.school, each.key.supplier))),
    )
    return write_answer(
        (typed["formats"], typed["output"], typed["workspace"]),
        partial(render_trend_text, report, ascii_only=ascii_only),
        lambda: render_trend_json(report),
        lambda: trend_rows(report),
    )
