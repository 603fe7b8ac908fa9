"""Files of passwords that git tracks or would add, or that others on this computer may read."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from reconciler.files import read_text
from reconciler.git.checkout import checkout
from reconciler.git.executables import on_the_path, shell_line
from reconciler.model.desired import Account, Desired
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.model.secret import FileRef
from reconciler.secrets.environment import password_variables, values_of
from reconciler.startup import pattern

ID: Final = "password-file"

_ENV_FILE: Final = pattern(r"\.env(\..*)?|.*\.env", re.IGNORECASE)
_LINE: Final = pattern(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=", re.MULTILINE)
_LARGEST: Final = 1024 * 1024  # bytes
_SECONDS: Final = 10
_ELSEWHERE: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX"})  # in a hook, git says where it is

# In a job of GitLab or Azure, which have these variables, the runner writes the file, and nobody else is there.
_JOBS: Final = ("CI_RUNNER_VERSION", "AGENT_VERSION")
_SPECIAL: Final = pattern(r"[\\*?\[]| $")  # in a line of .gitignore that begins with `/`


def exposed_password_files(
    workspace: Path, manifests: Desired, severity: Severity, env_file: Path | None = None
) -> tuple[Problem, ...]:
    """Find files of passwords in the workspace, or in its checkout, that git tracks or would add, or others may read.

    They are the files that manifests refer to, the one of --env-file, and those with a line for a password variable. If
    that of --env-file lies elsewhere, only who may read it counts.
    """
    home = workspace.resolve()
    repository = checkout(home)
    top = repository.top if repository else home
    named = {file.resolve() for file in (*_of_references(workspace, manifests), *([env_file] if env_file else ()))}
    files = sorted(
        file
        for file in named | set(_env_files(home, password_variables(manifests)))
        if file.is_relative_to(top) and file.is_file()
    )
    listed = _listed(files, top) if repository else {}
    faults = [(file, text) for file in files for text in (*_in_git(file, top, listed.get(file)), *_readable(file))]
    if env_file and not env_file.resolve().is_relative_to(top) and _may_close(env_file):
        faults += [(env_file.resolve(), text) for text in _readable(env_file.resolve())]
    return tuple(
        Problem(ID, severity, Origin(Path(os.path.relpath(file, home)).as_posix(), 1, 1), *text)
        for file, text in faults
    )


class PasswordFiles:
    """The files that passwords are read from: the one of --env-file, and those that were named since."""

    def __init__(self, first: Path | None) -> None:
        self._files = [first] if first else []

    @property
    def last(self) -> Path | None:
        """The file that counts most; None if there is none."""
        return self._files[-1] if self._files else None

    def use(self, file: Path) -> None:
        """Read passwords from this file, too: where several have a name, it counts."""
        self._files = [each for each in self._files if each != file] + [file]

    def earlier(self, desired: Desired) -> dict[str, str]:
        """Return the passwords that manifests name, as the files before the last have them. Raises InputError."""
        names = password_variables(desired)
        values: dict[str, str] = {}
        for file in self._files[:-1]:
            values |= values_of(read_text(file, what="the file of passwords"), file, names)
        return {name: value for name, value in values.items() if name in names}


def _in_git(file: Path, top: Path, is_tracked: bool | None) -> Iterator[tuple[str, str]]:
    """Yield (message, hint) if git has a file, or would add it; `is_tracked` is None for one that it ignores."""
    name = file.relative_to(top).as_posix()
    line = "/" + _SPECIAL.sub(lambda found: f"\\{found[0]}", name)
    ignore = f"add the line `{line}` to {top / '.gitignore'}"
    if is_tracked:
        forget = shell_line("git", "-C", str(top), "rm", "--cached", name)
        message = "git tracks this file of passwords, so everyone with the repository can read them"
        yield message, f"run `{forget}`, {ignore}, and change the passwords: the history keeps them"
    elif is_tracked is not None:
        message = "git does not ignore this file of passwords, so `git add` would put it into the repository"
        yield message, f"{ignore}, or keep the file outside of {top}"


def _readable(file: Path) -> Iterator[tuple[str, str]]:
    """Yield (message, hint) if other users can read a file."""
    mode = stat.S_IMODE(file.stat().st_mode)
    if os.name != "nt" and mode & (stat.S_IRGRP | stat.S_IROTH):
        message = f"other users of this computer can read this file of passwords (its mode is {mode:o})"
        yield message, f"run `{shell_line('chmod', '600', str(file))}`"


def _may_close(file: Path) -> bool:
    """Tell if this user may change who can read a file, and should: containers mount files of others."""
    if sys.platform == "win32" or any(name in os.environ for name in _JOBS) or not file.is_file():
        return False
    return os.geteuid() in (0, file.stat().st_uid)


def _of_references(workspace: Path, manifests: Desired) -> Iterator[Path]:
    for access in manifests.accesses.values():
        if isinstance(access.via, Account) and access.via.password and isinstance(access.via.password.ref, FileRef):
            yield workspace / access.via.password.ref.path


def _env_files(home: Path, variables: frozenset[str]) -> Iterator[Path]:
    """Yield the files of NAME=value lines with the password of an access."""
    for folder, folders, names in os.walk(home):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        for file in (Path(folder, name) for name in names if _ENV_FILE.fullmatch(name)):
            if _names_in(file) & variables:
                yield file.resolve()


def _names_in(file: Path) -> frozenset[str]:
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST:
            return frozenset()
        return frozenset(_LINE.findall(file.read_text(encoding="utf-8-sig", errors="replace")))
    except OSError:  # a file that cannot be read gives no password away
        return frozenset()


def _listed(files: Collection[Path], top: Path) -> dict[Path, bool]:
    """Return {file: git tracks it} of those that it does not ignore; none if it is not installed or does not answer."""
    git = on_the_path("git", os.environ.get("PATH"), top)
    if git is None or not files:
        return {}
    words = ("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard", "--")
    names = [file.relative_to(top).as_posix() for file in files]
    try:
        answer = subprocess.run(  # noqa: S603  # no shell, and the names are no options
            [git, "--literal-pathspecs", "-c", "core.fsmonitor=false", *words, *names],
            cwd=top,
            capture_output=True,
            check=False,
            env={name: value for name, value in os.environ.items() if name not in _ELSEWHERE},
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    lines = (line.partition(b" ") for line in answer.stdout.split(b"\0") if line)
    return {top / os.fsdecode(name): tag != b"?" for tag, _, name in lines}
