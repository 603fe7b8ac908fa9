"""Passwords that come back in a text, however they are written there."""

from __future__ import annotations

import html
import json
from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace
from html.entities import codepoint2name
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.bromcom.masking import CUT, masked, masked_names
from reconciler.model.evidence import Known, Unknown
from tests.bromcom.answers import columns, entities, fault11, healthy
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.workspaces import ADDRESS, PASSWORD, QUICK, one

if TYPE_CHECKING:
    from collections.abc import Callable

HIDDEN = "(the password)"


def _utf16(text: str) -> list[int]:
    encoded = text.encode("utf-16-be")
    return [int.from_bytes(encoded[place : place + 2]) for place in range(0, len(encoded), 2)]


WRITINGS: list[Callable[[str], str]] = [
    str,
    str.lower,
    str.upper,
    lambda text: repr(text)[1:-1],
    lambda text: repr(text.encode())[2:-1],
    lambda text: json.dumps(text)[1:-1],
    lambda text: " ".join(text.split()),
    lambda text: text.encode().decode("latin-1"),
    escape,
    lambda text: quoteattr(text)[1:-1],
    quote,
    lambda text: quote(text, safe=""),
    quote_plus,
    html.escape,
    lambda text: "".join(f"&#{ord(character)};" for character in text),
    lambda text: "".join(f"&#x{ord(character):04X};" for character in text),
    lambda text: "".join(f"&#0{ord(character)}" for character in text),
    lambda text: "".join(f"&{name};" if (name := codepoint2name.get(ord(one))) else one for one in text),
    lambda text: text.replace('"', '\\"').replace("'", "\\'"),
    lambda text: "".join(f"\\u{unit:04x}" for unit in _utf16(text)),
    lambda text: "".join(f"%u{unit:04X}" for unit in _utf16(text)),
    lambda text: "".join(f"&#{unit};" for unit in _utf16(text)),
    lambda text: "".join(f"\\u{{{ord(character):x}}}" for character in text),
    lambda text: "".join(f"\\U{ord(character):08x}" for character in text),
    lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: text.replace("'", "''").replace('"', '""'),
    lambda text: text.encode("ascii", "replace").decode(),
    lambda text: text.encode().decode("ascii", "replace"),
    lambda text: text.encode().decode("cp1252", "replace"),
]
# Not of one another: nobody looks for the hexadecimal numbers of an escape.
SEEN_OR_NUMBERED: list[Callable[[str], str]] = [
    lambda text: "".join(f"_x{unit:04X}_" for unit in _utf16(text)),
    lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    lambda text: text.encode().hex(),
    lambda text: text.encode().hex(" ").upper(),
    lambda text: text.encode("utf-16-le").hex(":"),
    lambda text: ", ".join(f"0x{byte:x}" if byte > 15 else f"0x0{byte:x}" for byte in text.encode()),
    lambda text: ", ".join(str(byte) for byte in text.encode()),
    lambda text: "\N{SOFT HYPHEN}".join(text),
    lambda text: "&#8203;".join(text),
    lambda text: "<wbr/>".join(text),
    lambda text: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text),
]


@pytest.mark.parametrize("password", ["plainpass77", "it's\"q\\x77", 'pa&ss<w>"rd7', "two  spaces  7x", "pässwörd-é7"])
@pytest.mark.parametrize("writing", range(len(WRITINGS) + len(SEEN_OR_NUMBERED)))
@pytest.mark.parametrize("around", ["bad: {}!", "user_{}x", "{}"])
def test_every_writing_of_a_password_is_taken_out(password: str, writing: int, around: str) -> None:
    """Escaped, as bytes, in another case, glued to a word: none of it is left."""
    assert masked(around.format([*WRITINGS, *SEEN_OR_NUMBERED][writing](password)), password) == around.format(HIDDEN)


PASSWORDS = st.text(min_size=8, max_size=40).map(str.strip).filter(lambda text: len(text) >= 8)
# What loses letters, and what is no whole writing once another is laid over it, comes last or not at all.
LOSSLESS = [writing for number, writing in enumerate(WRITINGS) if number not in (1, 2, 6, len(WRITINGS) - 1)][:-2]


@given(
    st.text(min_size=8).filter(str.strip), st.binary(max_size=7), st.binary(max_size=7), st.booleans(), st.booleans()
)
def test_no_password_stays_in_base64(password: str, before: bytes, after: bytes, wide: bool, safe: bool) -> None:
    """Wherever among the other bytes it begins, as in the header of a login: no letter of it alone is left."""
    written = password.encode("utf-16-le" if wide else "utf-8", "replace")
    letters = (urlsafe_b64encode if safe else b64encode)(before + written + after).decode()
    start, end = len(before) * 4 // 3, -(-(len(before) + len(written)) * 4 // 3)
    shown = masked(f"bad: {letters}.", password)
    assert HIDDEN in shown
    assert letters[start:end] not in shown


@given(PASSWORDS, st.lists(st.sampled_from(LOSSLESS), max_size=2), st.sampled_from(["bad: {}!", "<b>{}</b>", "{}"]))
@example("a%41b&amp;c\\x41+", [quote, html.escape], "{}")
def test_a_random_password_in_every_writing_of_every_writing_is_taken_out(
    password: str, writings: list[Callable[[str], str]], around: str
) -> None:
    """Whatever characters it has, those included that look like escapes: nothing of it is left."""
    written = password
    for writing in writings:
        written = writing(written)
    assert masked(around.format(written), password) == around.format(HIDDEN)


# Whoever writes a backslash for other letters doubles it.
@given(PASSWORDS.map(lambda text: text.replace("\\", "/")), st.data())
def test_a_password_with_each_letter_in_a_writing_of_its_own_is_taken_out(password: str, data: st.DataObject) -> None:
    """Encoders escape what they must and leave the rest."""
    closed = [writing for writing in LOSSLESS if writing("0") != "&#048"]  # the next letter might be a further digit
    written = "".join(data.draw(st.sampled_from(closed))(character) for character in password)
    assert masked(f"<{written}>", password) == f"<{HIDDEN}>"


@given(st.text(min_size=8), st.text(), st.text())
def test_no_password_stays_in_a_text(password: str, before: str, after: str) -> None:
    """Whatever characters it has; one of blanks is none."""
    if password.split():
        assert password not in masked(before + password + after, password).replace(HIDDEN, "\0")


def test_a_short_password_is_taken_out_as_a_word_and_a_very_short_one_not_at_all() -> None:
    """Taking letters out of ordinary words would show which letters the password has."""
    assert masked("pass the password, passed", "pass") == f"{HIDDEN} the password, passed"
    assert masked("x!pw77!x", "!pw77!") == f"x{HIDDEN}x"
    assert masked("a cat sat", "cat") == "a cat sat"
    assert masked("a    b", "    ") == "a    b"


CUTS = {
    "fault": lambda text: http(fault11(text), "500 E"),
    "title": lambda text: http(f"<html><title>{text}</title>", kind="text/html"),
    "title, escaped": lambda text: http(f"<html><title>{html.escape(text)}</title>", kind="text/html"),
    "title without an end": lambda text: http(f"<html><title>{text}", kind="text/html"),
    "content type": lambda text: http("x", kind=f"a/{text}"),
    "redirect": lambda text: http(status="302 Found", Location=f"https://{text.replace('<', '')}/"),
    "broken XML": lambda text: http(f"<a><{text}></a>"),
}


@pytest.mark.parametrize("where", CUTS)
@pytest.mark.parametrize("space", [0, 60, 380, 395, 480, 495, 8180])
def test_a_password_is_taken_out_before_a_text_is_cut(where: str, space: int) -> None:
    """Cut first, a part of it would be left."""
    secret = "hunter2<hunter2hunter2" if where != "redirect" else "hunter2hunter2hunter2"

    def respond(request: Request) -> Answer:
        if request.operation != "findEntitiesBySchoolID":
            return healthy(request)
        return CUTS[where]("y" * space + secret.upper())

    with serving(respond) as server:
        login = one(server.url(), password=secret).accesses[ADDRESS].login
    assert isinstance(login, Unknown)
    assert "hunter" not in login.text.lower()
    assert len(login.text) < 600


@given(PASSWORDS, st.integers(4, 40))
def test_what_is_left_of_a_password_at_a_cut_is_taken_out(password: str, length: int) -> None:
    """A text that was cut says so."""
    beginning = password[:length].strip()
    if len(beginning) >= 4:
        assert masked(f"bad: {beginning}{CUT}", password) in (f"bad: {HIDDEN}", f"bad: {HIDDEN}{CUT}")


NAMES = {
    "as it is": "hunter2hunter2",
    "in capitals, with blanks": " HUNTER2hunter2 ",
    "inside another name": "xhunter2hunter2x",
    "escaped": "&#104;unter2hunter2",
    "in hexadecimal": b"hunter2hunter2".hex(),
    "in base64": b64encode(b"hunter2hunter2").decode(),
    "as .NET writes names": "_x0068_unter2hunter2",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("declared", [[], ["Students", "Hunter2Hunter2"]], ids=["undeclared", "declared"])
def test_a_name_that_is_the_password_is_never_shown(name: str, declared: list[str]) -> None:
    """Of an entity or of a column; the others are, and a declared one compares as what it is."""

    def respond(request: Request) -> Answer:
        match request.operation:
            case "findEntitiesBySchoolID":
                return http(entities(["Students", NAMES[name]]))
            case "getEntityDataBySchoolID":
                return http(columns("StudentID", NAMES[name].strip().replace("&#", "")))
            case _:
                return healthy(request)

    with serving(respond) as server:
        live = one(server.url(), replace(QUICK, deep=True), declared=declared, password="hunter2hunter2")
    found = live.accesses[ADDRESS]
    assert isinstance(found.entities, Known)
    other, shown = sorted(found.entities.value.values(), key=lambda text: HIDDEN in text)
    assert other == "Students"
    assert HIDDEN in shown
    assert "hunter2" not in shown.lower()
    assert ("students" in found.columns) == bool(declared)
    assert name == "escaped" or "hunter2" not in repr(list(found.columns.values())).lower()


def test_a_short_name_that_is_the_password_is_hidden_too() -> None:
    """However many entities have one like it: whoever chose it must choose another."""
    assert masked_names(["Cat", "Category"], "cat") == [HIDDEN, "Category"]
    assert masked_names(["Students"], "Staff!") == ["Students"]


def test_what_does_not_speak_http_is_not_quoted() -> None:
    """It may be our own message, sent back."""

    def respond(request: Request) -> Answer:
        return request.body + b"\r\n\r\n" if request.operation == "findEntitiesBySchoolID" else healthy(request)

    with serving(respond) as server:
        login = one(server.url()).accesses[ADDRESS].login
    assert isinstance(login, Unknown)
    assert login.text == "what answers at 127.0.0.1 does not speak HTTP as it should"
    assert PASSWORD.split()[0] not in login.text
