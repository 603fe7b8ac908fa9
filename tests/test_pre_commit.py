"""The hooks that .pre-commit-hooks.yaml offers, run by pre-commit itself in a real repository.

pre-commit would first install the package from a clone, which takes a network. So the same hooks are run as local ones,
by the package that these tests run with: entry, arguments, files and all else are as shipped.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.cli.world import EXAMPLES
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.rehearsal

MANIFEST = REPOSITORY / ".pre-commit-hooks.yaml"
HOOKS: list[dict[str, Any]] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


def pre_commit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pre-commit; what it keeps goes beside the repository."""
    pytest.importorskip("pre_commit", reason="pre-commit is not installed")
    environment = os.environ | {"PRE_COMMIT_HOME": str(folder.parent / "kept"), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )


def git(folder: Path, *arguments: str) -> None:
    """Run git in a repository."""
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a workspace in its folder `mis`, other YAML beside it, and the hooks."""
    if shutil.which("git") is None:
        pytest.skip("git is not on the PATH")
    folder = tmp_path / "repository"
    shutil.copytree(EXAMPLES / "trust", folder / "mis")
    (folder / "compose.yaml").write_text("services:   {kind: Supplier}\n", encoding="utf-8")
    program = f"{shlex.quote(sys.executable)} -m reconciler"
    here = {"language": "system", "args": ["-C", "mis"], "files": "^mis/"}
    hooks = [hook | here | {"entry": hook["entry"].replace("reconciler", program, 1)} for hook in HOOKS]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    return folder


def test_pre_commit_takes_the_hooks(repository: Path) -> None:
    """By its own check of such a file; and what they run are verbs that there are."""
    done = pre_commit(repository, "validate-manifest", str(MANIFEST))
    assert done.returncode == 0, done.stdout
    assert [hook["entry"] for hook in HOOKS] == ["reconciler validate", "reconciler fmt"]


def test_a_commit_of_good_manifests_passes(repository: Path) -> None:
    """And nothing is written."""
    done = pre_commit(repository, "run")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == len(HOOKS)


def test_a_commit_is_stopped_where_a_manifest_is_wrong_or_uneven(repository: Path) -> None:
    """What is wrong is told; what is uneven is mended, so that it need only be added."""
    supplier = repository / "mis" / "suppliers" / "timetable-view.yaml"
    good = supplier.read_text(encoding="utf-8")
    supplier.write_text(good.replace("- Staff", "- 'staff'"), encoding="utf-8")
    git(repository, "add", "--all")
    done = pre_commit(repository, "run")
    assert done.returncode == 1
    assert "suppliers/timetable-view.yaml: put into normal form" in done.stdout
    assert supplier.read_text(encoding="utf-8") == good
    supplier.write_text(good.replace("- Staff", "- Stafff"), encoding="utf-8")
    git(repository, "add", "--all")
    done = pre_commit(repository, "run")
    assert done.returncode == 1
    assert "Did you mean `Staff`?" in done.stdout


def test_a_commit_that_only_deletes_is_checked(repository: Path) -> None:
    """It hands a hook no file, and may take away what another manifest names."""
    git(repository, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "all")
    git(repository, "rm", "--quiet", "mis/schools.yaml")
    done = pre_commit(repository, "run")
    assert done.returncode == 1, done.stdout
    assert "riverside" in done.stdout  # a supplier names it
