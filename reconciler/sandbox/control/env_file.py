"""The passwords that the schools handed over, and the numbers of canaries, as a file of environment variables."""

import re
from pathlib import Path

from reconciler.files import write_text_atomically
from reconciler.sandbox.control.controls import Controls

_PLAIN = re.compile(r"[A-Za-z0-9._~+/@:-]+")


def write_env_file(path: Path, controls: Controls) -> None:
    """Write a line `NAME=password` for every account that has a variable, made or not, and `NAME=number` for canaries;
    raises InputError."""
    lines = ["# The practice passwords of `reconciler sandbox`. They open nothing real."]
    for school in controls.schools():
        handed_over = controls.handed_over(school.school_id) + controls.canaries(school.school_id)
        lines += [f"{name}={_value(value)}" for name, value in handed_over]
    write_text_atomically(path, "\n".join(lines) + "\n", private=True)


def _value(password: str) -> str:
    """A password for such a file, quoted if it contains special characters."""
    if _PLAIN.fullmatch(password):
        return password
    if "'" not in password and "\\" not in password:
        return f"'{password}'"
    quoted = password.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'
