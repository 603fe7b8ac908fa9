"""The options of `drift` about heartbeats and notifications, and what was typed of them."""

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
    """`--heartbeat`, `--notify` and what goes with it."""
    for option in reversed(
        (
            click.option(
                "--heartbeat",
                multiple=True,
                metavar="FILE|URL|env:NAME",
                help="Tell this watcher that the run came to its end, and what it found; may be repeated. {state} in "
                "an address stands for in-sync, drift, incomplete or blind.",
            ),
            click.option(
                "--notify",
                multiple=True,
                metavar="URL|env:NAME",
                help="Send what is new since the last time to this webhook; env:NAME takes its address, which is a "
                "secret, from an environment variable; may be repeated.",
            ),
            click.option(
                "--notify-as",
                multiple=True,
                type=click.Choice(OF_NOTIFICATIONS.formats),
                help="The form that the webhook takes; where --notify is repeated, one form for all of them or one for "
                "each, in their order. [default: json]",
            ),
            click.option("--notify-always", is_flag=True, help="Send a notification where nothing is new, too."),
            click.option(
                "--state",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Keep here what was seen and told last, with or without --notify: a difference that cannot be "
                "seen next time is then still reported. [default with --notify: .reconciler/drift.json in the "
                "workspace]",
            ),
        )
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class NoticeOptions:
    """What was typed: the options of `notice_options`, by click's names."""

    heartbeat: tuple[str, ...]
    notify: tuple[str, ...]
    notify_as: tuple[str, ...]
    notify_always: bool
    state: Path | None


def refuse_without_notify(notices: NoticeOptions) -> None:
    """Raise click.UsageError for an option about notifications that would be ignored without a word."""
    if notices.notify:
        return
    context = click.get_current_context()
    for name in _WITH_NOTIFY:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} is about notifications: name where with --notify.")
