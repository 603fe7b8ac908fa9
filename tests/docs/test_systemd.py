"""The nightly service for Linux: its command runs, systemd takes its files, and a result is no failure of it."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from configparser import ConfigParser
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.exit_codes import Exit
from reconciler.sandbox.control.env_file import write_env_file
from tests.ci.receiver import receiving
from tests.cli.world import EXAMPLES
from tests.conftest import REPOSITORY
from tests.docs.shown import blocks
from tests.docs.test_commands import Reader
from tests.docs.test_tables import table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Reconciler

SHOWN = {block.file: block.text for block in blocks(REPOSITORY / "docs" / "how-to" / "nightly.md") if block.file}
UNITS = ("reconciler.service", "reconciler.timer")
PROGRAM, MANIFESTS, PASSWORDS, MEMORY = (cells[1].strip("`") for cells in table("how-to/nightly.md", "what"))


def service() -> dict[str, str]:
    """The settings of the service."""
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # its documented way to keep capitals
    parser.read_string(SHOWN["reconciler.service"].replace("\\\n", " "))
    return dict(parser["Service"])


def test_the_nightly_service_tells_people_once(
    reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps its memory where systemd lets it write, and nothing beside the manifests."""
    workspace, memory = tmp_path / "our-school", tmp_path / "memory"
    memory.mkdir()
    shutil.copytree(EXAMPLES / "trust", workspace)
    program, *words = shlex.split(service()["ExecStart"])
    assert program == f"{PROGRAM}/bin/reconciler"
    assert service()["WorkingDirectory"] == MANIFESTS
    assert f"/var/lib/{service()['StateDirectory']}" == MEMORY
    with ExitStack() as opened, receiving() as receiver:
        reader = Reader(reconciler, monkeypatch, opened)
        reader.find_sandbox(workspace)
        passwords = tmp_path / PASSWORDS.rpartition("/")[2]
        write_env_file(passwords, reader.serve())
        with passwords.open("a", encoding="utf-8") as file:
            file.write(f"WATCHER_URL={receiver.url}/watcher\nWEBHOOK_URL={receiver.url}/webhook\n")
        monkeypatch.chdir(workspace)
        codes = [reconciler(*(word.replace(MEMORY, str(memory)) for word in words)).code for _ in range(2)]
        assert codes == [Exit.DIFFERENCES] * 2
        assert sorted(path for path, _ in receiver.came) == ["/watcher", "/watcher", "/webhook"]
    assert {"drift.json", "history.sqlite"} <= {file.name for file in memory.iterdir()}
    assert not (workspace / ".reconciler").exists()


def test_a_result_is_no_failure_of_the_service() -> None:
    """Every exit code of `drift` that tells how things are."""
    taken = {int(code) for code in service()["SuccessExitStatus"].split()}
    assert taken == set(Exit) - {Exit.OK, Exit.FAILED, Exit.REFUSED, Exit.USAGE}


def test_what_the_service_needs_is_set_up() -> None:
    """Its user, the program, the manifests and the passwords, which nobody else can read."""
    lines = [shlex.split(line)[1:] for line in SHOWN["setup"].splitlines()]
    user = service()["User"]
    assert lines[0][-1] == user
    assert lines[1][-1] == PROGRAM
    assert lines[-2] == ["chown", "--recursive", user, MANIFESTS]
    assert lines[-1] == ["install", "--mode", "600", "--owner", user, PASSWORDS.rpartition("/")[2], PASSWORDS]
    assert set(re.findall(r"reconciler\.\w+", SHOWN["start"])) == set(UNITS)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd")
def test_systemd_takes_both_files(tmp_path: Path) -> None:
    """With a program and a folder that are there."""
    (tmp_path / "bin").mkdir()
    shutil.copy("/bin/true", tmp_path / "bin" / "reconciler")
    for name in UNITS:
        (tmp_path / name).write_text(SHOWN[name].replace(PROGRAM, str(tmp_path)), encoding="utf-8")
    verify = ["systemd-analyze", "--man=no", "verify", *(str(tmp_path / name) for name in UNITS)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False, timeout=60)
    # What it says of units that it finds elsewhere is not ours.
    assert not [line for line in done.stderr.splitlines() if "reconciler" in line]
