"""What GitHub's own actions do, done here: a real checkout from a real remote, artifacts in real folders."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.ci.origin import git

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.ci.commands import Outputs
    from tests.ci.github_server import GitHubServer
    from tests.ci.origin import Origin


class ActionFailed(Exception):
    """An action did not do its work."""


@dataclass
class Place:
    """Where a job runs, and what its actions reach: `work` is the checkout, `artifacts` what all runs have kept."""

    work: Path
    temp: Path
    artifacts: Path
    github: GitHubServer
    origin: Origin
    contexts: Mapping[str, Any]
    payload: Mapping[str, Any]
    workflow: str
    path: list[str] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """The variables that GitHub sets for each step, and next to nothing else of this machine."""
        about = self.contexts["github"]
        event = self.temp / "event.json"
        event.write_text(json.dumps(self.payload), encoding="utf-8")
        passed = {
            name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTP", "http"))
        }
        return {
            **passed,
            "PATH": os.pathsep.join([*self.path, os.environ["PATH"]]),
            "HOME": str(self.temp),
            "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip")),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": about["actor"],
            "GITHUB_API_URL": self.github.url,
            "GITHUB_EVENT_NAME": about["event_name"],
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REF": about["ref"],
            "GITHUB_REPOSITORY": about["repository"],
            "GITHUB_RUN_ID": about["run_id"],
            "GITHUB_SERVER_URL": about["server_url"],
            "GITHUB_WORKFLOW_REF": f"{about['repository']}/.github/workflows/{self.workflow}@{about['ref']}",
            "GITHUB_WORKSPACE": str(self.work),
            "RUNNER_TEMP": str(self.temp),
        }

    def files(self) -> dict[str, Path]:
        """The files that one step writes its outputs and its summary to, empty."""
        files = {name: self.temp / f"step-{name.lower()}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_bytes(b"")
        return files


def checkout(place: Place, told: Mapping[str, str]) -> Outputs:
    """The commit that the run is of: of a pull request, the merge that GitHub made."""
    assert told.keys() <= {"fetch-depth", "persist-credentials"}
    assert told.get("persist-credentials") == "false"
    ref = place.contexts["github"]["ref"]
    everything = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
    depth = [] if told.get("fetch-depth") == "0" else ["--depth=1"]
    git(place.work, "init", "--quiet", ".")
    git(place.work, "remote", "add", "origin", place.origin.bare.as_uri())
    git(
        place.work,
        "fetch",
        "--quiet",
        "--no-tags",
        *depth,
        "origin",
        *([] if depth else everything),
        f"+{ref}:refs/remotes/run",
    )
    git(place.work, "checkout", "--quiet", "--force", "--detach", "refs/remotes/run")
    return {}


def setup_python(place: Place, told: Mapping[str, str]) -> Outputs:
    """A `python` on the PATH; here it is the one that runs the tests, whatever version is asked for."""
    assert told.keys() == {"python-version"}
    folder = place.temp / "python"
    folder.mkdir(exist_ok=True)
    for name in ("python", "python3"):
        (folder / name).symlink_to(os.path.realpath(sys.executable))
    place.path.insert(0, str(folder))
    return {}


def upload_artifact(place: Place, told: Mapping[str, str]) -> Outputs:
    """Keep a folder under a name, for later jobs and runs; an earlier one of this run is overwritten."""
    assert told.keys() <= {"name", "path", "if-no-files-found", "retention-days", "overwrite"}
    source = place.work / told["path"]
    files = [file for file in source.rglob("*") if file.is_file()] if source.is_dir() else []
    if not files:
        if told["if-no-files-found"] == "error":
            raise ActionFailed(f"No files were found with the provided path: {source}")
        return {}
    run = int(place.contexts["github"]["run_id"])
    kept = place.artifacts / str(run) / told["name"]
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(source, kept)
    place.github.hub.artifact(run, told["name"], kept)
    return {}


def download_artifact(place: Place, told: Mapping[str, str]) -> Outputs:
    """Bring an artifact back: of this run, or with a token that may read it, of another."""
    assert told.keys() <= {"name", "pattern", "path", "run-id", "github-token"}
    run = told.get("run-id", place.contexts["github"]["run_id"])
    if "run-id" in told and "actions" not in place.github.hub.tokens[told["github-token"]]:
        raise ActionFailed("Resource not accessible by integration")
    if "pattern" in told:  # each into a folder of its name
        for found in (place.artifacts / run).glob(told["pattern"]):
            shutil.copytree(found, Path(told["path"]) / found.name, dirs_exist_ok=True)
        return {}
    kept = place.artifacts / run / told["name"]
    if not kept.is_dir():
        raise ActionFailed(f"Unable to download artifact(s): Artifact not found for name: {told['name']}")
    shutil.copytree(kept, told["path"], dirs_exist_ok=True)
    return {}


def upload_pages_artifact(place: Place, told: Mapping[str, str]) -> Outputs:
    """Keep a folder as GitHub Pages takes it."""
    assert told.keys() == {"name", "path", "retention-days"}
    return upload_artifact(place, {**told, "if-no-files-found": "error"})


def deploy_pages(place: Place, told: Mapping[str, str]) -> Outputs:
    """Publish the pages that this run has kept, with a token that may."""
    assert told.keys() == {"artifact_name"}
    permissions = place.github.hub.tokens[place.contexts["github"]["token"]]
    if {permissions.get("pages"), permissions.get("id-token")} != {"write"}:
        raise ActionFailed("Resource not accessible by integration")
    kept = place.artifacts / place.contexts["github"]["run_id"] / told["artifact_name"]
    place.github.hub.published.append(sorted(file.relative_to(kept).as_posix() for file in kept.rglob("*.html")))
    return {"page_url": "https://pages.example/"}


STAND_INS: Final[dict[str, Callable[[Place, Mapping[str, str]], Outputs]]] = {
    "actions/checkout": checkout,
    "actions/setup-python": setup_python,
    "actions/upload-artifact": upload_artifact,
    "actions/download-artifact": download_artifact,
    "actions/upload-pages-artifact": upload_pages_artifact,
    "actions/deploy-pages": deploy_pages,
}
