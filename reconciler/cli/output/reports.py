"""Rendering a plan in the formats that were asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from reconciler.cli.console import columns_of, paint_for
from reconciler.cli.output.destinations import deliver, write_job_summary
from reconciler.report.json import render_json
from reconciler.report.style import plain
from reconciler.report.text.plan import render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.cli.output.destinations import ReportTarget
    from reconciler.errors import ReconcilerError
    from reconciler.report.input import ReportInput

# Each module has a `render_NAME`, and is imported when it is asked for.
_RENDERERS: Final = {
    "markdown": "reconciler.report.markdown.plan",
    "html": "reconciler.report.html.plan",
    "sarif": "reconciler.report.findings.sarif",
    "junit": "reconciler.report.findings.junit",
    "github": "reconciler.report.findings.github",
}
FORMATS: Final = ("text", "json", *_RENDERERS)


def write_reports(
    material: ReportInput, wanted: Sequence[ReportTarget], lost: Callable[[ReconcilerError], None]
) -> None:
    """Write every report. One that cannot be written does not cost the others: `lost` hears why.

    Where GitHub Actions runs us and its annotations are asked for, the Markdown report goes onto the job's page too.
    """

    def render(target: ReportTarget) -> str:
        if target.format == "json":
            return render_json(material)
        if target.format == "text":
            paint, columns = (plain, None) if target.file else (paint_for(sys.stdout), columns_of(sys.stdout))
            return render_text(material, paint=paint, columns=columns)
        return _rendered(material, target.format)

    deliver(wanted, render, lost, private=True)
    write_job_summary(wanted, lambda: _rendered(material, "markdown"), lost)


def _rendered(material: ReportInput, name: str) -> str:
    render: Callable[[ReportInput], str] = getattr(import_module(_RENDERERS[name]), f"render_{name}")
    return render(material)
