"""`reconciler doctor`: the way to Bromcom and one login, with and without manifests."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from typing import TYPE_CHECKING

import jsonschema_rs
import keyring
import pytest

from reconciler.codec.check_up import CHECK_UP
from reconciler.sandbox.state.fault_injection import FaultKind
from tests.cli.at_terminal import at_terminal
from tests.cli.test_printed_commands import commands, parsed
from tests.cli.world import PASSWORD, TRACES
from tests.secrets.file_keyring import KEYRING_FILE, FileKeyring

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler
    from tests.conftest import Golden

NO_WINDOWS = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals that Python can open")
ASKED = r"Password of groupcall\.greenfield: \Z"
ONCE_MORE = r"Try once more\? \[y/N\]: \Z"


def logins(sandbox: SandboxServer) -> int:
    """How many logins the service has seen."""
    return sum("findEntities" in entry.operation for entry in sandbox.access_log())


def steps(text: str) -> dict[str, str]:
    """{step: its verdict}, as the report shows them."""
    rows = re.findall(r"^  (\w+) +(fine|wrong|not clear|not reached)\b", text, re.MULTILINE)
    return dict(rows)


def test_without_an_address_every_school_is_checked_and_no_login_tried(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """Schools of a platform that went alike are told together."""
    done = reconciler("doctor")
    assert done.code == 0
    assert "2 schools on practice: greenfield, riverside" in done.out
    assert set(steps(done.out).values()) == {"fine"}
    assert "login" not in steps(done.out)
    assert "`reconciler doctor greenfield/groupcall`" in done.err
    assert not logins(sandbox)


def test_a_login_that_works_is_sent_once(workspace: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """And its list is counted."""
    done = reconciler("doctor", "greenfield/groupcall")
    assert done.code == 0
    assert done.out.startswith("Fine: every step worked.\n")
    assert "list         fine         it may read 3 entities" in done.out
    assert logins(sandbox) == 1


def test_a_refused_login_walks_its_causes(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    """Our own files first, a reset last, and a text to send at the end. One login was spent."""
    monkeypatch.setenv("ACCESS_PASSWORD", f" '{PASSWORD}'")
    done = reconciler("doctor", "greenfield/groupcall")
    assert done.code == 1
    golden("doctor.refused.txt", done.out.replace(str(sandbox.port), "8765"))
    assert not any(trace in done.out + done.err for trace in TRACES)
    assert logins(sandbox) == 1


def test_a_check_up_as_json_is_as_its_schema_says(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fine, refused and without a login; it has neither the password nor anything that the service said."""
    is_valid = jsonschema_rs.validator_for(json.loads(reconciler("schema", "check-ups").out)).is_valid
    fine, every_school = (reconciler("doctor", *address, "--format", "json") for address in (["greenfield/till"], []))
    monkeypatch.setenv("ACCESS_PASSWORD", f" '{PASSWORD}'")
    refused = reconciler("doctor", "greenfield/groupcall", "--format", "json")
    assert (fine.code, every_school.code, refused.code) == (0, 0, 1)
    documents = [json.loads(done.out) for done in (fine, every_school, refused)]
    assert all(map(is_valid, documents))
    assert [[each["worst"] for each in document["checkUps"]] for document in documents] == [
        [None],
        [None] * 2,
        ["login"],
    ]
    (check_up,) = documents[2]["checkUps"]
    assert check_up["password"]["oddities"] == ["it begins with a space", "it has quotes around it, which are sent too"]
    assert CHECK_UP.dump(CHECK_UP.load(check_up)) == check_up
    assert not any(trace in refused.out for trace in (*TRACES, "Unauthori"))


@pytest.mark.usefixtures("workspace")
def test_a_password_is_read_where_its_reference_says(
    sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program's output, and the keyring, besides variables and files."""
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD, encoding="utf-8")
    show = "import pathlib, sys; sys.stdout.buffer.write(pathlib.Path(sys.argv[1]).read_bytes())"
    monkeypatch.setenv(KEYRING_FILE, str(tmp_path / "keyring.json"))
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())
    keyring.set_password("till", "till", PASSWORD)
    typed = ("doctor", "--platform", sandbox.read_url, "--school", "12345", "--username", "till.greenfield")
    for reference in (f"command:{shlex.join([sys.executable, '-c', show, str(secret)])}", "keyring:till/till"):
        done = reconciler(*typed, "--password", reference)
        assert (done.code, steps(done.out)["login"]) == (0, "fine"), done.out
    keyring.set_keyring(before)


def test_a_plan_with_a_refused_login_names_doctor(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """Once, with the options that were given, and not if it is quiet."""
    for name in ("greenfield", "riverside"):
        sandbox.set_password(12345 if name == "greenfield" else 12346, f"till.{name}", "another")
    done = reconciler("plan", "--timeout", "20")
    assert done.err.count("`reconciler doctor greenfield/till --timeout 20`") == done.err.count("doctor") == 1
    assert reconciler("plan", "--quiet").err == ""


def test_every_command_that_is_printed_works(
    workspace: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the options that were given."""
    (workspace / "passwords.env").write_text("ACCESS_PASSWORD=wrong\n", encoding="utf-8")
    done = reconciler("doctor", "greenfield/groupcall", "--env-file", "passwords.env")
    printed = commands(done.out)
    assert printed
    for words in printed:
        assert parsed(words).params["env_file"].name == "passwords.env"
    assert "env ACCESS_PASSWORD in the file passwords.env, which was last changed on" in done.out
    assert "The environment variable ACCESS_PASSWORD has a different password, which was not used." in done.out


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        (FaultKind.HTML_200, 1, ("wrong", "not reached", "not reached")),
        (FaultKind.REDIRECT, 1, ("wrong", "not reached", "not reached")),
        (FaultKind.GATEWAY_403, 1, ("wrong", "not reached", "not reached")),
        (FaultKind.THROTTLED_429, 4, ("not clear", "not reached", "not reached")),
        (FaultKind.NO_SUCH_SCHOOL, 1, ("fine", "wrong", "not reached")),
        (FaultKind.DATABASE_DOWN, 1, ("fine", "wrong", "not reached")),
        (FaultKind.NO_TEST_OPERATION, 0, ("fine", "fine", "fine")),
        (FaultKind.REFUSED_STATUS, 1, ("fine", "fine", "wrong")),
        (FaultKind.REFUSED_FAULT, 1, ("fine", "fine", "wrong")),
        (FaultKind.FAULT_500, 4, ("fine", "not clear", "not clear")),
    ],
)
def test_each_trouble_has_its_step(
    kind: FaultKind,
    code: int,
    expected: tuple[str, str, str],
    workspace: Path,
    sandbox: SandboxServer,
    reconciler: Reconciler,
) -> None:
    """No password goes to what is not Bromcom, or to a school that it does not know."""
    sandbox.set_trouble(kind)
    done = reconciler("doctor", "greenfield/groupcall")
    shown = steps(done.out)
    assert (shown["service"], shown["database"], shown["login"]) == expected
    assert done.code == code
    assert ("A text to send" in done.out) is bool(code)


def test_an_empty_list_is_not_clear(workspace: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """A new account looks like that, and a failed login may."""
    sandbox.set_ticks(12345, "groupcall.greenfield", [])
    done = reconciler("doctor", "greenfield/groupcall")
    assert done.code == 4
    assert steps(done.out)["login"] == steps(done.out)["list"] == "not clear"


def test_a_password_that_cannot_be_read_is_told_and_no_login_sent(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to do, as a plan says it."""
    monkeypatch.delenv("ACCESS_PASSWORD")
    done = reconciler("doctor", "greenfield/groupcall")
    assert done.code == 1
    assert "there is no password to send: the environment variable ACCESS_PASSWORD is not set" in done.out
    assert not logins(sandbox)


def test_without_manifests_all_is_typed(
    sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And texts name options, not keys of manifests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    typed = ("doctor", "--platform", sandbox.read_url, "--username", "groupcall.greenfield")
    reference = ("--password", "env:ACCESS_PASSWORD")
    assert reconciler(*typed, "--school", "12345", *reference).code == 0
    done = reconciler(*typed, "--school", "999", *reference)
    assert done.code == 1
    assert "Check --school, and that the school is on this platform." in done.out
    assert "schoolId" not in done.out
    no_password = reconciler(*typed, "--school", "12345")
    assert no_password.code == 4
    assert steps(no_password.out)["login"] == "not reached"


def test_a_login_without_an_answer_is_not_sent_again(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """It may have arrived, and a second wrong one may lock the account."""
    sandbox.set_trouble(FaultKind.DROPPED, operation="findEntitiesBySchoolID")
    done = reconciler("doctor", "greenfield/groupcall")
    assert done.code == 4
    assert steps(done.out)["login"] == "not clear"
    assert logins(sandbox) == 1


def test_a_school_is_named_as_people_know_it(workspace: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """By a name, a glob, its title or its School ID; a login is tried at one school."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    text = text.replace("schoolId: 12345,", "schoolId: 12345, title: Greenfield Primary,")
    manifest.write_text(text, encoding="utf-8")
    for address in ("greenfield", "Greenfield Primary", "12345", "green*"):
        done = reconciler("doctor", address)
        assert (done.code, done.err) == (0, "")
        assert "Greenfield Primary (greenfield)  School 12345 on practice" in done.out
        assert "riverside" not in done.out
    assert not logins(sandbox)
    assert reconciler("doctor", "12345/groupcall").code == 0
    assert logins(sandbox) == 1
    several = reconciler("doctor", "*/groupcall")
    assert several.code == 64
    assert "'*' means 2 schools" in several.err


@pytest.mark.parametrize(("urn", "code", "state"), [(112345, 0, "fine"), (112346, 1, "wrong")])
def test_a_school_with_a_urn_is_checked_to_be_the_right_one(
    urn: int, code: int, state: str, workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """A wrong School ID may answer well: it is somebody else's school."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("schoolId: 12345,", f"schoolId: 12345, urn: {urn},"), encoding="utf-8")
    sandbox.tick(12345, "groupcall.greenfield", "Schools")
    done = reconciler("doctor", "greenfield/groupcall")
    assert steps(done.out)["school"] == state
    assert done.code == code


@pytest.mark.parametrize(
    ("url", "step", "words"),
    [
        ("https://mis.invalid/x.asmx", "name", "the name mis.invalid could not be"),
        ("https://localhost:1/x.asmx", "connection", "nothing listens at port 1"),
        ("http://mis.example/x.asmx", "address", "change --platform to https, or describe it in a Workspace"),
        ("https://me:hidden@mis.example/x.asmx", "address", "--platform contains a login"),
    ],
)
def test_an_address_that_does_not_work_is_told(
    url: str, step: str, words: str, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the terms of the command line, and with no login that the address may contain."""
    monkeypatch.chdir(tmp_path)
    done = reconciler("doctor", "--platform", url, "--school", "12345")
    assert done.code == 1
    assert steps(done.out)[step] == "wrong"
    assert words in done.out
    assert "hidden" not in done.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("greenfeld",), "Did you mean `greenfield`?"),
        (("greenfield/groupcal",), "Did you mean `groupcall`?"),
        (("--platform", "scomi", "--school", "1"), "Did you mean `scomis`?"),
        (("--platform", "scomis"), "--platform needs --school"),
        (("--school", "1"), "need --platform"),
        (
            ("--platform", "scomis", "--school", "1", "--password", "secret"),
            "must be env:NAME, file:PATH",
        ),
        (
            ("--platform", "scomis", "--school", "1", "--password", "env:a-b"),
            "is not the name of an",
        ),
    ],
)
def test_a_mistyped_command_line_is_refused(
    arguments: tuple[str, ...], words: str, workspace: Path, reconciler: Reconciler
) -> None:
    """With what was most likely meant."""
    done = reconciler("doctor", *arguments)
    assert done.code == 64
    assert words in done.err


@NO_WINDOWS
@pytest.mark.rehearsal
def test_a_password_is_asked_for_hidden(sandbox: SandboxServer, tmp_path: Path) -> None:
    """Only when the way to the service is fine."""
    typed = ("doctor", "--platform", sandbox.read_url, "--school", "12345", "--username", "groupcall.greenfield")
    with at_terminal(*typed, cwd=tmp_path) as session:
        session.until(ASKED)
        session.type(PASSWORD)
        assert session.end() == 0
        assert not any(trace in session.seen for trace in TRACES)


@NO_WINDOWS
@pytest.mark.rehearsal
@pytest.mark.parametrize("agreed", [True, False])
def test_a_second_login_is_asked_for_first(agreed: bool, sandbox: SandboxServer, workspace: Path) -> None:
    """A password that is typed and works shows which file is wrong."""
    with at_terminal("doctor", "greenfield/groupcall", cwd=workspace, ACCESS_PASSWORD="wrong") as session:
        session.until(ONCE_MORE)
        assert logins(sandbox) == 1
        session.type("y" if agreed else "n")
        if agreed:
            session.until(ASKED)
            session.type(PASSWORD)
        assert session.end() == 1
        assert not any(trace in session.seen for trace in TRACES)
    works = "The password that you typed works: correct that of the environment variable ACCESS_PASSWORD."
    assert (works in session.words) is agreed
    assert logins(sandbox) == (2 if agreed else 1)
