"""A runbook as one page of HTML: to tick off on a screen, or to print."""

from reconciler.model.runbook import Runbook
from reconciler.report.effort import about, effort
from reconciler.report.html.templates import alone
from reconciler.report.labels import plural
from reconciler.report.runbooks import phrases


def render_runbook_html(runbook: Runbook, *, check: str = phrases.CHECK, attest_options: str = "") -> str:
    """Render the runbook as a page that needs no script and no network. Everything is escaped as it is filled in."""
    return alone(
        "runbook.html.jinja",
        f"Runbook for {runbook.workspace}",
        runbook=runbook,
        steps=plural(runbook.steps, "step"),
        effort=effort(runbook.schools),
        end=phrases.ending(runbook, check, attest_options),
        about=about,
        phrases=phrases,
    )
