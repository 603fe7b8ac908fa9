"""References to passwords, as a supplier at one school has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.manifest.placeholders import fill
from reconciler.model.desired import DeclaredPassword
from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef, SecretRef

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.manifest.document import Data
    from reconciler.manifest.layers import Layer
    from reconciler.model.origin import Origin

_REFERENCES: dict[str, Callable[[Any, Callable[[str], str]], SecretRef]] = {
    "env": lambda value, filled: EnvRef(filled(value)),
    "file": lambda value, filled: FileRef(filled(value)),
    "keyring": lambda value, filled: KeyringRef(filled(value["service"]), filled(value["username"])),
    "command": lambda value, filled: CommandRef(tuple(filled(word) for word in value)),
}


def password_in(layer: Layer | None) -> tuple[dict[str, Data], Origin] | None:
    """The reference that a layer's account has, and its place; placeholders are not filled in yet."""
    return (layer[1]["password"], layer[0].value(layer[1], "password")) if layer else None


def declared_password(
    password: tuple[dict[str, Data], Origin] | None, known: Mapping[str, str]
) -> DeclaredPassword | None:
    """The reference with its placeholders filled in."""
    if password is None:
        return None
    ((kind, value),) = password[0].items()
    return DeclaredPassword(_REFERENCES[kind](value, lambda text: fill(text, known)), password[1])
