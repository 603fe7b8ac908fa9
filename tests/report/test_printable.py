"""Text from outside, made safe for a terminal and for the machines of CI."""

from __future__ import annotations

import pytest

from reconciler.report.escape import printable


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
        ("\u061b\u061c\u200d\u200e\u200f\u2010", "\u061b\\u061c\\u200d\\u200e\\u200f\u2010"),
        ("\u2027\u202a\u202b\u202c\u202d\u202f", "\u2027\\u202a\\u202b\\u202c\\u202d\u202f"),
        ("\u2065\u2067\u2068\u2069\u206a", "\\u2065\\u2067\\u2068\\u2069\\u206a"),
        ("Stu\u200bdents\u2060 \u00adx\u200c", "Stu\\u200bdents\\u2060 \\xadx\\u200c"),
        ("Till\U000e0041\u3164\ufe0f", "Till\\U000e0041\\u3164\\ufe0f"),
        ("\ufffd\ufffe\uffff", "\ufffd\\ufffe\\uffff"),
    ],
)
def test_text_from_outside_cannot_steer_a_terminal(raw: str, shown: str) -> None:
    """Control characters, line breaks, marks that turn text around and what takes no room are shown as numbers."""
    assert printable(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("::add-mask::Students", "\\x3a:add-mask::Students"),
        (" \u3000\xa0::error::x", " \u3000\xa0\\x3a:error::x"),
        ("no answer ::error file=x::y", "no answer \\x3a:error file=x::y"),
        (":::error::", "\\x3a::error::"),
        ("\n::error::", "\\x0a\\x3a:error::"),
        ("a::b, http://[::1]:8080/ and fe80::1", "a::b, http://[::1]:8080/ and fe80::1"),
        ("x##[error]y", "x\\x23#[error]y"),
        ("###[group]", "#\\x23#[group]"),
        ("##vso[task.setvariable variable=x]y", "\\x23#vso[task.setvariable variable=x]y"),
        ("##VSO[x]##teamcity[y]", "\\x23#VSO[x]\\x23#teamcity[y]"),
        ("#\u200b#[error]", "#\\u200b#[error]"),
        ("## Students [x] #4711 a#[b]", "## Students [x] #4711 a#[b]"),
    ],
)
def test_what_a_ci_machine_would_take_for_a_command_is_taken_apart(raw: str, shown: str) -> None:
    """GitHub's `::name::` where a line may begin with it, and `##[name]` and Azure's `##vso[...]` anywhere; what only
    looks like one stays."""
    assert printable(raw) == shown
    assert printable(shown) == shown
