"""Find the newest nightly run whose snapshot can be trusted.

A run of a pull request can upload an artifact of any name, and a branch of a fork, or a tag, can be called like the
default branch. Somebody who may push can have a commit of theirs in the history of the default branch, taken back
before it was reviewed, and start it by hand from a tag: nothing of that run says that it is a tag. A schedule runs the
newest commit of the default branch alone, so a run by hand proves nothing. A run counts only if all of this is true:

| it                                          | or else it could be                              |
|---------------------------------------------|--------------------------------------------------|
| is of the nightly workflow's file           | any other workflow's                             |
| was started by its schedule                 | one of a pull request or push, or of any tag     |
| is of a branch of this repository           | a fork's                                         |
| ran a commit of the default branch          | a tag's, or another branch's, of the same name    |
| succeeded                                   | one that failed half-way                         |
| still has the artifact                      | one whose artifact has expired                   |
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import runner
from api import Denied, NotFound, github
from runner import StepError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api import Forge

_STARTED_BY: Final = "schedule"
_BY_HAND: Final = "workflow_dispatch"
_SNAPSHOT: Final = "reconciler-snapshot-"  # and the key, as both workflows name it
_FILE: Final = re.compile(r"[\w.-]+\.ya?ml")
_LOOK_AT: Final = 300  # runs: most of a year of nights


def step() -> None:
    """Pass on the run's id; empty, with a notice, if there is none."""
    file, artifact = runner.setting("WORKFLOW"), runner.setting("ARTIFACT")
    if not _FILE.fullmatch(file):
        raise StepError(
            "Not a workflow file", f"{file!r}: write the name of a file in .github/workflows, such as drift.yml."
        )
    try:
        run, why = find(github(), file, artifact, any_end=runner.flag("ANY_END"))
    except Denied as refused:
        raise StepError(
            refused.title, f"{refused} Finding a snapshot needs `actions: read` and `contents: read`."
        ) from None
    runner.output("run", str(run) if run else "")
    runner.output("remark", "" if run else f"There is no usable record of Bromcom: {why}. {_SO}")
    if not run:
        runner.notice("No earlier nightly run", f"{why[0].upper()}{why[1:]}.")


_SO: Final = "So this shows what the change asks for, but not how Bromcom is now: by design, a review has no passwords."


def find(api: Forge, file: str, artifact: str, *, any_end: bool = False) -> tuple[int | None, str]:
    """The id of the newest trusted run that still has the artifact, or the reason if there is none. `any_end` also
    accepts a failed run."""
    branch = api.get("")["default_branch"]
    runs: list[Mapping[str, Any]] = []
    try:
        for run, _ in trusted(api, branch, file, artifact, runs, any_end=any_end):
            return run, ""
    except NotFound:
        return None, (
            f"the workflow {file} has not run on {branch} yet: merge it, or name its file with `drift-workflow`"
        )
    return None, _why(api, [run for run in runs if _is_of_the_night(run, file)], runs, artifact)


def trusted(
    api: Forge,
    branch: str,
    file: str,
    artifact: str,
    runs: list[Mapping[str, Any]],
    *,
    any_end: bool = False,
    look_at: int = _LOOK_AT,
) -> Iterator[tuple[int, int]]:
    """Yield each trusted run that still has the artifact, with the artifact's id, the newest first. Every run that was
    looked at is added to `runs`. Raises NotFound if the workflow has never run on the default branch.

    branch  the default branch
    """
    newest = api.get(f"/branches/{quote(branch, safe='')}")["commit"]["sha"]
    query = {"branch": branch, "exclude_pull_requests": "true", **({} if any_end else {"status": "success"})}
    for run in islice(api.pages(f"/actions/workflows/{file}/runs", query, within="workflow_runs"), look_at):
        runs.append(run)
        if not _is_of_the_night(run, file):
            continue
        kept = _kept(api, run["id"], artifact)
        if kept is not None and _is_in(api, newest, run["head_sha"]):
            yield int(run["id"]), kept


def _why(api: Forge, nights: list[Mapping[str, Any]], runs: list[Mapping[str, Any]], artifact: str) -> str:
    """The reason why none of these runs left a usable record, from the newest night."""
    if not nights and any(run["event"] == _BY_HAND for run in runs):
        return "the nightly workflow has run only by hand: its first run on schedule leaves a record"
    if not nights:
        return "the nightly workflow has not yet run on schedule on the default branch"
    kept = list(api.pages(f"/actions/runs/{nights[0]['id']}/artifacts", within="artifacts"))
    if any(item["name"] == artifact and item["expired"] for item in kept):
        return "the last nightly record has expired (`keep-days`), and there is no newer one"
    keys = {item["name"][len(_SNAPSHOT) :] for item in kept if item["name"].startswith(_SNAPSHOT)}
    key = artifact[len(_SNAPSHOT) :]
    if keys and key not in keys:
        others = " and ".join(f"`{item}`" for item in sorted(keys))
        return (
            f"the last night left a record for the key {others}, not for `{key}`: use the same `key` in both workflows"
        )
    return "no night has left one: see the last nightly run"


def _is_of_the_night(run: Mapping[str, Any], file: str) -> bool:
    return (
        run["event"] == _STARTED_BY
        and run["path"].partition("@")[0] == f".github/workflows/{file}"
        and run["head_repository"] is not None
        and run["head_repository"]["id"] == run["repository"]["id"]
    )


def _kept(api: Forge, run: int, artifact: str) -> int | None:
    """The id of a run's artifact; None if it has none, or it has expired."""
    artifacts = api.pages(f"/actions/runs/{run}/artifacts", {"name": artifact}, within="artifacts")
    return next((int(item["id"]) for item in artifacts if item["name"] == artifact and not item["expired"]), None)


def _is_in(api: Forge, newest: str, commit: str) -> bool:
    """Return True if a commit is in the history of the branch's newest one.

    GitHub compares them by their hashes. A commit that a forced push removed is in none.
    """
    try:
        return api.get(f"/compare/{commit}...{newest}")["status"] in ("ahead", "identical")
    except NotFound:
        return False
