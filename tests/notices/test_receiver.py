"""Where a heartbeat or a notification may go, and what is said of an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import InputError
from reconciler.notifications.destination import WebAddress, destination
from reconciler.secrets.environment import Environment

NOWHERE = Environment({})


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://hooks.example/services/T0/B0/zq7Kx", "--notify (hooks.example)"),
        ("https://prod-1.logic.example:443/workflows/x?sp=%2Ftriggers&sig=zq7Kx", "--notify (prod-1.logic.example)"),
        ("http://127.0.0.1:3001/api/push/zq7Kx?msg={state}", "--notify (127.0.0.1)"),
        ("http://localhost:3001/zq7Kx", "--notify (localhost)"),
        ("http://[::1]:3001/zq7Kx", "--notify ([::1])"),
    ],
)
def test_an_address_of_the_web_is_shown_by_its_host_alone(address: str, told: str) -> None:
    """Who knows the rest can post."""
    web = destination("--notify", address, NOWHERE)
    assert isinstance(web, WebAddress)
    assert (web.address, web.told) == (address, told)
    assert "zq7Kx" not in repr(web)


def test_a_name_of_an_environment_variable_stands_for_its_address() -> None:
    """The file of --env-file beats what happens to be set; the end of a line is no part of it."""
    kept = Environment({"HOOK": "https://a.example/1"}, Path("safe.env"), {"HOOK": "https://b.example/2\n"})
    web = destination("--notify", "env:HOOK", kept)
    assert isinstance(web, WebAddress)
    assert web.address == "https://b.example/2"


@pytest.mark.parametrize("name", ["HOOK", "EMPTY", ""])
def test_a_variable_that_is_not_there_is_told(name: str) -> None:
    """A job without its secret must not look like one that had nothing to tell."""
    with pytest.raises(InputError, match="is not set or is empty"):
        destination("--notify", f"env:{name}", Environment({"EMPTY": " \n"}))


@pytest.mark.parametrize("written", ["beat.json", "../drift.json", "./env:x"])
def test_anything_else_is_a_file(written: str) -> None:
    """A relative one is of the folder where the program was started."""
    assert destination("--heartbeat", written, NOWHERE) == Path(written)


@pytest.mark.parametrize(
    "written", ["", " ", "hc-ping.example/zq7Kx", "https:/host.example/zq7Kx", "beat-{state}.json"]
)
def test_what_can_be_no_file_is_most_likely_an_address_and_refused(written: str) -> None:
    """No folder is made for it, and what may be its secret part is not shown."""
    with pytest.raises(InputError, match="--heartbeat") as caught:
        destination("--heartbeat", written, NOWHERE)
    assert "zq7Kx" not in str(caught.value)
    assert not Path("hc-ping.example").exists()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://host.example/zq7Kx", "is not a web address"),
        ("https://", "is not a web address"),
        ("https:///zq7Kx", "is not a web address"),
        ("https://host.example:port/zq7Kx", "is not a web address"),
        ("https://host.example/zq7Kx\r\nHost: other", "is not a web address"),
        ("https://host.example/zq 7Kx", "is not a web address"),
        ("https://höst.example/zq7Kx", "is not a web address"),
        ("https://me:zq7Kx@host.example/", "contains a login"),
        ("http://kuma.local/zq7Kx", "is plain http"),
        ("http://127.0.0.1.evil.example/zq7Kx", "is plain http"),
        ("http://localhost@evil.example/zq7Kx", "contains a login"),
    ],
)
@pytest.mark.parametrize("kept", [False, True])
def test_an_address_that_nothing_may_be_sent_to_is_refused_and_not_shown(address: str, why: str, kept: bool) -> None:
    """Typed or kept in the environment."""
    environment = Environment({"HOOK": address})
    with pytest.raises(InputError, match=f"The address of --notify {why}") as caught:
        destination("--notify", "env:HOOK" if kept else address, environment)
    assert "zq7Kx" not in str(caught.value)


def test_the_state_is_said_in_the_place_that_was_left_for_it() -> None:
    """For a watcher that reads no body."""
    web = destination("--heartbeat", "https://kuma.example/api/push/x?status=up&msg={state}&ping=", NOWHERE)
    assert isinstance(web, WebAddress)
    assert str(web.saying("in-sync").url) == "https://kuma.example/api/push/x?status=up&msg=in-sync&ping="
