"""`reconciler history at`: who could read what on a day."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import click

from reconciler.catalogue.details import entity_details
from reconciler.cli.attesting.questions import day_option
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.history.formats import answer_options, write_answer
from reconciler.cli.options.general import history_option, selection_options, workspace_option
from reconciler.cli.options.history import past_of, selecting
from reconciler.cli.reporting.entity_filters import entity_filter, filter_options, refuse_unknown_entities
from reconciler.model.accountability.past_access import DayReport
from reconciler.model.drift_news import Place
from reconciler.model.entity import entity_key


@verb(
    {
        "See who could read special educational needs on a day": "history at 2026-11-24 --category sen",
        "See who could read one entity": "history at 2026-11-24 --entity PersonPhotos --school greenfield",
    }
)
@click.argument("day", metavar="DAY", callback=day_option)
@workspace_option
@selection_options
@filter_options
@history_option
@answer_options()
def command(day: date, **typed: Any) -> int:
    """Show who could read what on a DAY.

    DAY is a day of UTC, written 2026-03-03; each access is told as it was looked at last on that day. What was not
    looked at, or could not be checked, is told with the nearest nights that tell, and never filled in. Nothing is asked
    and no manifest is read: names are those of the history.

    Exits with 4 if something was not known on that day.
    """
    from reconciler.history.answers import EntityView, on_day
    from reconciler.history.history import time_of
    from reconciler.report.history.day import day_rows, render_day_text
    from reconciler.report.history.json import render_day_json

    shown = entity_filter(typed["categories"], typed["people"], typed["entities"])
    past = past_of(typed["workspace"], typed["history"])
    refuse_unknown_entities(typed["entities"], set(map(entity_key, past.history.names.values())))
    is_selected = selecting(past, typed["schools"], typed["suppliers"])
    found = on_day(past, day, lambda address: is_selected(Place(*address)), EntityView(entity_details, shown.lets))
    nights = list(past.history.readings.runs)
    report = DayReport(
        past.history.workspace,
        day,
        shown.words,
        time_of(nights[0]),
        time_of(nights[-1]),
        found,
    )
    code = write_answer(
        (typed["formats"], typed["output"], typed["workspace"]),
        partial(render_day_text, report),
        lambda: render_day_json(report),
        lambda: day_rows(report),
    )
    return code or (Exit.OK if all(access.is_known for access in found) else Exit.INCOMPLETE)
