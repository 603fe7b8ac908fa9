"""What the machines of CI take for commands in what a program prints, read by their own rules.

GitHub's as in ActionCommand.cs of actions/runner; Azure's as in Command.cs of microsoft/azure-pipelines-agent.
"""

from __future__ import annotations

import re
from typing import NamedTuple

REGISTERED = frozenset(
    {
        "add-mask",
        "add-matcher",
        "add-path",
        "debug",
        "echo",
        "endgroup",
        "error",
        "group",
        "notice",
        "remove-matcher",
        "save-state",
        "set-env",
        "set-output",
        "stop-commands",
        "warning",
    }
)


class Command(NamedTuple):
    """A command as the runner understood it."""

    name: str
    properties: dict[str, str]
    data: str


def github_commands(output: str) -> list[Command]:
    """Every command that GitHub's runner finds."""
    found = (_at_the_start(line) or _anywhere(line) for line in lines(output))
    return [command for command in found if command]


def azure_commands(output: str) -> list[str]:
    """Every `area.event` that an agent of Azure Pipelines finds, and every line that it formats."""
    found = [match for line in lines(output) for match in re.findall(r"##vso\[([^\] ]*)[^\]]*\]", line)]
    return found + re.findall(r"##\[\w+\]", output)


def lines(output: str) -> list[str]:
    """The lines of what was printed, as a runner reads them."""
    return re.split("\r\n|\r|\n", output)


def _at_the_start(line: str) -> Command | None:
    told = line.lstrip()
    if not told.startswith("::"):
        return None
    info, colons, data = told[2:].partition("::")
    name, _, rest = info.partition(" ")
    if not colons or name.casefold() not in REGISTERED:
        return None
    pairs = (part.partition("=") for part in rest.strip().split(",") if part)
    return Command(name, {key: _property(value) for key, _, value in pairs}, _data(data))


def _anywhere(line: str) -> Command | None:
    _, prefix, rest = line.partition("##[")
    info, bracket, data = rest.partition("]")
    name = info.partition(" ")[0]
    return Command(name, {}, data) if prefix and bracket and name.casefold() in REGISTERED else None


def _property(escaped: str) -> str:
    for token, replacement in (("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"), ("%", "%25")):
        escaped = escaped.replace(replacement, token)
    return escaped


def _data(escaped: str) -> str:
    for token, replacement in (("\r", "%0D"), ("\n", "%0A"), ("%", "%25")):
        escaped = escaped.replace(replacement, token)
    return escaped
