"""`reconciler report privacy-notice`: the table for parents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import selection_options, workspace_option
from reconciler.cli.output.renderers import OF_PAGES
from reconciler.cli.output.tables import OF_TABLES, write_reports_and_tables
from reconciler.cli.reporting.answers import agreed_register, report_options, report_targets, told
from reconciler.report.accountability.notice_page import notice_page, notice_rows
from reconciler.workflow import Selection

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.errors import ReconcilerError

_FORMATS: Final = (*OF_PAGES.formats, *OF_TABLES)


@verb(
    {
        "Write the table for your website": "report privacy-notice --format markdown=notice.md",
        "Write that of one school": "report privacy-notice --school greenfield --format html=notice.html",
    }
)
@workspace_option
@selection_options
@report_options(_FORMATS)
def command(
    workspace: Path,
    schools: tuple[str, ...],
    suppliers: tuple[str, ...],
    formats: tuple[str, ...],
    output: Path | None,
    *,
    quiet: bool,  # noqa: ARG001  # nothing is asked, so there is nothing to leave out
) -> Exit:
    """Write the table of a privacy notice: who has data from us, and why, in words for parents.

    It is made of the manifests alone and tells what is agreed. What no manifest says is marked as to be completed, and
    listed at the end.
    """
    wanted = report_targets(formats, output, _FORMATS, workspace)
    register = agreed_register(workspace, Selection(schools, suppliers))
    page = notice_page(register)
    errors: list[ReconcilerError] = []
    write_reports_and_tables(
        wanted,
        lambda to: OF_PAGES.renderer(to.format, to.file)(page),
        lambda: notice_rows(register),
        errors.append,
    )
    return told(errors) or Exit.OK
