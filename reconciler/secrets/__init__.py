"""Passwords from their sources: variables, files, the system's keyring, and programs.

No source keeps a password, and no error contains one: a SecretError names the reference and what to do.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, assert_never

from reconciler.errors import InputError, SecretError
from reconciler.files import read_text
from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef, Secret, SecretRef
from reconciler.secrets.command import from_command
from reconciler.secrets.environment import Environment, from_env

_AT_ONCE: Final = 16


def passwords(
    environment: Environment, workspace: Path, masked: Callable[[str, str], str]
) -> Callable[[SecretRef], Awaitable[Secret]]:
    """Return the function that turns a reference into a Secret, or raises SecretError.

    `env:` is looked up in `environment`; a relative `file:` starts at `workspace`; `masked` masks a password in a
    program's output. Programs and keyrings are asked a few at a time, however many accesses wait.
    """
    few = asyncio.Semaphore(_AT_ONCE)

    async def password(ref: SecretRef) -> Secret:
        match ref:
            case EnvRef():
                return from_env(ref, environment)
            case FileRef():
                return _from_file(ref, workspace)
            case KeyringRef():
                # In a thread, since a keyring may ask its user to unlock it.
                async with few:
                    return await asyncio.to_thread(_from_keyring, ref)
            case CommandRef():
                async with few:
                    return await from_command(ref, environment, workspace, masked)
            case _:
                assert_never(ref)

    return password


def _from_file(ref: FileRef, workspace: Path) -> Secret:
    """Return a file's first line, as container platforms mount passwords."""
    try:
        text = read_text(workspace / ref.path, what="the password file")
    except InputError as error:
        raise SecretError(str(error)) from None
    line = text.partition("\n")[0]
    if not line:
        raise SecretError(f"the first line of the password file {ref.path} is empty: write the password there")
    return Secret(line)


def _from_keyring(ref: KeyringRef) -> Secret:
    """Return a password from Windows Credential Manager, macOS Keychain or Secret Service."""
    import keyring  # slow to import, and seldom used
    from keyring.errors import NoKeyringError

    try:
        value = keyring.get_password(ref.service, ref.username)
    except NoKeyringError:
        raise SecretError(
            "this computer has no keyring, like most servers without a desktop: write `env: NAME` in place of "
            "`keyring:`, and NAME='...' into a file that you name with --env-file"
        ) from None
    except Exception as error:  # noqa: BLE001  # a backend raises whatever its system's library does
        reason = f"{type(error).__name__}: {error}"
        raise SecretError(f"the keyring gave no password for {ref.username} under {ref.service}: {reason}") from None
    if not value:
        raise SecretError(
            f"the keyring has no password for {ref.username} under {ref.service}: type it in `reconciler ui`, on the "
            "page Give a password"
        )
    return Secret(value)
