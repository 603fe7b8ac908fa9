"""Run `reconciler` once, with every report that the workflows need, and output the result.

This step does not fail for a difference or an incomplete view: `verdict` judges those. `report.md` always exists
afterwards, even if the program could make no report.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import runner
from about import no_review
from runner import StepError

REPORT: Final = "report.md"
PLAN: Final = "plan.json"
_VERBS: Final = ("plan", "drift")
_STATES: Final = {0: "in-sync", 2: "differences", 4: "incomplete", 5: "pending"}
_DIFFERENCES: Final = ("grant", "revoke", "mendLogin", "set")
FAILED: Final = "failed"
_WRONG: Final = "manifests-wrong"
# What the program says of a failure begins so, at the start of a line of stderr.
_ERROR: Final = "Error: "
# The events of which a run is about manifests that were reviewed, as far as the events can tell.
_REVIEWED: Final = ("schedule", "workflow_dispatch", "push")
# What the program is told by name must not reach it a second time as an environment variable that a manifest can name.
_OURS: Final = "RECONCILER_"
_HEARTBEAT: Final = "HEARTBEAT_ADDRESS"
_NOTIFY: Final = "NOTIFY_ADDRESS"


@dataclass(frozen=True)
class Ran:
    """The result of the program: its exit code, the state for the workflow, and its errors if it failed."""

    exit_code: int
    state: str
    errors: str


def step() -> None:
    """Check the manifests, plan, and output the exit code, the state and the folder of the reports.

    The file of passwords is deleted when the program has ended, in any case.
    """
    reports = runner.folder("RUNNER_TEMP") / "reconciler-reports"
    shutil.rmtree(reports, ignore_errors=True)  # what an earlier use of the action in this job left is not this one's
    reports.mkdir()
    try:
        ran = run(reports)
    finally:
        passwords = runner.setting("RECONCILER_ENV_FILE", "")
        if passwords:
            Path(passwords).unlink(missing_ok=True)
    runner.output("reports", str(reports))
    runner.output("exit-code", str(ran.exit_code))
    runner.output("state", ran.state)
    runner.output("error", ran.errors)
    for name, value in remembered(runner.setting("RECONCILER_STATE", "")).items():
        runner.output(name, value)


def run(reports: Path) -> Ran:
    """Check the manifests, then plan. A mistake in a manifest is shown once, on its line."""
    verb = runner.setting("RECONCILER_COMMAND")
    if verb not in _VERBS:
        raise StepError("Unknown command", f"`command` is {verb!r}: use one of {', '.join(_VERBS)}.")
    refuse_unreviewed()
    refuse_elsewhere(Path(runner.setting("RECONCILER_WORKSPACE", ".")))
    wrong, errors = _reconciler("validate")
    if wrong:
        _reconciler("validate", *_formats(reports, "problems.md", "sarif"))
        return _failed(reports, wrong, _WRONG if (reports / "problems.md").exists() else FAILED, errors)
    formats = _formats(reports, REPORT, "sarif", "html", "junit", "json", "text")
    about = (*_about_the_change(), *_about_the_live_side(), *_about_the_night(), *_option("details-url"))
    code, errors = _reconciler(verb, *formats, *about, *more_options())
    _show(reports / "plan.txt")
    state = _STATES.get(code) or pictured(reports)
    return Ran(code, state, errors) if state else _failed(reports, code, FAILED, errors)


def pictured(reports: Path) -> str:
    """The state in the reports, if the program failed only after writing them, for example on a notification; otherwise
    empty."""
    try:
        plan = json.loads((reports / PLAN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    if plan["interrupted"] or not (reports / REPORT).exists():
        return ""
    pending = len(plan.get("applied", {}).get("pending", ()))
    if sum(plan["summary"][kind] for kind in _DIFFERENCES) > pending or plan.get("orphans"):
        return _STATES[2]
    if pending:
        return _STATES[5]
    return _STATES[0] if plan["complete"] and plan["accesses"] else _STATES[4]


def remembered(state: str) -> dict[str, str]:
    """The verdict of the nights so far, for the issue, and a fingerprint of it; empty if the program left none."""
    try:
        memory = json.loads(Path(state).read_text(encoding="utf-8"))["remembered"] if state else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name: str(memory[name]) for name in ("attention", "fingerprint") if name in memory}


def refuse_unreviewed() -> None:
    """Raise StepError if an unreviewed change could decide where passwords go: `base` prevents that."""
    started_by = runner.setting("GITHUB_EVENT_NAME", "")
    if started_by not in _REVIEWED and not runner.setting("RECONCILER_BASE", ""):
        raise StepError(
            "There is no base to compare with",
            f"A run of {started_by!r} needs `base`: without it, a change could decide where passwords go.",
        )


def refuse_elsewhere(workspace: Path) -> None:
    """Raise StepError if the workspace is outside the checkout, directly or through a link."""
    checkout = runner.folder("GITHUB_WORKSPACE").resolve()
    if not (checkout / workspace).resolve().is_relative_to(checkout):
        raise StepError("The workspace is outside the checkout", f"`{workspace}` is not a folder inside it.")


def _formats(reports: Path, markdown: str, *others: str) -> list[str]:
    files = {"sarif": "reconciler.sarif", "html": "report.html", "junit": "junit.xml", "json": PLAN, "text": "plan.txt"}
    named = {"markdown": markdown, **{name: files[name] for name in others}}
    return ["--format", "github", *(f"--format={name}={reports / file}" for name, file in named.items())]


def _about_the_change() -> list[str]:
    """The options for a base. Without a reviewed reference, a password is not used."""
    base = runner.setting("RECONCILER_BASE", "")
    if not base:
        return []
    changed_only = ["--changed-only"] if runner.flag("RECONCILER_CHANGED_ONLY") else []
    return [f"--base={base}", *changed_only]


def _about_the_live_side() -> list[str]:
    """The options for Bromcom's state: from the service, or from a snapshot."""
    snapshot = runner.setting("RECONCILER_SNAPSHOT", "")
    if snapshot:
        return [f"--against={snapshot}", *_option("max-age")]
    reviewed_only = ["--passwords-of-base"] if runner.setting("RECONCILER_BASE", "") else []
    return [*reviewed_only, *_option("env-file"), *_file("record")]


def _about_the_night() -> list[str]:
    """The options for what was carried out last, and for notifications. Their addresses are secrets, so they go through
    the environment, not the command line."""
    kept = [*_option("applied"), *_file("state"), *_file("history")]
    heartbeat = [f"--heartbeat=env:{_HEARTBEAT}"] if runner.setting("RECONCILER_HEARTBEAT", "") else []
    if not runner.setting("RECONCILER_NOTIFY", ""):
        return [*heartbeat, *kept]
    return [*heartbeat, f"--notify=env:{_NOTIFY}", *_option("notify-as"), *kept]


def more_options() -> list[str]:
    """Options of the workflow's author, one a line."""
    return list(filter(None, map(str.strip, runner.setting("RECONCILER_OPTIONS", "").splitlines())))


def _option(name: str) -> list[str]:
    value = runner.setting(_variable(name), "")
    return [f"--{name}={value}"] if value else []


def _file(name: str) -> list[str]:
    """The option for a file that the program writes, in a folder that exists."""
    value = runner.setting(_variable(name), "")
    if value:
        Path(value).parent.mkdir(parents=True, exist_ok=True)
    return _option(name)


def _variable(option: str) -> str:
    return f"{_OURS}{option.upper().replace('-', '_')}"


def _reconciler(verb: str, *options: str) -> tuple[int, str]:
    """Run the program, and return its exit code and its errors on one line. Its log is passed on as it comes."""
    python, workspace = runner.setting("RECONCILER_PYTHON"), runner.setting("RECONCILER_WORKSPACE", ".")
    command = [python, "-I", "-m", "reconciler", verb, f"--workspace={workspace}", *options]
    errors = []
    with subprocess.Popen(command, env=_environment(), stderr=subprocess.PIPE) as running:  # noqa: S603  # our own
        assert running.stderr is not None
        for line in running.stderr:
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()
            text = line.decode("utf-8", "replace").strip()
            if text.startswith(_ERROR):
                errors.append(text.removeprefix(_ERROR))
    return running.returncode, " ".join(errors)


def _environment() -> dict[str, str]:
    """The job's environment without our own settings, and with the addresses for notifications."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    addresses = {
        _HEARTBEAT: runner.setting("RECONCILER_HEARTBEAT", ""),
        _NOTIFY: runner.setting("RECONCILER_NOTIFY", ""),
    }
    return {**others, **{name: value for name, value in addresses.items() if value}}


def _show(text: Path) -> None:
    """Show the plan as text in the log: folded, and with no line taken for a command."""
    if text.exists():
        lines = text.read_text(encoding="utf-8").splitlines()
        runner.fold("The plan as text", lines)


def _failed(reports: Path, code: int, state: str, errors: str) -> Ran:
    """Write `report.md` for people, unless it exists already."""
    problems, report = reports / "problems.md", reports / REPORT
    if not report.exists():
        text = problems.read_text(encoding="utf-8") if state == _WRONG else no_review(errors)
        report.write_text(text, encoding="utf-8", newline="\n")
    return Ran(code, state, errors)
