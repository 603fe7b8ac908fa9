"""Run `reconciler` once, with every report that the workflows need, and say what came of it.

A difference, or a view that is not complete, is no failure of this step: `verdict` judges. What a later step tells
people stands in `report.md` in any case, also where the program could make none.
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
_STATES: Final = {0: "in-sync", 2: "differences", 4: "incomplete"}
_DIFFERENCES: Final = ("grant", "revoke", "mendLogin", "set")
_FAILED: Final = "failed"
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
    """How the program ended: its exit code, what that means for the workflow, and its own words where it failed."""

    exit_code: int
    state: str
    errors: str


def step() -> None:
    """Check the manifests, plan, and hand on the exit code, the state and the folder of the reports.

    The file of passwords is gone when the program has ended, however it ended.
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
    """Check the manifests, then plan; what is wrong in a manifest is told once, at its line."""
    verb = runner.setting("RECONCILER_COMMAND")
    if verb not in _VERBS:
        raise StepError("There is no such command", f"`command` is {verb!r}: write one of {', '.join(_VERBS)}.")
    refuse_unreviewed()
    refuse_elsewhere(Path(runner.setting("RECONCILER_WORKSPACE", ".")))
    wrong, errors = _reconciler("validate")
    if wrong:
        _reconciler("validate", *_formats(reports, "problems.md", "sarif"))
        return _failed(reports, wrong, _WRONG if (reports / "problems.md").exists() else _FAILED, errors)
    formats = _formats(reports, REPORT, "sarif", "html", "junit", "json", "text")
    more = (*_about_the_change(), *_about_the_live_side(), *_about_the_night(), *_more())
    code, errors = _reconciler(verb, *formats, *more)
    _show(reports / "plan.txt")
    state = _STATES.get(code) or pictured(reports)
    return Ran(code, state, errors) if state else _failed(reports, code, _FAILED, errors)


def pictured(reports: Path) -> str:
    """What the reports say, where the program failed only after it had made them: a notification that nobody took is
    no reason to know nothing. Empty where they are not whole."""
    try:
        plan = json.loads((reports / PLAN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    if plan["interrupted"] or not (reports / REPORT).exists():
        return ""
    if any(plan["summary"][kind] for kind in _DIFFERENCES) or plan.get("orphans"):
        return _STATES[2]
    return _STATES[0] if plan["complete"] and plan["accesses"] else _STATES[4]


def remembered(state: str) -> dict[str, str]:
    """What the nights so far come to, for the issue: whether people must look, and what is the same from night to
    night while nothing is new to them. Nothing where the program left none."""
    try:
        told = json.loads(Path(state).read_text(encoding="utf-8"))["remembered"] if state else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {name: str(told[name]) for name in ("attention", "fingerprint") if name in told}


def refuse_unreviewed() -> None:
    """Raise StepError where passwords would go where a change says that nobody has reviewed: `base` prevents that."""
    started_by = runner.setting("GITHUB_EVENT_NAME", "")
    if started_by not in _REVIEWED and not runner.setting("RECONCILER_BASE", ""):
        raise StepError(
            "This change is compared with nothing",
            f"A run of {started_by!r} needs `base`: without it, a change could name where passwords are sent to.",
        )


def refuse_elsewhere(workspace: Path) -> None:
    """Raise StepError where the workspace is, or a link makes it, a folder outside of the checkout."""
    checkout = runner.folder("GITHUB_WORKSPACE").resolve()
    if not (checkout / workspace).resolve().is_relative_to(checkout):
        raise StepError("The workspace is elsewhere", f"{workspace} is not inside the checkout.")


def _formats(reports: Path, markdown: str, *others: str) -> list[str]:
    files = {"sarif": "reconciler.sarif", "html": "report.html", "junit": "junit.xml", "json": PLAN, "text": "plan.txt"}
    named = {"markdown": markdown, **{name: files[name] for name in others}}
    return ["--format", "github", *(f"--format={name}={reports / file}" for name, file in named.items())]


def _about_the_change() -> list[str]:
    """With what this is compared. Where passwords are at hand, none is used where the change alone says so."""
    base = runner.setting("RECONCILER_BASE", "")
    if not base:
        return []
    changed_only = ["--changed-only"] if runner.flag("RECONCILER_CHANGED_ONLY") else []
    return [f"--base={base}", *changed_only]


def _about_the_live_side() -> list[str]:
    """From where Bromcom's state is known: the service, or a snapshot."""
    snapshot = runner.setting("RECONCILER_SNAPSHOT", "")
    if snapshot:
        return [f"--against={snapshot}", *_option("max-age")]
    reviewed_only = ["--passwords-of-base"] if runner.setting("RECONCILER_BASE", "") else []
    return [*reviewed_only, *_option("env-file"), *_file("record")]


def _about_the_night() -> list[str]:
    """Whom a nightly run tells. Addresses are secrets: they stand in the environment, and on no command line."""
    heartbeat = [f"--heartbeat=env:{_HEARTBEAT}"] if runner.setting("RECONCILER_HEARTBEAT", "") else []
    if not runner.setting("RECONCILER_NOTIFY", ""):
        return [*heartbeat, *_file("state")]
    return [*heartbeat, f"--notify=env:{_NOTIFY}", *_option("notify-as"), *_file("state")]


def _more() -> list[str]:
    """The address of the whole report, and options of the workflow's author, one a line."""
    return [
        *_option("details-url"),
        *filter(None, map(str.strip, runner.setting("RECONCILER_OPTIONS", "").splitlines())),
    ]


def _option(name: str) -> list[str]:
    value = runner.setting(_variable(name), "")
    return [f"--{name}={value}"] if value else []


def _file(name: str) -> list[str]:
    """The option for a file that the program writes; its folder is there then."""
    value = runner.setting(_variable(name), "")
    if value:
        Path(value).parent.mkdir(parents=True, exist_ok=True)
    return _option(name)


def _variable(option: str) -> str:
    return f"{_OURS}{option.upper().replace('-', '_')}"


def _reconciler(verb: str, *options: str) -> tuple[int, str]:
    """Run the program; its exit code, and what it said of its failures, on one line. Its log goes on as it comes."""
    python, workspace = runner.setting("RECONCILER_PYTHON"), runner.setting("RECONCILER_WORKSPACE", ".")
    command = [python, "-I", "-m", "reconciler", verb, f"--workspace={workspace}", *options]
    errors = []
    with subprocess.Popen(command, env=_environment(), stderr=subprocess.PIPE) as running:  # noqa: S603  # our own
        assert running.stderr is not None
        for line in running.stderr:
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()
            told = line.decode("utf-8", "replace").strip()
            if told.startswith(_ERROR):
                errors.append(told.removeprefix(_ERROR))
    return running.returncode, " ".join(errors)


def _environment() -> dict[str, str]:
    """The job's environment: our own settings taken out, the addresses of the night put in."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    addresses = {
        _HEARTBEAT: runner.setting("RECONCILER_HEARTBEAT", ""),
        _NOTIFY: runner.setting("RECONCILER_NOTIFY", ""),
    }
    return {**others, **{name: value for name, value in addresses.items() if value}}


def _show(text: Path) -> None:
    """The plan as text, in the log: folded, and with no line taken for a command."""
    if text.exists():
        lines = text.read_text(encoding="utf-8").splitlines()
        runner.fold("The plan as text", lines)


def _failed(reports: Path, code: int, state: str, errors: str) -> Ran:
    """Leave in `report.md` what people must know; a report that was written before something else failed stays."""
    problems, report = reports / "problems.md", reports / REPORT
    if not report.exists():
        told = problems.read_text(encoding="utf-8") if state == _WRONG else no_review(errors)
        report.write_text(told, encoding="utf-8", newline="\n")
    return Ran(code, state, errors)
