"""The one table of renderers: what is reported, in which format, by which function.

A renderer is imported when its format is asked for: a run writes few formats, and some take as long to load as a plan.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar, cast

from reconciler.cli.console import columns_of, paint_for
from reconciler.report.style import plain

if TYPE_CHECKING:  # `validate` has formats too, and needs none of these
    from pathlib import Path

    from reconciler.model.accountability.access_log import UsageReport
    from reconciler.model.accountability.least_privilege import AccessReport
    from reconciler.model.drift_news import News
    from reconciler.model.runbook import Runbook
    from reconciler.report.accountability.page import ReportPage
    from reconciler.report.input import ReportInput
    from reconciler.report.problems.input import ProblemsInput

R = TypeVar("R", bound=Callable[..., str])


class RunbookRenderer(Protocol):
    """Render a runbook that ends with the command which says whether it is done."""

    def __call__(self, runbook: Runbook, *, check: str, attest_options: str) -> str: ...


class Renderers(Generic[R]):
    """The renderers of a kind of report. `places` is {format: its function, as `module:name` of reconciler.report}."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    @property
    def formats(self) -> tuple[str, ...]:
        """The names of the formats, in the order in which --help has them."""
        return tuple(self._places)

    def renderer(self, form: str, file: Path | None = None) -> R:
        """Import the renderer of a format; text is laid out for the terminal unless it goes to a file."""
        module, _, name = self._places[form].partition(":")
        render: Any = getattr(import_module(f"reconciler.report.{module}"), name)
        if form == "text":
            render = partial(render, **text_style(file))
        return cast("R", render)


def text_style(file: Path | None) -> dict[str, Any]:
    """Return the colours and the width of text that goes to a file, or to stdout without one."""
    if file:
        return {"paint": plain, "columns": None}
    return {"paint": paint_for(sys.stdout), "columns": columns_of(sys.stdout)}


OF_PLANS: Final[Renderers[Callable[[ReportInput], str]]] = Renderers(
    {
        "text": "text.plan:render_text",
        "json": "json:render_json",
        "markdown": "markdown.plan:render_markdown",
        "html": "pages.plan:render_html",
        "sarif": "findings.sarif:render_sarif",
        "junit": "findings.junit:render_junit",
        "github": "findings.github:render_github",
    }
)
OF_ACCESS_REPORTS: Final[Renderers[Callable[[AccessReport], str]]] = Renderers(
    {
        "text": "accountability.access_text:render_access_text",
        "json": "accountability.access_json:render_access_json",
        "html": "accountability.access_page:render_access_html",
    }
)
OF_USAGE_REPORTS: Final[Renderers[Callable[[UsageReport], str]]] = Renderers(
    {
        "text": "accountability.usage_text:render_usage_text",
        "json": "accountability.access_json:render_usage_json",
    }
)
OF_PAGES: Final[Renderers[Callable[[ReportPage], str]]] = Renderers(
    {
        "text": "accountability.page_text:render_page_text",
        "markdown": "accountability.page_markdown:render_page_markdown",
        "html": "accountability.page_html:render_page_html",
    }
)
OF_PROBLEMS: Final[Renderers[Callable[[ProblemsInput], str]]] = Renderers(
    {
        "text": "problems.text:render_problems_text",
        "json": "problems.text:render_problems_json",
        "markdown": "problems.markdown:render_problems_markdown",
        "sarif": "findings.sarif:render_problems_sarif",
        "github": "findings.github:render_problems_github",
    }
)
OF_RUNBOOKS: Final[Renderers[RunbookRenderer]] = Renderers(
    {
        "text": "runbooks.text:render_runbook_text",
        "markdown": "runbooks.markdown:render_runbook_markdown",
        "html": "runbooks.html:render_runbook_html",
    }
)
OF_NOTIFICATIONS: Final[Renderers[Callable[[ReportInput, News], str]]] = Renderers(
    {
        "json": "notifications.json:render_notice_json",
        "slack": "notifications.slack:render_notice_slack",
        "teams": "notifications.teams:render_notice_teams",
    }
)
