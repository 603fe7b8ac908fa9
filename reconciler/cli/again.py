"""The command line that goes on with an apply: asking the service as this one was told to."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from collections.abc import Iterator

# What somebody types again each time; the rest is about the beginning alone.
_KEPT: Final = frozenset(
    {"workspace", "env_file", "deep", "wsdl", "concurrency", "per_host", "rate", "timeout", "retries", "who", "quiet"}
)


def resume_command() -> str:
    """`reconciler apply --resume` with the options of the command that runs now, ready for this system's shell."""
    return shell_line("reconciler", "apply", "--resume", *_typed(click.get_current_context()))


def shell_line(*words: str) -> str:
    """The words as this system's shell takes them when they are pasted."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def _typed(context: click.Context) -> Iterator[str]:
    for option in context.command.params:
        name = option.name or ""
        if name in _KEPT and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            yield max(option.opts, key=len) if name != "workspace" else "-C"
            if not getattr(option, "is_flag", False):
                value = context.params[name]
                yield f"{value:g}" if isinstance(value, float) else str(value)
