"""What GitHub's runner reads out of a step: workflow commands on stdout, and the file of outputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

Outputs: TypeAlias = dict[str, str]

# As the runner finds them: at the start of a line, after blanks; the older form stands anywhere in a line.
_COMMAND: Final = re.compile(r"^\s*::(?P<name>[\w-]+)(?: (?P<properties>[^:]*))?::(?P<message>.*)$")
_OLD_COMMAND: Final = re.compile(r"##\[(?P<name>[\w-]+)(?: (?P<properties>[^\]]*))?\](?P<message>.*)$")
_OUTPUT: Final = re.compile(r"^(?P<name>[\w-]+)<<(?P<end>.+)$")


@dataclass(frozen=True)
class Command:
    """A workflow command, its escapes undone."""

    name: str
    properties: dict[str, str]
    message: str


def read_commands(log: str) -> list[Command]:
    """Every command that the runner would carry out."""
    found = (_COMMAND.match(line) or _OLD_COMMAND.search(line) for line in log.split("\n"))
    return [_command(match) for match in found if match]


def _command(match: re.Match[str]) -> Command:
    pairs = (each.partition("=") for each in (match["properties"] or "").split(",") if "=" in each)
    properties = {name.strip(): _read(value) for name, _, value in pairs}
    return Command(match["name"], properties, _read(match["message"]))


def _read(text: str) -> str:
    for escape, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def read_outputs(text: str) -> Outputs:
    """The outputs in a file of them; fails where the runner would not understand it."""
    outputs: Outputs = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        begin = _OUTPUT.match(line)
        assert begin, f"the runner does not understand {line!r}"
        value: list[str] = []
        while (inner := next(lines)) != begin["end"]:
            value.append(inner)
        outputs[begin["name"]] = "\n".join(value)
    return outputs
