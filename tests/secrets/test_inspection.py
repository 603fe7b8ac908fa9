"""What is told of a password without telling it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef, Secret, SecretRef
from reconciler.secrets.environment import Environment
from reconciler.secrets.inspection import notes_on, oddities

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("correct horse battery", ()),
        ("O'Neill's \"best\" café", ()),
        (" leading", ("it begins with a space",)),
        ("trailing\t", ("it ends with a space",)),
        ("'quoted'", ("it has quotes around it, which are sent too",)),
        (' "both" ', ("it begins with a space", "it ends with a space", "it has quotes around it, which are sent too")),
        ("no\u00a0break", ("it has a no-break space (U+00A0) in it",)),
        ("\u201cWord\u201d", ("it has a left double quotation mark (U+201C) in it",)),
        ("GROUPCALL_PASSWORD=abc", ("it looks like a whole line NAME=password",)),
        ("'", ()),
    ],
)
def test_what_is_seldom_meant_is_told(password: str, expected: tuple[str, ...]) -> None:
    """A person can then look at the one place."""
    assert oddities(Secret(password)) == expected


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=6))
def test_law_no_password_is_told(password: str) -> None:
    """Nor any part of it that says more than the character that has to go."""
    told = "".join(oddities(Secret(f" '{password}\u200b")))
    assert password not in told


def test_the_source_of_each_reference_is_told(tmp_path: Path) -> None:
    """With the time of the last change where there is a file."""
    changed = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for name in ("passwords.env", "mounted"):
        (tmp_path / name).write_text("x", encoding="utf-8")
        os.utime(tmp_path / name, (changed.timestamp(),) * 2)
    file = tmp_path / "passwords.env"
    sources = Environment({"A": "1", "B": "other", "C": "3"}, file, {"B": "2", "C": "3"})

    def told(ref: SecretRef) -> tuple[str, datetime | None, str]:
        notes = notes_on(Secret("pw"), ref, sources, tmp_path)
        return notes.source, notes.changed, notes.hidden

    assert told(EnvRef("A")) == ("the environment variable A", None, "")
    assert told(EnvRef("B")) == (f"env B in the file {file}", changed, "The environment variable B")
    assert told(EnvRef("C")) == (f"env C in the file {file}", changed, "")
    assert told(FileRef("mounted")) == ("the file mounted", changed, "")
    assert told(FileRef("gone")) == ("the file gone", None, "")
    assert told(KeyringRef("bromcom", "till")) == ("the keyring bromcom till", None, "")
    assert told(CommandRef(("op", "read"))) == ("the command op", None, "")
