"""The first run: from an empty folder to manifests that say what Bromcom has, without a terminal."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.cli.world import PASSWORD, TRACES, run
from tests.webapp.running import AppProcess, Client, Response, running_app

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """An app in an empty folder."""
    folder = tmp_path_factory.mktemp("new") / "our-school"
    folder.mkdir()
    with running_app(folder) as running:
        yield running


@pytest.fixture(scope="module")
def browser(app: AppProcess) -> Client:
    """Its browser, which is led to the ways to begin."""
    browser = Client(app.link)
    browser.open()
    return browser


def asked(browser: Client, **answers: str | list[str]) -> Response:
    """What the form says to these answers, or the page that it leads to."""
    body = urlencode({"csrf": browser.get("start/connect.html").csrf, **answers}, doseq=True)
    answer = browser.post("start/ask", body, Origin=browser.origin)
    return browser.ask("GET", answer.headers["Location"]) if answer.status == 303 else answer


def of_greenfield(sandbox: SandboxServer, file: Path, **changed: str | list[str]) -> Mapping[str, str | list[str]]:
    """The answers of a school with two suppliers."""
    return {
        "school_id": "12345",
        "title": "Greenfield Primary School",
        "urn": "",
        "platform": "other",
        "address": sandbox.read_url.partition("/Nucleus")[0],  # the server alone is enough
        "supplier": ["Groupcall", "Till"],
        "username": ["groupcall.greenfield", "till.greenfield"],
        "password": [PASSWORD, PASSWORD],
        "store": "file",
        "file": str(file),
        **changed,
    }


def test_an_empty_folder_leads_to_the_ways_to_begin(browser: Client) -> None:
    """Whatever page is opened first."""
    answer = browser.get("index.html")
    assert answer.status == 303
    page = browser.ask("GET", answer.headers["Location"])
    assert "1. Connect your Bromcom" in page.words
    assert "3. Try the practice Bromcom" in page.words
    assert "Check now" not in page.words  # there is nothing to check yet
    for path in ("plan.html", "check.html", "apply/begin.html", "edit/supplier.html", "passwords.html"):
        assert browser.get(path).headers["Location"] == answer.headers["Location"], path
    begun = browser.post("check", urlencode({"csrf": page.csrf}), Origin=browser.origin)
    assert begun.headers["Location"] == answer.headers["Location"]


def test_all_that_is_missing_is_said(browser: Client) -> None:
    """Each beside its field, and nothing is asked."""
    page = asked(browser, school_id="12345a")
    assert page.status == 409
    for words in ("You typed '12345a'", "Please write the name", "Please choose where", "Name one supplier at least"):
        assert words in page.words


def test_a_wrong_school_id_is_known_before_a_password_is_sent(
    sandbox: SandboxServer, browser: Client, tmp_path: Path
) -> None:
    """The way there is checked first, as `init` does."""
    page = asked(browser, **of_greenfield(sandbox, tmp_path / "p.env", school_id="99999"))
    assert page.status == 409
    assert "School ID" in page.words


def test_a_password_inside_the_workspace_is_refused(sandbox: SandboxServer, app: AppProcess, browser: Client) -> None:
    """It would be shared with the manifests."""
    asked(browser, **of_greenfield(sandbox, app.workspace / "p.env"))
    assert "passwords would be shared with the manifests" in browser.until("Nothing was", "start/found.html").words


def test_from_nothing_to_an_empty_plan(
    sandbox: SandboxServer, app: AppProcess, browser: Client, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Asked, shown, written, and then checked: all as Bromcom has it. No page, address or log has the password."""
    file = tmp_path_factory.mktemp("elsewhere") / "passwords.env"
    page = asked(browser, **of_greenfield(sandbox, file))
    page = browser.until("To be written in", "start/found.html")
    assert not list(app.workspace.glob("*.yaml"))
    form = browser.get("start/connect.html")
    assert "as typed before" in form.text
    for trace in TRACES:
        assert trace not in page.text + form.text
    answer = browser.post("start/write", urlencode({"csrf": page.csrf}), Origin=browser.origin)
    assert answer.status == 303
    assert (app.workspace / "schools.yaml").exists()
    assert TRACES[0] in file.read_text(encoding="utf-8")
    assert not any(TRACES[0] in each.read_text(encoding="utf-8") for each in app.workspace.rglob("*.yaml"))
    assert f"start the app with the passwords: reconciler ui --env-file {file}" in browser.get("check.html").words
    browser.send("check", "check.html")
    browser.until("In sync", "check.html")
    assert not any(trace in app.end() for trace in TRACES)


@pytest.mark.rehearsal
def test_practice_leaves_nothing_behind(tmp_path: Path) -> None:
    """A practice Bromcom with a workspace of its own, told on every page; the folder of the app stays empty."""
    with running_app(tmp_path) as app:
        browser = Client(app.link)
        browser.open()
        body = urlencode({"csrf": browser.get("start.html").csrf})
        assert browser.post("start/practice", body, Origin=browser.origin).status == 303
        browser.send("check", "check.html")
        checked = browser.until("Action needed", "check.html")
        assert '<a href="apply/begin.html">Guided apply</a>' in checked.text
        shown = re.search(r"reconciler (doctor \S+ -C .+? --env-file \S+)", checked.words)
        assert shown, "a command to look for the cause is for the workspace of the practice"
        assert "greenfield" in run(shlex.split(shown[1]), tmp_path).out
        assert "Open the practice Bromcom" in browser.get("apply/begin.html").words
        ended = browser.send("start/practice/end", "edit.html")
        assert "Open the practice Bromcom" not in ended.words
        assert "The practice has ended" in browser.follow(browser.get("check.html")).words
        assert "3. Try the practice Bromcom" in browser.follow(browser.get("index.html")).words
        app.end()
    assert not list(tmp_path.glob("*.yaml"))
