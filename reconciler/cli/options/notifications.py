"""The options of `drift` about heartbeats and notifications."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import click
from click.core import ParameterSource

from reconciler.cli.output.renderers import OF_NOTIFICATIONS

_WITH_NOTIFY: Final = ("notify_as", "notify_always")
F = TypeVar("F", bound="Callable[..., object]")


def notice_options(command: F) -> F:
    """Add `--heartbeat`, `--notify` and what goes with it."""
    for option in reversed(
        (
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
                metavar="URL|env:NAME",
                help="Send what is new since the last time to this webhook; may be repeated. env:NAME reads its "
                "address, which is a secret, from an environment variable.",
            ),
            click.option(
                "--notify-as",
                multiple=True,
                type=click.Choice(OF_NOTIFICATIONS.formats),
                help="The form of the message: one for all webhooks, or one for each in order. [default: json]",
            ),
            click.option("--notify-always", is_flag=True, help="Send a notification even if nothing is new."),
            click.option(
                "--state",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Remember in this file what was seen and sent, with or without --notify: a difference that cannot "
                "be checked next time is still reported then. [default with --notify: .reconciler/drift.json]",
            ),
        )
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class NoticeOptions:
    """The options of `notice_options`, as they were typed."""

    heartbeat: tuple[str, ...]
    notify: tuple[str, ...]
    notify_as: tuple[str, ...]
    notify_always: bool
    state: Path | None


def refuse_without_notify(notices: NoticeOptions) -> None:
    """Raise click.UsageError for an option about notifications that would be ignored silently."""
    if notices.notify:
        return
    context = click.get_current_context()
    for name in _WITH_NOTIFY:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} needs --notify.")
