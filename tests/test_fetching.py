"""What is said where a clone lacks what a revision needs: followed to the letter, with a real git."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

import pytest

from reconciler.errors import InputError
from reconciler.git.revision import revision, tip
from reconciler.manifest.workspace.discovery import is_manifest_name
from tests.repository import Repository, repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.git.revision import Revision

# How somebody, or a CI system, may have cloned a repository.
CLONES: Final = {
    "whole": ["clone", "--branch=change"],
    "one branch": ["clone", "--branch=change", "--single-branch"],
    "shallow": ["clone", "--branch=change", "--depth=1"],
    "shallow, all branches": ["clone", "--branch=change", "--depth=1", "--no-single-branch"],
    "no folders": ["clone", "--branch=change", "--filter=tree:0"],
    "no files": ["clone", "--branch=change", "--filter=blob:none"],
    "shallow, no folders": ["clone", "--branch=change", "--depth=1", "--filter=tree:0"],
    "one branch, no files": ["clone", "--branch=change", "--single-branch", "--filter=blob:none"],
    "another remote": ["clone", "--branch=change", "--depth=1", "--origin=trust/upstream"],
}
NAMES: Final = (
    *("main", "origin/main", "refs/remotes/origin/main", "refs/heads/main", "main~1", "origin/main~1"),
    *("v1", "refs/tags/v1", "HEAD~1", "COMMIT"),
)
ADVICE: Final = re.compile(r"`git ([^`]+)`|`--base ([^`]+)`")


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository to clone, in which main went on after the branch `change` left it."""
    made = repository(tmp_path_factory.mktemp("origin"))
    made.git("config", "uploadpack.allowFilter", "true")
    made.git("config", "uploadpack.allowAnySHA1InWant", "true")
    for number in range(3):
        made.write("trust/reconciler.yaml", f"{number}\n")
        made.commit()
    made.branch("change")
    for number in range(3):
        made.write("trust/reconciler.yaml", f"changed {number}\n")
        made.commit()
    made.git("checkout", "--quiet", "main")
    for number in range(3):
        made.write("trust/reconciler.yaml", f"on main {number}\n")
        made.commit()
    made.git("tag", "v1", "main~1")
    return made


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", CLONES)
def test_advice_that_is_followed_works_or_gives_new_advice(
    origin: Repository, tmp_path: Path, kind: str, name: str
) -> None:
    """Whatever the clone lacks and however the revision is named: no advice twice, and manifests in the end, both of
    where the two met and of what the revision is now."""
    clone = Repository(tmp_path / "clone")
    origin.git(*CLONES[kind], "--quiet", origin.folder.as_uri(), str(clone.folder))
    name = name.replace("COMMIT", origin.git("rev-parse", "main~1"))
    if kind == "another remote":
        name = name.replace("origin/", "trust/upstream/")
    for reading in (revision, tip):
        name, found = followed_to_the_end(clone, name, reading)
        assert list(found.files) == ["reconciler.yaml"]


def followed_to_the_end(clone: Repository, name: str, reading: Callable[..., Revision]) -> tuple[str, Revision]:
    """The name and the files of the revision, once all advice was followed; no advice may come twice."""
    heard: set[str] = set()
    while True:
        try:
            return name, reading(clone.folder / "trust", name, is_manifest_name)
        except InputError as error:
            told = str(error)
        assert told not in heard
        heard.add(told)
        advice = ADVICE.findall(told)
        assert advice, told
        for command, base in advice:
            if command:
                clone.git(*shlex.split(command))
            name = base or name


def test_a_merge_that_github_made(origin: Repository, tmp_path: Path) -> None:
    """actions/checkout leaves one commit of a branch that no clone has: the command that is advised brings its past."""
    origin.git("checkout", "--quiet", "-b", "merged", "main")
    origin.git("merge", "--quiet", "--no-edit", "--strategy=ours", "change")
    origin.git("update-ref", "refs/pull/1/merge", "merged")
    origin.git("checkout", "--quiet", "main")
    origin.git("branch", "--quiet", "-D", "merged")
    clone = repository(tmp_path / "clone")
    clone.git("remote", "add", "origin", origin.folder.as_uri())
    clone.git("fetch", "--quiet", "--depth=1", "origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge")
    clone.git("checkout", "--quiet", "refs/remotes/pull/1/merge")
    with pytest.raises(InputError) as caught:
        revision(clone.folder / "trust", "refs/remotes/origin/main", is_manifest_name)
    told = str(caught.value)
    assert "`git fetch origin main:refs/remotes/origin/main --unshallow`" in told
    assert "actions/checkout `fetch-depth: 0`" in told
    clone.git(*shlex.split(ADVICE.findall(told)[0][0]))
    found = revision(clone.folder / "trust", "refs/remotes/origin/main", is_manifest_name)
    assert found.files == {"reconciler.yaml": b"on main 2\n"}


@pytest.mark.parametrize("name", ["a b", "-x", "$(id)", "main;id", "a`b", "@{-1}", "nobody"])
def test_a_name_that_no_shell_should_see(origin: Repository, tmp_path: Path, name: str) -> None:
    """Only plain names are put into a command."""
    clone = Repository(tmp_path / "clone")
    origin.git(*CLONES["shallow"], "--quiet", origin.folder.as_uri(), str(clone.folder))
    with pytest.raises(InputError) as caught:
        revision(clone.folder / "trust", name, is_manifest_name)
    for command, _ in ADVICE.findall(str(caught.value).replace(repr(name), "")):
        assert name == "nobody" or name not in command


def test_a_repository_that_came_from_nowhere(tmp_path: Path) -> None:
    """Without a place to fetch from there is no advice to fetch."""
    made = repository(tmp_path / "repository")
    made.write("trust/reconciler.yaml", "x\n")
    made.commit()
    with pytest.raises(InputError) as caught:
        revision(made.folder / "trust", "origin/main", is_manifest_name)
    assert "git fetch" not in str(caught.value)
