"""Passwords that come back in a text, however they are written there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.bromcom.masking import masked
from reconciler.model.fact import Unknown
from tests.bromcom.answers import fault11, healthy
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.workspaces import ADDRESS, PASSWORD, one

if TYPE_CHECKING:
    from collections.abc import Callable

HIDDEN = "(the password)"
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
]


@pytest.mark.parametrize("password", ["plainpass77", "it's\"q\\x77", 'pa&ss<w>"rd7', "two  spaces  7x", "pässwörd-é7"])
@pytest.mark.parametrize("writing", range(len(WRITINGS)))
@pytest.mark.parametrize("around", ["bad: {}!", "user_{}x", "{}"])
def test_every_writing_of_a_password_is_taken_out(password: str, writing: int, around: str) -> None:
    """Escaped, as bytes, in another case, glued to a word: none of it is left."""
    assert masked(around.format(WRITINGS[writing](password)), password) == around.format(HIDDEN)


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


@pytest.mark.parametrize("where", ["fault", "title", "content type", "redirect"])
@pytest.mark.parametrize("space", [0, 60, 380, 395, 480, 495])
def test_a_password_is_taken_out_before_a_text_is_cut(where: str, space: int) -> None:
    """Cut first, a part of it would be left."""
    secret = "hunter2hunter2hunter2"

    def respond(request: Request) -> Answer:
        if request.operation != "findEntitiesBySchoolID":
            return healthy(request)
        text = "y" * space + secret.upper()
        match where:
            case "fault":
                return http(fault11(text), "500 E")
            case "title":
                return http(f"<html><title>{text}</title>", kind="text/html")
            case "content type":
                return http("x", kind=f"a/{text}")
            case _:
                return http(status="302 Found", Location=f"https://{text}/")

    with serving(respond) as server:
        login = one(server.url(), password=secret).accesses[ADDRESS].login
    assert isinstance(login, Unknown)
    assert "hunter" not in login.text.lower()
    assert len(login.text) < 600


def test_what_does_not_speak_http_is_not_quoted() -> None:
    """It may be our own message, sent back."""

    def respond(request: Request) -> Answer:
        return request.body + b"\r\n\r\n" if request.operation == "findEntitiesBySchoolID" else healthy(request)

    with serving(respond) as server:
        login = one(server.url()).accesses[ADDRESS].login
    assert isinstance(login, Unknown)
    assert login.text == "what answers at 127.0.0.1 does not speak HTTP as it should"
    assert PASSWORD.split()[0] not in login.text
