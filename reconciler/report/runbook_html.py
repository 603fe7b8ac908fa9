"""A runbook as one page of HTML: to tick off on a screen, or to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.report import clicks, visits
from reconciler.report.counted import counted
from reconciler.report.effort import about, effort
from reconciler.report.filling import filled
from reconciler.report.hand_over import rows
from reconciler.report.runbook_template import TEMPLATE

if TYPE_CHECKING:
    from reconciler.model.runbook import Runbook


def render_runbook_html(runbook: Runbook, *, check: str = clicks.CHECK) -> str:
    """The runbook as a page that needs no script and no network. Everything is escaped as it is filled in."""
    return filled(
        TEMPLATE,
        runbook=runbook,
        steps=counted(runbook.steps, "step"),
        effort=effort(runbook),
        start=clicks.START,
        nothing=clicks.NOTHING,
        offered=clicks.OFFER,
        end=clicks.ending(runbook, check),
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
