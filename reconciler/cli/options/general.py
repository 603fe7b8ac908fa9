"""Options that several verbs share."""

import math
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click
from click.core import ParameterSource

from reconciler.cli.completing import from_formats, from_manifests, revisions, schools, suppliers
from reconciler.cli.output.renderers import OF_PLANS, OF_PROBLEMS, OF_RUNBOOKS
from reconciler.cli.workspace import WORKSPACE, WORKSPACE_ABOVE, workspace_above
from reconciler.startup import pattern

_LEAST = 0.001
_AGE = pattern(r"([1-9][0-9]{0,5})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
FILE = click.Path(path_type=Path, dir_okay=False)
F = TypeVar("F", bound=Callable[..., Any])


class Options(Protocol):
    """One option or several: a decorator of a verb."""

    def __call__(self, command: F, /) -> F: ...


def together(*options: Options) -> Options:
    """Make one decorator of several options, which --help shows in this order."""

    def add(command: F, /) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _workspace(context: click.Context, _parameter: click.Parameter, typed: Path | None) -> Path:
    """Return the folder of the -C after the verb, or of the one before it; without any, the nearest workspace."""
    before: Path | None = context.meta.get(WORKSPACE)
    if typed and before:
        raise click.UsageError(f"-C is given twice: {before} and {typed}.", context)
    if typed or before:
        context.set_parameter_source("workspace", ParameterSource.COMMANDLINE)  # for printed commands
        return typed or before or Path()
    above = workspace_above(Path())
    if above is None:
        return Path()
    context.meta[WORKSPACE_ABOVE] = above
    return Path(os.path.relpath(above))


workspace_option: Options = click.option(
    "-C",
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False),
    callback=_workspace,
    help="The folder with reconciler.yaml. [default: this folder, or the nearest above that has one]",
)


school_option, _supplier_option = (
    click.option(
        f"--{kind}",
        f"{kind}s",
        multiple=True,
        metavar=metavar,
        shell_complete=from_manifests(offered),
        help=f"Only {kind}s with this name{other}; the name may have * and ?; may be repeated.",
    )
    for kind, metavar, other, offered in (
        ("school", "SCHOOL", ", title or School ID", schools),
        ("supplier", "GLOB", "", suppliers),
    )
)
selection_options = together(school_option, _supplier_option)

report_options = together(  # `--format`, `--output`, `--timestamps`, `--quiet` and `-v`
    click.option(
        "--format",
        "formats",
        multiple=True,
        metavar="FORMAT[=FILE]",
        shell_complete=from_formats(OF_PLANS.formats),
        help=f"{', '.join(OF_PLANS.formats)}; to stdout or to a file; may be repeated. [default: text]",
    ),
    click.option(
        "--details-url",
        default="",
        metavar="URL",
        help="Where the full report can be read. Shortened reports link to it.",
    ),
    click.option("--output", type=FILE, help="Write the report here."),
    click.option("--all", "everything", is_flag=True, help="Show everything in the text, however many schools."),
    click.option("--timestamps", is_flag=True, help="Show in the report when it was made. Pages always do."),
    click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay."),
    click.option("-v", "--verbose", is_flag=True, help="Show on stderr what is being done."),
)


def _finite(_context: click.Context, parameter: click.Parameter, value: float) -> float:
    """Refuse "not a number", infinity, and numbers too small to divide by."""
    if not math.isfinite(value) or 0 < value < _LEAST:
        raise click.BadParameter(f"must be {_LEAST:g} or more.", param=parameter)
    return value


env_file_option: Options = click.option(
    "--env-file",
    type=FILE,
    help="Read `env:` passwords from this file of NAME=value lines before the environment.",
)

connection_options = together(  # the options about the calls to the service
    click.option(
        "--wsdl",
        type=click.Choice(["built-in", "live"]),
        default="built-in",
        show_default=True,
        help="Build requests from the contract that is built in, or from the service's own.",
    ),
    click.option(
        "--concurrency",
        type=click.IntRange(1, 1000),
        default=64,
        show_default=True,
        help="The most calls at a time. A host that slows down is asked less.",
    ),
    click.option(
        "--per-host", type=click.IntRange(1, 1000), help="The most at a time to one host. [default: no limit]"
    ),
    click.option(
        "--rate",
        type=click.FloatRange(min=0),
        callback=_finite,
        default=0.0,
        help="The most calls a second to one host; 0 for no limit. [default: as many as it answers well]",
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

probing_options = together(  # the options about asking the service
    env_file_option,
    click.option(
        "--deep",
        is_flag=True,
        help="Also read the columns (never rows) of each declared entity, and ask if it is the school of the `urn`.",
    ),
    connection_options,
)


def age(context: click.Context, parameter: click.Parameter, value: str | None) -> timedelta | None:
    """Parse a whole number of minutes, hours or days: `90m`, `36h`, `3d`."""
    if value is None:
        return None
    match = _AGE.fullmatch(value)
    if match is None:
        message = f"{value!r} is not a number of minutes, hours or days, such as 90m, 36h or 3d."
        raise click.BadParameter(message, context, parameter)
    return int(match[1]) * _UNITS[match[2]]


snapshot_options = together(
    click.option(
        "--against",
        type=FILE,
        multiple=True,
        help="Compare with this snapshot instead of asking the service; may be repeated, for those of `--shard`.",
    ),
    click.option(
        "--max-age",
        callback=age,
        metavar="AGE",
        help="With --against: treat a snapshot older than this as unknown, such as 36h or 3d.",
    ),
)

live_options = together(  # the options about the live side: probe it, or read a snapshot
    probing_options,
    snapshot_options,
    click.option(
        "--record",
        type=FILE,
        help="Save the service's answers, or those of all --against, to this snapshot (.json, .yaml).",
    ),
)


base_option: Options = click.option(
    "--base",
    metavar="REVISION",
    shell_complete=revisions,
    help="Review a change: compare with the manifests at the point where it left this git revision.",
)
review_options = together(  # the options of a review: the revision to compare with, and how far the change is trusted
    base_option,
    click.option(
        "--changed-only", is_flag=True, help="With --base: check only the accesses that this change is about."
    ),
    click.option(
        "--passwords-of-base",
        is_flag=True,
        help="With --base: use a password only if its account, address and reference are as in the base.",
    ),
)


history_option: Options = click.option(
    "--history", "history", type=FILE, help="The file of the history. [default: .reconciler/history.sqlite]"
)

# All options of `plan` and `drift`: workspace, scope, live side and reports.
planning_options = together(workspace_option, selection_options, live_options, history_option, report_options)

*_NAMES, _LAST = OF_PROBLEMS.formats
problem_report_options: Options = click.option(  # as the parameter `formats`
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    shell_complete=from_formats(OF_PROBLEMS.formats),
    help=f"{', '.join(_NAMES)} or {_LAST}, to stdout or to a file; may be repeated. [default: text]",
)

runbook_options = together(
    click.option(
        "--format",
        "style",
        type=click.Choice(OF_RUNBOOKS.formats),
        default="text",
        show_default=True,
        help="html is a page to tick off or print; markdown a task list for an issue or a wiki.",
    ),
    click.option("--output", type=FILE, help="Write the runbook to this file instead of stdout."),
)
