"""A runbook as one page of HTML: to tick off on a screen, or to print."""

from reconciler.model.runbook import Runbook
from reconciler.report.effort import about, effort
from reconciler.report.html.plan import filled
from reconciler.report.labels import plural
from reconciler.report.runbooks import page_notes, step_phrases
from reconciler.report.runbooks.page_notes import rows
from reconciler.report.runbooks.template import TEMPLATE


def render_runbook_html(runbook: Runbook, *, check: str = step_phrases.CHECK) -> str:
    """The runbook as a page that needs no script and no network. Everything is escaped as it is filled in."""
    return filled(
        TEMPLATE,
        runbook=runbook,
        steps=plural(runbook.steps, "step"),
        effort=effort(runbook),
        start=step_phrases.START,
        nothing=step_phrases.NOTHING,
        offered=step_phrases.OFFER,
        end=step_phrases.ending(runbook, check),
        known_from=page_notes.SOURCES,
        ours=page_notes.OURS,
        own_notes=page_notes.own_notes,
        shared_notes=page_notes.shared_notes,
        words=step_phrases.WORDS,
        about=about,
        condition=step_phrases.condition,
        lines=step_phrases.lines,
        proof=step_phrases.proof,
        rows=rows,
        sentence=step_phrases.sentence,
        sources=page_notes.sources(runbook.visits),
        trail=page_notes.trail,
    )
