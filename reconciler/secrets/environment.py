"""Environment variables, and a file of them that somebody named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING

from reconciler.errors import InputError
from reconciler.files import read_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# `NAME=value # words`: such files take ` #` for a comment, and a password that holds one would be cut without a word.
_CUT = re.compile(r"""^\s*(export\s+)?[^=\s#]+\s*=\s*[^'"\s].*\s#""")


@dataclass(frozen=True, slots=True)
class Environment:
    """What `env:` is looked up in: the file's values before the variables, since what is named beats what happens to
    be set. `file` is None where none was named."""

    variables: Mapping[str, str] = field(repr=False)
    file: Path | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> str | None:
        """The value; None where there is none."""
        return self.values.get(name, self.variables.get(name))

    def whole(self) -> dict[str, str]:
        """All of it, for a program that is started."""
        return {**self.variables, **self.values}

    def lacks(self, name: str) -> str:
        """In words, that there is no such value or only an empty one, and what to do."""
        if self.file and name in self.values:
            return f"{name} is empty in {self.file}: write the password behind the ="
        if self.file:
            return f"{name} stands neither in {self.file} nor in the environment: add a line {name}=..."
        state = "is empty" if name in self.variables else "is not set"
        return f"the environment variable {name} {state}: set it, or name a file with --env-file"


def environment(variables: Mapping[str, str], file: Path | None) -> Environment:
    """The environment, with the file's lines `NAME=value` where one is named.

    Raises InputError where the file cannot be read, or where a line says something else or not for certain.
    """
    if file is None:
        return Environment(variables)
    from dotenv.main import DotEnv
    from dotenv.parser import parse_stream

    text = read_text(file, what="the environment file")
    for binding in parse_stream(StringIO(text)):
        string = binding.original.string  # with the empty lines before it
        written = string.lstrip()
        line = binding.original.line + string.count("\n", 0, len(string) - len(written))
        if binding.error or (binding.key and binding.value is None):
            raise _bad_line(file, line, "is not NAME=value")
        if binding.key and _CUT.match(written):
            raise _bad_line(file, line, "holds a #, which would cut the value off")
    values = DotEnv(None, stream=StringIO(text), interpolate=False).dict()
    return Environment(variables, file, {name: value for name, value in values.items() if value is not None})


def _bad_line(file: Path, line: int, what: str) -> InputError:
    return InputError(
        f"Nothing was asked: line {line} of {file} {what}. A value with blanks, quotes or # in it stands between "
        "single quotes: NAME='...'"
    )
