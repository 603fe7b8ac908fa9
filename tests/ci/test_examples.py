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

from reconciler.history.file import HistoryFile
from reconciler.sandbox.server import SandboxServer, serve
from reconciler.sandbox.state.fault_injection import FaultKind
from tests.ci import scene
from tests.ci.forge_server import ACCESS_TOKEN, JOB_TOKEN, NOTE_TOKEN, PAGES_TOKEN, SOMEBODY, ForgeServer
from tests.ci.gitlab_issues import ISSUE_TOKEN
from tests.ci.origin import Origin, git
from tests.ci.program import TO_RUN, committed, copy_of_this_revision
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = [
    pytest.mark.rehearsal,
    pytest.mark.skipif(sys.platform == "win32", reason="the examples run on Linux"),
]

EXAMPLES: Final = REPOSITORY / "examples" / "ci"
PHOTOS: Final = scene.suppliers(library_loans=("PersonPhotos", "Students", "YearGroupClasses"))
REPORTS: Final = {"report.md", "report.html", "junit.xml", "plan.json"}
TOKEN: Final = {"System.AccessToken": ACCESS_TOKEN}
MARK: Final = "<!-- reconciler:review -->"  # as older versions wrote it, without a hash
EARLIER: Final = "earlier stages"  # what GitLab brings along from them
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
    """A machine on which the program is installed once, a repository, a forge and a Bromcom. `kept` is what jobs leave
    for others."""

    temp: Path
    variables: Mapping[str, str]
    origin: Origin
    forge: ForgeServer
    sandbox: SandboxServer
    kept: Path
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
        self.forge.head = git(work, "rev-parse", "FETCH_HEAD")
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
    folder = copy_of_this_revision(tmp_path_factory.mktemp("source") / "reconciler", TO_RUN)
    return folder, committed(folder)


@pytest.fixture(scope="session")
def temp(tmp_path_factory: pytest.TempPathFactory, installed: Path) -> Path:
    """The folder in which a machine has the program, as an earlier job left it there."""
    folder = tmp_path_factory.mktemp("machine") / "temp"
    folder.mkdir()
    (folder / installed.name).symlink_to(installed)
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
        yield Machine(temp, where, origin, forge, sandbox, tmp_path / "kept")


def gitlab(
    machine: Machine,
    job: str,
    ref: str,
    given: Mapping[str, str] | None = None,
    **variables: str,
) -> Ended:
    """Run a job of the GitLab example: its lines in one shell that stops at the first failure. What a job needs is
    there: the artifacts of the one before."""
    files = ("many-machines.yml", ".gitlab-ci.yml")  # the second includes the first
    pipeline: dict[str, Any] = {}
    for file in files:
        pipeline |= yaml.safe_load((EXAMPLES / "gitlab" / file).read_text(encoding="utf-8"))
    lines = [*pipeline[job].get("before_script", pipeline["default"]["before_script"]), *pipeline[job]["script"]]
    work = machine.checkout(ref)
    for name in [EARLIER, *pipeline[job].get("needs", ()), *(["cache"] if "cache" in pipeline[job] else [])]:
        if (machine.kept / name).exists():
            shutil.copytree(machine.kept / name, work, dirs_exist_ok=True)
    if "export RUNNER_TEMP" in lines:  # to save half a minute: what is installed already, in the new folder
        installed = machine.temp / "reconciler-environment"
        lines.insert(lines.index("export RUNNER_TEMP") + 1, f'ln -s "{installed}" "$RUNNER_TEMP"')
    own = {name: value for name, value in pipeline["variables"].items() if not name.startswith("RECONCILER_")}
    told = {
        **own,
        "WORKSPACE": scene.WORKSPACE,
        "TMPDIR": str(machine.temp),
        "CI_PROJECT_VISIBILITY": "private",
        "CI_API_V4_URL": machine.forge.url,
        "CI_PROJECT_ID": "5",
        "CI_JOB_TOKEN": JOB_TOKEN,
        "CI_JOB_ID": "1",
        "CI_SERVER_HOST": "gitlab.example",
        "CI_JOB_URL": "https://gitlab.example/jobs/1",
        "CI_PIPELINE_URL": "https://gitlab.example/pipelines/1",
        "CI_DEFAULT_BRANCH": "main",
        "CI_MERGE_REQUEST_IID": "3",
        "CI_COMMIT_SHA": machine.forge.head,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": git(work, "merge-base", "origin/main", "HEAD"),
        **(given or {}),
        **variables,
    }
    ended = machine.bash("set -eo pipefail\n" + "\n".join(lines), work, **told)
    for name, what in ((job, "artifacts"), ("cache", "cache")):
        for path in pipeline[job].get(what, {}).get("paths", ()):
            _keep(work / path, machine.kept / name / path)
    after = pipeline[job].get("after_script", [])  # in a shell of its own, whatever came of the other
    return Ended(ended.code, ended.log + machine.bash("\n".join(after), work, **told).log, work)


def test_gitlab_checks_on_many_machines(machine: Machine) -> None:
    """Each runner asks for its part alone; the job `drift` has no password, asks nothing, and sees the whole."""
    spoil(machine)
    for number in ("1", "2", "3"):
        part = {"CI_NODE_INDEX": number, "CI_NODE_TOTAL": "3", "RECONCILER_PASSWORDS": passwords(machine)}
        done = gitlab(machine, "part", "main", part)
        assert done.code == 0, done.log
        _keep(done.work / "parts" / f"{number}.json", machine.kept / EARLIER / "parts" / f"{number}.json")
    before = asked(machine)
    assert before == 6
    night = gitlab(machine, "drift", "main")
    assert night.code == 2, night.log
    assert asked(machine) == before
    assert "StudentProtectionRegister" in night.report()
    assert (night.work / "reports" / "snapshot.json").exists()  # for reviews
    (machine.kept / EARLIER / "parts" / "1.json").unlink()
    (machine.kept / EARLIER / "parts" / "2.json").unlink()
    assert "could not be checked" in gitlab(machine, "drift", "main").report()


def _keep(source: Path, kept: Path) -> None:
    """Keep a file or folder that a job left, in the place of what an earlier one left."""
    shutil.rmtree(kept, ignore_errors=True)
    kept.unlink(missing_ok=True)
    kept.parent.mkdir(parents=True, exist_ok=True)
    if source.exists():
        (shutil.copytree if source.is_dir() else shutil.copy)(source, kept)


def orange() -> list[int]:
    """The exit codes with which GitLab's nightly job ends as a warning."""
    pipeline = yaml.safe_load((EXAMPLES / "gitlab" / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    return list(pipeline["drift"]["allow_failure"]["exit_codes"])


def azure(machine: Machine, file: str, ref: str, job: int = 0, /, **variables: str) -> Ended:
    """Run the bash steps of a job of an Azure example; what its tasks do is there already, and what it downloads from
    the job before. It goes on where a step's condition says so, and ends as the first step that failed."""
    pipeline = yaml.safe_load((EXAMPLES / "azure" / file).read_text(encoding="utf-8"))
    work = machine.checkout(ref)
    for name, folder in machine.files.items():
        shutil.copytree(folder, machine.temp / name)
    told = {
        **_own(pipeline["variables"]),
        "WORKSPACE": scene.WORKSPACE,
        "PIPELINE_WORKSPACE": str(machine.kept),
        "AGENT_TEMPDIRECTORY": str(machine.temp),
        "SYSTEM_COLLECTIONURI": f"{machine.forge.url}/",
        "SYSTEM_TEAMPROJECT": "access",
        "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "3",
        "BUILD_BUILDID": "1",
        "BUILD_REPOSITORY_ID": "9",
        "SYSTEM_PULLREQUEST_SOURCECOMMITID": machine.forge.head,
        **variables,
    }
    log, code = "", 0
    for step in pipeline["jobs"][job]["steps"]:
        if code and "condition" not in step:
            continue
        if "publish" in step:
            folder = step["publish"].replace("$(Agent.TempDirectory)", str(machine.temp))
            _keep(work / folder, machine.kept / step["artifact"])
        if "bash" not in step:
            continue
        environment = {name: _macro(value, variables) for name, value in step.get("env", {}).items()}
        ended = machine.bash(step["bash"], work, **{**told, **environment})
        log, code = log + ended.log, code or ended.code
    return Ended(code, log, work)


def _own(variables: dict[str, str] | list[dict[str, str]]) -> dict[str, str]:
    """The variables of an Azure pipeline, without those that say where the program is."""
    if isinstance(variables, list):
        variables = {each["name"]: each["value"] for each in variables if "name" in each}
    return {name: value for name, value in variables.items() if not name.startswith("RECONCILER_")}


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
    assert night.code == 2, night.log
    assert 2 in orange()
    assert "zq7Kx" not in night.log
    machine.forge.kept["reports/snapshot.json"] = (night.work / "reports" / "snapshot.json").read_bytes()
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


def test_gitlab_is_orange_where_not_everything_was_seen(machine: Machine) -> None:
    """A school is down: no drift, no red job, and no green one."""
    machine.sandbox.set_trouble(FaultKind.HTML_502, school_id=scene.SCHOOLS["hilltop"])
    ended = gitlab(machine, "drift", "main", RECONCILER_PASSWORDS=passwords(machine))
    assert ended.code == 4, ended.log
    assert 4 in orange()


@pytest.mark.parametrize("system", ["gitlab", "azure"])
def test_work_that_is_left_is_green(machine: Machine, system: str) -> None:
    """A merged change that nobody has carried out yet, on a night that knows what was carried out last."""
    machine.origin.tag("applied", "main")
    machine.origin.commit("main", PHOTOS)
    given = {"APPLIED": "applied"}
    if system == "gitlab":
        night = gitlab(machine, "drift", "main", given, RECONCILER_PASSWORDS=passwords(machine))
    else:
        given |= {**TOKEN, "passwords.secureFilePath": passwords(machine)}
        night = azure(machine, "azure-pipelines-drift.yml", "main", **given)
    assert night.code == 0, night.log
    assert "SucceededWithIssues" not in night.log
    assert "### Asked for, but not carried out yet" in night.report()


@pytest.mark.parametrize("system", ["gitlab", "azure"])
@pytest.mark.parametrize("what", ["nothing seen", "a password missing"])
def test_a_blind_night_is_red(machine: Machine, system: str, what: str) -> None:
    """As on GitHub, and by the program's own word: a night that saw nothing, or lacks a password, is no orange one."""
    secret, gone = passwords(machine), scene.variable("groupcall", "hilltop")
    if what == "nothing seen":
        machine.sandbox.set_trouble(FaultKind.HTML_502)
    else:
        lines = scene.passwords().splitlines()
        Path(secret).write_text("".join(f"{line}\n" for line in lines if gone not in line), encoding="utf-8")
    if system == "gitlab":
        ended = gitlab(machine, "drift", "main", RECONCILER_PASSWORDS=secret)
    else:
        given = {**TOKEN, "passwords.secureFilePath": secret}
        ended = azure(machine, "azure-pipelines-drift.yml", "main", **given)
    assert ended.code == 1, ended.log
    assert ("Error: Nothing was seen" if what == "nothing seen" else f"env {gone} (hilltop/groupcall)") in ended.log


@pytest.mark.parametrize("system", ["gitlab", "azure"])
def test_a_night_keeps_one_issue_for_drift(machine: Machine, system: str) -> None:
    """As the pipelines run: the night finds drift, and the job behind it, which has no password, opens one; a school
    that is down closes nothing, a job that fails changes nothing, and what is put right closes it."""
    assert _night(machine, system) == []
    spoil(machine)
    ((is_open, text),) = _night(machine, system)
    assert is_open
    assert "StudentProtectionRegister" in text
    assert "zq7Kx" not in text
    machine.sandbox.set_trouble(FaultKind.HTML_502, school_id=scene.SCHOOLS["riverside"])
    ((is_open, unseen),) = _night(machine, system)
    assert is_open
    assert "StudentProtectionRegister" in unseen
    assert unseen != text
    machine.sandbox.set_trouble(FaultKind.HTML_502)
    ((is_open, _),) = _night(machine, system)
    assert is_open
    machine.sandbox.clear_troubles()
    machine.sandbox.untick(scene.SCHOOLS["riverside"], "groupcall.riverside", "StudentProtectionRegister")
    ((is_open, text),) = _night(machine, system)
    assert not is_open
    assert "StudentProtectionRegister" not in text


def _night(machine: Machine, system: str) -> list[tuple[bool, str]]:
    """A night's two jobs, and what stands on the board then: whether it is open, and its text."""
    if system == "gitlab":
        gitlab(machine, "drift", "main", RECONCILER_PASSWORDS=passwords(machine))
        ended = gitlab(machine, "issue", "main", RECONCILER_ISSUE_TOKEN=ISSUE_TOKEN)
        assert ended.code == 0, ended.log
        return [(each["state"] == "opened", each["description"]) for each in machine.forge.issues.issues]
    file = "azure-pipelines-drift.yml"
    azure(machine, file, "main", **TOKEN, **{"passwords.secureFilePath": passwords(machine)})
    machine.files["state"] = machine.kept / "reconciler-state"
    ended = azure(machine, file, "main", 1, **TOKEN)
    assert ended.code == 0, ended.log
    fields = [each["fields"] for each in machine.forge.items.items.values()]
    return [(each["System.State"] == "New", each["System.Description"]) for each in fields]


def test_gitlab_publishes_the_pages_of_a_night_if_they_are_private(machine: Machine) -> None:
    """From what the night saw, and with the history, though the cache with that was lost. Otherwise the job is orange,
    and keeps the pages."""
    secret = passwords(machine)
    first = gitlab(machine, "drift", "main", RECONCILER_PASSWORDS=secret)
    assert first.code == 0, first.log
    machine.forge.kept["state/history.sqlite"] = (first.work / "state" / "history.sqlite").read_bytes()
    shutil.rmtree(machine.kept / "cache")
    night = gitlab(machine, "drift", "main", RECONCILER_PASSWORDS=secret)
    assert len(HistoryFile(night.work / "state" / "history.sqlite", "", hidden=False).read().comparisons.runs) == 2
    before = asked(machine)
    unknown = gitlab(machine, "pages", "main")
    assert unknown.code == 3, unknown.log
    assert "This branch has no RECONCILER_PAGES_TOKEN" in unknown.log
    assert _pages_in(machine.kept / "pages") == {"reconciler-site"}
    machine.forge.project = {"pages_access_level": "private"}
    private = gitlab(machine, "pages", "main", RECONCILER_PAGES_TOKEN=PAGES_TOKEN, PAGES_ACCESS_CONTROL="yes")
    assert private.code == 0, private.log
    assert _pages_in(machine.kept / "pages") == {"public"}
    assert asked(machine) == before


def _pages_in(folder: Path) -> set[str]:
    """The folders in which there are pages, and more than one."""
    return {each.name for each in folder.iterdir() if (each / "index.html").exists() and (each / "schools").is_dir()}


def test_azure_keeps_the_pages_of_a_night(machine: Machine) -> None:
    """As an artifact, from what the night saw."""
    file, given = "azure-pipelines-drift.yml", {**TOKEN, "passwords.secureFilePath": passwords(machine)}
    assert azure(machine, file, "main", **given).code == 0
    before = asked(machine)
    pages = azure(machine, file, "main", 2)
    assert pages.code == 0, pages.log
    assert _pages_in(machine.kept) == {"reconciler-site"}
    assert asked(machine) == before


def test_azure_reviews_against_the_last_night(machine: Machine) -> None:
    """As on GitLab: the night with passwords, the review without, one comment, changed in place."""
    spoil(machine)
    night = azure(
        machine, "azure-pipelines-drift.yml", "main", **{**TOKEN, "passwords.secureFilePath": passwords(machine)}
    )
    assert night.code == 0, night.log
    assert "##vso[task.complete result=SucceededWithIssues]" in night.log
    kept = machine.temp.parent / "kept"
    machine.files["snapshot"] = Path(shutil.copytree(night.work / "snapshot", kept, dirs_exist_ok=True))
    before = asked(machine)
    first = azure(machine, "azure-pipelines-plan.yml", "change", **TOKEN)
    assert first.code == 0, first.log
    assert asked(machine) == before
    assert {file.name for file in (first.work / "reports").iterdir()} >= REPORTS
    azure(machine, "azure-pipelines-plan.yml", "change", **TOKEN)
    (thread,) = machine.forge.threads
    (comment,) = thread["comments"]
    assert "PersonPhotos" in comment["content"]
    assert "StudentProtectionRegister" in comment["content"]


def test_azure_says_of_wrong_manifests_what_is_wrong(machine: Machine) -> None:
    """The job fails, and the comment says why instead of a review."""
    name = f"{scene.WORKSPACE}/suppliers/library-loans.yaml"
    machine.origin.commit("change", {name: PHOTOS[name].replace("entities:", "entitys:")})
    ended = azure(machine, "azure-pipelines-plan.yml", "change", **TOKEN)
    assert ended.code == 1
    assert "entitys" in machine.forge.threads[0]["comments"][0]["content"]


@pytest.mark.parametrize("system", ["gitlab", "azure"])
def test_a_review_that_failed_is_not_reported_as_manifests_that_are_right(machine: Machine, system: str) -> None:
    """The snapshot cannot be read: the job is red, and the comment says that there is no review, whatever the change
    brings along as a report of its own."""
    machine.origin.commit("change", {"reports/report.md": "### Nothing sensitive"})
    if system == "gitlab":
        machine.forge.kept["reports/snapshot.json"] = b"not a snapshot"
        ended = gitlab(machine, "review", "change", RECONCILER_NOTE_TOKEN=NOTE_TOKEN)
        told = machine.forge.notes[0]["body"]
    else:
        machine.files["snapshot"] = machine.temp.parent / "broken"
        machine.files["snapshot"].mkdir(exist_ok=True)
        (machine.files["snapshot"] / "snapshot.json").write_text("not a snapshot", encoding="utf-8")
        ended = azure(machine, "azure-pipelines-plan.yml", "change", **TOKEN)
        told = machine.forge.threads[0]["comments"][0]["content"]
    assert ended.code == 1, ended.log
    assert f"This is about commit `{machine.forge.head[:10]}`." in told
    assert "No review: the run failed" in told
    assert re.search(r"This commit was not reviewed: `.*snapshot.json.*`", told)
    assert "right" not in told
    assert "Nothing sensitive" not in told


@pytest.mark.parametrize("system", ["gitlab", "azure"])
def test_a_review_that_failed_early_leaves_no_older_comment(machine: Machine, system: str) -> None:
    """The first commit asks for nothing new; the second adds photographs, and its job fails before it can review: the
    comment says of which commit it is, and that it was not reviewed, and why. A report that the change brings along is
    none."""
    machine.origin.commit("change", scene.suppliers(library_loans=("Students", "YearGroupClasses")))
    comment = _gitlab_review if system == "gitlab" else _azure_review
    first = comment(machine)
    assert "asks for nothing" in first
    older = machine.forge.head
    machine.origin.commit("change", {**PHOTOS, "reports/report.md": "### Nothing sensitive"})
    machine.forge.visibility = "public"
    told = comment(machine)
    assert machine.forge.head != older
    assert f"This is about commit `{machine.forge.head[:10]}`." in told
    assert "This commit was not reviewed: `This project is " in told
    assert "asks for nothing" not in told
    assert "Nothing sensitive" not in told


def _gitlab_review(machine: Machine) -> str:
    given = {"CI_PROJECT_VISIBILITY": machine.forge.visibility}
    ended = gitlab(machine, "review", "change", given, RECONCILER_NOTE_TOKEN=NOTE_TOKEN)
    assert "Traceback" not in ended.log
    (note,) = machine.forge.notes
    return str(note["body"])


def _azure_review(machine: Machine) -> str:
    ended = azure(machine, "azure-pipelines-plan.yml", "change", **TOKEN)
    assert "Traceback" not in ended.log
    (thread,) = machine.forge.threads
    return str(thread["comments"][0]["content"])


@pytest.mark.parametrize("system", ["gitlab", "azure"])
def test_a_token_that_is_wrong_is_one_line(machine: Machine, tmp_path: Path, system: str) -> None:
    """The comment cannot be left: the step is red, says what the token must be, and shows no traceback."""
    script = EXAMPLES / ("gitlab/note.py" if system == "gitlab" else "azure/thread.py")
    told = {
        "CI_API_V4_URL": machine.forge.url,
        "CI_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "3",
        "CI_COMMIT_SHA": "c1",
        "RECONCILER_NOTE_TOKEN": "wrong-zq7Kx",
        "SYSTEM_COLLECTIONURI": f"{machine.forge.url}/",
        "SYSTEM_TEAMPROJECT": "access",
        "SYSTEM_PULLREQUEST_PULLREQUESTID": "3",
        "SYSTEM_PULLREQUEST_SOURCECOMMITID": "c1",
        "BUILD_REPOSITORY_ID": "9",
        "SYSTEM_ACCESSTOKEN": "wrong-zq7Kx",
    }
    ended = machine.bash(f'python3 -I "{script}" report.md errors.txt', tmp_path, **told)
    assert ended.code == 1
    assert len(ended.log.splitlines()) == 1
    assert "401" in ended.log
    assert "zq7Kx" not in ended.log


@pytest.mark.parametrize("system", ["gitlab", "azure"])
def test_a_review_with_passwords_at_hand_sends_them_nowhere_new(machine: Machine, system: str) -> None:
    """Somebody made the passwords visible to merge requests; a change that names another server gets none."""
    known = {scene.variable(supplier, school): "secret" for supplier in scene.ENTITIES for school in scene.SCHOOLS}
    with serve(scene.seed()) as stranger:
        machine.origin.commit("change", scene.manifests(stranger))
        if system == "gitlab":
            ended = gitlab(machine, "review", "change", known)
        else:
            ended = azure(machine, "azure-pipelines-plan.yml", "change", **TOKEN, **known)
        assert ended.code in {0, 2, 4}, ended.log
        assert [call for call in stranger.access_log() if call.username] == []


@pytest.mark.parametrize("visibility", ["public", "internal"])
def test_gitlab_publishes_nothing(machine: Machine, visibility: str) -> None:
    """A project that others may read: both jobs refuse before they ask anything; and artifacts are for developers."""
    for job, ref in (("review", "change"), ("drift", "main")):
        given = {"CI_PROJECT_VISIBILITY": visibility, "RECONCILER_PASSWORDS": passwords(machine)}
        ended = gitlab(machine, job, ref, given)
        assert ended.code == 1
        assert "This project is not private" in ended.log
        assert {each.name for each in (ended.work / "reports").iterdir()} == {"errors.txt"}
    pipeline = yaml.safe_load((EXAMPLES / "gitlab" / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    assert {pipeline[job]["artifacts"]["access"] for job in ("review", "drift")} == {"developer"}
    assert asked(machine) == 0


@pytest.mark.parametrize("file", ["azure-pipelines-plan.yml", "azure-pipelines-drift.yml"])
def test_azure_publishes_nothing(machine: Machine, file: str) -> None:
    """A public project: the job ends red, and nothing was asked."""
    machine.forge.visibility = "public"
    ended = azure(machine, file, "main", **{**TOKEN, "passwords.secureFilePath": passwords(machine)})
    assert ended.code == 1
    assert "This project is public" in ended.log
    assert asked(machine) == 0
    assert not (ended.work / "reports" / "report.md").exists()


def test_gitlab_runs_nothing_that_another_job_left(machine: Machine) -> None:
    """On a machine that jobs share, one left a program where an older pipeline looked for it: the next has a folder of
    its own, which is gone at the end."""
    planted = machine.temp.parent / "planted" / "reconciler-environment"
    (planted / "bin").mkdir(parents=True, exist_ok=True)
    (planted / "reconciler-is-installed").touch()
    for name in ("reconciler", "python"):
        (planted / "bin" / name).write_text("#!/bin/sh\necho PLANTED\n", encoding="utf-8")
        (planted / "bin" / name).chmod(0o755)
    folders = {each.name for each in machine.temp.iterdir()}
    secret = passwords(machine)
    given = {"RUNNER_TEMP": str(planted.parent), "RECONCILER_PASSWORDS": secret}
    ended = gitlab(machine, "drift", "main", given)
    assert ended.code == 0, ended.log
    assert "PLANTED" not in ended.log
    assert {each.name for each in machine.temp.iterdir()} <= folders


@pytest.mark.parametrize("given", [{}, {"RECONCILER_PASSWORDS": "A_PASSWORD='of type Variable'"}])
def test_gitlab_says_that_the_passwords_are_missing(machine: Machine, given: dict[str, str]) -> None:
    """The variable is not there, or of the wrong type: the job names it."""
    ended = gitlab(machine, "drift", "main", given)
    assert ended.code == 1
    assert "There are no passwords: the variable RECONCILER_PASSWORDS" in ended.log
    assert "of type Variable" not in ended.log


def test_azure_leaves_somebody_elses_comment_alone(machine: Machine) -> None:
    """A colleague's comment begins with our mark: it stays as it is, and ours stands beside it."""
    machine.forge.thread(f"{MARK}\nMine.", "a-colleague")
    azure(machine, "azure-pipelines-plan.yml", "change", **TOKEN)
    theirs, ours = (thread["comments"][0] for thread in machine.forge.threads)
    assert theirs["content"] == f"{MARK}\nMine."
    assert "PersonPhotos" in ours["content"]
