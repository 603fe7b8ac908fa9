"""A runbook as one page of HTML: to tick off on a screen, or to print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.report import clicks, visits
from reconciler.report.counted import counted
from reconciler.report.effort import about, effort
from reconciler.report.hand_over import rows
from reconciler.report.printable import printable
from reconciler.report.runbook_template import TEMPLATE

if TYPE_CHECKING:
    from reconciler.model.runbook import Runbook


def render_runbook_html(runbook: Runbook) -> str:
    """The runbook as a page that needs no script and no network. Everything is escaped as it is filled in."""
    from jinja2 import Environment, StrictUndefined  # slow to import, and no other format needs it

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(TEMPLATE).render(
        runbook=runbook,
        steps=counted(runbook.steps, "step"),
        effort=effort(runbook),
        start=clicks.START,
        nothing=clicks.NOTHING,
        offered=clicks.OFFER,
        end=clicks.END,
        known_from=visits.SOURCES,
        ours=visits.OURS,
        own_notes=visits.own_notes,
        shared_notes=visits.shared_notes,
        words=clicks.WORDS,
        about=about,
        condition=clicks.condition,
        lines=clicks.lines,
        proof=clicks.proof,
        rows=rows,
        sentence=clicks.sentence,
        sources=visits.sources(runbook.visits),
        trail=visits.trail,
    )


def _printable(value: Any) -> Any:
    """Text as it may be shown; what a macro has escaped already is no `str` alone, and passes."""
    return printable(value) if type(value) is str else value
