"""A machine that runs our workflows' files as they are: their `run:` steps in bash, their conditions and outputs.

What a `uses:` of GitHub's own actions does, `stand_ins.py` does here for real. Whatever a workflow uses that the
machine does not know is an error: nothing is skipped in silence.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import yaml

from tests.ci.commands import Command, Outputs, read_commands, read_outputs
from tests.ci.expressions import condition, fill, written
from tests.ci.stand_ins import STAND_INS, ActionFailed, Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.ci.github_server import GitHubServer
    from tests.ci.origin import Origin

_WORKFLOW: Final = {"name", "on", "permissions", "jobs"}
_JOB: Final = {
    "name",
    "runs-on",
    "environment",
    "timeout-minutes",
    "permissions",
    "concurrency",
    "outputs",
    "steps",
    "needs",
    "if",
    "strategy",
}
_STEP: Final = {"name", "id", "uses", "with", "run", "shell", "env", "if", "continue-on-error"}
_OURS: Final = ("$/", "OWNER/bromcom-reconciler/")
_ENVIRONMENT: Final = "reconciler-environment"  # kept from job to job, as a machine's image would have it


@dataclass
class Ran:
    """What came of a workflow: each job's conclusion and outputs, all that was logged, and the page of the run."""

    conclusions: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, Outputs] = field(default_factory=dict)
    log: str = ""
    summary: str = ""

    @property
    def commands(self) -> list[Command]:
        """The workflow commands that steps gave, masks aside."""
        return [command for command in read_commands(self.log) if command.name not in ("add-mask", "group", "endgroup")]


@dataclass(frozen=True)
class Trigger:
    """Why a workflow runs. `payload` is GitHub's event; `read_only`: a fork's, or Dependabot's, whose token may only
    read and which has no secrets."""

    event: str
    payload: Mapping[str, Any]
    ref: str
    workflow: str
    actor: str = "a-colleague"
    read_only: bool = False


class Machine:
    """Runs one job after the other, in folders that are emptied in between."""

    def __init__(self, folder: Path, program: Path, github: GitHubServer, origin: Origin) -> None:
        """`program` is the revision that the workflows and actions are of."""
        self._folder, self._program = folder, program
        self._github, self._origin = github, origin
        self._artifacts = folder / "artifacts"

    def run(
        self,
        file: str,
        trigger: Trigger,
        inputs: Mapping[str, Any],
        secrets: Mapping[str, str],
        after: int | None = None,
    ) -> tuple[int, Ran]:
        """Run a reusable workflow as a caller's job; the run's id, and what came of it. `after` is the run that an
        earlier job of the caller began."""
        workflow = _read(self._program / ".github" / "workflows" / file)
        called = workflow[True]["workflow_call"]  # YAML reads `on` as a yes
        assert {each if each is not True else "on" for each in workflow} <= _WORKFLOW
        assert inputs.keys() <= called["inputs"].keys()
        assert secrets.keys() <= called.get("secrets", {}).keys()
        missing = [name for name, each in called["inputs"].items() if each.get("required") and name not in inputs]
        assert not missing, f"{file} lacks {missing}"
        given = {name: inputs.get(name, each.get("default")) for name, each in called["inputs"].items()}
        return self._jobs(workflow, trigger, {} if trigger.read_only else dict(secrets), given, after)

    def run_example(self, file: Path, trigger: Trigger, secrets: Mapping[str, str]) -> tuple[int, Ran]:
        """Run a workflow that a repository has of its own, and whose steps use our actions."""
        workflow = _read(file)
        assert {each if each is not True else "on" for each in workflow} <= {*_WORKFLOW, "concurrency"}
        return self._jobs(workflow, trigger, secrets, {})

    def _jobs(
        self,
        workflow: Mapping[Any, Any],
        trigger: Trigger,
        secrets: Mapping[str, str],
        given: Mapping[str, Any],
        after: int | None = None,
    ) -> tuple[int, Ran]:
        identity = after or self._github.hub.next()
        ran = Ran()
        for name, job in workflow["jobs"].items():
            assert job.get("strategy", {}).keys() <= {"matrix", "fail-fast"}
            for matrix in _combinations(job.get("strategy", {}).get("matrix", {})):
                contexts = self._contexts(trigger, identity, name)
                contexts |= {"inputs": given, "secrets": secrets, "needs": _needs(job, ran), "matrix": matrix}
                self._job(name, job, contexts, trigger, ran)
        if trigger.event != "pull_request" and after is None:
            conclusion = "failure" if "failure" in ran.conclusions.values() else "success"
            path = f".github/workflows/{trigger.workflow}"
            self._github.hub.runs.append(self._as_run(identity, trigger, path, conclusion))
        return identity, ran

    def artifacts(self, name: str) -> list[Path]:
        """The files of the newest artifact of this name."""
        newest = max(self._artifacts.glob(f"*/{name}"), key=lambda folder: int(folder.parent.name))
        return sorted(newest.iterdir())

    def _as_run(self, identity: int, trigger: Trigger, path: str, conclusion: str) -> dict[str, Any]:
        repository = trigger.payload["repository"]
        branch = trigger.ref.removeprefix("refs/heads/")
        return {
            "id": identity,
            "event": trigger.event,
            "path": path,
            "head_branch": branch,
            "head_sha": self._github.hub.branches[branch],
            "conclusion": conclusion,
            "repository": repository,
            "head_repository": repository,
        }

    def _contexts(self, trigger: Trigger, identity: int, job: str) -> dict[str, Any]:
        return {
            "github": {
                "event_name": trigger.event,
                "event": trigger.payload,
                "ref": trigger.ref,
                "actor": trigger.actor,
                "repository": trigger.payload["repository"]["full_name"],
                "server_url": "https://github.example",
                "run_id": str(identity),
                "run_attempt": "1",
                "job": job,
            },
            "runner": {"temp": str(self._temp)},
        }

    @property
    def _temp(self) -> Path:
        return self._folder / "temp"

    def _job(self, name: str, job: Mapping[str, Any], contexts: dict[str, Any], trigger: Trigger, ran: Ran) -> None:
        assert job.keys() <= _JOB
        earlier = all(ran.conclusions[each] == "success" for each in _named(job.get("needs")))
        if not condition(job.get("if"), contexts, succeeded=earlier):
            ran.conclusions[name] = "skipped"
            return
        level = {each: "read" if trigger.read_only else given for each, given in job["permissions"].items()}
        contexts["github"]["token"] = self._github.token(
            **{each.replace("-", "_"): given for each, given in level.items()}
        )
        job_run = _JobRun(self._place(contexts, trigger), self._program, contexts, ran)
        succeeded = job_run.steps(job["steps"], contexts, {})
        one_failed = ran.conclusions.get(name) == "failure"  # another job of the same matrix
        ran.conclusions[name] = "success" if succeeded and not one_failed else "failure"
        ran.outputs[name] = {each: written(fill(text, contexts)) for each, text in job.get("outputs", {}).items()}

    def _place(self, contexts: Mapping[str, Any], trigger: Trigger) -> Place:
        """Fresh folders, and what the machine sets for each job."""
        work = self._folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        for each in self._temp.iterdir():
            if each.name != _ENVIRONMENT:
                shutil.rmtree(each) if each.is_dir() else each.unlink()
        return Place(
            work, self._temp, self._artifacts, self._github, self._origin, contexts, trigger.payload, trigger.workflow
        )


class _JobRun:
    """One job: its steps, and those of the composite actions that they use."""

    def __init__(self, place: Place, program: Path, contexts: Mapping[str, Any], ran: Ran) -> None:
        self._place, self._program, self._ran = place, program, ran
        self._masks = [value for value in contexts["secrets"].values() if value]

    def steps(self, steps: list[Mapping[str, Any]], contexts: dict[str, Any], extra: Mapping[str, str]) -> bool:
        """Run steps in their order; whether all succeeded. `extra` are variables that an action's steps have."""
        contexts["steps"] = {}
        succeeded = True
        for step in steps:
            assert step.keys() <= _STEP, f"the machine does not know {step.keys() - _STEP}"
            if not condition(step.get("if"), contexts, succeeded=succeeded):
                continue
            outputs, well = self._step(step, contexts, extra)
            contexts["steps"][step.get("id", "")] = {"outputs": outputs}
            succeeded = succeeded and (well or bool(step.get("continue-on-error")))
        return succeeded

    def _step(
        self, step: Mapping[str, Any], contexts: dict[str, Any], extra: Mapping[str, str]
    ) -> tuple[Outputs, bool]:
        if "run" in step:
            assert step.get("shell") == "bash"
            variables = {name: written(fill(value, contexts)) for name, value in step.get("env", {}).items()}
            return self._run(step["run"], {**extra, **variables})
        told = {name: written(fill(value, contexts)) for name, value in step.get("with", {}).items()}
        action = step["uses"]
        name, _, revision = action.partition("@")
        if name.startswith(_OURS):
            return self._composite(
                self._program / name.partition("/")[2].removeprefix("bromcom-reconciler/"), told, contexts
            )
        assert len(revision) == 40, f"{action} is not pinned by a hash"
        try:
            self._ran.log += f"Run {name}\n"
            return STAND_INS[name](self._place, told), True
        except ActionFailed as failed:
            self._ran.log += f"::error::{failed}\n"
            return {}, False

    def _composite(self, folder: Path, told: Mapping[str, str], contexts: Mapping[str, Any]) -> tuple[Outputs, bool]:
        action = _read(folder / "action.yml")
        assert told.keys() <= action["inputs"].keys()
        missing = [name for name, each in action["inputs"].items() if each.get("required") and name not in told]
        assert not missing, f"{folder.name} lacks {missing}"
        inner = {
            "github": contexts["github"],
            "runner": contexts["runner"],
            "inputs": {name: told.get(name, each.get("default", "")) for name, each in action["inputs"].items()},
        }
        assert action["runs"]["using"] == "composite"
        succeeded = self.steps(action["runs"]["steps"], inner, {"GITHUB_ACTION_PATH": str(folder)})
        outputs = {name: written(fill(each["value"], inner)) for name, each in action.get("outputs", {}).items()}
        return outputs, succeeded

    def _run(self, script: str, variables: Mapping[str, str]) -> tuple[Outputs, bool]:
        files = self._place.files()
        environment = {**self._place.environment(), **{name: str(file) for name, file in files.items()}, **variables}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self._place.work,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        self._log(done.stdout)
        self._ran.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return read_outputs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8")), done.returncode == 0

    def _log(self, text: str) -> None:
        """Add to the log, with *** for what is masked by then; the commands that mask are not shown."""
        for line in text.splitlines():
            masked = [command.message for command in read_commands(line) if command.name == "add-mask"]
            self._masks += masked
            if not masked:
                for value in sorted(self._masks, key=len, reverse=True):
                    line = line.replace(value, "***")
                self._ran.log += f"{line}\n"


def _combinations(matrix: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(matrix, values, strict=True)) for values in product(*matrix.values())]


def _needs(job: Mapping[str, Any], ran: Ran) -> dict[str, Any]:
    names = _named(job.get("needs"))
    return {name: {"outputs": ran.outputs.get(name, {}), "result": ran.conclusions[name]} for name in names}


def _named(needs: str | list[str] | None) -> list[str]:
    return [needs] if isinstance(needs, str) else needs or []


def _read(file: Path) -> dict[Any, Any]:
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found
