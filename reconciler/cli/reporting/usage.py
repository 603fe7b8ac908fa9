"""`reconciler report usage`: an exported access log beside the manifests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reconciler.accountability.usage import usage_report
from reconciler.cli.clock import clock
from reconciler.cli.console import remarks, say
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import selection_options, workspace_option
from reconciler.cli.output.renderers import OF_USAGE_REPORTS
from reconciler.cli.output.tables import OF_TABLES, write_reports_and_tables
from reconciler.cli.reporting.access_logs import LOGFILE, log_options, log_scope, read_log
from reconciler.cli.reporting.answers import report_options, report_targets
from reconciler.report.accountability.usage_rows import usage_rows
from reconciler.workflow import Selection, desired_of

if TYPE_CHECKING:
    from reconciler.errors import ReconcilerError

_FORMATS: Final = (*OF_USAGE_REPORTS.formats, *OF_TABLES)


@verb(
    {
        "See what was called, from an exported log": "report usage access-log.csv",
        "Read the log of one account, as copied from its page": "report usage access-log.csv --of greenfield/groupcall",
        "Name a column that is called otherwise": "report usage access-log.csv --column entity=Entity",
    }
)
@click.argument("logfile", type=LOGFILE)
@workspace_option
@selection_options
@log_options
@report_options(_FORMATS)
def command(logfile: Path, workspace: Path, formats: tuple[str, ...], output: Path | None, **typed: Any) -> int:
    """Show what suppliers called: last seen, never called, called without being agreed.

    LOGFILE is the access log of Third Party Access Permissions & Logs, which Bromcom keeps for three months: a CSV
    file, or with - what you copy from the page. The columns are found by their names: a time, an entity, and perhaps
    account and School ID. Nothing is asked, and nothing is known of an account that the log is not about.

    Exits with 2 if something was called that is not agreed, by an account that is in no manifest too.
    """
    wanted = report_targets(formats, output, _FORMATS, workspace, [logfile])
    now = clock()()
    desired = desired_of(workspace, now)
    addresses = Selection(typed["schools"], typed["suppliers"]).of(desired).accesses.keys()
    scope = log_scope(desired, typed)
    log = read_log(logfile, typed["columns"], now)
    for remark in log.remarks:
        remarks(quiet=typed["quiet"])(remark)
    report = usage_report(desired, log, scope, addresses)
    errors: list[ReconcilerError] = []
    write_reports_and_tables(
        wanted,
        lambda to: OF_USAGE_REPORTS.renderer(to.format, to.file)(report),
        lambda: usage_rows(report),
        errors.append,
    )
    for error in errors:
        say(f"Error: {error}")
    differs = report.unclaimed or any(access.undeclared for access in report.accesses)
    return Exit.FAILED if errors else Exit.DIFFERENCES if differs else Exit.OK
