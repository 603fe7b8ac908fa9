"""Passwords from environment variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import SecretError
from reconciler.model.secret import EnvRef, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping


def from_env(ref: EnvRef, environment: Mapping[str, str]) -> Secret:
    """The variable's value; raises SecretError where it is not set or empty."""
    value = environment.get(ref.name)
    if not value:
        state = "is not set" if value is None else "is empty"
        raise SecretError(f"the environment variable {ref.name} {state}: set it, or name a file with --env-file")
    return Secret(value)
