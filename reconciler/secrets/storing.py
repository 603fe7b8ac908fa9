"""Keeping passwords: in the system's keyring, or in a file of NAME=value lines for its owner alone."""

import re
from collections.abc import Mapping
from pathlib import Path

from reconciler.errors import InputError
from reconciler.files import read_text, write_text_atomically
from reconciler.model.secret import EnvRef, KeyringRef, Secret
from reconciler.secrets.environment import values_of


def has_keyring() -> bool:
    """Tell if this computer has a keyring that keeps passwords."""
    import keyring  # slow to import, and seldom used
    from keyring.errors import InitError

    try:
        return bool(keyring.get_keyring().priority >= 1)  # the backends that only say that there is none have 0 or less
    except (InitError, RuntimeError):
        return False


def keep_in_keyring(passwords: Mapping[KeyringRef, Secret]) -> None:
    """Keep these in the keyring. Raises InputError for one that it does not take."""
    import keyring

    for ref, secret in passwords.items():
        try:
            keyring.set_password(ref.service, ref.username, secret.reveal())
        except Exception as error:  # noqa: BLE001  # a backend raises whatever its system's library does
            raise InputError(
                f"The keyring did not keep the password of {ref.username}: {type(error).__name__}. "
                "Nothing was written. Keep passwords in a file instead: --passwords FILE"
            ) from None


def keep_in_file(file: Path, passwords: Mapping[EnvRef, Secret]) -> None:
    """Keep these as lines of a file with mode 0600, in place of other lines with their names; all else in it stays.

    Raises InputError, with nothing written, for a file that cannot be read, and a password that no line can have.
    """
    text = read_text(file, what="the file of passwords") if file.exists() else ""
    values = values_of(text, file, frozenset())
    wanted = {ref.name: secret.reveal() for ref, secret in passwords.items()}
    changed = {name: value for name, value in wanted.items() if values.get(name) != value}
    if not changed:
        return
    for name, value in changed.items():
        text = _with_line(text, name, _quoted(value))
    try:
        is_right = values_of(text, file, frozenset(wanted)) == {**values, **wanted}
    except InputError:  # its text is about a line that is not there yet
        is_right = False
    if not is_right:
        raise InputError(
            f"Nothing was written: {', '.join(sorted(changed))} cannot be kept as NAME=value lines of {file}. "
            "Keep passwords in the keyring instead: --passwords keyring"
        )
    write_text_atomically(file, text, private=True)


def _with_line(text: str, name: str, value: str) -> str:
    line = f"{name}={value}"
    there = re.compile(rf"^[ \t]*(?:export[ \t]+)?{re.escape(name)}[ \t]*=.*$", re.MULTILINE)
    if there.search(text):
        return there.sub(lambda _: line, text)
    return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"


def _quoted(value: str) -> str:
    if "'" not in value and "\\" not in value:
        return f"'{value}'"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
