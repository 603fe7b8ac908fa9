"""Passwords are kept as they are: what a store takes is read back, and what it cannot keep is refused."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import keyring
import keyring.backends.fail
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from reconciler.errors import InputError
from reconciler.model.secret import EnvRef, KeyringRef, Secret
from reconciler.secrets.environment import values_of
from reconciler.secrets.storing import has_keyring, keep_in_file, keep_in_keyring

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("A", "B_PASSWORD", "GROUPCALL_GREENFIELD_PASSWORD", "export", "_1", "a", "TILL", "TILL_2")
PASSWORDS = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=12),
    st.text(st.sampled_from("abc'\"\\#$ =%{}\u2019`\t\n"), min_size=1, max_size=12),
)
FILES = st.sampled_from(["", "# Ours\n", "A=old\nexport TILL='x'\n\n# more\nOTHER=kept", 'TILL_2="a b" # why\n'])


@given(FILES, st.dictionaries(st.sampled_from(NAMES), PASSWORDS, min_size=1))
def test_a_file_gives_back_what_it_was_given(text: str, passwords: dict[str, str]) -> None:
    """Any password is read back as it is, or refused; other lines and comments stay."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "passwords.env")
        file.write_text(text, encoding="utf-8", newline="\n")
        others = {name: value for name, value in values_of(text, file, ()).items() if name not in passwords}
        try:
            keep_in_file(file, {EnvRef(name): Secret(value) for name, value in passwords.items()})
        except InputError as error:
            refusal = str(error)
        else:
            refusal = ""
        if refusal:
            assert file.read_text(encoding="utf-8") == text
            assert not [value for value in passwords.values() if len(value) > 6 and value in refusal]
            return
        written = file.read_text(encoding="utf-8")
        assert values_of(written, file, passwords.keys()) == {**others, **passwords}
        assert [line for line in text.splitlines() if line.startswith("#") and line not in written] == []
        assert sys.platform == "win32" or stat.S_IMODE(file.stat().st_mode) == 0o600
        before = file.read_bytes()
        keep_in_file(file, {EnvRef(name): Secret(value) for name, value in passwords.items()})
        assert file.read_bytes() == before


class MemoryKeyring(KeyringBackend):
    """A keyring that keeps its entries for a test."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry."""
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep an entry; one service is out of order."""
        if service == "broken":
            raise RuntimeError(password)
        self.entries[service, username] = password


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    """The keyring of this computer, for the time of a test."""
    before, ours = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


def test_a_keyring_keeps_passwords(memory: MemoryKeyring) -> None:
    """And one that fails is told without the password."""
    assert has_keyring()
    keep_in_keyring({KeyringRef("reconciler", "till.greenfield"): Secret("zq7Kx")})
    assert memory.entries == {("reconciler", "till.greenfield"): "zq7Kx"}
    with pytest.raises(InputError, match=r"RuntimeError.*--passwords FILE") as refused:
        keep_in_keyring({KeyringRef("broken", "till"): Secret("zq7Kx")})
    assert "zq7Kx" not in str(refused.value)


@pytest.mark.usefixtures("memory")
def test_a_computer_without_a_keyring_says_so() -> None:
    """The backend that only fails is none."""
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    assert not has_keyring()
