"""The register that several reports are made of, and the options that those share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.accountability.register import EVERY_ENTITY, EntityFilter, register_of
from reconciler.catalogue.details import entity_details
from reconciler.cli.clock import clock
from reconciler.cli.console import say, watching
from reconciler.cli.exit_codes import Exit
from reconciler.cli.options.general import Options, together
from reconciler.cli.options.plan_and_drift import refuse_asking_options
from reconciler.cli.options.service import ServiceOptions, service_reader
from reconciler.cli.output.destinations import ReportTarget, refuse_one_file_for_two, targets
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.tables import refuse_no_workbook
from reconciler.startup import dataclass
from reconciler.workflow import Reader, Selection, desired_of, not_asked, plan_and_live, recorded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from reconciler.errors import ReconcilerError
    from reconciler.model.accountability.register import Register


@dataclass(frozen=True, slots=True)
class AnswerOptions(ServiceOptions):
    """The options of a report on the live side, as they were typed."""

    schools: tuple[str, ...]
    suppliers: tuple[str, ...]
    against: tuple[Path, ...]
    max_age: timedelta | None
    formats: tuple[str, ...]
    output: Path | None


def report_options(formats: Sequence[str]) -> Options:
    """Return the options about the formats of a report, and its file, and --quiet."""
    return together(
        format_options(formats),
        click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay."),
    )


def format_options(formats: Sequence[str]) -> Options:
    """Return the options about the formats of a report, and its file."""
    return together(
        click.option(
            "--format",
            "formats",
            multiple=True,
            metavar="FORMAT[=FILE]",
            help=f"{', '.join(formats)}; to stdout or to a file; may be repeated. [default: text]",
        ),
        click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report here."),
    )


def report_targets(
    typed: Sequence[str], output: Path | None, formats: Sequence[str], workspace: Path, read: Sequence[Path | None] = ()
) -> tuple[ReportTarget, ...]:
    """Return the reports to write; raises click.UsageError if one would overwrite another, or what is read."""
    wanted = targets(typed, output, formats)
    refuse_no_workbook(wanted)
    files = [target.file for target in wanted]
    refuse_one_file_for_two([*files, *read])
    refuse_overwriting(files, workspace, read)
    return wanted


def live_register(options: AnswerOptions, shown: EntityFilter = EVERY_ENTITY) -> Register:
    """Return the register of the selected schools and suppliers, with what is live."""
    if options.against:
        refuse_asking_options()
    now = clock()()
    with watching(options.quiet) as progress:

        def reader(desired: Any) -> Reader:
            if options.against:
                return recorded(options.against, now, options.max_age)
            return service_reader(options, progress, [desired])

        return _register(options.workspace, Selection(options.schools, options.suppliers), reader, shown)


def agreed_register(workspace: Path, selection: Selection) -> Register:
    """Return the register of the manifests alone: nothing is asked."""
    return _register(workspace, selection, lambda _desired: not_asked)


def _register(
    workspace: Path, selection: Selection, reader: Callable[[Any], Reader], shown: EntityFilter = EVERY_ENTITY
) -> Register:
    now = clock()()
    desired = desired_of(workspace, now)
    wanted = selection.of(desired)
    plan, live = plan_and_live(wanted, reader(desired)(wanted), now.date())
    return register_of(wanted, live, plan, entity_details, now, shown)


def ended(register: Register, errors: Sequence[ReconcilerError]) -> Exit:
    """Tell the errors, and return the exit code: what could not be checked is never fine."""
    is_whole = not any(record.unchecked for record in register.suppliers)
    return told(errors) or (Exit.OK if is_whole else Exit.INCOMPLETE)


def told(errors: Sequence[ReconcilerError]) -> Exit:
    """Tell the errors of writing, and return the exit code that they make."""
    for error in errors:
        say(f"Error: {error}")
    return Exit.FAILED if errors else Exit.OK
