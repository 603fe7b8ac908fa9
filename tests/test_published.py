"""What people get who install this project: its name, and what happens beside the other project of that name."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import reconciler
from reconciler import bromcom_reconciler
from tests.conftest import REPOSITORY
from tests.docs.test_tables import table

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ADDRESS = PROJECT["urls"]["Repository"]


def started(site: Path, *arguments: str, where: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Start the command as its script does, with a folder of packages that comes before all others."""
    code = "import sys; sys.dont_write_bytecode = True; from bromcom_reconciler import run; run()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=where,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of packages with this program, as pip lays it there."""
    folder = tmp_path / "site packages"
    ignored = shutil.ignore_patterns("__pycache__", "bromcom_reconciler")
    shutil.copytree(REPOSITORY / "reconciler", folder / "reconciler", ignore=ignored)
    shutil.copytree(REPOSITORY / "reconciler" / "bromcom_reconciler", folder / "bromcom_reconciler")
    return folder


def test_the_program_starts_where_it_is_alone(site: Path) -> None:
    """With its own version."""
    done = started(site, "--version")
    assert done.stdout.startswith("reconciler, version"), done.stderr


def test_the_program_starts_in_the_folder_of_its_packages(site: Path) -> None:
    """Which is not left out of what Python looks through, as any other current folder is."""
    ours = site / "reconciler" / "__init__.py"
    ours.write_text(re.sub('(?<=__version__ = ").+(?=")', "7.7.7", ours.read_text(encoding="utf-8")), encoding="utf-8")
    done = started(site, "--version", where=site)
    assert done.stdout == "reconciler, version 7.7.7\n", done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no folder that a program is in")
@pytest.mark.parametrize(
    "start", ["from bromcom_reconciler import run; run()", "from reconciler.__main__ import run; run()"]
)
def test_a_start_in_a_folder_that_was_removed_is_told(start: str, tmp_path: Path) -> None:
    """In our words, by the command and by `python -m reconciler`."""
    code = f"import os, sys; os.rmdir(os.getcwd()); sys.argv[1:] = ['--version']; {start}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False, encoding="utf-8"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: nothing was done, since the current folder was removed. Change to another one, and try again.\n"
    )


def test_another_package_of_that_name_is_not_run(site: Path) -> None:
    """The other project's `__init__.py` lies where ours was. It is named, and none of its code runs."""
    foreign = site / "reconciler" / "__init__.py"
    foreign.write_text('"""Top-level package for reconciler."""\n\nprint("theirs")\n', encoding="utf-8")
    done = started(site, "plan")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"nothing was run, since {foreign} is of another package" in done.stderr
    for command in ("pipx install", "-m pip uninstall --yes reconciler", "--force-reinstall --no-deps"):
        assert command in done.stderr


def test_a_package_without_its_init_is_told(site: Path) -> None:
    """`pip uninstall reconciler` of the other project takes our file along; what is left imports nothing."""
    (site / "reconciler" / "__init__.py").unlink()
    done = started(site, "plan")
    assert (done.returncode, done.stdout) == (1, "")
    assert "a file of this program is gone" in done.stderr


def test_the_name_is_not_that_of_another_project() -> None:
    """And nothing in the repository tells people to install that."""
    assert PROJECT["name"] == "bromcom-reconciler"
    assert bromcom_reconciler.MARK.decode() in (REPOSITORY / "reconciler" / "__init__.py").read_text(encoding="utf-8")


def found(pattern: str, *places: str) -> list[str]:
    """What an extended regular expression matches in files that git knows, or would add."""
    if shutil.which("git") is None or not (REPOSITORY / ".git").exists():
        pytest.skip("this is no git checkout")
    command = ["git", "grep", "--untracked", "-hoE", pattern, "--", *(places or ["."]), ":!CHANGELOG.md"]
    return subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, check=False, encoding="utf-8"
    ).stdout.splitlines()


def test_nothing_tells_people_to_install_the_other_project() -> None:
    """Whichever program of theirs installs it."""
    assert found("(pipx?|tool) install[^;&|]*reconciler")
    assert not found("(pipx?|tool) install( -[^ ]+)* ['\"]?reconciler([^-]|$)")


def test_every_address_of_the_repository_is_that_of_the_project() -> None:
    """It stands in pyproject.toml, and `python .ci/release.py address` writes it where it is repeated."""
    repeated = set(found("https://[a-z.]*github[a-z.]*com/[^/ ]+/bromcom-reconciler", "docs", "schemas", ".ci", "*.md"))
    assert {each.rpartition("/")[0].rpartition("/")[2] for each in repeated} == {ADDRESS.split("/")[3]}
    assert not found("example[.]org/reconciler")


def test_what_is_shown_to_copy_names_this_version() -> None:
    """Tags, files and images; the examples of CI have zeros for it, as for the hash, until they are filled in."""
    pattern = "(bromcom[-_]reconciler(-|:|==)|[ /]v)[0-9]+[.][0-9]+[.][0-9]+"
    named = found(pattern, "docs", "examples/ci/kubernetes", "SECURITY.md")
    assert {re.sub("^.*[-:=v]", "", each) for each in named} == {reconciler.__version__}
    assert set(found("0{40} # v[0-9.]+", "examples")) == {f"{'0' * 40} # v0.0.0"}


def test_the_page_of_installing_shows_what_is_tried() -> None:
    """Each way that .ci/installing.py goes is on it, as it is typed; and how each begins, is updated and removed."""
    page = (REPOSITORY / "docs" / "how-to" / "install.md").read_text(encoding="utf-8")
    for typed in ("pipx install", "uv tool install", "-m pip install"):
        assert re.search(rf"{typed} '?{PROJECT['name']}", page)
    for way, *steps in table("how-to/install.md", "way to install"):
        assert len(list(filter(None, steps))) == 3, way
