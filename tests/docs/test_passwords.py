"""No page has anybody keep passwords where a copy of the manifests takes them along."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.conftest import REPOSITORY
from tests.docs.shown import PAGES, blocks, name_of

if TYPE_CHECKING:
    from pathlib import Path

KUBERNETES = REPOSITORY / "examples" / "ci" / "kubernetes"
SECRET = "the password of that account"  # in the README
APART = ("../", "/run/secrets/", "/passwords/", "C:\\reconciler\\passwords.env")  # from a folder of manifests
OF_PRACTICE = "practice.env"
SHOWING = [page for page in PAGES if page.name != "CHANGELOG.md"]


def taken(file: str, folder: Path) -> list[Path]:
    """What `kubectl create configmap --from-file` takes: a file, or all files of a folder, without its folders."""
    path = folder / file
    return [each for each in path.iterdir() if each.is_file()] if path.is_dir() else [path]


def test_a_copy_of_the_manifests_takes_no_password_along(tmp_path: Path) -> None:
    """They are made as the README says; an image takes the folder, and a ConfigMap what kubectl is told to take."""
    folder = tmp_path / "our-school"
    folder.mkdir()
    for block in blocks(REPOSITORY / "README.md"):
        if block.file:
            (folder / block.file).write_text(block.text, encoding="utf-8")
    assert SECRET in (tmp_path / "passwords.env").read_text(encoding="utf-8")
    assert not [file for file in folder.rglob("*") if SECRET in file.read_text(encoding="utf-8")]
    told = (KUBERNETES / "cronjob.yml").read_text(encoding="utf-8")
    (folder / "forgotten.env").write_text(SECRET, encoding="utf-8")
    named = re.findall(r"create configmap .*--from-file=(\S+)", told)
    files = [file for each in named for file in taken(each, tmp_path)]
    assert files == [folder / "reconciler.yaml"]


@pytest.mark.parametrize("page", [*SHOWING, *sorted(KUBERNETES.iterdir())], ids=name_of)
def test_the_file_of_passwords_lies_outside_of_the_manifests(page: Path) -> None:
    """Wherever a command names one; what is practised with is no secret."""
    named = re.findall(r"--env-file[ =](\S+\.env)", page.read_text(encoding="utf-8"))
    assert not [file for file in named if not file.startswith(APART) and file != OF_PRACTICE]
