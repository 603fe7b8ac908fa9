"""The history of the nights: one that cannot be used is put aside, and a missing one is made of trusted snapshots."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import pytest

from reconciler.history.file import HistoryFile
from reconciler.model.history import AccessView, ObservedRun, ViewEvidence
from reconciler.workflow import written
from tests.ci.commands import read_commands
from tests.conftest import REPOSITORY
from tests.history.worlds import FIRST, NAMES, SUBJECTS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ci.conftest import Step, Stepped
    from tests.ci.github_server import GitHubServer

pytestmark = pytest.mark.rehearsal

FILE, ARTIFACT = "reconciler-drift.yml", "reconciler-snapshot-default"
_TRUST: Final = REPOSITORY / "examples" / "trust"
_DAMAGED: Final = b"no database"
_VIEW: Final = AccessView(ViewEvidence.ASKED, NAMES)
_NIGHT: Final = ObservedRun(FIRST, dict.fromkeys(SUBJECTS, _VIEW), {}, whole=True)


def prepared(step: Step, folder: Path, **variables: str | Path) -> Stepped:
    """Prepare a history, with nothing but what is in the folder."""
    kept = {"HISTORY": folder / "history.sqlite", "SNAPSHOTS": folder / "snapshots", "RECONCILER_WORKSPACE": _TRUST}
    return step("history", **{**kept, **variables})


def warnings(done: Stepped) -> list[str]:
    """The warnings of a step."""
    return [command.message for command in read_commands(done.log) if command.name == "warning"]


def test_a_history_that_cannot_be_used_is_put_aside(step: Step, tmp_path: Path) -> None:
    """Under a name that is free, night after night, so nothing is ever written over. The step is no failure."""
    for number in (1, 2):
        (tmp_path / "history.sqlite").write_bytes(_DAMAGED + str(number).encode())
        done = prepared(step, tmp_path)
        assert done.code == 0
        (warning,) = warnings(done)
        assert f"It was put aside as history-unusable-{number}.sqlite" in warning
    kept = {file.name: file.read_bytes() for file in tmp_path.glob("history*")}
    assert kept == {f"history-unusable-{number}.sqlite": _DAMAGED + str(number).encode() for number in (1, 2)}


def test_a_history_of_another_workspace_is_put_aside(step: Step, tmp_path: Path) -> None:
    """A workspace got another name. One of the same name stays as it is, and so does any while the manifests have
    errors, which the night tells."""
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "reconciler.yaml").write_text("kind: Nonsense\n", encoding="utf-8")
    own, history = written(_TRUST, date(2026, 11, 24))[0].workspace, tmp_path / "history.sqlite"
    HistoryFile(history, own, hidden=False).add([_NIGHT])
    assert warnings(prepared(step, tmp_path)) == []
    history.unlink()
    HistoryFile(history, "elsewhere", hidden=False).add([_NIGHT])
    assert warnings(prepared(step, tmp_path, RECONCILER_WORKSPACE=wrong)) == []
    assert history.exists()
    (warning,) = warnings(prepared(step, tmp_path))
    assert f"it is the history of the workspace elsewhere, and this one is {own}." in warning
    assert "left alone" not in warning
    assert not history.exists()


def test_only_snapshots_of_trusted_runs_are_fetched(step: Step, github: GitHubServer, tmp_path: Path) -> None:
    """As for a review: none that a pull request, a fork or a start by hand can have made. The storage behind GitHub
    does not get the token. What cannot be imported is said, and is no failure."""
    hub, made = github.hub, tmp_path / "made"
    made.mkdir()
    (made / "snapshot.json").write_text('"not one"', encoding="utf-8")
    trusted = [hub.run(), hub.run(head_sha="c1"), hub.run(conclusion="failure")]
    others = [
        hub.run(event="workflow_dispatch"),
        hub.run(event="pull_request"),
        hub.run(head_sha="evil"),
        hub.run(path=".github/workflows/other.yml"),
        hub.run(head_repository={"id": 2, "full_name": "stranger/access"}),
    ]
    for run in (*trusted, *others):
        hub.artifact(run, ARTIFACT, made)
    hub.artifact(hub.run(), ARTIFACT, made, expired=True)
    told = {"WORKFLOW": FILE, "ARTIFACT": ARTIFACT}
    done = prepared(step, tmp_path, **told, GITHUB_TOKEN=github.token(actions="read", contents="read"))
    assert done.code == 0
    assert {int(file.stem) for file in (tmp_path / "snapshots").iterdir()} == set(trusted)
    (warning,) = warnings(done)
    assert warning.startswith("It begins tonight.")


def test_what_cannot_be_fetched_is_said(step: Step, github: GitHubServer, tmp_path: Path) -> None:
    """And the night goes on, with a history that begins now."""
    told = {"WORKFLOW": FILE, "ARTIFACT": ARTIFACT}
    done = prepared(step, tmp_path, **told, GITHUB_TOKEN=github.token(contents="read"))
    assert (done.code, len(warnings(done))) == (0, 1)
    assert "was answered with 403" in warnings(done)[0]
    github.hub.artifact(github.hub.run(), ARTIFACT, tmp_path / "nothing in it")
    done = prepared(step, tmp_path, **told, GITHUB_TOKEN=github.token(actions="read", contents="read"))
    assert done.code == 0
    assert "It is no archive with snapshot.json" in warnings(done)[0]


def test_a_warning_is_shown_as_each_system_shows_one(step: Step, tmp_path: Path) -> None:
    """The step is the same on all three."""
    forms = {"GITLAB_CI": "Warning: ", "TF_BUILD": "##vso[task.logissue type=warning]"}
    for variable, form in forms.items():
        (tmp_path / "history.sqlite").write_bytes(_DAMAGED)
        done = prepared(step, tmp_path, **{variable: "true"})
        (line,) = (line for line in done.log.splitlines() if "It was put aside" in line)
        assert line.startswith(f"{form}The history cannot be used. ")
