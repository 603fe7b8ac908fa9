"""References to passwords, told from a password that somebody typed in their place, as far as the text shows it."""

import re
from collections.abc import Iterator
from typing import Final

from reconciler.manifest.text.document import Data

_PLACEHOLDER = r"\{[^{}]*\}"
VARIABLE: Final = rf"^(?:[A-Za-z_]|{_PLACEHOLDER})(?:[A-Za-z0-9_]|{_PLACEHOLDER})*$(?!\n)"  # as in the schemas
_VARIABLE = re.compile(VARIABLE)
_FILLED_IN = re.compile(_PLACEHOLDER)
_SEPARATOR = re.compile(r"[/\\]")
_UNUSUAL = re.compile(r"""[!"#$%&'*;<=>?@^`|]""")  # people put them in passwords, and not in names of files


def suspects(reference: dict[str, Data]) -> Iterator[tuple[dict[str, Data] | list[Data], str | int]]:
    """(mapping or list, key or index) of every text in a reference that is most likely the password itself.

    A keyring's entry may have any name, so nothing can be told of it.
    """
    if isinstance(variable := reference.get("env"), str) and not _VARIABLE.search(variable):
        yield reference, "env"
    if isinstance(path := reference.get("file"), str) and _is_unusual_name(path):
        yield reference, "file"
    command = reference.get("command")
    if isinstance(command, list) and command and isinstance(command[0], str) and _is_unusual_name(command[0]):
        yield command, 0


def _is_unusual_name(path: str) -> bool:
    """Whether a path leads through no folder and has characters that hardly any file's name has."""
    name = _FILLED_IN.sub("", path)
    return not _SEPARATOR.search(name) and bool(_UNUSUAL.search(name))
