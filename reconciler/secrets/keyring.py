"""Passwords from the system's keyring: Windows Credential Manager, macOS Keychain, Secret Service."""

import asyncio

from reconciler.errors import SecretError
from reconciler.model.secret import KeyringRef, Secret


async def from_keyring(ref: KeyringRef) -> Secret:
    """The password that the keyring keeps; raises SecretError where there is no keyring or no such entry.

    A keyring may ask its user to unlock it, so it is asked in a thread.
    """
    return await asyncio.to_thread(_look_up, ref)


def _look_up(ref: KeyringRef) -> Secret:
    import keyring  # slow to import, and seldom used

    remedy = f'store it with: python -P -m keyring set "{ref.service}" "{ref.username}"'
    try:
        value = keyring.get_password(ref.service, ref.username)
    except Exception as error:  # noqa: BLE001  # a backend raises whatever its system's library does
        reason = f"{type(error).__name__}: {error}"
        raise SecretError(f"the keyring gave no password for {ref.username} under {ref.service}: {reason}") from None
    if not value:
        raise SecretError(f"the keyring has no password for {ref.username} under {ref.service}: {remedy}")
    return Secret(value)
