"""What a job needs, as far as it can be told without a network: secrets, a fresh record, branches, and programs."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final

from reconciler.errors import InputError
from reconciler.files import read_text
from reconciler.git.checkout import Checkout, checkout
from reconciler.git.default_branch import default_branch
from reconciler.git.executables import on_the_path
from reconciler.model.check_up import CheckResult, CheckState, CiCheckpoint
from reconciler.model.desired import Account
from reconciler.model.secret import KeyringRef
from reconciler.report.labels import plural
from reconciler.secrets.environment import environment, password_variables
from reconciler.spelling import edits

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from pathlib import Path

    from reconciler.model.desired import Desired

_FILES: Final = (
    *(".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml"),
    *("*azure-pipelines*.yml", "*/*azure-pipelines*.yml"),
)
_CODEOWNERS: Final = ".github/CODEOWNERS"
_PLACE: Final = re.compile(r"@?\bOWNER/[\w-]+|\b0{40}\b")
_COMMENT: Final = re.compile(r"^\s*#.*", re.MULTILINE)
_OLDEST_GIT: Final = (2, 18)
_SECONDS: Final = 10
_FEW_EDITS: Final = 2
_GITLAB_BRANCH: Final = re.compile(r"\$CI_COMMIT_(?:REF_NAME|BRANCH)\s*==\s*[\"']([^\"']+)[\"']")
# {the variable of a CI system with its runner's version: what the system calls it}
_RUNNERS: Final = {"CI_RUNNER_VERSION": "GitLab Runner", "AGENT_VERSION": "Azure's agent"}


def ci_check_up(
    workspace: Path, desired: Desired, env_file: Path | None, record: tuple[Path, datetime, timedelta] | None
) -> tuple[CheckResult, ...]:
    """Check what a job needs.

    env_file  the secret's lines, as the job has them in a file; None: look at the environment
    record    a snapshot, the time now, and the age from which it counts as old
    """
    repository = checkout(workspace)
    texts = dict(_texts(repository.top)) if repository else {}
    return (
        _secrets(desired, env_file),
        *([_record(*record)] if record else ()),
        _branches(repository, texts),
        *([_places(repository.top, texts)] if repository and texts else ()),
        _git(workspace),
        CheckResult(CiCheckpoint.PYTHON, CheckState.FINE, platform.python_version()),
        *_runner(),
    )


def _secrets(desired: Desired, env_file: Path | None) -> CheckResult:
    """Compare the names that the manifests take passwords from with those that there are. No value is looked at."""
    needed = password_variables(desired)
    sources = environment(os.environ, env_file, needed)
    there = {name for name in needed if sources.get(name)}
    missing, unused = sorted(needed - there), sorted(sources.values.keys() - needed)
    count = f"{len(missing)} of {plural(len(needed), 'name')}"
    if missing and not there and env_file is None:
        advice = f"The secret needs {', '.join(missing)}. Give its lines with --env-file."
        return CheckResult(CiCheckpoint.SECRETS, CheckState.UNKNOWN, f"{count} not set here", advice)
    if missing:
        advice = f"Add to the secret: {', '.join(_with_near(missing, unused))}."
        return CheckResult(CiCheckpoint.SECRETS, CheckState.WRONG, f"{count} missing{_unused(unused)}", advice)
    accounts = (access.via for access in desired.accesses.values() if isinstance(access.via, Account))
    keyrings = sum(bool(via.password and isinstance(via.password.ref, KeyringRef)) for via in accounts)
    if keyrings:
        text = f"{plural(keyrings, 'password')} in a keyring, which no CI machine has"
        return CheckResult(CiCheckpoint.SECRETS, CheckState.WRONG, text, "Take them from `env:` in the manifests.")
    text = f"{plural(len(needed), 'name')} with a value{_unused(unused)}"
    if unused:
        advice = "Remove these lines, and change the passwords if nothing else uses them."
        return CheckResult(CiCheckpoint.SECRETS, CheckState.UNKNOWN, text, advice)
    return CheckResult(CiCheckpoint.SECRETS, CheckState.FINE, text)


def _with_near(missing: Sequence[str], unused: Sequence[str]) -> Iterator[str]:
    """Yield the missing names, each with one that is there and was most likely meant."""
    for name in missing:
        near = next((other for other in unused if edits(other.upper(), name.upper(), _FEW_EDITS) is not None), "")
        yield f"{name} (there is {near})" if near else name


def _unused(names: Sequence[str]) -> str:
    return f"; not used: {', '.join(names)}" if names else ""


def _record(file: Path, now: datetime, oldest: timedelta) -> CheckResult:
    from reconciler.snapshots import read_snapshot

    try:
        recorded = read_snapshot(file).live.recorded
    except InputError as error:
        return CheckResult(CiCheckpoint.RECORD, CheckState.WRONG, str(error))
    if recorded is None:
        return CheckResult(CiCheckpoint.RECORD, CheckState.UNKNOWN, f"{file} does not say when it was recorded")
    hours = int((now - recorded).total_seconds() // 3600)
    text = f"recorded {recorded:%Y-%m-%d %H:%M} UTC, {plural(max(hours, 0), 'hour')} ago"
    if now - recorded <= oldest:
        return CheckResult(CiCheckpoint.RECORD, CheckState.FINE, text)
    advice = "See why the nightly run did not record one since: a schedule stops in a quiet repository."
    return CheckResult(CiCheckpoint.RECORD, CheckState.WRONG, text, advice)


def _texts(top: Path) -> Iterator[tuple[str, str]]:
    """Yield (name, text) of the CI files that call this program."""
    for file in sorted(file for pattern in _FILES for file in top.glob(pattern) if file.is_file()):
        if "reconciler" in (text := _text_of(file)):
            yield file.relative_to(top).as_posix(), text


def _branches(repository: Checkout | None, texts: Mapping[str, str]) -> CheckResult:
    """Compare the branches that CI files name with the default branch."""
    if repository is None:
        return CheckResult(CiCheckpoint.BRANCHES, CheckState.UNKNOWN, "the workspace is not in a git checkout")
    if not texts:
        text, advice = "no CI file here calls reconciler", "To write one: `reconciler init --ci github|gitlab|azure`."
        return CheckResult(CiCheckpoint.BRANCHES, CheckState.UNKNOWN, text, advice)
    default = os.environ.get("CI_DEFAULT_BRANCH") or default_branch(repository.top)
    faults = [f"{file}: {fault}" for file, text in texts.items() for fault in _faults(text, default)]
    if faults:
        advice = f"Name the default branch{f' {default}' if default else ''} there."
        return CheckResult(CiCheckpoint.BRANCHES, CheckState.WRONG, "; ".join(faults), advice)
    if not default:
        text = "the checkout does not say which branch is the default one"
        advice = "In a clone: `git remote set-head origin --auto`."
        return CheckResult(CiCheckpoint.BRANCHES, CheckState.UNKNOWN, text, advice)
    return CheckResult(CiCheckpoint.BRANCHES, CheckState.FINE, f"{plural(len(texts), 'CI file')}, for {default}")


def _places(top: Path, texts: Mapping[str, str]) -> CheckResult:
    """Look for places of an example that are not filled in, in CODEOWNERS too."""
    owners = {_CODEOWNERS: text} if (text := _text_of(top / _CODEOWNERS)) else {}
    left = [
        f"{file}: {place}"
        for file, text in {**texts, **owners}.items()
        for place in dict.fromkeys(_PLACE.findall(_COMMENT.sub("", text)))
    ]
    if left:
        advice = (
            "Fill them in. Or remove these files, and have them written: `reconciler init --ci github|gitlab|azure`."
        )
        return CheckResult(CiCheckpoint.PLACES, CheckState.WRONG, f"not filled in: {', '.join(left)}", advice)
    if open_lines := sum(map(len, map(_PLACE.findall, owners.values()))):
        advice = f"Write your own names in {_CODEOWNERS}, and remove the # before each."
        return CheckResult(
            CiCheckpoint.PLACES, CheckState.UNKNOWN, f"{plural(open_lines, 'line')} without a name", advice
        )
    return CheckResult(CiCheckpoint.PLACES, CheckState.FINE, "all filled in")


def _text_of(file: Path) -> str:
    try:
        return read_text(file, what="the CI file")
    except InputError:
        return ""


def _faults(text: str, default: str) -> Iterator[str]:
    """Yield what is wrong with the branches that a CI file names, or that it is not YAML."""
    import yaml

    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        yield "it is not YAML"
        return
    if not default:
        return
    for kept, patterns in _filters(document):
        matches = any(fnmatchcase(default, pattern.removeprefix("refs/heads/")) for pattern in patterns)
        if matches is not kept:
            yield f"it {'only names' if kept else 'leaves out'} {', '.join(patterns)}"
    for branch in _GITLAB_BRANCH.findall(text):
        if branch != default:
            yield f"it names {branch}"


def _filters(node: Any) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Yield (kept or left out, patterns) of every filter of branches, in GitHub's and in Azure's form."""
    if isinstance(node, list):
        for item in node:
            yield from _filters(item)
    if not isinstance(node, Mapping):
        return
    for key, value in node.items():
        if key == "branches" and isinstance(value, Mapping):
            for name, kept in (("include", True), ("exclude", False)):
                yield from _patterns(value.get(name), kept=kept)
        elif key in ("branches", "branches-ignore"):
            yield from _patterns(value, kept=key == "branches")
        else:
            yield from _filters(value)


def _patterns(value: Any, *, kept: bool) -> Iterator[tuple[bool, tuple[str, ...]]]:
    texts = (value,) if isinstance(value, str) else value
    if isinstance(texts, list | tuple) and texts and all(isinstance(text, str) for text in texts):
        yield kept, tuple(texts)


def _git(workspace: Path) -> CheckResult:
    needed = ".".join(map(str, _OLDEST_GIT))
    git = on_the_path("git", os.environ.get("PATH"), workspace)
    try:
        answer = subprocess.run(  # noqa: S603  # no shell, and no text of ours
            [git or "", "--version"], capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=_SECONDS
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        text = "it is not installed, or does not answer"
        return CheckResult(CiCheckpoint.GIT, CheckState.WRONG, text, f"A review needs git {needed} or newer.")
    match = re.search(r"(\d+)\.(\d+)[\w.]*", answer.stdout.decode("utf-8", "replace"))
    if match is None:
        return CheckResult(CiCheckpoint.GIT, CheckState.UNKNOWN, "it does not tell its version")
    if (int(match[1]), int(match[2])) < _OLDEST_GIT:
        return CheckResult(CiCheckpoint.GIT, CheckState.WRONG, match[0], f"Install {needed} or newer.")
    return CheckResult(CiCheckpoint.GIT, CheckState.FINE, match[0])


def _runner() -> Iterator[CheckResult]:
    """Yield the runner's version; nothing outside of a job."""
    for variable, name in _RUNNERS.items():
        if version := os.environ.get(variable):
            yield CheckResult(CiCheckpoint.RUNNER, CheckState.FINE, f"{name} {version}")
    match os.environ.get("RUNNER_ENVIRONMENT"):
        case "github-hosted":
            yield CheckResult(CiCheckpoint.RUNNER, CheckState.FINE, "GitHub's own")
        case "self-hosted":
            advice = "The job's first lines have it: 2.336 or newer is needed."
            yield CheckResult(CiCheckpoint.RUNNER, CheckState.UNKNOWN, "GitHub tells a job no version", advice)
