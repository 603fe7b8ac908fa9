"""Text from outside, made safe for a terminal."""

from __future__ import annotations

import pytest

from reconciler.report.printable import printable


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Students", "Students"),
        ("Schüler · 学生", "Schüler · 学生"),
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("a\nb\r\tc", "a\\x0ab\\x0d\\x09c"),
        ("\x9b31m", "\\x9b31m"),
        ("evil\u202egpj.exe", "evil\\u202egpj.exe"),
        ("\u2028\u2066\ufeff", "\\u2028\\u2066\\ufeff"),
        ("\ud800\udfff", "\\ud800\\udfff"),
        ("\x1f \x7e\x7f\x80\x9f\xa0", "\\x1f \x7e\\x7f\\x80\\x9f\xa0"),
        ("\u061b\u061c\u200d\u200e\u200f", "\u061b\\u061c\u200d\\u200e\\u200f"),
        ("\u2027\u202a\u202b\u202c\u202d\u202f", "\u2027\\u202a\\u202b\\u202c\\u202d\u202f"),
        ("\u2065\u2067\u2068\u2069\u206a", "\u2065\\u2067\\u2068\\u2069\u206a"),
    ],
)
def test_text_from_outside_cannot_steer_a_terminal(raw: str, shown: str) -> None:
    """Control characters, line breaks and marks that turn text around are shown as their numbers."""
    assert printable(raw) == shown
