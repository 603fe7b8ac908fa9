"""Cells of passwords -> references to them: what is no reference is the password itself, and goes to a store."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, assert_never

from reconciler.git.executables import typed_words
from reconciler.manifest.resolving.placeholders import fill
from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef, SecretRef

_REFERENCE: Final = re.compile(r"\s*(env|file|keyring|command):\s*(.*?)\s*", re.DOTALL)
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
FORMS: Final = "env:NAME, file:PATH, keyring:SERVICE/USERNAME or command:PROGRAM ARGUMENTS"


class StoreKind(StrEnum):
    """The kinds of places that keep passwords for us."""

    KEYRING = "keyring"
    FILE = "file"


def reference_in(cell: str, values: Mapping[str, str]) -> SecretRef | None:
    """Return the reference that a cell has, placeholders filled in; None if the cell is the password itself.

    Raises ValueError for a reference that cannot be used; its text repeats nothing of the cell.
    """
    matched = _REFERENCE.fullmatch(cell)
    if matched is None:
        return None
    kind, written = matched[1], matched[2]
    try:
        text = fill(written, values)
    except KeyError:
        raise ValueError(f"the {kind}: reference has a placeholder that does not exist") from None
    service, slash, username = text.partition("/")
    if not text:
        raise ValueError(f"there is nothing after {kind}:")
    match kind:
        case "env" if _VARIABLE.fullmatch(text):
            return EnvRef(text)
        case "env":
            raise ValueError("what follows env: is not the name of an environment variable")
        case "keyring" if not (service and slash and username):
            raise ValueError("write keyring:SERVICE/USERNAME")
        case "keyring":
            return KeyringRef(service, username)
        case "command":
            return CommandRef(tuple(typed_words(text)))
        case _:
            return FileRef(text)


def stored_reference(kind: StoreKind, values: Mapping[str, str]) -> SecretRef:
    """Return the reference under which a store keeps an access's password."""
    match kind:
        case StoreKind.KEYRING:
            return KeyringRef("reconciler", f"{values['supplier']}.{values['school']}")
        case StoreKind.FILE:
            name = f"{values['SUPPLIER']}_{values['SCHOOL']}_PASSWORD"
            return EnvRef(name if _VARIABLE.fullmatch(name) else f"_{name}")
        case _:
            assert_never(kind)


def words_of(ref: SecretRef) -> tuple[str, ...]:
    """Return the kind of a reference and its texts."""
    match ref:
        case EnvRef(name):
            return "env", name
        case FileRef(path):
            return "file", path
        case KeyringRef(service, username):
            return "keyring", service, username
        case CommandRef(argv):
            return "command", *argv
        case _:
            assert_never(ref)


def as_manifest(words: tuple[str, ...]) -> dict[str, object]:
    """Return the reference of these words as a manifest has it."""
    kind, *texts = words
    match kind:
        case "keyring":
            return {kind: dict(zip(("service", "username"), texts, strict=True))}
        case "command":
            return {kind: texts}
        case _:
            return {kind: texts[0]}
