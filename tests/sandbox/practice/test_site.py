"""The practice pages as a whole: what every page has, whom they answer, and that whatever is typed stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.server import serve
from reconciler.sandbox.state.records import Application, Role, SandboxAccount
from reconciler.sandbox.state.seed import Seed, SeedSchool
from tests.sandbox.practice.forms import FORM, SCHOOL, cells, html, look, said, send, text_of
from tests.sandbox.wire import request

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

PAGES = (
    *("students", "staff", "contacts", "system-users", "third-party-access", "roles-and-permissions"),
    *("partner-applications", "administration-defaults"),
)
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} &lt;b&gt; </textarea>",
    "\u202eevil\u202c \u05d0\u05d1\u05d2",
    "a/b?c=d&e=%2e#f",
)


def test_the_first_page_leads_to_every_school(sandbox: SandboxServer) -> None:
    """Each link says the name and the School ID."""
    page = html(request(sandbox, "GET", "/practice/"))
    links = [(text_of(link), link.get("href")) for link in page.iterfind(".//main//a")]
    assert links == [
        ("Public Task School School 10001", "/practice/10001/"),
        ("Consent School School 10002", "/practice/10002/"),
    ]


@pytest.mark.parametrize("path", ["", *PAGES])
def test_every_page_says_what_it_is_and_has_the_whole_menu(sandbox: SandboxServer, path: str) -> None:
    """A language, a title, one main part, one first heading, a link that skips the menu, and nobody's name."""
    reply = look(sandbox, path)
    page = html(reply)
    assert reply.status == 200
    assert "Practice page. Everyone here is invented." in text_of(page)
    assert page.get("lang") == "en-GB"
    assert (len(page.findall(".//main")), len(page.findall(".//h1"))) == (1, 1)
    assert page.find(".//body")[0].get("href") == "#main"  # type: ignore[index]
    assert [text_of(heading) for heading in page.iterfind(".//nav//h2")] == [
        *("Modules", "Modules > Setup", "Config > Setup", "Config > Administration")
    ]
    assert [str(link.get("href")) for link in page.iterfind(".//nav//a")] == [f"{SCHOOL}{word}" for word in PAGES]
    current = page.findall(".//nav//a[@aria-current]")
    assert [text_of(link) for link in current] == [text_of(page.find(".//h1"))] * bool(path)  # type: ignore[arg-type]


def test_addresses_without_their_last_slash_lead_on(sandbox: SandboxServer) -> None:
    """As people type them."""
    for path in ("/practice", "/practice/10001"):
        reply = request(sandbox, "GET", path)
        assert (reply.status, reply.headers["Location"]) == (303, f"{path}/")


@pytest.mark.parametrize(
    "path", ["/practice/nowhere", "/practice/10003/", "/practice/10001/nowhere", "/practice/10001/students/nowhere"]
)
def test_what_is_not_there_is_said_on_a_page(sandbox: SandboxServer, path: str) -> None:
    """HTTP 404, and a way back."""
    reply = request(sandbox, "GET", path)
    assert (reply.status, said(reply, "alert")) == (404, "There is no such practice page.")
    assert [link.get("href") for link in html(reply).iterfind(".//main//a")] == ["/practice/"]


def test_nothing_can_be_sent_to_where_no_form_is(sandbox: SandboxServer) -> None:
    """The first page and a school's home are to be looked at; other methods there are none."""
    assert request(sandbox, "POST", "/practice/", b"", FORM).status == 404
    assert request(sandbox, "POST", SCHOOL, b"", FORM).status == 404
    assert request(sandbox, "DELETE", f"{SCHOOL}system-users").status == 405


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"{}", "application/json"), (b"entity=Staff", "text/plain"), (b"--x--", "multipart/form-data; boundary=x")],
)
def test_what_is_no_form_of_these_pages_changes_nothing(sandbox: SandboxServer, body: bytes, content_type: str) -> None:
    """HTTP 400."""
    before = sandbox.accounts(10001)
    reply = request(sandbox, "POST", f"{SCHOOL}third-party-access?account=reader", body, {"Content-Type": content_type})
    assert reply.status == 400
    assert sandbox.accounts(10001) == before


def test_a_form_with_too_many_fields_or_no_text_is_refused(sandbox: SandboxServer) -> None:
    """And one that is bigger than any page's."""
    path = f"{SCHOOL}third-party-access?account=reader"
    assert request(sandbox, "POST", path, b"entity=Staff&" * 5001, FORM).status == 400
    assert request(sandbox, "POST", path, b"entity=%ff%fe", FORM).status == 400
    assert request(sandbox, "POST", path, b"entity=" + b"x" * 2_000_000, FORM).status == 413
    assert len(sandbox.accounts(10001)[2].ticks) == 6


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:8765"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_site_has_no_pages(sandbox: SandboxServer, method: str, headers: dict[str, str]) -> None:
    """Neither by another name for this machine, nor by a form that a browser is made to send."""
    before = sandbox.accounts(10001)
    path = f"{SCHOOL}system-users/password?username=reader"
    reply = request(sandbox, method, path, b"password=stolen", {**FORM, **headers})
    assert reply.status == 403
    assert sandbox.accounts(10001) == before


def test_no_other_site_can_frame_a_page_and_a_page_can_load_nothing_of_another(sandbox: SandboxServer) -> None:
    """The policy is on every answer."""
    for path in ("/practice/", "/practice/nowhere", f"{SCHOOL}students", "/practice/practice.css"):
        policy = request(sandbox, "GET", path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy


def test_a_message_is_one_of_the_pages_own(sandbox: SandboxServer) -> None:
    """A link cannot put words on a page."""
    assert said(look(sandbox, "system-users?said=user-details-saved")) == "User Details Saved"
    assert said(look(sandbox, "system-users?said=Please+call+0800")) == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_stays_text(text: str) -> None:
    """As a school's name, an account's, a role's, an application's, a person's: shown as it is, and found again."""
    school = SeedSchool(
        10001,
        text,
        "Public Task",
        (),
        (SandboxAccount(text, "p", "p", first_name=text, last_name=text, roles=("Third Party", text)),),
        (Role(text, text, (text,)),),
        (Application(text, ("Staff",), installed=False),),
    )
    with serve(Seed((school,))) as sandbox:
        for path in ("", *PAGES):
            reply = look(sandbox, path)
            page = html(reply)
            assert reply.status == 200
            assert text_of(page).count(" ".join(text.split())) >= 1
            assert not page.findall(".//img")
            assert [script.get("src") for script in page.iter("script")] == ["/practice/practice.js"]
            for link in page.iterfind(".//main//a"):
                assert request(sandbox, "GET", str(link.get("href"))).status == 200
        name = cells(look(sandbox, "system-users"))[0][0]
        assert name == " ".join(text.split())


def test_hostile_text_that_is_refused_comes_back_as_text(sandbox: SandboxServer) -> None:
    """In the message and in the field."""
    text = '"><script>alert(1)</script>'
    send(sandbox, "system-users/new", ("username", text), ("password", "p"))
    reply = send(sandbox, "system-users/new", ("username", text), ("password", "p"))
    assert reply.status == 400
    assert text in said(reply, "alert")
    assert html(reply).find(".//input[@id='username']").get("value") == text  # type: ignore[union-attr]
    assert b"<script>alert" not in reply.body
