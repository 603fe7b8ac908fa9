"""The examples for GitLab and Azure DevOps: their own lines, run with what those systems set, against the sandbox."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from reconciler.sandbox.server import SandboxServer, serve
from reconciler.sandbox.trouble import TroubleKind
from tests.ci import scene
from tests.ci.forge_server import ACCESS_TOKEN, JOB_TOKEN, NOTE_TOKEN, SOMEBODY, ForgeServer
from tests.ci.origin import Origin, git
from tests.ci.program import committed, copy_of_this_revision
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the examples run on Linux")

EXAMPLES: Final = REPOSITORY / "examples" / "ci"
PHOTOS: Final = scene.suppliers(library_loans=("PersonPhotos", "Students", "YearGroupClasses"))
REPORTS: Final = {"report.md", "report.html", "junit.xml", "plan.json"}
_MACRO: Final = re.compile(r"\$\(([\w.]+)\)")


@dataclass(frozen=True)
class Ended:
    """How a job ended: its exit code, its log, and the folder it ran in."""

    code: int
    log: str
    work: Path

    def report(self, name: str = "report.md") -> str:
        """A report that it left."""
        return (self.work / "reports" / name).read_text(encoding="utf-8")


@dataclass
class Machine:
    """A machine on which the program is installed once, a repository, a forge and a Bromcom."""

    temp: Path
    variables: Mapping[str, str]
    origin: Origin
    forge: ForgeServer
    sandbox: SandboxServer
    files: dict[str, Path] = field(default_factory=dict)

    def checkout(self, ref: str) -> Path:
        """The repository as the system checks it out; what an earlier job left is gone, the program's place apart."""
        work = self.temp.parent / "work"
        shutil.rmtree(work, ignore_errors=True)
        for each in self.temp.iterdir():
            if each.name != "reconciler-environment":
                shutil.rmtree(each) if each.is_dir() else each.unlink()
        git(self.temp.parent, "clone", "--quiet", str(self.origin.bare), str(work))
        git(work, "fetch", "--quiet", "origin", ref)
        git(work, "checkout", "--quiet", "--detach", "FETCH_HEAD")
        return work

    def bash(self, script: str, work: Path, **variables: str) -> Ended:
        """Run lines in bash with these variables, those of the machine, and no others."""
        environment = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTP"))}
        python = f"{Path(sys.executable).resolve().parent}{os.pathsep}{os.environ['PATH']}"
        home = {"HOME": str(Path.home()), "PATH": python, "WORKSPACE": scene.WORKSPACE}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-c", script],
            cwd=work,
            env={**environment, **home, **self.variables, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return Ended(done.returncode, done.stdout, work)


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This revision in a repository of its own, and its commit."""
    folder = copy_of_this_revision(tmp_path_factory.mktemp("source") / "reconciler")
    return folder, committed(folder)


@pytest.fixture(scope="session")
def temp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the program is installed once for all examples."""
    folder = tmp_path_factory.mktemp("machine") / "temp"
    folder.mkdir()
    return folder


@pytest.fixture
def machine(tmp_path: Path, temp: Path, source: tuple[Path, str]) -> Iterator[Machine]:
    """The trust in sync with its Bromcom, and a change of it on the branch `change`."""
    folder, revision = source
    where = {"RECONCILER_SOURCE": folder.as_uri(), "RECONCILER_REVISION": revision}
    with serve(scene.seed()) as sandbox, ForgeServer() as forge:
        origin = Origin(tmp_path / "origin")
        origin.commit("main", scene.manifests(sandbox))
        origin.commit("change", PHOTOS)
        yield Machine(temp, where, origin, forge, sandbox)


def gitlab(machine: Machine, job: str, ref: str, **variables: str) -> Ended:
    """Run a job of the GitLab example: its lines in one shell that stops at the first failure."""
    pipeline = yaml.safe_load((EXAMPLES / "gitlab" / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    lines = [*pipeline["default"]["before_script"], *pipeline[job]["script"]]
    work = machine.checkout(ref)
    own = {name: value for name, value in pipeline["variables"].items() if not name.startswith("RECONCILER_")}
    told = {
        **own,
        "WORKSPACE": scene.WORKSPACE,
        "RUNNER_TEMP": str(machine.temp),
        "CI_API_V4_URL": machine.forge.url,
        "CI_PROJECT_ID": "5",
        "CI_JOB_TOKEN": JOB_TOKEN,
        "CI_JOB_URL": "https://gitlab.example/jobs/1",
        "CI_DEFAULT_BRANCH": "main",
        "CI_MERGE_REQUEST_IID": "3",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(work, "merge-base", "origin/main", "HEAD"),
        **variables,
    }
    return machine.bash("set -eo pipefail\n" + "\n".join(lines), work, **told)


def azure(machine: Machine, file: str, ref: str, **variables: str) -> Ended:
    """Run the bash steps of an Azure example; what its tasks do is there already. It goes on where a step's condition
    says so, and ends as the first step that failed."""
    pipeline = yaml.safe_load((EXAMPLES / "azure" / file).read_text(encoding="utf-8"))
    work = machine.checkout(ref)
    for name, folder in machine.files.items():
        shutil.copytree(folder, machine.temp / name)
    told = {
        "WORKSPACE": scene.WORKSPACE,
        "AGENT_TEMPDIRECTORY": str(machine.temp),
        "SYSTEM_COLLECTIONURI": f"{machine.forge.url}/",
        "SYSTEM_TEAMPROJECT": "access",
        "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "3",
        "BUILD_BUILDID": "1",
        "BUILD_REPOSITORY_ID": "9",
        **variables,
    }
    log, code = "", 0
    for step in pipeline["jobs"][0]["steps"]:
        if "bash" not in step or (code and "condition" not in step):
            continue
        environment = {name: _macro(value, variables) for name, value in step.get("env", {}).items()}
        ended = machine.bash(step["bash"], work, **{**told, **environment})
        log, code = log + ended.log, code or ended.code
    return Ended(code, log, work)


def _macro(text: str, variables: Mapping[str, Any]) -> str:
    """Azure's `$(name)`: the variable; where there is none, the text as it stands."""
    return _MACRO.sub(lambda found: variables.get(found[1], found[0]), text)


def passwords(machine: Machine) -> str:
    """The file that both systems hand to the nightly job."""
    file = machine.temp.parent / "passwords.env"
    file.write_text(scene.passwords() + "\n", encoding="utf-8")
    return str(file)


def spoil(machine: Machine) -> None:
    """Somebody ticks what nobody agreed to."""
    machine.sandbox.tick(scene.SCHOOLS["riverside"], "groupcall.riverside", "StudentProtectionRegister")


def asked(machine: Machine) -> int:
    """How often the service was asked with a login."""
    return len([call for call in machine.sandbox.access_log() if call.username])


def test_gitlab_reviews_against_the_last_night(machine: Machine) -> None:
    """The night leaves a snapshot; the merge request is reviewed against it, without a password, and has one note that
    the next push changes."""
    spoil(machine)
    night = gitlab(machine, "drift", "main", RECONCILER_PASSWORDS=passwords(machine))
    assert night.code == 0, night.log
    assert "zq7Kx" not in night.log
    machine.forge.snapshot = (night.work / "reports" / "snapshot.json").read_bytes()
    before = asked(machine)
    machine.forge.note("<!-- reconciler:review -->\nMine.", SOMEBODY)
    first = gitlab(machine, "review", "change", RECONCILER_NOTE_TOKEN=NOTE_TOKEN)
    assert first.code == 0, first.log
    assert asked(machine) == before
    assert {file.name for file in (first.work / "reports").iterdir()} >= REPORTS
    theirs, ours = machine.forge.notes
    assert theirs["body"].endswith("Mine.")
    assert "PersonPhotos" in ours["body"]
    assert "StudentProtectionRegister" in ours["body"]
    machine.origin.commit("change", scene.suppliers(library_loans=("SENStudents", "Students", "YearGroupClasses")))
    gitlab(machine, "review", "change", RECONCILER_NOTE_TOKEN=NOTE_TOKEN)
    assert len(machine.forge.notes) == 2
    assert "SENStudents" in machine.forge.notes[1]["body"]


def test_gitlab_reviews_without_snapshot_note_or_password(machine: Machine) -> None:
    """On the first day, and in a fork: what the change asks for stands in the report all the same."""
    ended = gitlab(machine, "review", "change")
    assert ended.code == 0, ended.log
    assert "PersonPhotos" in ended.report()
    assert machine.forge.notes == []
    assert asked(machine) == 0


def test_gitlab_says_of_wrong_manifests_what_is_wrong(machine: Machine) -> None:
    """The job fails, and the note says why instead of a review."""
    name = f"{scene.WORKSPACE}/suppliers/library-loans.yaml"
    machine.origin.commit("change", {name: PHOTOS[name].replace("entities:", "entitys:")})
    ended = gitlab(machine, "review", "change", RECONCILER_NOTE_TOKEN=NOTE_TOKEN)
    assert ended.code == 1
    (note,) = machine.forge.notes
    assert "entitys" in note["body"]


def test_gitlab_is_green_where_not_everything_was_seen(machine: Machine) -> None:
    """The service is down: no drift, and no failed job."""
    machine.sandbox.set_trouble(TroubleKind.HTML_502)
    ended = gitlab(machine, "drift", "main", RECONCILER_PASSWORDS=passwords(machine))
    assert ended.code == 0, ended.log


def test_azure_reviews_against_the_last_night(machine: Machine) -> None:
    """As on GitLab: the night with passwords, the review without, one comment, changed in place."""
    spoil(machine)
    night = azure(machine, "azure-pipelines-drift.yml", "main", **{"passwords.secureFilePath": passwords(machine)})
    assert night.code == 0, night.log
    assert "##vso[task.complete result=SucceededWithIssues]" in night.log
    kept = machine.temp.parent / "kept"
    machine.files["snapshot"] = Path(shutil.copytree(night.work / "snapshot", kept, dirs_exist_ok=True))
    before = asked(machine)
    token = {"System.AccessToken": ACCESS_TOKEN}
    first = azure(machine, "azure-pipelines-plan.yml", "change", **token)
    assert first.code == 0, first.log
    assert asked(machine) == before
    assert {file.name for file in (first.work / "reports").iterdir()} >= REPORTS
    azure(machine, "azure-pipelines-plan.yml", "change", **token)
    (thread,) = machine.forge.threads
    (comment,) = thread["comments"]
    assert "PersonPhotos" in comment["content"]
    assert "StudentProtectionRegister" in comment["content"]


def test_azure_says_of_wrong_manifests_what_is_wrong(machine: Machine) -> None:
    """The job fails, and the comment says why instead of a review."""
    name = f"{scene.WORKSPACE}/suppliers/library-loans.yaml"
    machine.origin.commit("change", {name: PHOTOS[name].replace("entities:", "entitys:")})
    ended = azure(machine, "azure-pipelines-plan.yml", "change", **{"System.AccessToken": ACCESS_TOKEN})
    assert ended.code == 1
    assert "entitys" in machine.forge.threads[0]["comments"][0]["content"]
