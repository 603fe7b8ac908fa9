"""Options that several verbs share."""

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
    """Complete the names that the workspace has; none if it cannot be read."""

    def complete(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from reconciler.manifest.load import load

        try:
            desired = load(Path(ctx.params.get("workspace") or ".")).desired
        except ReconcilerError:  # no such folder: nothing to complete
            desired = None
        if desired is None:
            return []
        names = desired.schools if kind == "school" else {address.supplier for address in desired.accesses}
        return [CompletionItem(name) for name in sorted(names) if name.startswith(incomplete)]

    return complete


def workspace_option(command: F) -> F:
    """Add `-C DIR`: the workspace."""
    return click.option(
        "-C",
        "--workspace",
        type=click.Path(path_type=Path, file_okay=False),
        default=".",
        show_default="this folder",
        help="The folder with reconciler.yaml.",
    )(command)


def selection_options(command: F) -> F:
    """Add `--school GLOB` and `--supplier GLOB`, both repeatable."""
    for kind in ("supplier", "school"):
        command = click.option(
            f"--{kind}",
            f"{kind}s",
            multiple=True,
            metavar="GLOB",
            shell_complete=_names(kind),
            help=f"Only {kind}s with this name; may have * and ?; may be repeated.",
        )(command)
    return command


def report_options(command: F) -> F:
    """Add `--format`, `--output`, `--timestamps`, `--quiet` and `-v`."""
    for option in reversed(
        (
            click.option(
                "--format",
                "formats",
                multiple=True,
                metavar="FORMAT[=FILE]",
                help=f"{', '.join(OF_PLANS.formats)}; to stdout or to a file; may be repeated. [default: text]",
            ),
            click.option(
                "--details-url",
                default="",
                metavar="URL",
                help="Where the full report can be read. Shortened reports link to it.",
            ),
            click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report here."),
            click.option("--timestamps", is_flag=True, help="Show in the report when it was made."),
            click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay."),
            click.option("-v", "--verbose", is_flag=True, help="Show on stderr what is being done."),
        )
    ):
        command = option(command)
    return command


def _finite(_context: click.Context, parameter: click.Parameter, value: float) -> float:
    """Refuse "not a number", infinity, and numbers too small to divide by."""
    if not math.isfinite(value) or 0 < value < _LEAST:
        raise click.BadParameter(f"must be {_LEAST:g} or more.", param=parameter)
    return value


def probing_options(command: F) -> F:
    """Add the options about asking the service."""
    for option in reversed(
        (
            click.option(
                "--env-file",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Read `env:` passwords from this file of NAME=value lines before the environment.",
            ),
            click.option("--deep", is_flag=True, help="Also read the columns (never rows) of each declared entity."),
            click.option(
                "--wsdl",
                type=click.Choice(["built-in", "live"]),
                default="built-in",
                show_default=True,
                help="Build requests from the contract that is built in, or from the service's own.",
            ),
            click.option(
                "--concurrency", type=click.IntRange(1, 1000), default=16, show_default=True, help="Calls at a time."
            ),
            click.option(
                "--per-host", type=click.IntRange(1, 1000), help="Calls at a time to one host. [default: no limit]"
            ),
            click.option(
                "--rate",
                type=click.FloatRange(min=0),
                callback=_finite,
                default=100.0,
                show_default=True,
                help="Calls a second to one host; 0 for no limit.",
            ),
            click.option(
                "--timeout",
                type=click.FloatRange(min=0, min_open=True, max=3600),
                callback=_finite,
                default=30.0,
                show_default=True,
                help="Seconds to wait for an answer.",
            ),
            click.option(
                "--retries",
                type=click.IntRange(0, 10),
                default=2,
                show_default=True,
                help="How often a call without an answer is tried again.",
            ),
        )
    ):
        command = option(command)
    return command


def live_options(command: F) -> F:
    """Add the options about the live side: probe it, or read a snapshot."""
    for option in reversed(
        (
            click.option(
                "--against",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Compare with this snapshot instead of asking the service.",
            ),
            click.option(
                "--max-age",
                callback=_age,
                metavar="AGE",
                help="With --against: treat a snapshot older than this as unknown, such as 36h or 3d.",
            ),
            click.option(
                "--record",
                type=click.Path(path_type=Path, dir_okay=False),
                help="Save the service's answers to this snapshot (.json, .yaml).",
            ),
        )
    ):
        command = option(command)
    return probing_options(command)


def review_options(command: F) -> F:
    """Add the options of a review: the revision to compare with, and how far the change is trusted."""
    for option in reversed(
        (
            click.option(
                "--base",
                metavar="REVISION",
                help="Review a change: compare with the manifests at the point where it left this git revision.",
            ),
            click.option(
                "--changed-only", is_flag=True, help="With --base: check only the accesses that this change is about."
            ),
            click.option(
                "--passwords-of-base",
                is_flag=True,
                help="With --base: use a password only if its account, address and reference are as in the base.",
            ),
        )
    ):
        command = option(command)
    return command


def _age(context: click.Context, parameter: click.Parameter, value: str | None) -> timedelta | None:
    """Parse a whole number of minutes, hours or days: `90m`, `36h`, `3d`."""
    if value is None:
        return None
    match = _AGE.fullmatch(value)
    if match is None:
        message = f"{value!r} is not a number of minutes, hours or days, such as 90m, 36h or 3d."
        raise click.BadParameter(message, context, parameter)
    return int(match[1]) * _UNITS[match[2]]


def planning_options(command: F) -> F:
    """Add the options of `plan` and `drift`: workspace, scope, live side and reports."""
    return workspace_option(selection_options(live_options(report_options(command))))
