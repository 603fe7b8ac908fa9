"""`reconciler report access`: who can read what, seen four ways."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reconciler.accountability.privileges import Comparison, privileges
from reconciler.accountability.school_facts import unclaimed_accounts
from reconciler.accountability.usage import LogScope, logged_use
from reconciler.attestation.overlay import overlay
from reconciler.catalogue.details import entity_details
from reconciler.cli.clock import clock
from reconciler.cli.console import remarks, say, watching
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import (
    FILE,
    history_option,
    probing_options,
    selection_options,
    snapshot_options,
    workspace_option,
)
from reconciler.cli.options.history import with_since
from reconciler.cli.options.plan_and_drift import refuse_asking_options
from reconciler.cli.options.service import ServiceOptions, service_reader
from reconciler.cli.output.destinations import refuse_one_file_for_two
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.renderers import OF_ACCESS_REPORTS
from reconciler.cli.output.tables import OF_TABLES, write_reports_and_tables
from reconciler.cli.reporting.access_logs import LOG_OPTIONS, LOGFILE, log_options, log_scope, read_log
from reconciler.cli.reporting.answers import report_options, report_targets
from reconciler.cli.reporting.entity_filters import entity_filter, filter_options, refuse_unknown_entities
from reconciler.cli.reporting.proposed_patch import write_patch
from reconciler.errors import InputError, ManifestError
from reconciler.manifest.load import loaded
from reconciler.manifest.workspace.reading import read_folder
from reconciler.model.accountability.access_log import ExportedLog, LoggedUse
from reconciler.model.accountability.least_privilege import AccessReport
from reconciler.pages import published_lists
from reconciler.planning.scope import places
from reconciler.report.accountability.access_rows import access_rows
from reconciler.startup import dataclass
from reconciler.workflow import Reader, Selection, as_of, recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime, timedelta

    from reconciler.accountability.register import EntityFilter
    from reconciler.bromcom.options import ProbeProgress
    from reconciler.errors import ReconcilerError
    from reconciler.model.desired import Desired

_FORMATS: Final = (*OF_ACCESS_REPORTS.formats, *OF_TABLES)


@dataclass(frozen=True, slots=True)
class AccessOptions(ServiceOptions):
    """The options as they were typed."""

    schools: tuple[str, ...]
    suppliers: tuple[str, ...]
    categories: tuple[str, ...]
    people: tuple[str, ...]
    entities: tuple[str, ...]
    usage: Path | None
    subject: str | None
    columns: Mapping[str, str]
    first: date | None
    last: date | None
    against: tuple[Path, ...]
    max_age: timedelta | None
    formats: tuple[str, ...]
    patch: Path | None
    output: Path | None
    history: Path | None = None


@verb(
    {
        "See who can read what at one school": "report access --school greenfield",
        "See who can read special category data of pupils": (
            "report access --category special-category --people students"
        ),
        "See who can read one entity": "report access --entity PersonPhotos",
        "Say what was not called, by an exported access log": "report access --usage access-log.csv",
        "Propose what to take away, for `git apply`": "report access --usage access-log.csv --patch proposal.patch",
        "Write everything for a spreadsheet": "report access --format csv=access.csv",
    }
)
@workspace_option
@selection_options
@filter_options
@probing_options
@snapshot_options
@history_option
@click.option("--usage", type=LOGFILE, metavar="LOGFILE", help="Also compare with this access log: see `report usage`.")
@log_options
@click.option("--patch", type=FILE, help="Write a patch that takes away what nothing needs; it changes nothing itself.")
@report_options(_FORMATS)
def command(**typed: Any) -> int:
    """Show who can read what, and what could be taken away.

    Each entity of each access is compared: if it is agreed, if it can be read, if it is in the list that the
    supplier published (where its manifest names one as `profile`), and how many other schools of the workspace give it.
    Other schools of a supplier are asked too, since they are what one is compared with; only those that answer count.
    With --usage it is also told when each was last called; "not called" needs a log of 90 days.

    Where there is a history, it says since when each entity could be read.

    --patch proposes to take away what is agreed and was not called, or is not in a list, or at few other schools. What
    was called is never proposed.

    An entity that the catalogue lacks may be about anything, so no --category and no --people hides it. Exits with 4 if
    something could not be checked.
    """
    options = AccessOptions(**typed)
    read = [*options.against, options.env_file, options.usage]
    wanted = report_targets(options.formats, options.output, _FORMATS, options.workspace, read)
    refuse_one_file_for_two([*(target.file for target in wanted), options.patch, *read])
    refuse_overwriting([options.patch], options.workspace, read)
    if options.against:
        refuse_asking_options()
    if options.usage is None and any(getattr(options, name) for name in LOG_OPTIONS):
        raise click.UsageError("--of, --column, --from and --to are about an access log: name it with --usage LOGFILE.")
    shown, now = entity_filter(options.categories, options.people, options.entities), clock()()
    with watching(options.quiet) as progress:
        report = access_report(options, shown, progress, now)
    report = with_since(report, options.workspace, options.history, now)
    refuse_unknown_entities(options.entities, {each.key for access in report.accesses for each in access.entities})
    errors: list[ReconcilerError] = []
    write_reports_and_tables(
        wanted,
        lambda to: OF_ACCESS_REPORTS.renderer(to.format, to.file)(report),
        lambda: access_rows(report),
        errors.append,
    )
    if options.patch:
        try:
            write_patch(options.patch, options.workspace, report.accesses, now.date(), remarks(quiet=options.quiet))
        except InputError as refusal:
            errors.append(refusal)
    for error in errors:
        say(f"Error: {error}")
    is_whole = all(access.granted is not None for access in report.accesses)
    return Exit.FAILED if errors else Exit.OK if is_whole else Exit.INCOMPLETE


def access_report(
    options: AccessOptions,
    shown: EntityFilter,
    progress: Callable[[ProbeProgress], None] | None,
    now: datetime,
) -> AccessReport:
    """Ask, or take a snapshot, and compare what the selected accesses can read; raises ManifestError."""
    reading = read_folder(options.workspace, {})
    result = loaded(reading, now.date())
    if result.desired is None:
        raise ManifestError(result.problems)
    desired = as_of(result.desired, now)
    log = logged_use(desired, *_log(options, desired, now)) if options.usage else LoggedUse({}, ())
    addresses = Selection(options.schools, options.suppliers).of(desired).accesses.keys()
    suppliers = {address.supplier for address in addresses}
    compared = {address for address in desired.accesses if address.supplier in suppliers}
    asked = places(desired, {address.school for address in compared}, compared)
    live = overlay(_reader(options, desired, progress, now)(asked), asked, now.date())
    listings = published_lists(reading.manifests)
    accesses = privileges(Comparison(asked, live, log.uses, listings, entity_details), addresses, shown.lets)
    unclaimed = tuple(
        (name, username)
        for name in sorted({address.school for address in addresses} & live.schools.keys())
        for username in unclaimed_accounts(desired.schools[name], live.schools[name])
    )
    return AccessReport(desired.workspace, live.recorded, shown.words, _log_name(options), accesses, unclaimed)


def _log(options: AccessOptions, desired: Desired, now: datetime) -> tuple[ExportedLog, LogScope]:
    assert options.usage
    scope = log_scope(desired, {name: getattr(options, name) for name in LOG_OPTIONS})
    log = read_log(options.usage, options.columns, now)
    for remark in log.remarks:
        remarks(quiet=options.quiet)(remark)
    return log, scope


def _log_name(options: AccessOptions) -> str:
    return options.usage.name if options.usage else ""


def _reader(
    options: AccessOptions, desired: Desired, progress: Callable[[ProbeProgress], None] | None, now: datetime
) -> Reader:
    if options.against:
        return recorded(options.against, now, options.max_age)
    return service_reader(options, progress, [desired])
