"""The commits that changed a workspace, and its files in each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from reconciler.errors import InputError
from reconciler.git.revision import GitStore, Revision


class Commit(NamedTuple):
    """A commit on the way to the present one: of a merge, the merge. `author` is a name, as git has it."""

    id: str
    author: str
    when: datetime


class History(NamedTuple):
    """The commits that changed the workspace, the newest first.

    whole  the first of all is among them: the clone is not shallow, the workspace was in no other folder before,
           and there are not more than were asked for
    read   reads the wanted files of the workspace in one of them
    """

    commits: tuple[Commit, ...]
    whole: bool
    read: Callable[[Commit], Revision]


def history_of(workspace: Path, most: int, wanted: Callable[[str], bool]) -> History:
    """Return at most so many commits, and their wanted files.

    Raises InputError if git, the repository or a commit of it is missing. Only a merge's first parent is followed: it
    says when a change came to this branch, and who let it in.
    """
    git = GitStore(workspace, "HEAD")
    git.named()  # refuses a repository without a commit
    asked = ("--first-parent", f"--max-count={most + 1}", "--format=%aI %an", "HEAD", "--", git.checkout.inside or ".")
    answer = git.ask("--literal-pathspecs", "rev-list", *asked)  # plumbing: no configuration of `git log` counts
    if answer.returncode:
        raise InputError("Cannot read the history of the workspace: git does not have all of it. Fetch the rest.")
    commits = tuple(_commits(answer.stdout.decode("utf-8", "replace")))
    is_shallow = git.ask("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
    before = git.commit(f"{commits[-1].id}^") if commits else None
    came_from_elsewhere = bool(before and git.files_of(before, wanted).moved)
    return History(
        commits[:most],
        len(commits) <= most and not is_shallow and not came_from_elsewhere,
        lambda commit: git.files_of(commit.id, wanted),
    )


def _commits(listed: str) -> Iterator[Commit]:
    """Read pairs of lines: `commit HASH`, and its day and author."""
    lines = listed.split("\n")
    for head, said in zip(lines[::2], lines[1::2], strict=False):
        when, _, author = said.partition(" ")
        yield Commit(head.removeprefix("commit "), author, datetime.fromisoformat(when))
