"""Rendering a plan in the formats that were asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from reconciler.cli.job_summary import write_job_summary
from reconciler.cli.targets import deliver
from reconciler.cli.terminal import columns_of, paint_for
from reconciler.report.json import render_json
from reconciler.report.paint import plain
from reconciler.report.text import render_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.cli.targets import Target
    from reconciler.errors import ReconcilerError
    from reconciler.report.material import Material

# Each is `render_NAME` of the module of its name in reconciler.report, imported when it is asked for.
_RENDERERS: Final = ("markdown", "html", "sarif", "junit", "github")
FORMATS: Final = ("text", "json", *_RENDERERS)


def write_reports(material: Material, wanted: Sequence[Target], lost: Callable[[ReconcilerError], None]) -> None:
    """Write every report. One that cannot be written does not cost the others: `lost` hears why.

    Where GitHub Actions runs us and its annotations are asked for, the Markdown report goes onto the job's page too.
    """

    def render(target: Target) -> str:
        if target.format == "json":
            return render_json(material)
        if target.format == "text":
            paint, columns = (plain, None) if target.file else (paint_for(sys.stdout), columns_of(sys.stdout))
            return render_text(material, paint=paint, columns=columns)
        return _rendered(material, target.format)

    deliver(wanted, render, lost, private=True)
    write_job_summary(wanted, lambda: _rendered(material, "markdown"), lost)


def _rendered(material: Material, name: str) -> str:
    render: Callable[[Material], str] = getattr(import_module(f"reconciler.report.{name}"), f"render_{name}")
    return render(material)
