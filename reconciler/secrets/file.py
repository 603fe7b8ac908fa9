"""Passwords from files, as container platforms mount them."""

from pathlib import Path

from reconciler.errors import InputError, SecretError
from reconciler.files import read_text
from reconciler.model.secret import FileRef, Secret


def from_file(ref: FileRef, workspace: Path) -> Secret:
    """The file's first line; raises SecretError where it cannot be read or the line is empty."""
    try:
        text = read_text(workspace / ref.path, what="the password file")
    except InputError as error:
        raise SecretError(str(error)) from None
    line = text.partition("\n")[0]
    if not line:
        raise SecretError(f"the first line of the password file {ref.path} is empty: write the password there")
    return Secret(line)
