"""Environment variables, and a file of them that somebody named.

Passwords from environment variables, or from the file of them that was named.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.errors import SecretError
from reconciler.files import read_text
from reconciler.model.desired import Account, Desired
from reconciler.model.secret import EnvRef, Secret
from reconciler.secrets.env_lines import values_of


@dataclass(frozen=True, slots=True)
class Environment:
    """The place that `env:` is looked up in: the file's values before the variables, since what is named beats what
    happens to be set.

    file       None where none was named
    secret     the names of the variables that manifests take passwords from
    addresses  the names of the variables that hold the address of a webhook
    none_given what is said where no password at all is there; empty where somebody most likely forgot the file
    """

    variables: Mapping[str, str] = field(repr=False)
    file: Path | None = None
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    none_given: str = ""

    def get(self, name: str) -> str | None:
        """The value; None where there is none."""
        return self.values.get(name, self.variables.get(name))

    @property
    def secrets(self) -> Collection[str]:
        """The values that no program is told, and that nothing it says may repeat."""
        return {*self.values.values(), *(value for name, value in self.variables.items() if self._is_secret(name))}

    def for_a_program(self) -> dict[str, str]:
        """The variables without those that hold a secret, and without what the file names: a program that gets one
        password needs none of the others."""
        return {name: value for name, value in self.variables.items() if not self._is_secret(name)}

    def _is_secret(self, variable: str) -> bool:
        names = {*self.secret, *self.addresses, *self.values}
        return variable in ({name.upper() for name in names} if os.name == "nt" else names)

    def lacks(self, name: str) -> str:
        """In words, that there is no such value or only an empty one, and what to do. Where no password at all is
        there it is one sentence for all of them: somebody forgot the file, or named another one."""
        if self.none_given and not self.file and not any(map(self.get, self.secret)):
            return self.none_given
        if len(self.secret) > 1 and not any(map(self.get, self.secret)):
            if self.file:
                return f"none of the {len(self.secret)} passwords is in {self.file} or set: check --env-file"
            return f"none of the {len(self.secret)} passwords is set: name the file that holds them with --env-file"
        if self.file and name in self.values:
            return f"{name} is empty in {self.file}: write the password after the ="
        if self.file:
            return f"{name} is neither in {self.file} nor in the environment: add the line {name}=..."
        state = "is empty" if name in self.variables else "is not set"
        return f"the environment variable {name} {state}: set it, or name a file with --env-file"


def password_variables(desired: Desired) -> frozenset[str]:
    """The names of the variables that the manifests take passwords from."""
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
    """The environment, with the file's lines `NAME=value` where one is named.

    Raises InputError where the file cannot be read, or where a line says something else or not for certain.
    """
    if file is None:
        return Environment(variables, secret=secret, addresses=addresses, none_given=none_given)
    text = read_text(file, what="the environment file")
    return Environment(variables, file, values_of(text, file, secret), secret, addresses)


def from_env(ref: EnvRef, environment: Environment) -> Secret:
    """The variable's value; raises SecretError where it is not set or empty."""
    value = environment.get(ref.name)
    if not value:
        raise SecretError(environment.lacks(ref.name))
    return Secret(value)
