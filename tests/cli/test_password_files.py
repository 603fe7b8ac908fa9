"""Files of passwords that others get at: told in `plan`, and wrong for `lint --set strict`."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.cli.password_files import PasswordFiles
from reconciler.model.address import Address
from reconciler.model.desired import DeclaredPassword
from reconciler.model.problem import Origin
from reconciler.model.secret import EnvRef
from reconciler.secrets.environment import environment
from tests.cli.world import PASSWORD, quoted
from tests.planning.worlds import access, account, desired_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Reconciler

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")

NAMES = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT")
LINES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["abc", "def", "ghi"]))

TRACKED = "git tracks this file of passwords"
TO_ADD = "git does not ignore this file of passwords"
READABLE = "other users of this computer can read this file of passwords"


def git(folder: Path, *arguments: str) -> None:
    """Run git there."""
    subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, timeout=30)


def put(file: Path, text: str, mode: int = 0o600) -> Path:
    """Write a file with this mode."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


@pytest.mark.parametrize("name", [".env", "passwords.env", ".env.local", "trust/Till.ENV"])
@pytest.mark.parametrize(
    ("mode", "tracked", "ignored"),
    [(0o644, False, True), (0o640, False, False), (0o600, True, False), (0o604, True, True), (0o600, False, False)],
)
def test_a_file_of_passwords_is_told_by_its_lines(
    name: str, mode: int, tracked: bool, ignored: bool, workspace: Path, reconciler: Reconciler
) -> None:
    """Whatever it is called as such files are; a warning of a plan, an error for `lint --set strict`, no word else."""
    git(workspace, "init", "-q")
    put(workspace / name, f"# ours\nexport ACCESS_PASSWORD={quoted(PASSWORD)}\n", mode)
    if tracked:
        git(workspace, "add", name)
    if ignored:
        put(workspace / ".gitignore", "*.env\n*.ENV\n.env*\n")
    said = {TRACKED: tracked, TO_ADD: not tracked and not ignored, READABLE: mode != 0o600}
    planned, strict, default = reconciler("plan"), reconciler("lint", "--set", "strict"), reconciler("lint")
    for words, there in said.items():
        assert (f"{name}:1:1: warning: {words}" in planned.err) is there
        assert (f"{name}:1:1: error: {words}" in strict.out) is there
        assert words not in default.out
    assert (planned.code, strict.code, default.code) == (0, 1, 0)


def test_what_the_hints_say_settles_it(workspace: Path, reconciler: Reconciler) -> None:
    """Pasted one after the other, with a space and a sign of patterns in the name: then nothing is left to say."""
    git(workspace, "init", "-q")
    put(workspace / "our [words].env", f"ACCESS_PASSWORD={quoted(PASSWORD)}\n", 0o644)
    git(workspace, "add", ".")
    told = reconciler("lint", "--set", "strict").out
    for words in told.split("`")[1::2]:
        if words.startswith(("git", "chmod")):
            subprocess.run(shlex.split(words), check=True, capture_output=True, timeout=30)
        elif words.startswith("/"):
            put(workspace / ".gitignore", f"{words}\n")
    assert "password-file" in told
    assert "password-file" not in reconciler("lint", "--set", "strict").out


def test_a_file_that_a_manifest_names_is_one_wherever_it_is_in_the_checkout(
    workspace: Path, reconciler: Reconciler
) -> None:
    """Beside the workspace too, and where a link in the workspace leads to it;
    outside the checkout it is nobody's matter."""
    top = workspace.parent
    git(top, "init", "-q")
    put(top / "secrets" / "till", f"{PASSWORD}\n", 0o644)
    (workspace / "link").symlink_to(top / "secrets" / "till")
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    for path in ("../secrets/till", "link"):
        manifest.write_text(text.replace("env: ACCESS_PASSWORD", f"file: {path}"), encoding="utf-8")
        assert f"../secrets/till:1:1: warning: {READABLE}" in reconciler("plan").err
    (top / ".git").rename(workspace / ".git")
    assert READABLE not in reconciler("plan").err


def test_the_file_of_the_command_line_is_one_whatever_it_is_called(
    workspace: Path, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it lies, with the command that closes it: not where a job's runner wrote it, and where another user has
    to close it."""
    line = f"ACCESS_PASSWORD={quoted(PASSWORD)}\n"
    for variable in ("CI_RUNNER_VERSION", "AGENT_VERSION"):
        monkeypatch.delenv(variable, raising=False)
    put(workspace / "secret.txt", line, 0o644)
    outside = put(tmp_path / "our secret.txt", line, 0o644)
    assert READABLE in reconciler("plan", "--env-file", "secret.txt").err
    warning = f"our secret.txt:1:1: warning: {READABLE}"
    assert warning in reconciler("drift", "--env-file", outside).err
    told = reconciler("plan", "--env-file", outside).err
    assert warning in told
    with monkeypatch.context() as another:
        another.setattr(os, "geteuid", lambda: outside.stat().st_uid + 1)
        assert READABLE not in reconciler("plan", "--env-file", outside).err
    with monkeypatch.context() as job:
        job.setenv("CI_RUNNER_VERSION", "18.0")
        assert READABLE not in reconciler("plan", "--env-file", outside).err
    (command,) = (words for words in told.split("`") if words.startswith("chmod"))
    subprocess.run(shlex.split(command), check=True, timeout=30)
    assert READABLE not in reconciler("plan", "--env-file", outside).err


def test_other_files_of_lines_are_no_matter(workspace: Path, reconciler: Reconciler) -> None:
    """One without a password of an access, one of its owner's that git leaves out, and one that cannot be read."""
    git(workspace, "init", "-q")
    put(workspace / "colours.env", "COLOUR=1\n# ACCESS_PASSWORD=x\n", 0o644)
    put(workspace / ".gitignore", "mine.env\n")
    put(workspace / "mine.env", f"ACCESS_PASSWORD={quoted(PASSWORD)}\n")
    put(workspace / "latin1.env", "", 0o644).write_bytes(b"\xff\xfe=x\n")
    (workspace / "nowhere.env").symlink_to(workspace / "missing")
    assert reconciler("plan").err == ""
    assert "password-file" not in reconciler("lint", "--set", "strict").out


@given(contents=st.lists(LINES, max_size=3), named=st.sets(st.sampled_from(NAMES)))
def test_a_file_that_is_named_later_adds_to_the_earlier_ones(
    tmp_path_factory: pytest.TempPathFactory, contents: list[dict[str, str]], named: set[str]
) -> None:
    """What several have is that of the last; a line that is no password of the manifests stays out."""
    folder = tmp_path_factory.mktemp("files")
    files = PasswordFiles(None)
    for number, lines in enumerate(contents):
        text = "".join(f"{name}={value}\n" for name, value in lines.items())
        files.use(put(folder / f"{number}.env", text))
    desired = desired_of(
        *(
            access(
                address=Address("greenfield", name.lower()),
                via=replace(account(name.lower()), password=DeclaredPassword(EnvRef(name), Origin("a.yaml", 1, 1))),
            )
            for name in named
        )
    )
    found = environment(files.earlier(desired), files.last)
    expected: dict[str, str] = {}
    for lines in contents:
        expected |= lines
    last = contents[-1] if contents else {}
    assert {name: found.get(name) for name in NAMES if found.get(name)} == {
        name: value for name, value in expected.items() if name in named or name in last
    }
