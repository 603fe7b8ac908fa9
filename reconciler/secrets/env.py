"""Passwords from environment variables, or from the file of them that was named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import SecretError
from reconciler.model.secret import EnvRef, Secret

if TYPE_CHECKING:
    from reconciler.secrets.environment import Environment


def from_env(ref: EnvRef, environment: Environment) -> Secret:
    """The variable's value; raises SecretError where it is not set or empty."""
    value = environment.get(ref.name)
    if not value:
        raise SecretError(environment.lacks(ref.name))
    return Secret(value)
