"""The nightly job for Windows: its command runs, without git, and the lines around it name what there is."""

from __future__ import annotations

import re
import shlex
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.exit_codes import Exit
from tests.cli.world import EXAMPLES
from tests.conftest import REPOSITORY
from tests.docs.shown import blocks
from tests.docs.test_tables import table
from tests.notices.mail_receiver import MailReceiver, mailing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Reconciler

PAGE = REPOSITORY / "docs" / "how-to" / "windows.md"
SHOWN = {block.file: block.text for block in blocks(PAGE) if block.file}
JOB = r"C:\reconciler\nightly.cmd"
# The switches of Windows' own programs, as their documentation has them.
SWITCHES = {
    "schtasks": {"/Create", "/Run", "/Query", "/TN", "/TR", "/SC", "/D", "/ST", "/RU", "/RP", "/V", "/FO"},
    "icacls": {"/inheritance:r", "/grant:r", "/grant"},
    "mkdir": set[str](),
}
CMDLETS = {
    "Get-Credential": set[str](),
    "New-ScheduledTaskAction": {"-Execute"},
    "New-ScheduledTaskTrigger": {"-Daily", "-At"},
    "New-ScheduledTaskSettingsSet": {"-StartWhenAvailable", "-MultipleInstances", "-ExecutionTimeLimit"},
    "New-TimeSpan": {"-Hours"},
    "Register-ScheduledTask": {"-TaskName", "-Action", "-Trigger", "-Settings", "-User", "-Password"},
    "Start-ScheduledTask": {"-TaskName"},
}


def job(folder: Path, *more: str) -> list[str]:
    """The job's command line, as `cmd` makes it of its lines, with the folders of a test."""
    (line,) = re.findall(r"^C:\S+\\reconciler\.exe (.+)$", SHOWN["nightly.cmd"].replace("^\n", ""), re.MULTILINE)
    written = line.partition(" > ")[0].replace("%*", " ".join(more)).replace("C:\\reconciler", folder.as_posix())
    return shlex.split(written.replace("\\", "/"))


def test_the_nightly_job_mails_what_moved_without_git(
    reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once; and on Mondays, whatever there is. Its memory and its report are where the page says."""
    from reconciler.sandbox.control.env_file import write_env_file
    from tests.docs.test_commands import Reader

    workspace = tmp_path / "our-school"
    (tmp_path / "reports").mkdir()
    shutil.copytree(EXAMPLES / "trust", workspace)
    with ExitStack() as opened, mailing(MailReceiver(account=("reconciler@school.example", "for practice"))) as mail:
        reader = Reader(reconciler, monkeypatch, opened)
        reader.find_sandbox(workspace)
        write_env_file(tmp_path / "passwords.env", reader.serve())
        with (tmp_path / "passwords.env").open("a", encoding="utf-8") as file:
            file.write(f"MAIL_SERVER=smtp+plain://127.0.0.1:{mail.port}\nMAIL_PASSWORD='for practice'\n")
        monkeypatch.chdir(workspace)
        codes = [reconciler(*job(tmp_path, *more)).code for more in ((), (), ("--notify-always",))]
    assert codes == [Exit.DIFFERENCES] * 3
    assert [message["To"] for message in mail.came] == ["office@school.example"] * 2
    assert [bool(re.search(r"\(\d+ new\)", message["Subject"])) for message in mail.came] == [True, False]
    assert (workspace / ".reconciler" / "drift.json").is_file()
    assert "<html" in (tmp_path / "reports" / "last-night.html").read_text(encoding="utf-8")


def test_the_table_has_every_exit_code_of_drift() -> None:
    """All but a refusal, which nothing but `apply` gives."""
    codes = [int(cells[0]) for cells in table("how-to/windows.md", "last result")]
    assert sorted(codes) == sorted(set(Exit) - {Exit.REFUSED})


@pytest.mark.parametrize("name", ["schtasks", "query", "permissions"])
def test_the_lines_for_the_command_prompt_have_switches_that_exist(name: str) -> None:
    """They run the job that the page writes, in the folders that it names."""
    for line in SHOWN[name].splitlines():
        program, *words = shlex.split(line.replace("\\", "/"))
        assert {word for word in words if re.match(r"/\w", word)} <= SWITCHES[program], line
        if "/Create" in words:
            assert words[words.index("/TR") + 1].split()[0] == JOB.replace("\\", "/")
            assert re.fullmatch(r"[0-2]\d:[0-5]\d", words[words.index("/ST") + 1])
        if "/TN" in words:
            assert words[words.index("/TN") + 1] in ("reconciler nightly", "reconciler weekly")


def test_only_administrators_can_change_what_the_task_runs() -> None:
    """The task's account may write where the job does, and nowhere else; nothing that it runs lies there."""
    lines = [shlex.split(line.replace("\\", "/")) for line in SHOWN["permissions"].splitlines()]
    made, *rights = lines
    granted = {words[1]: dict(word.split(":", 1) for word in words[2:] if "(OI)(CI)" in word) for words in rights}
    account = "SCHOOL/svc-reconciler"
    assert set(made[1:]) == set(granted)
    assert granted.pop("C:/reconciler") == {
        "BUILTIN/Administrators": "(OI)(CI)F",
        "NT AUTHORITY/SYSTEM": "(OI)(CI)F",
        account: "(OI)(CI)RX",
    }
    assert "/inheritance:r" in rights[0]
    assert all(rights == {account: "(OI)(CI)M"} for rights in granted.values())
    job = SHOWN["nightly.cmd"].replace("\\", "/")
    written = re.findall(r"(?:=|> )(C:/\S+)", job)
    assert len(written) == 2
    assert {path.rpartition("/")[0] for path in written} | {"C:/reconciler/our-school"} == set(granted)
    run = {path for path in re.findall(r"C:/[^\s=]+", job) if path not in {*written, *granted}} | {JOB}
    assert len(run) == 3
    assert not [path for path in run if path.startswith(tuple(granted))]


def test_the_lines_for_powershell_have_parameters_that_exist() -> None:
    """Each belongs to the command before it."""
    command = ""
    for word in re.findall(r"[A-Z][a-z]+-[A-Z]\w+|(?<=\s)-[A-Z]\w+", SHOWN["powershell"]):
        if not word.startswith("-"):
            command = word
            assert command in CMDLETS
        elif word not in CMDLETS[command]:
            assert word in CMDLETS["Register-ScheduledTask"] | CMDLETS["New-ScheduledTaskSettingsSet"], word
    assert JOB in SHOWN["powershell"]
