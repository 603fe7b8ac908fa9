"""`site` on a running sandbox: its folder, its links, and what never stands in it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.world import ENTITIES, PASSWORD, SCHOOLS, TRACES, username
from tests.repository import Repository, repository

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

pytestmark = pytest.mark.usefixtures("workspace")
PAGES = {
    "index.html", "schools.html", "suppliers.html", "register.html",
    *(f"schools/{name}.html" for name in SCHOOLS), *(f"suppliers/{name}.html" for name in ENTITIES),
}  # fmt: skip


def files_of(folder: Path) -> dict[str, bytes]:
    """{name: content} of a folder."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


class Addresses(HTMLParser):
    """The addresses that a page leads to or takes something from, and its own places."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[str] = []
        self.places: set[str] = set()
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep them."""
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]
        self.places.update(value or "" for name, value in attrs if name == "id")


def test_every_link_leads_to_a_place_of_the_site(
    sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path
) -> None:
    """From a folder, with no address of any other server, nor one that begins at the top of this one."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "PersonPhotos")
    done = reconciler("site", "--output", tmp_path / "site")
    assert (done.code, done.out) == (0, "")
    files = files_of(tmp_path / "site")
    assert "review.html" not in files
    all_links_lead_somewhere(files)


def all_links_lead_somewhere(files: dict[str, bytes]) -> None:
    """Follow every link of a site."""
    pages = {name: Addresses(content) for name, content in files.items() if name.endswith(".html")}
    assert pages.keys() >= PAGES
    for name, page in pages.items():
        for address in page.found:
            path, _, place = address.partition("#")
            there = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert there in files, (name, address)
            assert not place or place.startswith("i-") or place in pages[there].places, (name, address)


def test_a_site_has_no_password_and_no_username_unless_asked(
    sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path
) -> None:
    """The passwords that were used, the accounts, and the words with which the service refused one."""
    sandbox.set_password(SCHOOLS["riverside"], "groupcall.riverside", "another one")
    for options in ((), ("--with-usernames",)):
        done = reconciler("site", "--output", tmp_path / "site", *options)
        written = b"".join(files_of(tmp_path / "site").values()).decode("utf-8")
        assert not [trace for trace in (*TRACES, PASSWORD) if trace in written + done.err]
        names = {username(school, supplier) for school in SCHOOLS for supplier in ENTITIES}
        assert {name for name in names if name in written} <= (names if options else set())
        assert ("groupcall.riverside" in written) is bool(options)
        assert f"They have {'usernames' if options else 'no usernames'}." in done.err


def test_the_same_state_gives_the_same_bytes(reconciler: Reconciler, tmp_path: Path) -> None:
    """From a snapshot, in another folder, and over a site that is there; the terminal says how careful to be."""
    assert reconciler("plan", "--record", "night.json").code == 0
    told = reconciler("site", "--against", "night.json", "--output", tmp_path / "one")
    reconciler("site", "--against", "night.json", "--output", tmp_path / "two")
    reconciler("site", "--against", "night.json", "--output", tmp_path / "two")
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert "Publish them only where all readers may know that." in told.err
    recorded = re.search(r'"recorded": "(\d{4})-(\d\d)-(\d\d)', Path("night.json").read_text(encoding="utf-8"))
    assert recorded
    assert recorded[1] in (tmp_path / "one" / "index.html").read_text(encoding="utf-8")


def test_a_page_of_a_school_that_left_goes(reconciler: Reconciler, tmp_path: Path) -> None:
    """The folder is replaced as a whole."""
    reconciler("site", "--output", tmp_path / "site")
    reconciler("site", "--school", "greenfield", "--output", tmp_path / "site")
    names = files_of(tmp_path / "site").keys()
    assert "schools/greenfield.html" in names
    assert "schools/riverside.html" not in names
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".site")]


@pytest.mark.parametrize("where", ["of someone else", "a file beside a site", "the workspace", "a file"])
def test_a_folder_that_is_not_its_own_is_refused(where: str, reconciler: Reconciler, tmp_path: Path) -> None:
    """Nothing is asked then, and nothing in it changes."""
    folder = tmp_path / "site"
    match where:
        case "of someone else":
            folder.mkdir()
            (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
        case "a file beside a site":
            reconciler("site", "--output", folder)
            (folder / "schools" / "notes.txt").write_text("mine", encoding="utf-8")
        case "the workspace":
            folder = Path().absolute()
        case "a file":
            folder.write_text("not a folder", encoding="utf-8")
    before = files_of(folder.parent)
    done = reconciler("site", "--output", folder)
    assert done.code in (1, 64)
    assert files_of(folder.parent) == before
    assert "--output" in done.err


def test_a_site_says_since_when_if_there_is_a_history(
    sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path
) -> None:
    """What `plan --record` has kept: of what can be read, of what differs, and the nights."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "PersonPhotos")
    assert "or earlier" not in _text(reconciler, tmp_path / "none")
    reconciler("plan", "--record", "night.json")
    written = _text(reconciler, tmp_path / "site")
    assert "Differences, night by night" in written
    assert "or earlier" in written
    register = (tmp_path / "site" / "register.html").read_text(encoding="utf-8")
    assert re.search(r"<td>since [\d-]+ or earlier", register)
    missing = reconciler("site", "--output", tmp_path / "other", "--history", "no-such.sqlite")
    assert missing.code == 1
    assert not (tmp_path / "other").exists()


def _text(reconciler: Reconciler, folder: Path) -> str:
    assert reconciler("site", "--output", folder).code == 0
    return (folder / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def repo(workspace: Path) -> Repository:
    """The small world as `main` has it, and a change of it that is not committed: one supplier reads more, the
    other less, with another account and for another purpose."""
    made = repository(workspace)
    made.commit("the base")
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8").replace("OnlinePaymentOrders]", "OnlinePaymentOrders, SENStudents]")
    text = text.replace("purpose: For the tests\n  entities: [Att", "purpose: Adverts\n  entities: [Att")
    text = text.replace("Staff, Students]", "Students]\n  account: {username: 'new-name.{school}'}")
    manifest.write_text(text, encoding="utf-8")
    return made


def test_a_review_tells_what_the_plan_of_the_change_tells(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path
) -> None:
    """Its numbers are counted in the JSON of `plan --base`; Bromcom is asked once for the whole set; links lead on."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "PersonPhotos")
    sandbox.tick(SCHOOLS["riverside"], "till.riverside", "SENStudents")
    asked = len(sandbox.access_log())
    assert reconciler("site", "--base", "main", "--output", tmp_path / "site").code == 0
    once = len(sandbox.access_log()) - asked
    plan = reconciler("plan", "--base", "main", "--format", "json").plan
    assert once == len(sandbox.access_log()) - asked - once
    files = files_of(tmp_path / "site")
    all_links_lead_somewhere(files)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", files["review.html"].decode("utf-8")))
    edits, causes = plan["review"]["edits"], plan["review"]["causes"]
    assert Counter((edit["topic"], edit["effect"]) for edit in edits) == {
        ("read", "more"): 2, ("read", "less"): 2, ("account", "other"): 2, ("purpose", "other"): 1
    }  # fmt: skip
    suppliers = {edit["supplier"] for edit in edits if edit["effect"] == "more"}
    assert f"This change lets {len(suppliers)} supplier read or write more" in page
    before = sum(each["cause"] == "before" for each in causes)
    assert f"Already different before this change {before} difference." in page
    assert plan["summary"]["unknown"] > 0
    assert f"Could not be checked {plan['summary']['unknown']} of {plan['summary']['facts']} facts" in page
    assert f"Changes since main at {plan['review']['commit'][:8]}" in page
    assert "Special category may read SENStudents" in page
    assert "already done at riverside" in page
    assert "to tick by hand at greenfield" in page
    assert "Purpose: Adverts." in page
    overview = files["index.html"].decode("utf-8")
    assert "This change lets 1 supplier read or write more, compared with <code>main</code>" in overview


def test_a_review_has_no_username_unless_asked(repo: Repository, reconciler: Reconciler, tmp_path: Path) -> None:
    """Neither the old nor the new one, nor that of an account which the change leaves behind."""
    manifest = repo.folder / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(
        text.replace("{env: ACCESS_PASSWORD}", "{keyring: {service: k, username: of.the.key}}"), "utf-8"
    )
    for options in ((), ("--with-usernames",)):
        assert reconciler("site", "--base", "main", "--output", tmp_path / "site", *options).code == 0
        written = (tmp_path / "site" / "review.html").read_text(encoding="utf-8")
        names = {*(username(school, "groupcall") for school in SCHOOLS), "new-name.greenfield", "of.the.key"}
        assert {name for name in names if name in written} == (names if options else set())
        assert "2 former accounts" in written


@pytest.mark.parametrize("name", ["no-such-branch", "--upload-pack=x", "", "main:reconciler.yaml", "a\nb"])
def test_a_base_that_is_no_revision_is_refused(
    name: str, repo: Repository, sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path
) -> None:
    """As `plan` refuses it: nothing is asked, and no folder is made."""
    done = reconciler("site", "--base", name, "--output", tmp_path / "site")
    planned = reconciler("plan", "--base", name)
    assert (done.code, done.err.splitlines()[-1]) == (planned.code, planned.err.splitlines()[-1])
    assert done.code in (1, 64)
    assert not sandbox.access_log()
    assert not (tmp_path / "site").exists()
