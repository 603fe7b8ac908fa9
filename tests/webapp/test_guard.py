"""The app answers the person who started it, and no page, program or user besides."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reconciler.webapp.guard import VALID, Guard, LinkUse
from tests.cli.world import PASSWORD, TRACES, write_workspace
from tests.webapp.running import AppProcess, Client, running_app, second_link

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer

NOW = datetime(2026, 11, 30, 6, tzinfo=UTC)
# The program, with one page that breaks.
FAULTY = f"""
from reconciler.__main__ import run
from reconciler.webapp import server

def broken(routes, method, path):
    if path == "register.html":
        raise RuntimeError({PASSWORD!r})
    return found(routes, method, path)

found, server.matching = server.matching, broken
run()
"""


def test_a_link_opens_the_app_once(app: AppProcess, browser: Client) -> None:
    """The second browser with the same link is told what to do, and sees nothing."""
    thief = Client(browser.link)
    answer = thief.open()
    assert answer.status == 403
    assert "used already" in answer.words
    assert "Run reconciler ui again" in answer.words
    assert thief.ask("GET", "/").status == 401


def test_a_link_is_good_for_ten_minutes() -> None:
    """An old one opens nothing, an unknown one neither."""
    guard = Guard()
    token = guard.new_token(NOW)
    assert guard.open(token, NOW + VALID + timedelta(seconds=1)) is LinkUse.EXPIRED
    assert guard.open("another", NOW) is LinkUse.UNKNOWN
    assert guard.csrf(guard.open(guard.new_token(NOW), NOW + VALID))


def test_links_and_cookies_are_kept_as_hashes() -> None:
    """What the app holds of them opens nothing."""
    guard = Guard()
    token = guard.new_token(NOW)
    cookie = guard.open(token, NOW)
    assert not [secret for secret in (token, cookie) if str(secret) in str(vars(guard))]


def test_a_fault_of_our_own_is_told_without_its_text(sandbox: SandboxServer, tmp_path: Path) -> None:
    """Neither page nor terminal has the words of the exception, which may be anything; both say where it arose."""
    with running_app(write_workspace(tmp_path, sandbox), program=("-c", FAULTY)) as app:
        answer = app.browser().get("register.html")
        terminal = app.end()
    assert answer.status == 500
    assert "met a bug (RuntimeError)" in answer.words
    assert "met a bug (RuntimeError)" in terminal
    for told in (answer.text, terminal):
        assert "in _viewed" in told
        assert not [trace for trace in TRACES if trace in told]


def test_a_cookie_of_another_opens_nothing(app: AppProcess, browser: Client) -> None:
    """Neither an invented one nor none reads a page, the right path or not."""
    for cookie in ("", "invented", browser.cookie[:-1], "å"):
        other = Client(app.link, cookie=cookie, root=browser.root)
        for path in ("index.html", "plan.html", "assets/app.css", "check/events", "nothing"):
            assert other.ask("GET", browser.root + path).status in (400, 401), (cookie, path)


def test_the_cookie_goes_to_no_other_server(app: AppProcess) -> None:
    """Browsers send cookies to every port of a host: ours is for a path that only the app knows, and for no script."""
    answer = Client(second_link(app.workspace)).ask("GET", f"/?{second_link(app.workspace).partition('?')[2]}")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    path = answer.headers["Location"].removesuffix("index.html")
    assert f"Path={path}" in cookie
    assert len(path) > 16


@pytest.mark.parametrize("host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}"])
def test_another_host_is_refused(browser: Client, host: str) -> None:
    """A name that leads here (DNS rebinding) reads nothing, even with the cookie."""
    port = browser.origin.rpartition(":")[2]
    answer = browser.get("index.html", Host=host.format(port=port))
    assert answer.status == 403
    assert "small-world" not in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
def test_another_origin_is_refused(browser: Client, origin: str) -> None:
    """A form or a script of another page does nothing, with the right token too."""
    csrf = browser.get("index.html").csrf
    assert browser.post("check", f"csrf={csrf}", Origin=origin).status == 403
    assert browser.get("index.html", Origin=origin).status == 403


def test_a_form_without_an_origin_is_refused(browser: Client) -> None:
    """Browsers name it with every form."""
    assert browser.post("check", f"csrf={browser.get('index.html').csrf}").status == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_port_cannot_load_parts(browser: Client, site: str) -> None:
    """As a picture, a script or a fetch nothing is answered; a link that a person follows is."""
    assert browser.get("index.html", Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors").status == 403
    assert browser.get("index.html", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate").status == 200


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é"])
def test_a_form_without_its_token_does_nothing(browser: Client, csrf: str) -> None:
    """The page says so, and no check is begun."""
    answer = browser.post("check", f"csrf={csrf}", Origin=browser.origin)
    assert answer.status == 403
    assert "Nothing was done" in answer.words
    json = browser.post("check", '{"csrf": "x"}', Origin=browser.origin, Content_Type="application/json")
    assert json.status == 403


def test_a_token_is_of_one_session(app: AppProcess, browser: Client) -> None:
    """The token of another browser's forms is refused."""
    other = app.browser()
    csrf = other.get("index.html").csrf
    assert browser.post("check", f"csrf={csrf}", Origin=browser.origin).status == 403


@pytest.mark.parametrize("path", ["index.html", "assets/app.js", "nothing.html", "../x", "check"])
def test_every_answer_has_the_headers(browser: Client, path: str) -> None:
    """No framing, no caching, no foreign content, nothing to other sites: pages, files and refusals alike."""
    for client in (browser, Client(browser.link, root=browser.root)):
        headers = client.get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not [name for name in headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    "path",
    [
        "assets/../../../etc/passwd",
        "assets/..%2f..%2freconciler.yaml",
        "assets/%2e%2e/%2e%2e/reconciler.yaml",
        "schools/..%2f..%2freconciler.yaml.html",
        "assets/app.css%00.html",
        ".reconciler/ui.json",
        "reconciler.yaml",
    ],
)
def test_no_path_leads_out(browser: Client, path: str) -> None:
    """Names are looked up in lists, and never on the disk."""
    answer = browser.get(path)
    assert answer.status in (400, 404)
    assert "apiVersion" not in answer.text


@pytest.mark.skipif(sys.platform == "win32", reason="the folder's own rights hold there")
def test_nothing_is_readable_for_other_users(app: AppProcess, browser: Client) -> None:
    """The folder and the files of the app are its owner's alone."""
    folder = app.workspace / ".reconciler"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_it_serves_on_the_loopback_address_alone(app: AppProcess) -> None:
    """The link says so, and a join without the secret gets nothing."""
    assert app.link.startswith("http://127.0.0.1:")
    stranger = Client(app.link)
    assert stranger.ask("POST", "/join").status == 401
    assert stranger.ask("POST", "/join", Nonce="x", Proof="0" * 64).status == 401
    assert stranger.ask("POST", "/join", Nonce="x", Proof="é").status in (400, 401)
    assert stranger.ask("POST", "/join", Nonce="x", Origin=stranger.origin).status == 401
