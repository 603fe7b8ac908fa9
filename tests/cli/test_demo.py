"""`reconciler demo`: the whole story, on any machine, and nothing left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.world import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.world import Outcome


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def demo(tmp_path: Path, temporary: Path) -> Outcome:
    """It, as a newcomer runs it: in an empty folder."""
    here = tmp_path / "here"
    here.mkdir()
    done = run(["demo"], here, TMPDIR=str(temporary), TEMP=str(temporary), TMP=str(temporary))
    assert list(here.iterdir()) == []
    return done


CHAPTERS = (
    "kind: Workspace",
    "$ reconciler validate",
    "Valid: ",
    "$ reconciler plan --env-file practice.env --out plan.json",
    "Action needed: ",
    "$ reconciler apply plan.json",
    "$ reconciler verify plan.json",
    "$ reconciler journal",
    "In sync: everything is as agreed.",
    "What to do next:",
)


def test_it_goes_from_manifests_to_a_proven_result(demo: Outcome) -> None:
    """0, since the story went as told: each chapter in its place, from differences to in sync."""
    assert (demo.code, demo.err) == (0, "")
    places = [demo.out.index(chapter) for chapter in CHAPTERS]
    assert places == sorted(places)
    plan = demo.out[places[3] : places[5]]
    for sign in ("    missing   ", "    too much  ", "    refused   account ", "    unknown   ", "unreachable: "):
        assert plan.count(sign) == 1, sign
    assert "(exit code 2: there are differences)" in demo.out
    assert "(exit code 4: everything due is done; northgate did not answer when it was planned)" in demo.out
    assert "In sync:" not in plan


def test_what_the_practice_person_does_is_proven_page_by_page(demo: Outcome) -> None:
    """Every page once, each step with its outcome: by a probe where one can see it, by a word where none can."""
    apply, journal = (demo.out.index(f"$ reconciler {verb}") for verb in ("apply", "journal"))
    told = demo.out[apply:journal]
    for page in ("Roles and Permissions", "System Users", "Third Party Access Permissions & Logs"):
        assert told.count(f"{page}  at greenfield") == 1
    assert "verified      account parents-evening.greenfield · probed: findEntitiesBySchoolID" in told
    assert "verified      role Till write-back · confirmed by" in told
    for word in ("contradicted", "pending", "skipped", "failed"):
        assert word not in told
    assert "finished: 6 verified" in demo.out


def test_it_leaves_nothing_behind_and_no_password_in_sight(demo: Outcome, temporary: Path) -> None:
    """Neither files nor folders."""
    assert demo.code == 0
    assert list(temporary.rglob("*")) == []
    assert "practice-" not in demo.out


def test_it_needs_no_environment_of_its_own(tmp_path: Path) -> None:
    """A proxy that the system names is not asked: everything is on this machine."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    assert run(["demo"], tmp_path, **proxies).code == 0
