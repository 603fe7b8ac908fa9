"""The interface to the machine that runs a step: its settings, outputs and messages.

The forms are GitHub's: workflow commands on stdout, and files named by GITHUB_OUTPUT and GITHUB_STEP_SUMMARY. Errors
and warnings of steps that other systems run too have the forms of those.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

# What ends a command or a part of one. A message keeps its colons and commas, a property does not.
_MESSAGE: Final = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY: Final = (*_MESSAGE, (":", "%3A"), (",", "%2C"))

# {variable that a system sets: how it shows an error or a warning}
_ELSEWHERE: Final = {
    "GITLAB_CI": "{Kind}: {title}. {message}",
    "TF_BUILD": "##vso[task.logissue type={kind}]{title}. {message}",
}


class StepError(Exception):
    """A step failed; the message says what did not happen, why, and what to do."""

    def __init__(self, title: str, message: str) -> None:
        super().__init__(message)
        self.title = title


def setting(name: str, default: str | None = None) -> str:
    """A setting, without spaces around it; raises StepError if it is missing and has no default."""
    value = os.environ.get(name, "").strip()
    if value or default is not None:
        return value or (default or "")
    raise StepError("A setting is missing", f"The environment variable {name} is not set. The action should set it.")


def flag(name: str) -> bool:
    """A setting that is `true` or `false`, or empty for no; raises StepError for anything else."""
    value = setting(name, "false")
    if value not in ("true", "false"):
        raise StepError("A setting is neither true nor false", f"{name} is {value!r}: use true or false.")
    return value == "true"


def number(name: str) -> int:
    """A setting that is a whole number; raises StepError for anything else."""
    value = setting(name)
    if not (value.isascii() and value.isdecimal()):
        raise StepError("A setting is not a number", f"{name} is {value!r}: use digits only.")
    return int(value)


def folder(name: str) -> Path:
    """A setting that names a folder."""
    return Path(setting(name))


def output(name: str, value: str) -> None:
    """Pass a value to later steps. The delimiter is random, so that no value can end itself and start another."""
    delimiter = f"end-{secrets.token_hex(16)}"
    _append("GITHUB_OUTPUT", f"{name}<<{delimiter}\n{value}\n{delimiter}\n")


def failed(title: str, message: str) -> None:
    """Show an error on the run's page, and pass it to later steps as one line."""
    error(title, message)
    output("error", " ".join(f"{title}: {message}".split()))


def summary(markdown: str) -> None:
    """Add to the summary of the run."""
    _append("GITHUB_STEP_SUMMARY", f"{markdown.rstrip()}\n\n")


def mask(value: str) -> None:
    """Replace this value by *** in every later line of the log."""
    _command("add-mask", "", value)


def error(title: str, message: str) -> None:
    """Show an error on the run's page."""
    _show("error", title, message)


def warning(title: str, message: str) -> None:
    """Show a warning on the run's page."""
    _show("warning", title, message)


def notice(title: str, message: str) -> None:
    """Show a notice on the run's page."""
    _command("notice", title, message)


def fold(title: str, lines: Iterable[str]) -> None:
    """Show folded lines in the log. Each begins with a bar, so that none is taken for a command."""
    _command("group", "", title)
    for line in lines:
        sys.stdout.buffer.write(f"| {line}\n".encode())
    _command("endgroup", "", "")


def _show(kind: str, title: str, message: str) -> None:
    form = next((form for variable, form in _ELSEWHERE.items() if os.environ.get(variable)), "")
    if not form:
        _command(kind, title, message)
        return
    line = form.format(kind=kind, Kind=kind.capitalize(), title=title, message=" ".join(message.split()))
    sys.stdout.buffer.write(f"{line}\n".encode())
    sys.stdout.buffer.flush()


def _command(name: str, title: str, message: str) -> None:
    properties = f" title={_escaped(title, _PROPERTY)}" if title else ""
    sys.stdout.buffer.write(f"::{name}{properties}::{_escaped(message, _MESSAGE)}\n".encode())
    sys.stdout.buffer.flush()


def _escaped(text: str, signs: tuple[tuple[str, str], ...]) -> str:
    for sign, escape in signs:
        text = text.replace(sign, escape)
    return text


def _append(variable: str, text: str) -> None:
    named = os.environ.get(variable)
    if named:
        with Path(named).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
