"""Pointers for what hands type out of habit, or with a slip."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import click

from reconciler.spelling import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Collection

# What other programs of this field call it: {their word: ours}.
_COMMANDS: Final = {
    "diff": "plan",
    "status": "plan",
    "show": "plan",
    "preview": "plan",
    "refresh": "plan",
    "check": "validate",
    "test": "validate",
    "format": "fmt",
    "log": "journal",
    "history": "journal",
    "confirm": "attest",
    "steps": "runbook",
    "version": "--version",
}
_OPTIONS: Final = {
    "--dry-run": "Leave it out: `plan` only reads, and `fmt --check` writes nothing.",
    "--force": "There is none: `apply --accept LIMIT` exceeds a limit by its name.",
    "--auto-approve": "To start without a confirmation: `apply --yes`.",
    "--target": "To look at one school or supplier: `--school NAME`, `--supplier NAME`.",
    "--chdir": "To use another workspace: `-C DIR`.",
}


def no_such_command(context: click.Context, name: str) -> click.UsageError:
    """Return the error for a command that does not exist, with the one that was probably meant."""
    group = context.command
    commands = group.list_commands(context) if isinstance(group, click.Group) else []
    ours = _COMMANDS.get(name.casefold())
    known = ours in commands or ours == "--version"
    hint = f"Did you mean `{ours}`?" if known and not context.parent else did_you_mean(name, commands)
    return click.UsageError(f"There is no command {name!r}. {hint}".rstrip(), context)


def with_pointer(error: click.UsageError) -> click.UsageError:
    """Return an error with the option that was probably meant, if it is about one that does not exist."""
    if not isinstance(error, click.NoSuchOption) or error.ctx is None:
        return error
    typed = error.option_name
    options = {name: param for param in error.ctx.command.get_params(error.ctx) for name in param.opts}
    # Without the dashes, which all have in common: with them `--against` looks like `--as`.
    bare = [name.removeprefix("--") for name in options if name.startswith("--")]
    near = nearest(typed.removeprefix("--"), bare) if typed.startswith("--") else None
    if typed.removeprefix("--") in _formats_of(options.get("--format")):
        hint = f" Did you mean `--format {typed.removeprefix('--')}`?"
    elif typed in _OPTIONS:
        hint = f" {_OPTIONS[typed]}"
    else:
        hint = f" Did you mean `--{near}`?" if near else ""
    return click.UsageError(f"There is no option {typed}.{hint}", error.ctx)


def _formats_of(option: click.Parameter | None) -> Collection[str]:
    """Return the formats of an option, which has them as its choices or lists them in its help."""
    if not isinstance(option, click.Option):
        return ()
    if isinstance(option.type, click.Choice):
        return option.type.choices
    return re.findall(r"[a-z]+", (option.help or "").partition(";")[0])
