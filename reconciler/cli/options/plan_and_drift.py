"""What `plan` and `drift` were told on the command line, and what of it cannot be meant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

import click
from click.core import ParameterSource

from reconciler.cli.exit_codes import Exit
from reconciler.cli.options.service import ServiceOptions
from reconciler.cli.output.destinations import ReportTarget, refuse_one_file_for_two
from reconciler.cli.output.overwrite_guard import refuse_no_plan, refuse_overwriting, refuse_recording_over
from reconciler.errors import ReconcilerError
from reconciler.git.checkout import checkout
from reconciler.model.drift_news import Recalled
from reconciler.model.plan import GoneAccount, Plan
from reconciler.report.input import ReportInput


@dataclass(frozen=True, slots=True)
class SavePlan:
    """Where a plan is written for approval, and for how many days it may be carried out."""

    file: Path
    valid_days: int


@dataclass(frozen=True, slots=True)
class PlanOptions(ServiceOptions):
    """What was typed: the options of `planning_options` and of `review_options`, by click's names."""

    schools: tuple[str, ...]
    suppliers: tuple[str, ...]
    against: Path | None
    max_age: timedelta | None
    record: Path | None
    formats: tuple[str, ...]
    output: Path | None
    details_url: str
    timestamps: bool
    verbose: bool
    base: str | None = None
    changed_only: bool = False
    passwords_of_base: bool = False


class FollowUp(Protocol):
    """What is to do before the reports, and once they are written. `files` are what it writes, `variables` the names of
    those that hold its addresses; `recall` gives what earlier runs say of what this one did not see, and the call gives
    the exit code."""

    @property
    def files(self) -> Sequence[Path]: ...

    @property
    def variables(self) -> Sequence[str]: ...

    def recall(
        self, plan: Plan, gone: Sequence[GoneAccount], today: date, lost: Callable[[ReconcilerError], None]
    ) -> Recalled: ...

    def __call__(self, material: ReportInput, code: Exit) -> Exit: ...


# What says how the service is asked, so that it means nothing with --against, which does not ask it.
_ASKING = (
    *("record", "env_file", "deep", "wsdl", "concurrency", "per_host", "rate", "timeout", "retries"),
    "passwords_of_base",
)


def refuse_what_cannot_be_meant(
    options: PlanOptions, wanted: Sequence[ReportTarget], saving: SavePlan | None, after: FollowUp | None
) -> None:
    """Raise click.UsageError for a file that would be written over another one, and for an option that another one
    makes meaningless."""
    plan = saving.file if saving else None
    reports = [target.file for target in wanted]
    read = [options.against, options.env_file]
    refuse_one_file_for_two([*reports, plan, options.record, *read, *(after.files if after else ())])
    refuse_overwriting([*reports, plan], options.workspace)
    for file in (plan, *(target.file for target in wanted if target.format == "json")):
        if file:
            refuse_no_plan(file)
    if options.record:
        refuse_recording_over(options.record)
    _refuse_what_means_nothing(options)
    if options.passwords_of_base:
        _refuse_passwords_of_the_change(options)


def _refuse_what_means_nothing(options: PlanOptions) -> None:
    """An option that another one makes meaningless, or that needs one, would be ignored without a word."""
    if options.max_age and not options.against:
        raise click.UsageError("--max-age is about the snapshot of --against, and there is none.")
    for name in ("changed_only", "passwords_of_base"):
        if getattr(options, name) and options.base is None:
            raise click.UsageError(f"--{name.replace('_', '-')} is about the revision of --base, and there is none.")
    if options.base == "":
        raise click.UsageError("--base names no revision.")
    if not options.against:
        return
    context = click.get_current_context()
    for name in _ASKING:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = f"--{name.replace('_', '-')}"
            raise click.UsageError(f"{option} is about asking the service, and --against does not ask it.")


def _refuse_passwords_of_the_change(options: PlanOptions) -> None:
    """A file of passwords in the checkout may have come with the change."""
    there = checkout(options.workspace)
    if there and options.env_file and there.holds(options.env_file):
        told = f"{options.env_file} is in the checkout, where this change may have put it"
        raise click.UsageError(f"{told}: with --passwords-of-base keep it somewhere else.")
