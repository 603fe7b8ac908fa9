"""The environment: variables, and the lines of a named file of them.

Such files are written by hand, often with a word processor's quotes or in the way of a shell. Bromcom refuses a
password that is nearly right like any wrong one. So each line is read exactly or refused here, before a login is spent.
"""

import os
import re
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import field
from io import StringIO
from pathlib import Path
from typing import Any, Final

from reconciler.errors import InputError, SecretError
from reconciler.files import read_text
from reconciler.invisible import CURLY, HIDDEN, called
from reconciler.model.desired import Account, Desired
from reconciler.model.secret import EnvRef, Secret
from reconciler.startup import dataclass, pattern

_FORM: Final = "put a value with spaces, quotes or # between single quotes: NAME='...'"
_TYPE_IT: Final = "delete it, and type an ordinary space where one belongs"
# (lines of another kind; a description; the remedy). The first that matches counts.
_OTHERS: Final = (
    (pattern(r"\$env:", re.IGNORECASE), "is written for PowerShell", "write NAME='...', without $env:"),
    (pattern(r"setx?\s", re.IGNORECASE), "is a Windows command", "write NAME='...', without set"),
    (pattern(r"export\s.*=", re.IGNORECASE), "has export in capitals", "write NAME='...', without it"),
    (pattern(r"<{7}|={7}|>{7}"), "is left over from an unfinished merge", "keep only the lines that are right"),
    (pattern(r"(?:;|//|rem\s)", re.IGNORECASE), "is not a comment in this file", "begin it with #"),
    (pattern(r"[{}]|\"[^\"]*\"\s*:"), "is JSON", "write NAME='...', with = for the colon"),
    (pattern(r"[^=]*=[ \t]*(['\"])(?:(?!\1).)*\1[ \t]*[;,]\s*$"), "has a character after the quotes", "remove it"),
    (pattern(r"[A-Za-z_]\w*\s*:(?:\s|$)"), "is YAML", "write NAME='...', with = for the colon"),
)
# dotenv's own grammar, in which a name may be in single quotes.
_ASSIGNMENT: Final = pattern(
    r"""(?P<name> (?:export\s+)? [^=#]*? ) [ \t]* = [ \t]*
        (?P<value> '(?:\\'|[^'])*' | "(?:\\"|[^"])*" | [^\r\n]* )""",
    re.VERBOSE,
)
# `NAME=value # words`: ` #` begins a comment, which would silently cut off a password that contains it.
_CUT: Final = pattern(r"[^'\"\s].*\s#")
_NO_NAME: Final = pattern(r'["%+?!]|:$|(?<=^env):|[^\x20-\x7e]')
_IN_VALUE: Final = pattern(f"{HIDDEN.pattern}|\t")
_IN_BARE_VALUE: Final = pattern(f"{_IN_VALUE.pattern}|[{CURLY}]|^`(?=.*`$)")
_CONTROL: Final = pattern("[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Environment:
    """The source of `env:` references: the named file's values, then the variables.

    file        None if none was named
    secret      the names of the variables that manifests take passwords from
    addresses   the names of the variables with a webhook's address
    none_given  the message if there is no password at all; empty to advise `--env-file`
    """

    variables: Mapping[str, str] = field(repr=False)
    file: Path | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    none_given: str = ""

    def get(self, name: str) -> str | None:
        """Return a value, or None."""
        return self.values.get(name, self.variables.get(name))

    @property
    def secrets(self) -> Collection[str]:
        """The values that no program gets, and that its output must not repeat."""
        return {*self.values.values(), *(value for name, value in self.variables.items() if self._is_secret(name))}

    def for_a_program(self) -> dict[str, str]:
        """Return the variables without secrets: a program that gets one password needs none of the others."""
        return {name: value for name, value in self.variables.items() if not self._is_secret(name)}

    def _is_secret(self, variable: str) -> bool:
        names = {*self.secret, *self.addresses, *self.values}
        return variable in ({name.upper() for name in names} if os.name == "nt" else names)

    def lacks(self, name: str) -> str:
        """Say that a value is missing or empty, and what to do.

        If no password at all is there, the sentence is the same for all: the file was forgotten, or is another one.
        """
        if self.none_given and not self.file and not any(map(self.get, self.secret)):
            return self.none_given
        if len(self.secret) > 1 and not any(map(self.get, self.secret)):
            if self.file:
                return f"all {len(self.secret)} passwords are missing, also from {self.file}: check --env-file"
            return f"all {len(self.secret)} passwords are missing: name the file that has them with --env-file"
        if self.file and name in self.values:
            return f"{name} is empty in {self.file}: write the password after the ="
        if self.file:
            return f"{name} is neither in {self.file} nor in the environment: add the line {name}=..."
        state = "is empty" if name in self.variables else "is not set"
        return f"the environment variable {name} {state}: set it, or name a file with --env-file"


def password_variables(desired: Desired) -> frozenset[str]:
    """Return the names of the variables that the manifests take passwords from."""
    accounts = (access.via for access in desired.accesses.values() if isinstance(access.via, Account))
    refs = (account.password.ref for account in accounts if account.password)
    return frozenset(ref.name for ref in refs if isinstance(ref, EnvRef))


def environment(
    variables: Mapping[str, str],
    file: Path | None,
    secret: frozenset[str] = frozenset(),
    addresses: frozenset[str] = frozenset(),
    none_given: str = "",
) -> Environment:
    """Return the environment, with the `NAME=value` lines of a named file.

    Raises InputError for a file that cannot be read, or a line that is something else or ambiguous.
    """
    if file is None:
        return Environment(variables, secret=secret, addresses=addresses, none_given=none_given)
    text = read_text(file, what="the environment file")
    return Environment(variables, file, values_of(text, file, secret), secret, addresses)


def from_env(ref: EnvRef, environment: Environment) -> Secret:
    """Return the variable's value. Raises SecretError if it is not set or empty."""
    value = environment.get(ref.name)
    if not value:
        raise SecretError(environment.lacks(ref.name))
    return Secret(value)


def values_of(text: str, file: Path, passwords: Container[str]) -> dict[str, str]:
    """Return {name: value} of a file's lines; `passwords` are the names whose values are sent.

    Raises InputError for a line that is something else or ambiguous. Its text quotes no value, except for a character
    that has to go.
    """
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    for binding in parse_stream(StringIO(text)):
        string = binding.original.string  # with the empty lines before it
        written = string.lstrip()
        line = binding.original.line + string.count("\n", 0, len(string) - len(written))
        start = len(string) - len(written) - (string.rfind("\n", 0, len(string) - len(written)) + 1)
        for at, what, remedy in _faults(binding, written, passwords):
            place = f"line {line}" if at is None else f"line {line}, column {start + at + 1}"
            raise InputError(f"Nothing was checked: {place} of {file} {what}: {remedy}")
        if binding.key and binding.value is not None:
            values[binding.key] = binding.value
    return values


def _faults(binding: Any, written: str, passwords: Container[str]) -> Iterator[tuple[int | None, str, str]]:
    """Yield (place in the line, or None; fault; remedy), the worst first, of a line without leading spaces."""
    if not written or written.startswith("#"):
        return
    assignment = _ASSIGNMENT.match(written)
    if binding.error or binding.value is None or written.startswith("$"):
        yield from ((None, what, remedy) for pattern, what, remedy in _OTHERS if pattern.match(written))
        if assignment and assignment["value"].startswith("'") and written.partition("\n")[0].count("'") > 1:
            yield None, "has an apostrophe between single quotes, or goes on after them", _double_quotes(written)
        yield None, "is not NAME=value", _FORM
    elif assignment:
        if stray := _NO_NAME.search(assignment["name"]):
            yield stray.start(), f"has {called(stray[0])} in a name", "type the name again without it"
        if assignment["value"][:1] in {"'", '"'} and written[assignment.end() :].startswith("#"):
            remedy = f"put a space before a comment; for a # in the password, {_double_quotes(written)}"
            yield assignment.end(), "has a # right after the quotes", remedy
        yield from _in_value(assignment["value"], assignment.start("value"), binding, passwords)


def _in_value(value: str, start: int, binding: Any, passwords: Container[str]) -> Iterator[tuple[int | None, str, str]]:
    is_quoted = value[:1] in {"'", '"'}
    if not is_quoted and _CUT.match(value):
        yield None, "contains a #, which would cut the value off", _FORM
    if stray := (_IN_VALUE if is_quoted else _IN_BARE_VALUE).search(value):
        at, what = start + stray.start(), f"has {called(stray[0])} in a value"
        if _IN_VALUE.match(stray[0]):
            yield at, what, "remove it" if stray[0] == "\t" else _TYPE_IT
        yield at, what, "write straight quotes; if it is part of the password, put all of it between them: NAME='...'"
    inside = value[1:-1] if is_quoted else ""
    if inside != inside.strip(" "):
        remedy = "remove it; a password that has one can be kept with file: or keyring:"
        yield start + 1, "has a space at the beginning or end of a value in quotes", remedy
    if binding.key in passwords and (control := _CONTROL.search(binding.value)):
        remedy = "put the value between single quotes, where a backslash is an ordinary character"
        if control[0] in value:
            remedy = "write the value on one line"
        yield start + 1, f"has {called(control[0])} in a password", remedy


def _double_quotes(written: str) -> str:
    """Advise how to write a value with an apostrophe in it."""
    remedy = 'use double quotes: NAME="..."'
    if '"' in written or "\\" in written:
        remedy += ', with a backslash before each " and each backslash in it'
    return remedy
