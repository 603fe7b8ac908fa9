"""The options of `plan` and `drift`, and combinations of them that are refused."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final, Protocol

import click
from click.core import ParameterSource

from reconciler.applying.plan_files import VALID_DAYS
from reconciler.cli.attesting.questions import day_option
from reconciler.cli.completing import revisions
from reconciler.cli.exit_codes import Exit
from reconciler.cli.options.general import FILE, Options, together
from reconciler.cli.options.service import ServiceOptions
from reconciler.cli.output.destinations import ReportTarget, refuse_one_file_for_two
from reconciler.cli.output.overwrite_guard import refuse_no_plan, refuse_overwriting, refuse_recording_over
from reconciler.cli.output.renderers import OF_NOTIFICATIONS
from reconciler.codec.plan_file import MOST_VALID_DAYS
from reconciler.errors import ReconcilerError
from reconciler.git.checkout import checkout
from reconciler.model.drift_news import Recalled
from reconciler.model.plan import GoneAccount, Plan
from reconciler.model.review import AppliedRevision
from reconciler.model.shard import Shard
from reconciler.report.input import ReportInput
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class SavePlan:
    """The file for a plan to be approved, and for how many days it is valid."""

    file: Path
    valid_days: int


@dataclass(frozen=True, slots=True)
class PlanOptions(ServiceOptions):
    """The options of `planning_options` and `review_options`, as they were typed."""

    schools: tuple[str, ...]
    suppliers: tuple[str, ...]
    against: tuple[Path, ...]
    max_age: timedelta | None
    record: Path | None
    formats: tuple[str, ...]
    output: Path | None
    details_url: str
    timestamps: bool
    everything: bool
    verbose: bool
    base: str | None = None
    changed_only: bool = False
    passwords_of_base: bool = False
    applied: str | None = None
    shard: Shard | None = None
    as_of: date | None = None
    history: Path | None = None


class FollowUp(Protocol):
    """Work around the reports: `recall` before them, the call after them, which returns the exit code.

    files      those that it writes
    variables  the names of the environment variables with its addresses
    recall     return what earlier runs saw and this one did not
    """

    @property
    def files(self) -> Sequence[Path]: ...

    @property
    def variables(self) -> Sequence[str]: ...

    def recall(
        self,
        plan: Plan,
        gone: Sequence[GoneAccount],
        applied: AppliedRevision | None,
        today: date,
        on_error: Callable[[ReconcilerError], None],
    ) -> Recalled: ...

    def __call__(self, material: ReportInput, code: Exit) -> Exit: ...


# Options about asking the service, which mean nothing with --against.
_ASKING = (
    *("env_file", "deep", "wsdl", "concurrency", "per_host", "rate", "timeout", "retries"),
    "passwords_of_base",
)


def refuse_contradictions(
    options: PlanOptions, wanted: Sequence[ReportTarget], saving: SavePlan | None, after: FollowUp | None
) -> None:
    """Raise click.UsageError for a file that would overwrite another, and for an option that has no effect."""
    plan = saving.file if saving else None
    reports = [target.file for target in wanted]
    read = [*options.against, options.env_file]
    refuse_one_file_for_two([*reports, plan, options.record, options.history, *read, *(after.files if after else ())])
    refuse_overwriting([*reports, plan], options.workspace)
    for file in (plan, *(target.file for target in wanted if target.format == "json")):
        if file:
            refuse_no_plan(file)
    if options.record:
        refuse_recording_over(options.record)
    if options.as_of and (saving or options.shard):
        raise click.UsageError("--as-of is for looking ahead: it goes with neither --out nor --shard.")
    if options.shard and (saving or options.base is not None):
        raise click.UsageError(
            "--shard goes with neither --out nor --base: one part cannot tell what is too much. Write its report with "
            "--format json=FILE, and save the whole with `reconciler merge --out plan.json`."
        )
    _refuse_without_effect(options, wanted)
    if options.passwords_of_base:
        _refuse_passwords_of_the_change(options)


def _refuse_without_effect(options: PlanOptions, wanted: Sequence[ReportTarget]) -> None:
    """Refuse an option that would be ignored silently: it needs another one, or excludes it."""
    if options.max_age and not options.against:
        raise click.UsageError("--max-age needs --against: it is about the age of a snapshot.")
    for name in ("changed_only", "passwords_of_base"):
        if getattr(options, name) and options.base is None:
            raise click.UsageError(f"--{name.replace('_', '-')} needs --base.")
    if options.everything and all(target.format != "text" for target in wanted):
        raise click.UsageError("--all is for the text report: the others show everything, or say what they leave out.")
    if options.base == "":
        raise click.UsageError("--base names no revision.")
    if options.applied == "":
        raise click.UsageError("--applied names no revision.")
    if options.against:
        refuse_asking_options()


def refuse_asking_options() -> None:
    """Raise click.UsageError for an option about asking the service: with --against it has no effect."""
    context = click.get_current_context()
    for name in _ASKING:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = f"--{name.replace('_', '-')}"
            raise click.UsageError(f"{option} has no effect with --against, which does not ask the service.")


def _refuse_passwords_of_the_change(options: PlanOptions) -> None:
    """Refuse a file of passwords in the checkout: it may have come with the change."""
    repository = checkout(options.workspace)
    if repository and options.env_file and repository.holds(options.env_file):
        raise click.UsageError(
            f"{options.env_file} is in the checkout, where this change may have put it. "
            "With --passwords-of-base keep it somewhere else."
        )


_OF_MAIL: Final = ("mail_server", "mail_from", "mail_username", "mail_password")
_WITH_NOTIFY: Final = ("notify_as", "notify_always", *_OF_MAIL)


saving_options = together(
    click.option(
        "--out", type=FILE, help="Also write the plan to this file, to be approved and carried out with `apply FILE`."
    ),
    click.option(
        "--valid-days",
        type=click.IntRange(1, MOST_VALID_DAYS),
        default=VALID_DAYS,
        show_default=True,
        help="How many days the plan of --out is valid.",
    ),
)

as_of_option: Options = click.option(
    "--as-of",
    metavar="YYYY-MM-DD",
    callback=day_option,
    help="Plan as the manifests will ask for on this day, such as the one after accessUntil. Bromcom is asked today.",
)

applied_option: Options = click.option(
    "--applied",
    shell_complete=revisions,
    metavar="REVISION",
    help="Bromcom was last brought in line with the manifests of this git revision: what they ask for since is still "
    "to be carried out, and no drift. [default: that of the last verified apply in the journal]",
)

notice_options = together(  # `--heartbeat`, `--notify` and what goes with them
    click.option(
        "--heartbeat",
        multiple=True,
        metavar="FILE|URL|env:NAME",
        help="Tell this watcher that the run has finished, and its result; may be repeated. {state} in an "
        "address becomes in-sync, drift, incomplete or blind.",
    ),
    click.option(
        "--notify",
        multiple=True,
        metavar="URL|mailto:ADDRESS|env:NAME",
        help="Send what is new since the last time to this webhook or mailbox; may be repeated. env:NAME reads its "
        "address, which is a secret, from an environment variable.",
    ),
    click.option(
        "--notify-as",
        multiple=True,
        type=click.Choice(OF_NOTIFICATIONS.formats),
        help="The form of the message: one for all webhooks, or one for each in order. [default: json]",
    ),
    click.option(
        "--mail-server",
        metavar="ADDRESS|env:NAME",
        help="The server for mailto:, such as smtp://HOST:587 (STARTTLS) or smtps://HOST:465 (TLS from the start). "
        "smtp+plain://HOST:25 is without TLS, and for this computer alone.",
    ),
    click.option("--mail-from", metavar="ADDRESS|env:NAME", help="The address that e-mails are from."),
    click.option(
        "--mail-username", metavar="NAME|env:NAME", help="The login at the mail server. [default: that of --mail-from]"
    ),
    click.option(
        "--mail-password",
        metavar="REFERENCE",
        help="Where to find its password: env:NAME, file:PATH or keyring:SERVICE/USERNAME. [default: no login]",
    ),
    click.option("--notify-always", is_flag=True, help="Send a notification even if nothing is new."),
    click.option(
        "--state",
        type=FILE,
        help="Remember in this file what was seen and sent, with or without --notify: a difference that cannot "
        "be checked next time is still reported then. [default with --notify: .reconciler/drift.json]",
    ),
)


@dataclass(frozen=True, slots=True)
class NoticeOptions:
    """The options of `notice_options`, as they were typed."""

    heartbeat: tuple[str, ...]
    notify: tuple[str, ...]
    notify_as: tuple[str, ...]
    notify_always: bool
    state: Path | None
    mail_server: str | None
    mail_from: str | None
    mail_username: str | None
    mail_password: str | None

    @property
    def of_mail(self) -> tuple[str, ...]:
        """The options about mail that were given, as they are typed."""
        given = ((name, getattr(self, name)) for name in _OF_MAIL)
        return tuple(f"--{name.replace('_', '-')}" for name, value in given if value is not None)

    @property
    def written(self) -> tuple[str, ...]:
        """Every value that may be a reference to an environment variable."""
        mail = (self.mail_server, self.mail_from, self.mail_username, self.mail_password)
        return (*self.heartbeat, *self.notify, *filter(None, mail))


NOTICE_OPTIONS: Final = ("heartbeat", "notify", "notify_as", "notify_always", "state", *_OF_MAIL)


def refuse_without_notify(notices: NoticeOptions) -> None:
    """Raise click.UsageError for an option about notifications that would be ignored silently."""
    if notices.notify:
        return
    context = click.get_current_context()
    for name in _WITH_NOTIFY:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} needs --notify.")
