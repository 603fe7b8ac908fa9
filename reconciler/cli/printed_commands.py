"""Commands that we print, with the options that the person gave: so that they work when they are pasted."""

from __future__ import annotations

import os
import re
import shlex
from importlib import import_module
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from collections.abc import Iterator

# What somebody types again each time; the rest is about the beginning alone.
_KEPT: Final = frozenset(
    {"workspace", "env_file", "deep", "wsdl", "concurrency", "per_host", "rate", "timeout", "retries", "who", "by"}
)
_SAME: Final = {"who": "by", "by": "who"}  # `apply --as`, `attest --by`: who it is
_COMMAND: Final = re.compile(r"`reconciler ([a-z]+)([^`\n|]*)`")


def with_given_options(text: str) -> str:
    """The text, with each command `reconciler VERB ...` in it completed by the options of the command that runs now, as
    far as VERB has them too."""
    context = click.get_current_context(silent=True)
    return text if context is None else _COMMAND.sub(lambda found: _completed(found[1], found[2], context), text)


def options_for(verb: str) -> list[str]:
    """The options of the command that runs now that a verb has too, as they are typed."""
    context = click.get_current_context(silent=True)
    return [word for option in _given(verb, context) for word in option] if context else []


def shell_line(*words: str) -> str:
    """The words as this system's shell takes them when they are pasted."""
    if os.name == "nt":
        from subprocess import list2cmdline

        return list2cmdline(words)
    return shlex.join(words)


def _completed(verb: str, rest: str, context: click.Context) -> str:
    there = rest.split()
    more = [word for name, *value in _given(verb, context) if name not in there for word in (name, *value)]
    return f"`reconciler {verb}{rest}{' ' if more else ''}{shell_line(*more)}`"


def _given(verb: str, context: click.Context) -> Iterator[tuple[str, ...]]:
    """(option, value) of each option that was typed; (option,) of a flag."""
    options = _options_of(verb)
    kept = _KEPT | ({"quiet"} if context.info_name == verb else set())
    for option in context.command.params:
        name = option.name or ""
        target = options.get(name) or options.get(_SAME.get(name, ""))
        if target is None or name not in kept or context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        written = "-C" if name == "workspace" else max(target.opts, key=len)
        value = context.params[name]
        yield (written,) if getattr(option, "is_flag", False) else (written, _typed(value))


def _options_of(verb: str) -> dict[str, click.Parameter]:
    from reconciler.cli.commands import VERBS

    if verb not in VERBS:
        return {}
    command: click.Command = import_module(f"reconciler.cli.commands.{verb}").command
    return {option.name or "": option for option in command.params if isinstance(option, click.Option)}


def _typed(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
