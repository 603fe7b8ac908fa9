"""The small steps: what a run may do, passwords, and what the runner is told."""

from __future__ import annotations

import ast
import json
import re
import stat
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.ci.commands import read_commands
from tests.ci.conftest import STEPS
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ci.conftest import Step, Stepped

ACTIONS = REPOSITORY / ".github" / "actions"


def circumstances(
    step: Step, folder: Path, *, name: str = "pull_request", actor: str = "a-colleague", **changed: Any
) -> Stepped:
    """Decide for a pull request from a branch of the repository to its default branch, changed in the ways named."""
    change = {"number": 7, "head": {"repo": {"id": 1}}, "base": {"ref": "main", "repo": {"id": 1}}, **changed}
    payload = {"repository": {"default_branch": "main", "private": True}, "pull_request": change}
    file = folder / "event.json"
    file.write_text(json.dumps(payload), encoding="utf-8")
    told = {"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": str(file), "GITHUB_ACTOR": actor, "PASSWORDS_GIVEN": "true"}
    return step("circumstances", **told)


def test_a_branch_of_the_repository_may_ask_and_comment(step: Step, tmp_path: Path) -> None:
    """The base is named in full, so that no tag or branch of a like name is taken for it."""
    done = circumstances(step, tmp_path)
    assert (done.outputs["ask"], done.outputs["comment"]) == ("true", "true")
    assert done.outputs["base"] == "refs/remotes/origin/main"


@pytest.mark.parametrize(
    ("changed", "may_comment"),
    [
        pytest.param({"head": {"repo": {"id": 2}}}, "false", id="a fork"),
        pytest.param({"head": {"repo": None}}, "false", id="a deleted fork"),
        pytest.param({"actor": "dependabot[bot]"}, "false", id="dependabot"),
        pytest.param({"base": {"ref": "trap", "repo": {"id": 1}}}, "true", id="another base"),
    ],
)
def test_no_password_where_nobody_need_have_reviewed(
    step: Step, tmp_path: Path, changed: dict[str, Any], may_comment: str
) -> None:
    """Passwords are for a change of this repository to its default branch alone; the run's page says why not."""
    done = circumstances(step, tmp_path, **changed)
    assert (done.outputs["ask"], done.outputs["comment"]) == ("false", may_comment)
    assert done.outputs["remark"] in done.summary


@pytest.mark.parametrize("name", ["pull_request_target", "workflow_run", "push", "issue_comment"])
def test_only_a_pull_request_is_reviewed(step: Step, tmp_path: Path, name: str) -> None:
    """Under `pull_request_target` and `workflow_run` a stranger's change would be read with secrets at hand."""
    assert circumstances(step, tmp_path, name=name).code == 1


def passwords(step: Step, text: str) -> Stepped:
    """Put passwords away."""
    return step("passwords", PASSWORDS=text)


def masks(done: Stepped) -> set[str]:
    """What is masked."""
    return {command.message for command in read_commands(done.log) if command.name == "add-mask"}


def test_passwords_lie_in_a_private_file_and_are_masked(step: Step, tmp_path: Path) -> None:
    """Each value as the program reads it is masked, its escapes undone, and each line of one with several."""
    text = "PLAIN=pa55-word\nQUOTED='a b % \\'#\\''\r\nexport LINES='first\nsecond'\n# a comment\n"
    done = passwords(step, text)
    assert done.code == 0
    file = tmp_path / "reconciler-passwords.env"
    assert done.outputs == {"file": str(file)}
    assert masks(done) >= {"pa55-word", "a b % '#'", "first", "second"}
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_passwords_leave_no_file(step: Step, tmp_path: Path) -> None:
    """A fork's run has an empty secret."""
    assert passwords(step, "\n").outputs == {"file": ""}
    assert not list(tmp_path.glob("*.env"))


def test_a_line_that_is_no_password_is_told_by_its_number(step: Step, tmp_path: Path) -> None:
    """The message holds nothing of the line, and the file is gone."""
    done = passwords(step, "GOOD=pa55-word\nzq7Kx\n")
    assert done.code == 1
    assert "line 2" in done.log
    assert "zq7Kx" not in done.log
    assert not list(tmp_path.glob("*.env"))


@pytest.mark.parametrize("started_by", ["pull_request", "pull_request_target", "workflow_run", "issue_comment", ""])
def test_a_change_is_not_asked_about_without_a_base(step: Step, tmp_path: Path, started_by: str) -> None:
    """Without it the change itself could say where passwords go to; the program is not even started."""
    told = {"RECONCILER_COMMAND": "plan", "GITHUB_EVENT_NAME": started_by, "GITHUB_WORKSPACE": str(tmp_path)}
    done = step("program", **told, RECONCILER_PYTHON="/no/such/python")
    assert done.code == 1
    assert "base" in done.log


def test_a_workspace_outside_of_the_checkout_is_refused(step: Step, tmp_path: Path) -> None:
    """A change can make the workspace a link to another folder of the machine."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    try:
        (checkout / "access").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("Windows lets only some users make links")
    told = {"RECONCILER_COMMAND": "plan", "RECONCILER_BASE": "x", "GITHUB_WORKSPACE": str(checkout)}
    done = step("program", **told, RECONCILER_WORKSPACE="access", RECONCILER_PYTHON="/no/such/python")
    assert done.code == 1
    assert "outside the checkout" in done.log


def test_the_file_of_passwords_is_gone_however_the_program_ends(step: Step, tmp_path: Path) -> None:
    """Here it does not even start."""
    file = tmp_path / "reconciler-passwords.env"
    file.write_text("A=b\n", encoding="utf-8")
    step("program", RECONCILER_COMMAND="nonsense", RECONCILER_ENV_FILE=str(file), GITHUB_WORKSPACE=str(tmp_path))
    assert not file.exists()


def test_an_earlier_use_in_the_job_leaves_no_report_behind(step: Step, tmp_path: Path) -> None:
    """The second workspace of a job fails at once: the first one's report is not handed on as its own."""
    old = tmp_path / "reconciler-reports" / "report.md"
    old.parent.mkdir()
    old.write_text("Of the first workspace.\n", encoding="utf-8")
    step("program", RECONCILER_COMMAND="nonsense", GITHUB_WORKSPACE=str(tmp_path))
    assert not old.exists()


def test_no_step_of_an_action_has_an_expression_in_its_script() -> None:
    """What a name or a branch says would be run as a program. Values reach a step through its environment."""
    scripts = [
        step["run"]
        for file in [*ACTIONS.glob("*/action.yml"), *(REPOSITORY / ".github" / "workflows").glob("*.yml")]
        for step in _steps(yaml.safe_load(file.read_text(encoding="utf-8")))
        if "run" in step
    ]
    assert len(scripts) >= 10
    assert not [script for script in scripts if "${{" in script]


def _steps(document: dict[str, Any]) -> list[dict[str, Any]]:
    if "runs" in document:
        return list(document["runs"]["steps"])
    return [step for job in document["jobs"].values() for step in job.get("steps", [])]


_WRITES = {"plan.yml": ["pull-requests"], "drift.yml": ["issues"], "site.yml": ["pages", "id-token"]}


def test_no_job_has_both_passwords_and_a_token_that_writes() -> None:
    """The law of all workflows that others call."""
    for name, writable in _WRITES.items():
        workflow = yaml.safe_load((REPOSITORY / ".github" / "workflows" / name).read_text(encoding="utf-8"))
        assert workflow["permissions"] == {}
        for job in workflow["jobs"].values():
            writes = "write" in job["permissions"].values()
            assert not writes or list(job["permissions"]) == writable
            has_secrets = "secrets." in json.dumps(job)
            assert not (writes and has_secrets)
            assert not (writes and "actions/checkout" in json.dumps(job))


def test_what_is_installed_is_what_the_program_needs() -> None:
    """Every dependency of pyproject.toml stands in the action's list, pinned by hash."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    listed = (ACTIONS / "reconciler" / "requirements.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9-]+)==", listed, re.MULTILINE))
    names = {re.sub(r"[^\w.-].*", "", each).lower().replace("_", "-") for each in needed}
    assert names <= pinned
    assert listed.count("==") <= listed.count("--hash=sha256:")


PHOTOS = {"school": "oakwood", "supplier": "till", "topic": "read", "name": "PersonPhotos", "effect": "more"}


def judged(step: Step, folder: Path, fail_on: str, state: str, **review: Any) -> Stepped:
    """Judge a run whose report says this of the change under review."""
    plan = {"review": {"unread": "", "edits": [], "causes": [], **review}}
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return step("verdict", STATE=state, FAIL_ON=fail_on, EXIT_CODE="0", REPORTS=folder)


@pytest.mark.parametrize("state", ["differences", "incomplete", "in-sync"])
@pytest.mark.parametrize(
    ("changed", "is_red"),
    [
        pytest.param({"risk": "high"}, True, id="sensitive"),
        pytest.param({"risk": "medium"}, True, id="an entity that no list knows"),
        pytest.param({"risk": "low"}, False, id="harmless"),
        pytest.param({"risk": "high", "effect": "less"}, False, id="taken away"),
        pytest.param({"risk": "high", "effect": "other"}, False, id="nothing is read for it"),
        pytest.param({"risk": "high", "topic": "lawful-basis"}, True, id="everybody's records"),
        pytest.param({"risk": "high", "topic": "waiver"}, True, id="a leak that is accepted"),
        pytest.param({"risk": "medium", "topic": "access"}, False, id="an account"),
    ],
)
def test_what_a_change_asks_for_is_judged_alike_whatever_was_seen(
    step: Step, tmp_path: Path, state: str, changed: dict[str, str], is_red: bool
) -> None:
    """By what stands in the manifests alone; and by default nothing fails."""
    edits = [PHOTOS | changed]
    for fail_on in ("this-change", "any"):
        done = judged(step, tmp_path, fail_on, state, edits=edits)
        assert ("sensitive access" in done.log) == is_red, done.log
        assert done.code == (is_red or (state, fail_on) == ("differences", "any"))
    assert judged(step, tmp_path, "never", state, edits=edits).code == 0


def test_work_that_is_left_is_green_and_said(step: Step, tmp_path: Path) -> None:
    """Whatever `fail-on` says: nothing moved."""
    done = judged(step, tmp_path, "any", "pending")
    assert done.code == 0
    assert "Not carried out yet" in done.log


@pytest.mark.parametrize("state", ["differences", "incomplete", "in-sync"])
def test_a_change_of_which_nobody_can_tell_what_it_asks_for_is_red(step: Step, tmp_path: Path, state: str) -> None:
    """The manifests that it is compared with are wrong, and the first of their errors is named."""
    done = judged(step, tmp_path, "this-change", state, unread="schools.yaml:3:1: no such key")
    assert done.code == 1
    assert "schools.yaml:3:1" in done.log
    assert judged(step, tmp_path, "never", state, unread="schools.yaml:3:1: no such key").code == 0


_OF_3_9 = re.compile(r"\.removeprefix\(|\.removesuffix\(|is_relative_to\(|strict=|from zoneinfo|graphlib")
_ON_A_PYTHON_OF_OURS = {  # after setup-python
    *("history.py", "install.py", "passwords.py", "program.py", "static_site.py", "verdict.py"),
}


def test_the_steps_run_on_an_old_python() -> None:
    """A machine of one's own has a python3 that nobody chose: 3.8 is enough for what runs before ours is set up."""
    for file in STEPS.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        ast.parse(text, feature_version=(3, 8))
        assert file.name in _ON_A_PYTHON_OF_OURS or not _OF_3_9.search(text), file.name


def test_a_python_that_is_too_old_is_told_in_one_line() -> None:
    """No SyntaxError, and no traceback: the file that looks is read by any Python 3, and reads no other before."""
    main = STEPS / "__main__.py"
    ast.parse(main.read_text(encoding="utf-8"), feature_version=(3, 4))
    assert "__future__" not in main.read_text(encoding="utf-8")
    older = (
        "import runpy, sys; sys.version_info, sys.version = (3, 6, 9), '3.6.9 (old)'; "
        "runpy.run_path(sys.argv[1], {}, '__main__')"
    )
    done = subprocess.run([sys.executable, "-I", "-c", older, main], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (1, "")
    (command,) = read_commands(done.stdout.strip())
    assert "python3 3.8 or newer. This machine has 3.6.9" in command.message
