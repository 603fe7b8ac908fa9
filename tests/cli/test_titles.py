"""People read the titles of schools, and may type them; programs and addresses keep the names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.world import SCHOOLS
from tests.repository import repository

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

TITLE = "Greenfield Primary School"


@pytest.fixture
def titled(workspace: Path, sandbox: SandboxServer) -> Path:
    """The workspace, in which greenfield has a title and a difference."""
    retitle(workspace, greenfield=TITLE)
    sandbox.untick(SCHOOLS["greenfield"], "till.greenfield", "OnlinePaymentOrders")
    return workspace


def retitle(workspace: Path, **titles: str) -> None:
    """Give schools a title, and a URN."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    for school, title in titles.items():
        spec = f"schoolId: {SCHOOLS[school]}"
        text = text.replace(f"{{{spec}", f"{{title: {title}, urn: 123456, {spec}")
    manifest.write_text(text, encoding="utf-8")


def test_people_read_the_title_and_programs_the_name(titled: Path, reconciler: Reconciler) -> None:
    """In the text, the page, the comment and the runbook; in JSON and in addresses it is the name."""
    pages = {form: f"{form}=report.{form}" for form in ("html", "markdown", "junit", "sarif", "github")}
    options = [word for target in pages.values() for word in ("--format", target)]
    done = reconciler("plan", "--out", "plan.json", "--format", "text", *options)
    assert f"\n{TITLE} (greenfield)  School 12345 on practice\n" in done.out
    for form in ("html", "markdown"):
        assert TITLE in Path(f"report.{form}").read_text(encoding="utf-8")
    for form in ("junit", "sarif", "github"):
        assert TITLE not in Path(f"report.{form}").read_text(encoding="utf-8")
    (greenfield, riverside) = reconciler("plan", "--format", "json").plan["schools"]
    assert (greenfield["name"], greenfield["title"], "title" in riverside) == ("greenfield", TITLE, False)
    for form, heading in (
        ("text", f"{TITLE} (greenfield)  School"),
        ("markdown", f"## {TITLE} (greenfield)"),
        ("html", TITLE),
    ):
        assert heading in re.sub(r"\\", "", reconciler("runbook", "plan.json", "--format", form).out)


@pytest.mark.parametrize("typed", ["greenfield", "green*", TITLE, TITLE.upper(), "12345"])
def test_a_school_is_chosen_by_name_title_or_school_id(typed: str, titled: Path, reconciler: Reconciler) -> None:
    """By `plan`, and by `runbook` from the plan alone."""
    made = reconciler("plan", "--school", typed, "--format", "json").plan
    assert [school["name"] for school in made["schools"]] == ["greenfield"]
    reconciler("plan", "--out", "plan.json")
    assert reconciler("runbook", "plan.json", "--school", typed).code == 0


def test_a_title_that_nothing_has_is_refused_with_the_nearest(titled: Path, reconciler: Reconciler) -> None:
    """A title is one of the names that may have been meant; part of a School ID is none."""
    done = reconciler("plan", "--school", "Grenfield Primary School")
    assert (done.code, f"Did you mean `{TITLE}`?" in done.err) == (64, True)
    assert reconciler("plan", "--school", "1234").code == 64


def test_two_schools_with_one_title_are_told_apart(titled: Path, reconciler: Reconciler) -> None:
    """Where a report names only the title, it falls back to the names; the title chooses both."""
    manifest = titled / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8").replace("{schoolId: 12346", f"{{title: {TITLE}, schoolId: 12346")
    manifest.write_text(text, encoding="utf-8")
    assert len(reconciler("plan", "--school", TITLE, "--format", "json").plan["schools"]) == 2
    page = reconciler("plan", "--format", "markdown").out
    assert "greenfield" in page.partition("Details")[0]


def test_a_new_title_is_part_of_a_review(workspace: Path, reconciler: Reconciler) -> None:
    """It opens nothing, so it is told and changes no plan."""
    made = repository(workspace)
    made.git("update-ref", "refs/remotes/origin/main", made.commit())
    retitle(workspace, greenfield=TITLE)
    done = reconciler("plan", "--base", "origin/main", "--format", "json")
    edits = {(edit["school"], edit["topic"], edit["name"], edit["after"]) for edit in done.plan["review"]["edits"]}
    assert edits == {("greenfield", "particulars", "title", TITLE), ("greenfield", "particulars", "URN", "123456")}
    assert done.code == 0
    assert TITLE in reconciler("plan", "--base", "origin/main").out
