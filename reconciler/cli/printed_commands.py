"""Commands that we print, with the options that the person gave, which makes them work when pasted."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

from reconciler.git.executables import shell_line
from reconciler.startup import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

# The options that every command of one piece of work needs; the rest is about the first one alone.
_KEPT: Final = frozenset(
    {"workspace", "env_file", "deep", "wsdl", "concurrency", "per_host", "rate", "timeout", "retries", "who", "by"}
)
_SAME: Final = {"who": "by", "by": "who"}  # `apply --as`, `attest --by`: who it is
_COMMAND: Final = pattern(r"`reconciler ([a-z]+)([^`\n|]*)`")


def with_given_options(text: str) -> str:
    """Add to each command `reconciler VERB ...` in a text the options that were given and that VERB has too."""
    context = click.get_current_context(silent=True)
    return text if context is None else _COMMAND.sub(lambda match: _completed(match[1], match[2], context), text)


def options_for(verb: str) -> list[str]:
    """Return the options of the command that runs now that a verb has too, as they are typed."""
    context = click.get_current_context(silent=True)
    return [word for option in _given(verb, context) for word in option] if context else []


def place_from_here(folder: Path) -> tuple[str, ...]:
    """Return the option for a workspace, as it is typed in the current folder."""
    if folder.resolve() == Path.cwd():
        return ()
    try:
        return "-C", os.path.relpath(folder)
    except ValueError:  # it is on another drive of Windows
        return "-C", str(folder.absolute())


def _completed(verb: str, rest: str, context: click.Context) -> str:
    typed = rest.split()
    more = [word for name, *value in _given(verb, context, *typed) if name not in typed for word in (name, *value)]
    return f"`reconciler {verb}{rest}{' ' if more else ''}{shell_line(*more)}`"


def _given(verb: str, context: click.Context, *typed: str) -> Iterator[tuple[str, ...]]:
    """Yield (option, value) for each option that was typed; (option,) for a flag. `typed` follows the verb."""
    options = _options_of(verb, *typed)
    kept = _KEPT | ({"quiet"} if context.info_name == verb else set())
    for option in context.command.params:
        name = option.name or ""
        target = options.get(name) or options.get(_SAME.get(name, ""))
        if target is None or name not in kept or context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        written = "-C" if name == "workspace" else max(target.opts, key=len)
        value = context.params[name]
        yield (written,) if getattr(option, "is_flag", False) else (written, _typed(value))


def _options_of(verb: str, *typed: str) -> dict[str, click.Parameter]:
    """{name: option} of a verb, or of the one of its commands that is `typed` behind it."""
    from reconciler.cli.commands import VERBS, module_of

    if verb not in VERBS:
        return {}
    command: click.Command = import_module(module_of(verb)).command
    if isinstance(command, click.Group) and typed:
        command = command.get_command(click.Context(command), typed[0]) or command
    return {option.name or "": option for option in command.params if isinstance(option, click.Option)}


def _typed(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
