"""The lines of a file of environment values: read whole, or refused with the place and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import InputError
from reconciler.invisible import HIDDEN
from reconciler.secrets.environment import values_of

FILE = Path("passwords.env")


def values(text: str) -> dict[str, str]:
    """The values of a file of which PW is a password."""
    return values_of(text, FILE, {"PW"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("A=1\n  PW=\u201cx\u201d\n", "line 2, column 6 of passwords.env has a left double quotation mark (U+201C) in"),
        ("PW=it\u2019s\n", "line 1, column 6 of passwords.env has a right single quotation mark (U+2019) in a value"),
        ("PW='x\u200b'\n", "line 1, column 6 of passwords.env has a zero-width space (U+200B) in a value"),
        ("PW=x\u00a0\n", "line 1, column 5 of passwords.env has a no-break space (U+00A0) in a value"),
        ("PW=x\u2028A=1\n", "line 1, column 5 of passwords.env has a line separator (U+2028) in a value"),
        ("PW=x\ty\n", "line 1, column 5 of passwords.env has a tab (U+0009) in a value: remove it"),
        ("PW=' x'\n", "line 1, column 5 of passwords.env has a space at the beginning or end of a value in quotes"),
        ("PW='x '\n", "line 1, column 5 of passwords.env has a space at the beginning or end of a value in quotes"),
        ('PW="C:\\new"\n', "line 1, column 5 of passwords.env has a line break (U+000A) in a password: put the value"),
        ('PW="a\nb"\n', "line 1, column 5 of passwords.env has a line break (U+000A) in a password: write the value"),
        ("\u201cPW\u201d=x\n", "line 1, column 1 of passwords.env has a left double quotation mark (U+201C) in a name"),
        ("PW\u00a0=x\n", "line 1, column 3 of passwords.env has a no-break space (U+00A0) in a name"),
        ("\u0420W=x\n", "line 1, column 1 of passwords.env has a Cyrillic capital letter er (U+0420) in a name"),
        ("export\u00a0PW=x\n", "line 1, column 7 of passwords.env has a no-break space (U+00A0) in a name"),
        ('$env:PW = "x"\n', "line 1 of passwords.env is written for PowerShell: write NAME='...', without $env:"),
        ("$Env:PW=x\n", "line 1 of passwords.env is written for PowerShell"),
        ("set PW=x\n", "line 1 of passwords.env is a Windows command: write NAME='...', without set"),
        ('setx PW "x"\n', "line 1 of passwords.env is a Windows command"),
        ("Export PW=x\n", "line 1 of passwords.env has export in capitals"),
        ("PW: x\n", "line 1 of passwords.env is YAML: write NAME='...', with = for the colon"),
        ("PW='it's'\n", "line 1 of passwords.env has an apostrophe between single quotes"),
        ("PW=`x`\n", "line 1, column 4 of passwords.env has a grave accent (U+0060) in a value: write straight quotes"),
        ("PW=\u2032x\u2032\n", "line 1, column 4 of passwords.env has a prime (U+2032) in a value"),
        ("PW=\u00b4x\u00b4\n", "line 1, column 4 of passwords.env has an acute accent (U+00B4) in a value"),
        ('"PW"=x\n', "line 1, column 1 of passwords.env has a quotation mark (U+0022) in a name"),
        ("%PW%=x\n", "line 1, column 1 of passwords.env has a percent sign (U+0025) in a name"),
        ("env:PW=x\n", "line 1, column 4 of passwords.env has a colon (U+003A) in a name"),
        ("PW='a'#b'\n", "line 1, column 7 of passwords.env has a # right after the quotes: put a space before"),
        ("PW='x';\n", "line 1 of passwords.env has a character after the quotes: remove it"),
        ('PW="x",\n', "line 1 of passwords.env has a character after the quotes: remove it"),
        ('{"PW": "x"}\n', "line 1 of passwords.env is JSON: write NAME='...', with = for the colon"),
        ("; A=1\nPW=x\n", "line 1 of passwords.env is not a comment in this file: begin it with #"),
        ("<<<<<<< HEAD\nPW=x\n", "line 1 of passwords.env is left over from an unfinished merge"),
        ("export PW\n", "line 1 of passwords.env is not NAME=value"),
        ("PW='x\\'\n", "line 1 of passwords.env has an apostrophe between single quotes"),
    ],
)  # fmt: skip
def test_a_line_that_is_not_what_it_looks_like_is_refused(text: str, told: str) -> None:
    """The message names the character, its place and what to type, and nothing else of the value."""
    with pytest.raises(InputError) as caught:
        values(text)
    assert str(caught.value).startswith(f"Nothing was checked: {told}")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("export PW=x\n", "x"),
        ("  PW = x \r\n", "x"),
        ("\ufeff"[1:] + "PW='\u201cx\u201d'\n", "\u201cx\u201d"),
        ("# \u201cwords\u201d \u00a0\u200b\nPW='x' # it\u2019s\u00a0so\n", "x"),
        ('PW="it\'s"\n', "it's"),
        ("PW=it's\n", "it's"),
        ("PW='it\\'s \\\\ so'\n", "it's \\ so"),
        ("PW=p\u00e4ssw\u00f6rd\n", "p\u00e4ssw\u00f6rd"),
        ('KEY="-----BEGIN\nMII\n-----END"\nPW=x\n', "x"),
        ("my.app-key=1\nPW=x", "x"),
    ],
)
def test_what_other_programs_take_is_taken(text: str, value: str) -> None:
    """Comments may hold anything, and so may the values of other programs, as far as they can be seen."""
    assert values(text)["PW"] == value


SEEN = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")).filter(
    lambda one: not HIDDEN.match(one)
)
PASSWORD = st.text(SEEN | st.sampled_from(" '\"#\\$=\u201c\u2019"), min_size=1).filter(
    lambda text: text == text.strip(" ")
)


@given(PASSWORD)
def test_following_the_hints_any_password_arrives_as_it_is(password: str) -> None:
    """First as it is typed; where that is refused, in the quotes that the message asks for."""
    escaped = password.replace("\\", "\\\\").replace('"', '\\"')
    ways = [(f"PW={password}\n", ""), (f"PW='{password}'\n", "NAME='...'"), (f'PW="{escaped}"\n', 'NAME="..."')]
    hint = ""
    for text, form in ways:
        if form not in hint:
            continue
        try:
            found = values(text)
        except InputError as error:
            hint = str(error)
            continue
        # `'x'` is a value in quotes, `#x` none, and a backslash may stand before a quote or another one.
        if "\\\\" not in password and "\\'" not in password and password[:1] not in {"'", '"', "#"}:
            assert found == {"PW": password}
        return
    raise AssertionError(hint)


@given(
    st.text(SEEN, min_size=1, max_size=5),
    st.characters().filter(lambda one: bool(HIDDEN.match(one))),
    st.text(SEEN, max_size=5),
)
def test_no_character_that_cannot_be_seen_is_sent(before: str, hidden: str, behind: str) -> None:
    """In no way of writing a value."""
    for quote in ("", "'", '"'):
        try:
            found = values(f"PW={quote}{before}{hidden}{behind}{quote}\n")
        except InputError:
            continue
        assert not any(HIDDEN.search(value) for value in found.values())
