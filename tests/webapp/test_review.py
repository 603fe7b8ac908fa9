"""What changed since a revision, in the app: the base is chosen on the page, and judged as `plan --base` judges it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.cli.world import run, write_workspace
from tests.repository import repository
from tests.webapp.running import running_app
from tests.webapp.test_check import check

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.webapp.running import AppProcess, Client

HOSTILE = ("no-such-branch", "--upload-pack=/tmp/x", "main\0", "-", "<script>alert(1)</script>", "main:reconciler.yaml")


def test_what_changed_since_a_base_that_is_chosen(sandbox: SandboxServer, tmp_path: Path) -> None:
    """Edits that nobody has committed yet, against a branch or a commit; the numbers are those of `plan --base`."""
    repo = repository(write_workspace(tmp_path / "workspace", sandbox))
    first = repo.commit("the base")
    manifest = repo.folder / "reconciler.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("Orders]", "Orders, SENStudents]"), encoding="utf-8")
    with running_app(repo.folder) as app:
        browser = app.browser()
        assert "Not checked yet" in browser.get("review.html").words
        check(browser)
        assert 'href="review.html">Changes</a>' in browser.get("index.html").text
        for since in ("", first, "HEAD"):
            told = browser.get(f"review.html?{urlencode({'since': since})}")
            assert told.status == 200
            assert "This change lets 1 supplier read or write more" in told.words
            assert f"Changes since {since or 'main'} at {first[:8]}" in told.words
        told = browser.get("review.html")
        edits = run(["plan", "--base", "main", "--format", "json"], repo.folder).plan["review"]["edits"]
        assert {edit["name"] for edit in edits} == {"SENStudents"}
        where = ", ".join(edit["school"] for edit in edits)
        assert f"may read SENStudents who has special educational needs {where} to tick by hand" in told.words
        for since in HOSTILE:
            refused = browser.get(f"review.html?{urlencode({'since': since})}")
            assert refused.status == 409
            assert "Nothing was compared with" in refused.words
            assert "<script>alert" not in refused.text
        repo.commit("the change")
        assert "This change asks for nothing new" in browser.get("review.html?since=HEAD").words


def test_without_a_repository_there_is_no_such_page(app: AppProcess, browser: Client) -> None:
    """Neither the page nor a link to it."""
    check(browser)
    assert browser.get("review.html").status == 404
    assert "review.html" not in browser.get("index.html").text
