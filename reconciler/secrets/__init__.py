"""Where passwords come from: one source a file, one function for them all.

No source keeps a password, and no error holds one: a SecretError names the reference and what to do.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import assert_never

from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef, Secret, SecretRef
from reconciler.secrets.command import from_command
from reconciler.secrets.environment import Environment, from_env
from reconciler.secrets.file import from_file
from reconciler.secrets.keyring import from_keyring


def passwords(
    environment: Environment, workspace: Path, masked: Callable[[str, str], str]
) -> Callable[[SecretRef], Awaitable[Secret]]:
    """The function that turns a reference into a Secret; it raises SecretError where there is none to be had.

    `environment` is what `env:` is looked up in; a relative `file:` starts at `workspace`; `masked` takes a password
    out of what a program says.
    """

    async def password(ref: SecretRef) -> Secret:
        match ref:
            case EnvRef():
                return from_env(ref, environment)
            case FileRef():
                return from_file(ref, workspace)
            case KeyringRef():
                return await from_keyring(ref)
            case CommandRef():
                return await from_command(ref, environment, workspace, masked)
            case _:
                assert_never(ref)

    return password
