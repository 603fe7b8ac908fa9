"""Options that several verbs have, written once."""

import math
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from reconciler.cli.output.renderers import OF_PLANS
from reconciler.errors import ReconcilerError

_LEAST = 0.001
_AGE = re.compile(r"([1-9][0-9]{0,5})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
F = TypeVar("F", bound="Callable[..., Any]")


def _names(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Shell completion with the names that the workspace has; none where it cannot be read."""

    def complete(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from reconciler.manifest.load import load

        try:
            desired = load(Path(ctx.params.get("workspace") or ".")).desired
        except ReconcilerError:  # no such folder: nothing to complete, and nothing to say in the middle of a line
            desired = None
        if desired is None:
            return []
        names = desired.schools if kind == "school" else {address.supplier for address in desired.accesses}
        return [CompletionItem(name) for name in sorted(names) if name.startswith(incomplete)]

    return complete


def workspace_option(command: F) -> F:
    """`-C DIR`: the workspace."""
    return click.option(
        "-C",
        "--workspace",
        type=click.Path(path_type=Path, file_okay=False),
        default=".",
        show_default="this folder",
        help="The folder with reconciler.yaml.",
    )(command)


def selection_options(command: F) -> F:
    """`--school GLOB` and `--supplier GLOB`, both repeatable."""
    for kind in ("supplier", "school"):
        command = click.option(
            f"--{kind}",
            f"{kind}s",
            multiple=True,
            metavar="GLOB",
            shell_complete=_names(kind),
            help=f"Only {kind}s of this name; * and ? match; may be repeated.",
        )(command)
    return command


def report_options(command: F) -> F:
    """`--format`, `--output`, `--timestamps`, `--quiet` and `-v`."""
    for option in reversed(
        (
            click.option(
                "--format",
                "formats",
                multiple=True,
                metavar="FORMAT[=FILE]",
                help=f"{', '.join(OF_PLANS.formats)}: to stdout or to a file; may be repeated. [default: text]",
            ),
            click.option(
                "--details-url",
                default="",
                metavar="URL",
                help="Where the whole report can be read: a report that leaves something out points there.",
            ),
            click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report here."),
            click.option("--timestamps", is_flag=True, help="Say in the report when it was made."),
            click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay."),
            click.option("-v", "--verbose", is_flag=True, help="Say on stderr what is being done."),
        )
    ):
        command = option(command)
    return command


def _finite(_context: click.Context, parameter: click.Parameter, value: float) -> float:
    """Floats know "not a number", infinity, and numbers too small to divide by."""
    if not math.isfinite(value) or 0 < value < _LEAST:
        raise click.BadParameter(f"write a number from {_LEAST:g} up.", param=parameter)
    return value


def probing_options(command: F) -> F:
    """How the service is asked."""
    for option in reversed(
        (
            click.option(
                "--env-file",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Look up `env:` passwords in this file of NAME=value lines before the environment.",
            ),
            click.option("--deep", is_flag=True, help="Also read the columns (never rows) of each declared entity."),
            click.option(
                "--wsdl",
                type=click.Choice(["built-in", "live"]),
                default="built-in",
                show_default=True,
                help="Build messages from the contract shipped here, or from the service's own.",
            ),
            click.option(
                "--concurrency", type=click.IntRange(1, 1000), default=16, show_default=True, help="Calls at a time."
            ),
            click.option(
                "--per-host", type=click.IntRange(1, 1000), help="Calls at a time to one host. [default: all of them]"
            ),
            click.option(
                "--rate",
                type=click.FloatRange(min=0),
                callback=_finite,
                default=100.0,
                show_default=True,
                help="Calls a second to one host; 0 for no bound.",
            ),
            click.option(
                "--timeout",
                type=click.FloatRange(min=0, min_open=True, max=3600),
                callback=_finite,
                default=30.0,
                show_default=True,
                help="Seconds until a call counts as unanswered.",
            ),
            click.option(
                "--retries",
                type=click.IntRange(0, 10),
                default=2,
                show_default=True,
                help="How often an unanswered call is tried again.",
            ),
        )
    ):
        command = option(command)
    return command


def live_options(command: F) -> F:
    """How the live side is read: probing it, or a snapshot of it."""
    for option in reversed(
        (
            click.option(
                "--against",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Compare with this snapshot; the service is not asked.",
            ),
            click.option(
                "--max-age",
                callback=_age,
                metavar="AGE",
                help="With --against: what an older snapshot says is unknown, such as 36h or 3d.",
            ),
            click.option(
                "--record",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Write what the service said to this snapshot (.json, .yaml).",
            ),
        )
    ):
        command = option(command)
    return probing_options(command)


def review_options(command: F) -> F:
    """The revision that a change under review is compared with, and how far it is trusted."""
    for option in reversed(
        (
            click.option(
                "--base",
                metavar="REVISION",
                help="Say what this change asks for: compare with the manifests where it left this git revision.",
            ),
            click.option(
                "--changed-only", is_flag=True, help="With --base: look only at accesses that this change is about."
            ),
            click.option(
                "--passwords-of-base",
                is_flag=True,
                help="With --base: use a password only where its account, address and reference are as in the base.",
            ),
        )
    ):
        command = option(command)
    return command


def _age(context: click.Context, parameter: click.Parameter, value: str | None) -> timedelta | None:
    """A whole number of minutes, hours or days: `90m`, `36h`, `3d`."""
    if value is None:
        return None
    found = _AGE.fullmatch(value)
    if found is None:
        told = f"write a number of minutes, hours or days, such as 90m, 36h or 3d, not {value!r}."
        raise click.BadParameter(told, context, parameter)
    return int(found[1]) * _UNITS[found[2]]


def planning_options(command: F) -> F:
    """All that a plan can be told: the workspace, the scope, how the live side is read, and how the plan is told."""
    return workspace_option(selection_options(live_options(report_options(command))))
