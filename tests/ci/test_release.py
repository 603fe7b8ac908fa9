"""The release: release.yml's own steps in bash, in a clone, up to what uploads something."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.ci.origin import git
from tests.conftest import REPOSITORY

RELEASE: Final = yaml.safe_load((REPOSITORY / ".github/workflows/release.yml").read_text(encoding="utf-8"))
JOBS: Final[dict[str, Any]] = RELEASE["jobs"]
# What no machine of ours may do, and what needs it.
UPLOADS: Final = {
    "attest": {"Attest", "Keep the provenance beside them"},
    "pypi": {"Publish"},
    "github": {"Release"},
    "container": {"Image", "Push", "Attest the image"},  # the first is what the job `image` does too
}
SCRIPT: Final = REPOSITORY / ".ci" / "release.py"


def test_nothing_is_published_before_all_is_proven() -> None:
    """Each job that may write, or sign, waits for all others, and is for a tag; a run by hand, of a tag too, publishes
    nothing, and publishing has a gate."""
    for name in UPLOADS:
        waited: set[str] = set()
        waiting = [name]
        while waiting:
            needs = JOBS[waiting.pop()].get("needs", [])
            waiting += [needs] if isinstance(needs, str) else needs
            waited |= set(waiting)
        assert JOBS.keys() - UPLOADS.keys() <= waited
        assert JOBS[name]["if"] == ("github.ref_type == 'tag'" if name == "attest" else "github.event_name == 'push'")
    writing = {name for name, job in JOBS.items() if "write" in job["permissions"].values()}
    assert writing == UPLOADS.keys()
    assert JOBS["pypi"]["environment"]
    assert JOBS["github"]["environment"]
    assert "pypi" in JOBS["container"]["needs"]  # and so waits for its gate
    assert [name for name, job in JOBS.items() if "packages" in job["permissions"]] == ["container"]


def test_a_tag_is_refused_that_cannot_be_released(tmp_path: Path) -> None:
    """For its name, and as long as the repository has no owner; each with what to do."""
    clone = cloned(tmp_path, owner="OWNER")

    def refused(tag: str) -> str:
        command = [sys.executable, ".ci/release.py", "ready", tag]
        done = subprocess.run(command, cwd=clone, capture_output=True, check=False, encoding="utf-8")
        assert done.returncode == 1
        return done.stderr

    log = clone / "CHANGELOG.md"
    log.write_text(re.sub(r"^## \[[\d.]+\].*\n", "", log.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
    assert "has no section `## [" in refused(tag_of(clone))
    dated(clone)
    assert "Tag it v" in refused("v0.0.1")
    assert "Write its owner there" in refused(tag_of(clone))


def test_the_address_is_written_wherever_it_is_repeated(tmp_path: Path) -> None:
    """Once the repository has an owner, no file that names it for people to copy has the old one."""
    clone = cloned(tmp_path, owner="acme")
    command = [sys.executable, ".ci/release.py", "address"]
    written = subprocess.run(command, cwd=clone, capture_output=True, check=True, encoding="utf-8").stdout.split()
    assert {"SECURITY.md", "docs/how-to/tidy.md", "docs/how-to/container.md", "schemas/v1/supplier.schema.json"} <= {
        *written
    }
    for name in written:
        assert "OWNER/bromcom-reconciler" not in (clone / name).read_text(encoding="utf-8")
    assert not subprocess.run(command, cwd=clone, capture_output=True, check=True).stdout


def cloned(folder: Path, owner: str) -> Path:
    """A clone of what is committed here, of a repository with an owner."""
    clone = folder / "clone"
    git(folder, "clone", "--quiet", "--no-local", str(REPOSITORY), str(clone))
    project = clone / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8").replace("/OWNER/", f"/{owner}/"), encoding="utf-8")
    return clone


def tag_of(clone: Path) -> str:
    """The tag of the version that a clone has."""
    text = (clone / "reconciler" / "__init__.py").read_text(encoding="utf-8")
    return "v" + text.partition('__version__ = "')[2].partition('"')[0]


def dated(clone: Path) -> None:
    """Give the newest section of the changelog the version and a date, as a release has it, if it has none yet."""
    file = clone / "CHANGELOG.md"
    text = file.read_text(encoding="utf-8")
    if f"## [{tag_of(clone)[1:]}] - " in text:
        return
    file.write_text(text.replace("## [Unreleased]", f"## [{tag_of(clone)[1:]}] - 2026-12-01"), encoding="utf-8")


@pytest.mark.rehearsal
@pytest.mark.skipif(sys.platform == "win32", reason="the workflow's steps are bash")
def test_a_release_up_to_the_uploads(tmp_path: Path) -> None:
    """What people type to install it is tried from an index here, each way up to a first plan and the first page of the
    app. The log stays in the folder that CI_LOGS names."""
    clone = cloned(tmp_path, owner="acme")
    dated(clone)
    git(clone, "config", "user.email", "a@example.org")
    git(clone, "config", "user.name", "A")
    git(clone, "commit", "--quiet", "--all", "--message", "A release")
    git(clone, "tag", tag_of(clone))
    venv = tmp_path / "tools"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    variables = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        "PATH": os.pathsep.join([str(venv / "bin"), os.environ["PATH"]]),
        "TAG": tag_of(clone),
        "GITHUB_REPOSITORY": "acme/bromcom-reconciler",
    }
    log = Path(os.environ.get("CI_LOGS", tmp_path)) / "install.log"
    kept = tmp_path / "artifacts"
    left_out = {"tests"}  # it is all the other tests
    if os.geteuid() != 0 and not shutil.which("docker"):
        left_out.add("image")  # .ci/container/image.py says why
    with log.open("wb") as file:
        for name, job in ((name, job) for name, job in JOBS.items() if name not in left_out):
            work = tmp_path / name
            git(tmp_path, "clone", "--quiet", "--branch", tag_of(clone), str(clone), str(work))
            for step in job["steps"]:
                if step.get("name") not in UPLOADS.get(name, ()):
                    run_step(step, work, kept, variables, file)
            if name == "programs":  # what is signed is that of Windows; here the program of Linux stands for it
                shutil.copytree(kept / "programs-ubuntu-latest", kept / "programs-windows-latest")
                shutil.copy(work / "unreleased" / "reconciler", kept / "programs-windows-latest" / "reconciler.exe")
    told = log.read_text(encoding="utf-8")
    assert sorted(re.findall(r"^== ([\w-]+).*: a first plan", told, re.MULTILINE)) == [
        *(["container"] if "image" not in left_out else []),
        *(
            "lowest",
            "other",
            "pip",
            "pipx",
            "pre-commit",
            "reconciler",
            f"reconciler-{sysconfig.get_platform()}-py3{sys.version_info.minor}",
            "uv",
        ),
    ]
    released = {file.name for file in (kept / "released").iterdir()}
    assert {re.sub(r"^.+[-.]", "", name) for name in released} == {"whl", "gz", "json", "pyz", "exe", "SHA256SUMS"}
    judge_winget(kept / "winget")


def judge_winget(folder: Path) -> None:
    """By winget's own schemas."""
    for schema in (Path(__file__).parent / "winget").glob("*.json"):
        manifest = yaml.safe_load((folder / f"{schema.stem}.yaml").read_text(encoding="utf-8"))
        Draft7Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(manifest)


def run_step(step: dict[str, Any], work: Path, kept: Path, variables: dict[str, str], log: Any) -> None:
    """Run one step: its lines in bash, or what GitHub's own actions for artifacts do."""
    action, told = step.get("uses", "").partition("@")[0], step.get("with", {})
    if "run" in step:
        log.write(f"\n### {step['name']}\n{step['run']}\n".encode())
        log.flush()
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(command, cwd=work, env=variables, stdout=log, stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, Path(log.name).read_text(encoding="utf-8")[-4000:]
    elif action == "actions/upload-artifact":
        name = told["name"].replace("${{ matrix.os }}", "ubuntu-latest")
        shutil.copytree(work / told["path"], kept / name, dirs_exist_ok=True)
    elif action == "actions/download-artifact":
        patterns = told.get("name", told.get("pattern", "")).strip("{}").split(",")
        names = [each.name for each in kept.iterdir() if any(fnmatch(each.name, pattern) for pattern in patterns)]
        for each in names:
            apart = each if "pattern" in told and not told.get("merge-multiple") else ""
            shutil.copytree(kept / each, work / told["path"] / apart, dirs_exist_ok=True)
    else:
        assert action in ("actions/checkout", "actions/setup-python"), f"{action} is not known here"
