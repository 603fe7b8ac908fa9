"""The source of a password, and what in one is seldom meant: told without the password.

A refused login is most often one of these, and to correct them changes nothing in Bromcom.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reconciler.invisible import CURLY, HIDDEN, called
from reconciler.model.check_up import PasswordNotes
from reconciler.model.secret import EnvRef, FileRef, Secret, SecretRef
from reconciler.secrets.environment import Environment
from reconciler.startup import pattern

_STRANGE: Final = pattern(f"{HIDDEN.pattern}|[\t{CURLY}]")
_ASSIGNMENT: Final = pattern(r"(export\s+)?[A-Z][A-Z0-9_]{2,}=")


def notes_on(password: Secret, ref: SecretRef, environment: Environment, workspace: Path) -> PasswordNotes:
    """Return where a password was read from, and what in it is seldom meant."""
    found = oddities(password)
    match ref:
        case EnvRef(name) if environment.file and name in environment.values:
            other = environment.variables.get(name)
            hidden = f"The environment variable {name}" if other and other != environment.values[name] else ""
            return PasswordNotes(f"{ref} in the file {environment.file}", _changed(environment.file), hidden, found)
        case EnvRef(name):
            return PasswordNotes(f"the environment variable {name}", oddities=found)
        case FileRef(path):
            return PasswordNotes(f"the {ref}", _changed(workspace / path), oddities=found)
        case _:
            return PasswordNotes(f"the {ref}", oddities=found)


def oddities(password: Secret) -> tuple[str, ...]:
    """Return what in a password is seldom meant, in words. Only a character that has to go is named."""
    return tuple(_oddities(password.reveal()))


def _oddities(text: str) -> Iterator[str]:
    if text[:1].isspace():
        yield "it begins with a space"
    if text[-1:].isspace():
        yield "it ends with a space"
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\"`":
        yield "it has quotes around it, which are sent too"
    if strange := _STRANGE.search(bare):
        yield f"it has {called(strange[0])} in it"
    if _ASSIGNMENT.match(bare):
        yield "it looks like a whole line NAME=password"


def _changed(file: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    except OSError:
        return None
