"""The jobs of release.yml, one after the other in bash: what GitHub would give each step, and nothing else of this one.

A job has the Python of setup-python where it asks for one, and programs of release.txt where it has a step Tools. It
sees artifacts of the jobs that it waits for. Whatever a step says that is not known here is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import yaml

from tests.ci.expressions import condition, fill, written
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
_STEP: Final = {"name", "id", "if", "uses", "with", "run", "shell", "env"}
# What this machine needs to reach its package index, and Docker.
_PASSED: Final = re.compile(r"(PIP|UV|SSL|REQUESTS|DOCKER)_|(https?|HTTPS?|no|NO)_|(TMPDIR|HOME|LANG)$")


def waited_for(name: str) -> set[str]:
    """The jobs that must have passed before this one."""
    needs = JOBS[name].get("needs", [])
    named = {needs} if isinstance(needs, str) else set(needs)
    return named.union(*map(waited_for, named))


@dataclass
class Artifact:
    """Files that a job kept for others."""

    job: str
    folder: Path


@dataclass
class Jobs:
    """The jobs of one run, for a tag of a repository; `log` gets what they print."""

    folder: Path
    repository: str
    tag: str
    origin: Path
    log: Path
    kept: dict[str, Artifact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._contexts = contexts(self.repository, self.tag)
        for name in ("python", "tools"):
            subprocess.run([sys.executable, "-m", "venv", "--without-pip", self.folder / name], check=True)
        subprocess.run([self.folder / "tools" / "bin" / "python", "-m", "ensurepip"], check=True, capture_output=True)

    def run(self, name: str) -> Path:
        """Run a job up to what uploads something; the checkout that it worked in."""
        job = JOBS[name]
        assert condition(job.get("if"), self._contexts, succeeded=True)
        work = self.folder / "work" / name
        work.mkdir(parents=True)
        path: list[Path] = []
        for step in job["steps"]:
            assert step.keys() <= _STEP, f"{step.keys() - _STEP} is not known here"
            if step.get("name") in UPLOADS.get(name, ()) or not condition(
                step.get("if"), self._contexts, succeeded=True
            ):
                continue
            if step.get("name") == "Tools":
                path = [self.folder / "tools" / "bin"]
            if "run" in step:
                self._bash(step, work, path)
            elif "setup-python@" in step["uses"]:
                path = [self.folder / "python" / "bin"]
            else:
                self._action(name, step["uses"].partition("@")[0], fill_all(step.get("with", {}), self._contexts), work)
        return work

    def _bash(self, step: dict[str, Any], work: Path, path: list[Path]) -> None:
        assert step["shell"] == "bash"
        ours = Path(sys.executable).parent  # of the environment of these tests
        rest = [each for each in os.environ["PATH"].split(os.pathsep) if Path(each) != ours]
        variables = {
            **{name: value for name, value in os.environ.items() if _PASSED.match(name)},
            "PATH": os.pathsep.join([*map(str, path), *rest]),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": self.repository,
            "GITHUB_REF_NAME": self.tag,
            **fill_all(step.get("env", {}), self._contexts),
        }
        with self.log.open("ab") as log:
            log.write(f"\n### {step['name']}\n{step['run']}\n".encode())
            log.flush()
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            done = subprocess.run(command, cwd=work, env=variables, stdout=log, stderr=subprocess.STDOUT, check=False)
        assert done.returncode == 0, self.log.read_text(encoding="utf-8")[-4000:]

    def _action(self, job: str, action: str, told: dict[str, str], work: Path) -> None:
        """Do what one of GitHub's own actions does."""
        if action == "actions/checkout":
            git(work, "clone", "--quiet", "--depth=1", "--branch", self.tag, self.origin.as_uri(), ".")
        elif action == "actions/upload-artifact":
            assert told["name"] not in self.kept or told.get("overwrite") == "true", f"{told['name']} is there already"
            kept = Artifact(job, self.folder / "kept" / job / told["name"])
            shutil.copytree(work / told["path"], kept.folder)
            assert any(kept.folder.iterdir())
            self.kept[told["name"]] = kept
        else:
            assert action == "actions/download-artifact", f"{action} is not known here"
            patterns = told.get("name", told.get("pattern", "")).strip("{}").split(",")
            names = [each for each in self.kept if any(fnmatch(each, pattern) for pattern in patterns)]
            assert names, f"{job} finds no artifact {patterns}"
            for each in names:
                assert self.kept[each].job in waited_for(job), f"{job} does not wait for the job that keeps {each}"
                apart = each if "pattern" in told and not told.get("merge-multiple") else ""
                shutil.copytree(self.kept[each].folder, work / told["path"] / apart, dirs_exist_ok=True)


def contexts(repository: str, tag: str) -> dict[str, Any]:
    """What GitHub knows when a tag is pushed; there is no secret."""
    about = {"repository": repository, "ref_name": tag, "ref_type": "tag", "event_name": "push", "actor": "a-colleague"}
    matrix = {"os": "ubuntu-latest", "python": f"3.{sys.version_info.minor}"}
    return {"github": about, "matrix": matrix, "secrets": {}}


def fill_all(texts: dict[str, Any], told: dict[str, Any]) -> dict[str, str]:
    """Texts of a step with their expressions worked out."""
    return {name: written(fill(text, told)) for name, text in texts.items()}
