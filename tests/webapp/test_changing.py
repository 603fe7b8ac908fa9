"""Forms that change manifests, asked for over HTTP as a browser does."""

from __future__ import annotations

import re
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.webapp.running import AppProcess, Client, Response, running_app

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reconciler.sandbox.server import SandboxServer

from tests.cli.world import write_workspace


@pytest.fixture(scope="module")
def app(sandbox: SandboxServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """An app whose manifests these tests change."""
    with running_app(write_workspace(tmp_path_factory.mktemp("forms") / "workspace", sandbox)) as running:
        yield running


def looked(browser: Client, form: str, answers: Mapping[str, Sequence[str]], query: str = "") -> Response:
    """What the answers of a form come to."""
    page = browser.get(f"edit/{form}.html{query}")
    body = urlencode({"csrf": page.csrf, **answers}, doseq=True)
    return browser.post(f"edit/{form}/look", body, Origin=browser.origin)


def written(browser: Client, form: str, shown: Response, answers: Mapping[str, Sequence[str]]) -> Response:
    """What the page says once that was written."""
    hidden = dict(re.findall(r'name="(digest|shown_at)" value="([^"]+)"', shown.text))
    body = urlencode({"csrf": shown.csrf, **hidden, **answers}, doseq=True)
    answer = browser.post(f"edit/{form}/write", body, Origin=browser.origin)
    return browser.ask("GET", answer.headers["Location"]) if answer.status == 303 else answer


def test_a_change_is_shown_and_then_written(app: AppProcess, browser: Client) -> None:
    """A look writes nothing; the lines and what they ask for are on the page."""
    answers = {"supplier": "till", "add": ["PersonPhotos"], "remove": [], "schools": []}
    before = (app.workspace / "reconciler.yaml").read_text(encoding="utf-8")
    shown = looked(browser, "entities", answers, "?supplier=till")
    assert "may read PersonPhotos" in shown.words
    assert "PersonPhotos" in shown.text
    assert (app.workspace / "reconciler.yaml").read_text(encoding="utf-8") == before
    done = written(browser, "entities", shown, answers)
    assert "Written: reconciler.yaml. If the folder is in git, commit it" in done.words
    assert "PersonPhotos" in (app.workspace / "reconciler.yaml").read_text(encoding="utf-8")


def test_another_ones_change_is_not_written_over(app: AppProcess, browser: Client) -> None:
    """The form is there again, with what happened."""
    answers = {"supplier": "groupcall", "schools": ["riverside"], "last_day": ""}
    shown = looked(browser, "retirement", answers)
    file = app.workspace / "reconciler.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    done = written(browser, "retirement", shown, answers)
    assert done.status == 409
    assert "changed since this was shown" in done.words
    assert "retired" not in file.read_text(encoding="utf-8")


def test_what_is_missing_is_said_beside_its_field(browser: Client) -> None:
    """And what was typed is still there."""
    shown = looked(browser, "supplier", {"title": "", "profile": "", "schools": ["riverside"]})
    assert shown.status == 409
    assert "Please write something here." in shown.words
    assert re.search(r'name="schools" value="riverside" checked', shown.text)


def test_a_difference_can_be_accepted_once_it_was_found(browser: Client) -> None:
    """Before a check there is nothing to choose."""
    assert "Bromcom was not asked yet" in browser.get("edit/waiver.html").words


def test_there_is_no_other_form(browser: Client) -> None:
    """An address that was typed."""
    assert browser.get("edit/passwords.html").status == 404


def test_pages_say_that_the_manifests_have_changed_since_the_check(app: AppProcess, browser: Client) -> None:
    """On each, until they are checked again."""
    browser.send("check", "check.html")
    assert "have changed since" not in browser.until("Check again", "register.html").words
    assert "greenfield, till: cannot read PersonPhotos" in browser.get("edit/waiver.html").words
    until = str(date.today() + timedelta(days=30))  # noqa: DTZ011  # the app's own day
    answers = {"difference": "greenfield|till|grant|read|PersonPhotos|absent", "reason": "next term", "by": "J. Smith"}
    shown = looked(browser, "waiver", {**answers, "expires": until})
    assert (
        "Written: waivers/till-personphotos.yaml"
        in written(browser, "waiver", shown, {**answers, "expires": until}).words
    )
    assert "The manifests have changed since." in browser.get("edit.html").words
    browser.send("check", "check.html")
    browser.until("2 schools, 2 suppliers 1 missing", "index.html")
    assert "greenfield, till: cannot read PersonPhotos" not in browser.get("edit/waiver.html").words
    file = app.workspace / "reconciler.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# another remark\n", encoding="utf-8")
    for page in ("index.html", "edit.html"):
        assert "The manifests have changed since." in browser.get(page).words


def test_an_attestation_is_written_as_it_was_shown(app: AppProcess, browser: Client) -> None:
    """With the time at which the person looked, however long they think about it."""
    (app.workspace / "schools.yaml").write_text(
        "apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {name: loans}\n"
        "spec: {title: Loans, entities: [Students], consent: {needs: [students]}, schools: [riverside]}\n",
        encoding="utf-8",
    )
    answers = {
        "place": "riverside",
        "consent.students": "set",
        "by": "J. Smith",
        "expires": str(date.today() + timedelta(days=30)),  # noqa: DTZ011  # the app's own day
        "evidence": "Ticket 4711",
    }
    shown = looked(browser, "attestation", answers, "?place=riverside")
    assert "Ticket 4711" in shown.text
    time.sleep(1.1)  # the attestation has whole seconds
    done = written(browser, "attestation", shown, answers)
    assert "Written: attestations/riverside.yaml" in done.words
    (told,) = re.findall(r"date: (\S+)", (app.workspace / "attestations/riverside.yaml").read_text(encoding="utf-8"))
    assert told in shown.text


def test_what_was_shown_on_another_day_is_looked_at_again(browser: Client) -> None:
    """Or at no time at all."""
    answers = {"supplier": "till", "add": ["Staff"], "remove": [], "schools": []}
    shown = looked(browser, "entities", answers, "?supplier=till")
    for time_shown in ("2001-01-01T09:00:00+00:00", "2001-01-01", "never"):
        done = written(browser, "entities", shown, {**answers, "shown_at": time_shown})
        assert done.status == 409
        assert "this was not shown today" in done.words
