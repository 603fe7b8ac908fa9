"""The files of a workspace as a git revision has them: what a change of it began from.

git is asked with arguments, without a shell, and only for what is in its own store: nothing is checked out, no filter,
hook or text conversion runs, and no file is written.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reconciler.errors import InputError
from reconciler.programs import on_the_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

_SECONDS: Final = 120  # a partial clone fetches what it lacks; where a network hangs, the run does not
_FILE: Final = b"100"  # how the mode of an ordinary file begins; links and submodules are 120000 and 160000


@dataclass(frozen=True, slots=True)
class Revision:
    """A workspace as it was.

    name    as somebody named the revision
    commit  the commit that was read, in hex: where this change and that revision met last
    files   {name relative to the workspace with `/`: content}; none where there was no workspace yet
    """

    name: str
    commit: str
    files: Mapping[str, bytes]


def revision(workspace: Path, name: str, wanted: Callable[[str], bool]) -> Revision:
    """The wanted files of the workspace where what is checked out here left the revision `name`.

    It is the merge base, so that what others have merged there since is no part of this change. Raises InputError where
    git, the repository, the revision or its history is missing.
    """
    git = _Git(workspace, name)
    prefix = git.prefix()
    commit = git.meeting()
    listed = {file: blob for file, blob in git.files(commit, prefix) if wanted(file)}
    return Revision(name, commit, dict(zip(listed, git.contents(list(listed.values())), strict=True)))


class _Git:
    """Asks the git of this machine about the repository that a folder is in."""

    def __init__(self, workspace: Path, name: str) -> None:
        found = on_the_path("git", os.environ.get("PATH"), workspace)
        if found is None:
            raise InputError(
                f"nothing was compared with {name}: git is not on the PATH. Install it, or plan without --base."
            )
        if not workspace.is_dir():
            raise InputError(f"there is no folder {workspace}: name the workspace's folder with -C")
        self._program = found
        self._workspace = workspace
        self._name = name

    def prefix(self) -> str:
        """Where the workspace lies in its repository: empty, or a path that ends with `/`."""
        answer = self._ask("rev-parse", "--show-prefix")
        if answer.returncode:
            raise self._refused(f"git finds no repository at {self._workspace.absolute()} ({_said(answer)})")
        return _text(answer.stdout).rstrip("\n")

    def meeting(self) -> str:
        """The commit at which HEAD left the revision."""
        commit = None if self._name.startswith("-") else self._commit(self._name)
        if commit is None:
            raise self._refused(f"git knows no revision {self._name!r} here{self._hint()}")
        if self._commit("HEAD") is None:
            raise self._refused("nothing is committed here yet")
        answer = self._ask("merge-base", commit, "HEAD")
        if answer.returncode:
            raise self._refused(f"git finds no commit that {self._name} and HEAD have in common{self._hint()}")
        return _text(answer.stdout).strip()

    def files(self, commit: str, prefix: str) -> Iterator[tuple[str, str]]:
        """(name below the prefix, blob) of every ordinary file there; none where the folder was not there yet."""
        tree = f"{commit}:{prefix.rstrip('/')}"
        if self._ask("rev-parse", "--verify", "--quiet", tree).returncode:
            return
        answer = self._ask("ls-tree", "-r", "-z", "--full-tree", tree)
        if answer.returncode:
            raise self._refused(f"git did not list its files ({_said(answer)})")
        for entry in answer.stdout.split(b"\0")[:-1]:
            head, _, file = entry.partition(b"\t")
            mode, _, blob = head.split()
            if mode.startswith(_FILE):
                yield _text(file), blob.decode()

    def contents(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """What is in these blobs, in their order."""
        if not blobs:
            return
        answer = self._ask("cat-file", "--batch", said="".join(f"{blob}\n" for blob in blobs).encode())
        rest = answer.stdout
        for blob in blobs:
            head, _, rest = rest.partition(b"\n")
            told, _, size = head.rpartition(b" ")
            if answer.returncode or told != f"{blob} blob".encode():
                raise self._refused(f"git did not give the file {blob} ({_said(answer)}){self._hint()}")
            yield rest[: int(size)]
            rest = rest[int(size) + 1 :]

    def _commit(self, name: str) -> str | None:
        answer = self._ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return None if answer.returncode else _text(answer.stdout).strip()

    def _hint(self) -> str:
        """What to do where a part of the history was not fetched."""
        if _text(self._ask("rev-parse", "--is-shallow-repository").stdout).strip() != "true":
            return ""
        return (
            ": this clone is shallow, so it may lie before what was fetched. Fetch it all: `git fetch --unshallow`, or "
            "`fetch-depth: 0` for actions/checkout"
        )

    def _refused(self, why: str) -> InputError:
        return InputError(f"nothing was compared with {self._name}: {why}.")

    def _ask(self, *arguments: str, said: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603  # no shell, and a revision's name is no option
                [self._program, *arguments],
                cwd=self._workspace,
                capture_output=True,
                check=False,
                env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
                input=said,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise self._refused(f"git {arguments[0]} did not end within {_SECONDS} s") from None
        except (OSError, ValueError) as error:  # a ValueError is a name that no argument can be
            raise self._refused(f"git did not start: {getattr(error, 'strerror', None) or error}") from None


def _text(output: bytes) -> str:
    return output.decode("utf-8", errors="surrogateescape")


def _said(answer: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git says is wrong."""
    lines = answer.stderr.decode("utf-8", errors="replace").strip().splitlines()
    return lines[0] if lines else f"exit code {answer.returncode}"
