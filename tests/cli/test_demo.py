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


def test_it_shows_manifests_validates_plans_and_says_what_is_next(demo: Outcome, temporary: Path) -> None:
    """0, since the story went as told; a missing tick, a sensitive one too many, a refused login, a school down."""
    assert (demo.code, demo.err) == (0, "")
    chapters = (
        "kind: Workspace",
        "$ reconciler validate",
        "Valid: ",
        "$ reconciler plan",
        "Plan: ",
        "What to do next:",
    )
    places = [demo.out.index(chapter) for chapter in chapters]
    assert places == sorted(places)
    plan = demo.out[places[3] : places[5]]
    for sign in ("    + ", "    - ", "    ! account ", "unreachable: "):
        assert plan.count(sign) == 1, sign
    assert "(exit code 2: there are differences)" in demo.out
    assert "In sync:" not in plan


def test_it_leaves_nothing_behind_and_no_password_in_sight(demo: Outcome, temporary: Path) -> None:
    """Neither files nor folders."""
    assert demo.code == 0
    assert list(temporary.rglob("*")) == []
    assert "practice-" not in demo.out


def test_it_needs_no_environment_of_its_own(tmp_path: Path) -> None:
    """A proxy that the system names is not asked: everything is on this machine."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    assert run(["demo"], tmp_path, **proxies).code == 0
