"""Passwords from every source, and what is said where there is none."""

from __future__ import annotations

import asyncio
import copy
import json
import os
import pickle
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.errors
import pytest

from reconciler.bromcom.masking import masked
from reconciler.errors import InputError, SecretError
from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef, Secret, SecretRef
from reconciler.secrets import passwords
from reconciler.secrets.environment import Environment, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PASSWORD = "p4ss wörd'\"&<"


def ask(ref: SecretRef, workspace: Path, found: Environment | Mapping[str, str] | None = None) -> str:
    """The password that a reference leads to."""

    async def asked() -> str:
        known = found if isinstance(found, Environment) else Environment(found or os.environ)
        return (await passwords(known, workspace, masked)(ref)).reveal()

    return asyncio.run(asked())


def python(code: str) -> CommandRef:
    """A command that runs this Python code."""
    return CommandRef((sys.executable, "-c", code))


def test_from_the_environment(tmp_path: Path) -> None:
    """`env:` is the variable's value, as it is."""
    assert ask(EnvRef("P"), tmp_path, {"P": PASSWORD}) == PASSWORD


def test_from_a_file_of_the_workspace_or_anywhere(tmp_path: Path) -> None:
    """`file:` is the first line, whatever ends it; a relative path starts at the workspace."""
    (tmp_path / "secret").write_bytes(f" {PASSWORD} \r\nmore\n".encode())
    assert ask(FileRef("secret"), tmp_path) == f" {PASSWORD} "
    assert ask(FileRef(str(tmp_path / "secret")), tmp_path / "elsewhere") == f" {PASSWORD} "


def test_from_a_command_without_a_shell(tmp_path: Path) -> None:
    """`command:` is the first line that the program prints; its arguments are arguments and nothing else."""
    echo = CommandRef((sys.executable, "-c", "import sys; print(sys.argv[1]); print('more')", "$HOME; exit 1"))
    assert ask(echo, tmp_path) == "$HOME; exit 1"


@pytest.mark.parametrize(
    ("printed", "password"),
    [(b" p4ss \r\nmore\r\n", " p4ss "), (b"p4ss", "p4ss"), (b"x" * 64 * 1024, "x" * 64 * 1024)],
    ids=["windows", "no-end", "largest"],
)
def test_a_password_that_a_command_prints_is_whole(printed: bytes, password: str, tmp_path: Path) -> None:
    """Whatever ends its line, blanks are a part of it, and nothing is cut off."""
    (tmp_path / "printed").write_bytes(printed)
    code = "import sys; sys.stdout.buffer.write(open('printed', 'rb').read())"
    assert ask(python(code), tmp_path) == password


def test_a_command_runs_in_the_workspace_and_is_told_no_other_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found on the environment's PATH, stands in the workspace's folder, and sees the variables that are no
    secret: no line of the file or variable of its name; none that a manifest or a webhook takes its secret from."""
    monkeypatch.setenv("PATH", "")
    variables = {**os.environ, "PATH": str(Path(sys.executable).parent), "PLAIN": "1", "P": "2", "Q": "3", "HOOK": "4"}
    found = Environment(variables, tmp_path / "x.env", {"P": "from-file", "R": "5"}, frozenset({"Q", "HOOK"}))
    code = "import os; print([os.environ.get(name) for name in ('PLAIN', 'P', 'Q', 'R', 'HOOK')], os.getcwd())"
    seen, _, folder = ask(CommandRef((Path(sys.executable).name, "-c", code)), tmp_path, found).partition("] ")
    assert seen == "['1', None, None, None, None"
    assert Path(folder).samefile(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="a program of another kind would have to be planted there")
@pytest.mark.parametrize("entry", [".", "workspace"])
def test_a_command_is_not_taken_from_beside_the_manifests(
    entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program there came with the manifests: only one that is written as a path is meant."""
    (tmp_path / "op").write_text("#!/bin/sh\necho planted\n", encoding="utf-8")
    (tmp_path / "op").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    found = Environment({"PATH": str(tmp_path) if entry == "workspace" else entry})
    with pytest.raises(SecretError, match=r"op was not found on the PATH \(outside the checkout\)"):
        ask(CommandRef(("op", "read")), tmp_path, found)
    assert ask(CommandRef(("./op", "read")), tmp_path, found) == "planted"


def test_a_command_finds_no_program_beside_the_manifests_either(tmp_path: Path) -> None:
    """A script that begins with `#!/usr/bin/env node` looks for node on its own PATH."""
    own = str(Path(sys.executable).parent)
    path = os.pathsep.join(["", ".", str(tmp_path), str(tmp_path / "bin"), own])
    assert (
        ask(python("import os; print(os.environ['PATH'])"), tmp_path, Environment({**os.environ, "PATH": path})) == own
    )
    only = Environment({**os.environ, "PATH": str(tmp_path)})
    assert ask(python("import os; print(os.environ.get('PATH', 'none'))"), tmp_path, only) == "none"


def test_a_command_is_not_given_what_is_typed(tmp_path: Path) -> None:
    """A program that waits for an answer gets none, instead of keeping the run waiting."""
    read, write = os.pipe()
    os.write(write, b"typed\n")
    os.close(write)
    before = os.dup(0)
    os.dup2(read, 0)
    try:
        assert ask(python("import sys; print(repr(sys.stdin.read()))"), tmp_path) == "''"
    finally:
        os.dup2(before, 0)
        os.close(before)
        os.close(read)


def test_why_a_command_failed_is_told_in_its_own_words(tmp_path: Path) -> None:
    """What it says on stderr, on one line; of much, the end, where the reason is; for one that is stopped too."""
    signed_out = "import sys; sys.stderr.write('[ERROR]\\n  not signed in\\n'); raise SystemExit(6)"
    with pytest.raises(SecretError, match=r"failed with exit code 6\. It said: \[ERROR\] not signed in$"):
        ask(python(signed_out), tmp_path)
    much = "import sys; sys.stderr.write('trace ' * 100_000 + 'not signed in'); raise SystemExit(6)"
    with pytest.raises(SecretError, match=r"The end of what it said: .{270,300}not signed in$"):
        ask(python(much), tmp_path)


def test_a_command_that_leaves_a_program_behind_is_not_waited_for(tmp_path: Path) -> None:
    """An agent that it started keeps its stderr open for as long as it lives."""
    agent = "import time; time.sleep(600)"
    code = (
        "import subprocess, sys; "
        f"agent = subprocess.Popen([sys.executable, '-c', {agent!r}], stdout=subprocess.DEVNULL); "
        "open('pid', 'w').write(str(agent.pid)); "
        "print('p4ss', flush=True); sys.stderr.write('left it'); raise SystemExit(int(sys.argv[1]))"
    )
    try:
        assert ask(CommandRef((sys.executable, "-c", code, "0")), tmp_path) == "p4ss"
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGTERM)
    try:
        with pytest.raises(SecretError, match="It said: left it"):
            ask(CommandRef((sys.executable, "-c", code, "1")), tmp_path)
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGTERM)


def test_a_command_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that says nothing, and one that never ceases to."""
    with pytest.raises(SecretError, match="printed more than 64 kB"):
        ask(python("while True: print('x' * 1000)"), tmp_path)
    monkeypatch.setattr("reconciler.secrets.command._SECONDS", 0.1)
    with pytest.raises(SecretError, match=r"did not end within .* and was stopped"):
        ask(python("import time; time.sleep(600)"), tmp_path)


def env_file(tmp_path: Path, text: str) -> Path:
    """A file of environment values."""
    file = tmp_path / "passwords.env"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_file_beats_the_environment(tmp_path: Path) -> None:
    """What is named beats what happens to be set; quoted values may hold anything; $ means nothing."""
    file = env_file(tmp_path, "# words\nexport P=from-file\nQ='a b #c${S}'\nR=x#y\nU=\"a #b\" # words\nV=${S}\n")
    found = environment({"P": "set", "S": "set"}, file)
    assert [found.get(name) for name in "PQRST"] == ["from-file", "a b #c${S}", "x#y", "set", None]
    assert [found.get(name) for name in "UV"] == ["a #b", "${S}"]


def test_an_environment_does_not_get_out_by_accident(tmp_path: Path) -> None:
    """What it shows of itself holds no value, neither the file's nor a variable's."""
    found = environment({"P": "hidden-1"}, env_file(tmp_path, "Q=hidden-2\n"))
    assert "hidden" not in repr(found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A=1\nnonsense\n", "line 2 of .* is not NAME=value"),
        ("A=1\n\n\nnonsense\n", "line 4 of .* is not NAME=value"),
        ("A=1\n\nP=a b #c\n", "line 3 of .* contains a #, which would cut the value off"),
        ("export P = a b\t#c\n", "line 1 of .* contains a #, which would cut the value off"),
        ("P='sesame\n", "line 1 of .* is not NAME=value"),
    ],
)
def test_a_line_that_may_mean_something_else_is_refused(text: str, message: str, tmp_path: Path) -> None:
    """A password must not be cut without a word; the message holds nothing of the line."""
    with pytest.raises(InputError, match=message) as caught:
        environment({}, env_file(tmp_path, text))
    assert "a b" not in str(caught.value)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "P is neither in .*passwords.env nor in the environment"), ("P=\n", "P is empty in .*passwords.env")],
)
def test_what_a_named_file_lacks(text: str, message: str, tmp_path: Path) -> None:
    """Where a file was named, it is the file that is spoken of."""
    found = environment({}, env_file(tmp_path, text))
    with pytest.raises(SecretError, match=message):
        ask(EnvRef("P"), tmp_path, found)


def test_a_program_of_the_workspace_is_found_from_anywhere(tmp_path: Path) -> None:
    """A program that is written as a path is below the workspace, wherever the command line was typed."""
    name = "getpw.cmd" if os.name == "nt" else "getpw"
    script = "@echo secret-from-here" if os.name == "nt" else "#!/bin/sh\necho secret-from-here\n"
    (tmp_path / name).write_text(script, encoding="utf-8")
    (tmp_path / name).chmod(0o700)
    assert ask(CommandRef((f"./{name}",)), tmp_path) == "secret-from-here"


class _Keyring(keyring.backend.KeyringBackend):
    """A keyring in memory, installed as the system's."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        if service == "locked":
            raise keyring.errors.KeyringLocked("the keyring is locked")
        if service == "broken":
            raise OSError("no bus")
        self.asked_in = threading.current_thread()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.fixture
def system_keyring() -> Iterator[None]:
    """A keyring that holds one password."""
    before = keyring.get_keyring()
    keyring.set_keyring(_Keyring())
    keyring.set_password("bromcom", "groupcall.greenfield", PASSWORD)
    keyring.set_password("bromcom", "emptied", "")
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("system_keyring")
def test_from_the_keyring(tmp_path: Path) -> None:
    """`keyring:` is what the system's keyring holds; while its user is asked to unlock it, the run goes on."""
    assert ask(KeyringRef("bromcom", "groupcall.greenfield"), tmp_path) == PASSWORD
    system = keyring.get_keyring()
    assert isinstance(system, _Keyring)
    assert system.asked_in is not threading.current_thread()


@pytest.mark.usefixtures("system_keyring")
@pytest.mark.parametrize(
    ("ref", "message"),
    [
        (EnvRef("P"), "the environment variable P is not set"),
        (EnvRef("EMPTY"), "the environment variable EMPTY is empty"),
        (FileRef("missing"), "the password file .*missing: there is no such file"),
        (FileRef("empty"), "the first line of the password file empty is empty"),
        (FileRef("latin1"), "byte 4 is not UTF-8"),
        (FileRef("."), "Cannot read "),
        (CommandRef(("no-such-program-here",)), "the password command no-such-program-here was not found"),
        (python("raise SystemExit(3)"), "failed with exit code 3"),
        (python("print()"), "printed an empty first line"),
        (python("import sys; sys.stdout.buffer.write(b'\\xff')"), "not print UTF-8"),
        (python("print('x' * 100_000)"), "printed more than 64 kB"),
        (CommandRef((sys.executable, "a\0b")), "did not start: embedded null"),
        (FileRef("a\0b"), "Cannot read the password file"),
        (KeyringRef("broken", "x"), "gave no password for x under broken: OSError: no bus"),
        (
            KeyringRef("bromcom", "nobody"),
            "has no password for nobody under bromcom: type it in `reconciler ui`, on the page Give a password",
        ),
        (KeyringRef("bromcom", "emptied"), "the keyring has no password for emptied under bromcom"),
        (KeyringRef("locked", "x"), "the keyring is locked"),
    ],
)
def test_no_password_to_be_had(ref: SecretRef, message: str, tmp_path: Path) -> None:
    """Each source says which reference gave nothing, and why."""
    (tmp_path / "empty").write_text("\nsecond line", encoding="utf-8")
    (tmp_path / "latin1").write_bytes(b"caf\xe9")
    with pytest.raises(SecretError, match=message):
        ask(ref, tmp_path, {"EMPTY": ""})


def test_a_server_has_no_keyring(tmp_path: Path) -> None:
    """That is said in our words, with what to do: the library advises packages that write passwords in clear."""
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        with pytest.raises(SecretError, match=r"^this computer has no keyring, .+: write `env: NAME`") as refused:
            ask(KeyringRef("bromcom", "till"), tmp_path)
    finally:
        keyring.set_keyring(before)
    assert "backend" not in str(refused.value)


@pytest.mark.parametrize(
    "code",
    [
        f"print({PASSWORD!r}); raise SystemExit(1)",
        f"import sys; print({PASSWORD!r}); sys.stderr.write('no: ' + {PASSWORD!r}); raise SystemExit(1)",
        f"import sys; print('x'); print({PASSWORD!r}); sys.stderr.write({PASSWORD!r} * 40); raise SystemExit(1)",
        "import json, sys; sys.stderr.write(json.dumps(sys.argv[1]) + ' from the file'); raise SystemExit(1)",
        "import sys; sys.stderr.write(sys.argv[2] + ' of a variable'); raise SystemExit(1)",
        f"import sys; sys.stdout.buffer.write({PASSWORD!r}.encode() + b'\\xff')",
    ],
)
def test_what_a_failing_command_prints_is_never_told(
    code: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A password manager may print the password and then fail: the error says nothing of what it printed, and of what
    it said on stderr no password that it printed or that is known here."""
    file, variable = f"file-{PASSWORD}", f"variable-{PASSWORD}"
    known = Environment({**os.environ, "Q": variable}, tmp_path / "x.env", {"P": file}, frozenset({"Q"}))
    with pytest.raises(SecretError) as caught:
        ask(CommandRef((sys.executable, "-c", code, file, variable)), tmp_path, known)
    assert "p4ss" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert capfd.readouterr() == ("", "")


def test_a_secret_does_not_get_out_by_accident() -> None:
    """It cannot be printed, formatted, compared, hashed, copied, pickled or made JSON of."""
    secret = Secret(PASSWORD)
    for shown in (str(secret), repr(secret), f"{secret}", repr([secret])):
        assert PASSWORD not in shown
    for attempt in (
        lambda: secret == Secret(PASSWORD),
        lambda: hash(secret),
        lambda: copy.copy(secret),
        lambda: copy.deepcopy(secret),
        lambda: pickle.dumps(secret),
        lambda: json.dumps(secret),
        lambda: vars(secret),
    ):
        with pytest.raises(TypeError):
            attempt()
    assert secret.reveal() == PASSWORD
