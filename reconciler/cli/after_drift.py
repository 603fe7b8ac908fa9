"""What follows a drift run once its reports are written: a notification where there is news, then the heartbeats.

| what did not arrive                           | the run ends with                                 |
|-----------------------------------------------|---------------------------------------------------|
| a notification, or it could not be kept       | 1, and sends no heartbeat: so the watcher alarms  |
| a heartbeat, and never will (file, address)   | 1: nobody else would say so                       |
| a heartbeat, and it may another time          | 1 instead of 0; 2 and 4 stay what they are        |

What a run found is worth more than a watcher's bad night, so a heartbeat that got lost takes no exit code from drift;
but 0 is what nobody looks at.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click
from click.core import ParameterSource

from reconciler.cli.exits import Exit
from reconciler.cli.overwriting import refuse_overwriting
from reconciler.cli.places import told_of
from reconciler.cli.terminal import say
from reconciler.errors import InputError, Undelivered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reconciler.cli.plan import PlanOptions
    from reconciler.errors import ReconcilerError
    from reconciler.model.news import News
    from reconciler.notices.notify import Notifying
    from reconciler.notices.post import Patience
    from reconciler.notices.receiver import Web
    from reconciler.report.material import Material
    from reconciler.secrets.environment import Environment

# Each is `render_notice_NAME` of the module `notice_NAME` of reconciler.report.
_FORMS: Final = ("json", "slack", "teams")
_WITH_NOTIFY: Final = ("notify_as", "notify_always", "state")
F = TypeVar("F", bound="Callable[..., object]")


def notice_options(command: F) -> F:
    """`--heartbeat`, `--notify` and what goes with it."""
    for option in reversed(
        (
            click.option(
                "--heartbeat",
                multiple=True,
                metavar="FILE|URL|env:NAME",
                help="Tell this watcher that the run came to its end, and what it found; may be repeated. {state} in "
                "an address stands for in-sync, drift or incomplete.",
            ),
            click.option(
                "--notify",
                default="",
                metavar="URL|env:NAME",
                help="Send what is new since the last time to this webhook; env:NAME takes its address, which is a "
                "secret, from an environment variable.",
            ),
            click.option(
                "--notify-as",
                type=click.Choice(_FORMS),
                default="json",
                show_default=True,
                help="The form that the webhook takes.",
            ),
            click.option("--notify-always", is_flag=True, help="Send a notification where nothing is new, too."),
            click.option(
                "--state",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Keep here what was told last. [default: .reconciler/drift.json in the workspace]",
            ),
        )
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class NoticeOptions:
    """What was typed: the options of `notice_options`, by click's names."""

    heartbeat: tuple[str, ...]
    notify: str
    notify_as: str
    notify_always: bool
    state: Path | None


@dataclass(frozen=True, slots=True)
class AfterDrift:
    """What to send, and where."""

    heartbeats: tuple[Web | Path, ...]
    notifying: Notifying | None
    patience: Patience
    quiet: bool

    @property
    def files(self) -> Sequence[Path]:
        """The files that it writes."""
        memory = [self.notifying.memory.file] if self.notifying else []
        return [*(where for where in self.heartbeats if isinstance(where, Path)), *memory]

    def __call__(self, material: Material, code: Exit) -> Exit:
        """Send it, say what did not arrive, and give the exit code: see the table above."""
        if material.plan.interrupted:  # a part of a picture is news to nobody
            return code
        lost = self._notify(material)
        code = Exit.FAILED if lost else code
        if code is not Exit.FAILED:
            return self._beat(material, code)
        if self.heartbeats:
            say("No heartbeat was sent, since the run failed.")
        return code

    def _notify(self, material: Material) -> bool:
        """Whether anything of it got lost."""
        if self.notifying is None:
            return False
        from reconciler.notices.notify import notify

        lost: list[ReconcilerError] = []
        notify(material, self.notifying, _silent if self.quiet else say, lost.append)
        for error in lost:
            say(f"Error: {error}")
        return bool(lost)

    def _beat(self, material: Material, found: Exit) -> Exit:
        code = found
        for where in self.heartbeats:
            from reconciler.notices.heartbeat import beat

            try:
                beat(material, where, datetime.now(UTC), self.patience)
            except Undelivered as error:
                say(f"Error: {error} No heartbeat arrived there.")
                code = Exit.FAILED if error.for_good or found is Exit.OK else code
        return code


def after_drift(typed: PlanOptions, notices: NoticeOptions) -> AfterDrift | None:
    """What follows the run as it was typed; None where nothing does. Raises click.UsageError for what cannot be meant,
    and InputError for an address in the environment that cannot be used: before anything is asked."""
    _refuse_without_notify(notices)
    if not notices.heartbeat and not notices.notify:
        return None
    from reconciler.notices.post import Patience  # loads aiohttp: --help needs none of it
    from reconciler.secrets.environment import environment

    known = environment(os.environ, typed.env_file)
    patience = Patience(typed.timeout, typed.retries)
    heartbeats = tuple(_receiver("--heartbeat", written, known) for written in notices.heartbeat)
    refuse_overwriting([where for where in heartbeats if isinstance(where, Path)], typed.workspace)
    notifying = _notifying(typed, notices, known, patience) if notices.notify else None
    return AfterDrift(heartbeats, notifying, patience, typed.quiet)


def _notifying(typed: PlanOptions, notices: NoticeOptions, known: Environment, patience: Patience) -> Notifying:
    from reconciler.notices.memory import Memory
    from reconciler.notices.notify import Notifying
    from reconciler.planning.news import Looked

    web = _receiver("--notify", notices.notify, known)
    if isinstance(web, Path):
        raise click.UsageError("--notify takes an address of the web, https://..., or env:NAME for a variable with it.")
    if not notices.notify.startswith("env:") and not typed.quiet:
        say("Warning: an address after --notify stands in logs and lists of processes: keep it in env:NAME.")
    return Notifying(
        web=web,
        render=_rendering(notices.notify_as),
        always=notices.notify_always,
        memory=Memory(notices.state or told_of(typed.workspace), hidden=notices.state is None),
        looked=Looked(typed.schools, typed.suppliers),
        patience=patience,
    )


def _rendering(form: str) -> Callable[[Material, News], str]:
    module = import_module(f"reconciler.report.notice_{form}")
    render: Callable[[Material, News], str] = getattr(module, f"render_notice_{form}")
    return render


def _receiver(option: str, written: str, known: Environment) -> Web | Path:
    from reconciler.notices.receiver import ENVIRONMENT, receiver

    try:
        return receiver(option, written, known)
    except InputError as error:
        if written.startswith(ENVIRONMENT):
            raise
        raise click.UsageError(str(error)) from None


def _refuse_without_notify(notices: NoticeOptions) -> None:
    """An option about notifications would be ignored without a word."""
    if notices.notify:
        return
    context = click.get_current_context()
    for name in _WITH_NOTIFY:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} is about notifications: name where with --notify.")


def _silent(_text: str) -> None:
    """Say nothing."""
