"""`reconciler report register`: the record of processing activities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reconciler.cli.help import verb
from reconciler.cli.options.general import probing_options, selection_options, snapshot_options, workspace_option
from reconciler.cli.output.renderers import OF_PAGES
from reconciler.cli.output.tables import OF_TABLES, write_reports_and_tables
from reconciler.cli.reporting.answers import AnswerOptions, ended, live_register, report_options, report_targets
from reconciler.cli.reporting.entity_filters import entity_filter, filter_options, refuse_unknown_entities
from reconciler.model.entity import entity_key
from reconciler.report.accountability.register_json import render_register_json
from reconciler.report.accountability.register_page import register_page
from reconciler.report.accountability.register_rows import register_rows

if TYPE_CHECKING:
    from reconciler.cli.exit_codes import Exit
    from reconciler.cli.output.destinations import ReportTarget
    from reconciler.errors import ReconcilerError

_FORMATS: Final = (*OF_PAGES.formats, "json", *OF_TABLES)


@verb(
    {
        "Write the register as a page to print": "report register --format html=register.html",
        "Write it for a spreadsheet": "report register --format csv=register.csv",
        "Read that of one supplier": "report register --supplier groupcall",
        "See who can read special-category data of pupils, and on what basis": (
            "report register --category special-category --people students"
        ),
    }
)
@workspace_option
@selection_options
@filter_options
@probing_options
@snapshot_options
@report_options(_FORMATS)
def command(categories: tuple[str, ...], people: tuple[str, ...], entities: tuple[str, ...], **typed: Any) -> Exit:
    """Write the record of processing activities (UK GDPR, Article 30).

    Each supplier with its role, purpose, lawful basis, the kinds of data and people, where it reads or writes them, and
    how that is known; then what was agreed on retention, transfers and the rest. Each school with the lawful basis that
    its Bromcom is set to, if consent is enforced, and accounts that no supplier claims. What no manifest says, and what
    could not be checked, is listed at the end. Exits with 4 if something could not be checked.
    """
    options = AnswerOptions(**typed)
    read = [*options.against, options.env_file]
    wanted = report_targets(options.formats, options.output, _FORMATS, options.workspace, read)
    shown = entity_filter(categories, people, entities)
    register = live_register(options, shown)
    there = {entity_key(name) for each in register.suppliers for line in each.lines for name in line.names}
    refuse_unknown_entities(entities, there)

    def render(to: ReportTarget) -> str:
        if to.format == "json":
            return render_register_json(register)
        return OF_PAGES.renderer(to.format, to.file)(register_page(register))

    errors: list[ReconcilerError] = []
    write_reports_and_tables(wanted, render, lambda: register_rows(register), errors.append)
    return ended(register, errors)
