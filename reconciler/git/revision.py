"""The files of a workspace in a git revision, the start of a change.

git runs without a shell and reads only its own store: nothing is checked out, no filter, hook or text conversion runs,
and no file is written.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.errors import InputError
from reconciler.git.checkout import checkout
from reconciler.git.executables import on_the_path
from reconciler.git.fetching import Clone, fetch_history, fetch_objects, fetch_revision
from reconciler.git.folders import FolderUnclear, TreeFolder, folder_in, gone_workspaces, is_workspace_file
from reconciler.startup import dataclass, pattern

_SECONDS: Final = 120
_KINDS: Final = ("heads", "tags", "remotes")
_BEHIND_REF: Final = pattern(r"[~^:]|@\{")  # may follow a reference: `main~2`, `main@{yesterday}`
_FILE: Final = b"100"  # how the mode of an ordinary file begins; a submodule's is 160000
_LINK: Final = b"120000"
_SUBMODULE: Final = b"160000"
_PARTIAL: Final = r"^remote\..*\.(promisor|partialclonefilter)$"  # in the configuration of a clone with --filter
_FOLDERS: Final = frozenset({b"040000", _SUBMODULE})
_ELSEWHERE: Final = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A workspace at a commit.

    name    the revision as typed
    commit  the commit that was read, in hex: the last one in both this change and that revision
    files   {name relative to the workspace with `/`: content}; empty if there was no workspace yet
    folder  its folder in the repository, if not this one
    moved   if it was not here: the workspaces in folders that are gone now, one of which may have moved here
    """

    name: str
    commit: str
    files: Mapping[str, bytes]
    folder: str | None = None
    moved: tuple[Revision, ...] = ()


def revision(workspace: Path, name: str, wanted: Callable[[str], bool]) -> Revision:
    """Return the wanted files of the workspace where the checkout left the revision `name`.

    It is the merge base: what others have merged since is no part of this change. Raises InputError if git, the
    repository, the revision or its history is missing, or if the name is ambiguous.
    """
    git = GitStore(workspace, name)
    return git.files_of(git.meeting(), wanted)


def tip(workspace: Path, name: str, wanted: Callable[[str], bool]) -> Revision:
    """Return the wanted files of the workspace at the revision `name`. Raises InputError as `revision` does."""
    git = GitStore(workspace, name)
    return git.files_of(git.named(), wanted)


class TreeEntry(NamedTuple):
    """A file of a revision, or a link with its `target`, which is empty for a file."""

    name: str
    blob: str
    target: str = ""


def followed(entries: Iterable[TreeEntry], wanted: Callable[[str], bool]) -> dict[str, str]:
    """Return {name: blob} of the wanted files, also of those that a link to them or to their folder names.

    As in a checked-out folder: a file that is wanted under its own name too is taken once, and a link out of the
    workspace, to nowhere or in a circle leads to nothing.
    """
    files: dict[str, str] = {}
    links: dict[str, str] = {}
    for name, blob, target in entries:
        if target:
            links[name] = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
        else:
            files[name] = blob
    chosen = {name: blob for name, blob in files.items() if wanted(name)}
    taken = set(chosen)
    for link in sorted(links):
        target = _end(link, links)
        for name, blob in files.items():
            if name == target or name.startswith(f"{target}/"):
                linked = link + name.removeprefix(target)
                if wanted(linked) and name not in taken:
                    chosen[linked] = blob
                    taken.add(name)
    return chosen


def _end(link: str, links: Mapping[str, str]) -> str:
    """Follow a link to its end; in a circle, to some link in it."""
    seen = {link}
    target = links[link]
    while target in links and target not in seen:
        seen.add(target)
        target = links[target]
    return target


class GitStore:
    """This machine's git, and the repository that a folder is in.

    It runs at the top of the checkout, where `.git` is: in a folder below, files of a change could pose as a
    repository, whose configuration names programs.
    """

    def __init__(self, workspace: Path, name: str) -> None:
        self._name = name
        if not workspace.is_dir():
            raise InputError(f"There is no folder {workspace}: give the workspace's folder with -C.")
        program = on_the_path("git", os.environ.get("PATH"), workspace)
        if program is None:
            raise InputError(
                f"Nothing was compared with {name}: git is not on the PATH. Install it, or plan without --base."
            )
        repository = checkout(workspace)
        if repository is None:
            raise self._refused(f"{workspace.absolute()} is not in a git repository")
        if repository.link:
            raise self._refused(f"{repository.link} is a link: give the folder that it leads to with -C")
        self._program = program
        self.checkout = repository

    def named(self) -> str:
        """Return the commit that the revision is now."""
        ref = _BEHIND_REF.split(self._name)[0]
        full_names = [ref] if ref.startswith("refs/") else [f"refs/{kind}/{ref}" for kind in _KINDS]
        answer = self.ask("for-each-ref", "--format=%(refname)", *full_names)  # and all below them
        if answer.returncode:
            raise self._refused(f"git cannot read the repository {self.checkout.top} ({_stderr(answer)})")
        matches = [name for name in _text(answer.stdout).split() if name in full_names]
        if len(matches) > 1:
            raise self._refused(f"this name has two meanings: {' and '.join(matches)}. Write one of them")
        is_missing = full_names == [ref] and not matches  # git would take a tag of that name
        commit = None if is_missing or self._name.startswith("-") else self.commit(self._name)
        if commit is None:
            raise self._refused(f"git knows no revision {self._name!r} here{fetch_revision(self._name, self._clone())}")
        return commit

    def meeting(self) -> str:
        """Return the commit at which HEAD left the revision."""
        commit = self.named()
        if self.commit("HEAD") is None:
            raise self._refused("the repository has no commit yet")
        answer = self.ask("merge-base", commit, "HEAD")
        if answer.returncode > 1:
            raise self._unreadable("the history", answer)
        if answer.returncode:
            text = f"{self._name} and HEAD have no commit in common"
            raise self._refused(f"{text}{fetch_history(self._clone())}")
        return _text(answer.stdout).strip()

    def files_of(self, commit: str, wanted: Callable[[str], bool]) -> Revision:
        """Return the wanted files of the workspace in a commit; none if its folder was not there yet."""
        try:
            tree = folder_in(commit, self.checkout, self._folders)
        except FolderUnclear as error:
            raise self._refused(str(error)) from None
        files = self._files(tree, wanted) if tree else {}
        if any(is_workspace_file(name) for name in files):
            return Revision(self._name, commit, files)
        names = [name for name, _, _ in self._listed(commit, "-r") if wanted(name)]
        moved = (
            Revision(self._name, commit, self._files(f"{commit}:{folder}", wanted), folder)
            for folder in gone_workspaces(names, self.checkout)
        )
        return Revision(self._name, commit, files, moved=tuple(moved))

    def _files(self, tree: str, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        """Return the wanted files of a folder."""
        blobs = followed(self._entries(tree), wanted)
        return dict(zip(blobs, self.contents(blobs), strict=True))

    def _entries(self, tree: str) -> Iterator[TreeEntry]:
        """Yield every file and link below a folder."""
        links: dict[str, str] = {}
        for name, mode, blob in self._listed(tree, "-r"):
            if mode.startswith(_FILE):
                yield TreeEntry(name, blob)
            elif mode == _LINK:
                links[name] = blob
        targets = self.contents(links)
        yield from (TreeEntry(*link, _text(target)) for link, target in zip(links.items(), targets, strict=True))

    def _folders(self, tree: str) -> dict[str, TreeFolder]:
        """Return the folders in a tree, by name."""
        listed = self._listed(tree)
        return {name: TreeFolder("" if mode == _SUBMODULE else its) for name, mode, its in listed if mode in _FOLDERS}

    def _listed(self, tree: str, *options: str) -> list[tuple[str, bytes, str]]:
        """Return (name, mode, object) of each entry of a tree."""
        answer = self.ask("ls-tree", "-z", "--full-tree", *options, tree)
        if answer.returncode:
            raise self._unreadable("its folders", answer)
        rows = (line.partition(b"\t") for line in answer.stdout.split(b"\0")[:-1])
        return [(_text(name), (parts := head.split())[0], _text(parts[2])) for head, _, name in rows]

    def contents(self, blobs: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the contents of these files ({name: blob}), in their order."""
        if not blobs:
            return
        answer = self.ask("cat-file", "--batch", stdin="".join(f"{blob}\n" for blob in blobs.values()).encode())
        output = BytesIO(answer.stdout)
        for name, blob in blobs.items():
            head, _, size = output.readline().rstrip(b"\n").rpartition(b" ")
            if answer.returncode or head != f"{blob} blob".encode():
                raise self._unreadable(name, answer)
            yield output.read(int(size))
            output.read(1)  # the end of its line

    def commit(self, name: str) -> str | None:
        """Return the commit that a name means, or None."""
        answer = self.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return None if answer.returncode else _text(answer.stdout).strip()

    def _clone(self) -> Clone:
        """Describe this clone, for advice on what to fetch."""

        def lines(*question: str) -> list[str]:
            return _text(self.ask(*question).stdout).split()

        return Clone(
            remotes=lines("remote"),
            references=frozenset(lines("for-each-ref", "--format=%(refname)")),
            shallow=lines("rev-parse", "--is-shallow-repository") == ["true"],
            partial=bool(lines("config", "--name-only", "--get-regexp", _PARTIAL)),
        )

    def _unreadable(self, what: str, answer: subprocess.CompletedProcess[bytes]) -> InputError:
        """Return the error for an object that git lacks, which does not prove that it never existed."""
        clone = self._clone()
        reason = "" if clone.partial else f" ({_stderr(answer)})"  # git's own words name only a hash
        return self._refused(f"git cannot read {what}{reason}{fetch_objects(self._name, clone)}")

    def _refused(self, why: str) -> InputError:
        return InputError(f"Nothing was compared with {self._name}: {why}.")

    def ask(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run git on its store."""
        try:
            return subprocess.run(  # noqa: S603  # no shell, and a revision's name is no option
                [self._program, *arguments],
                cwd=self.checkout.top,
                capture_output=True,
                check=False,
                env=_environment(),
                input=stdin,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise self._refused(f"git {arguments[0]} did not end within {_SECONDS} s") from None
        except (OSError, ValueError) as error:  # a ValueError is a name that no argument can be
            raise self._refused(f"git did not start: {getattr(error, 'strerror', None) or error}") from None


def _text(output: bytes) -> str:
    return output.decode("utf-8", errors="surrogateescape")


def _stderr(answer: subprocess.CompletedProcess[bytes]) -> str:
    """Return git's own error on one line."""
    return " ".join(answer.stderr.decode("utf-8", errors="replace").split()) or f"exit code {answer.returncode}"


def _environment() -> dict[str, str]:
    """Return this process's variables, less those of another repository (as in a hook), so git asks for nothing,
    fetches nothing and replaces no object."""
    kept = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    return {
        **kept,
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
