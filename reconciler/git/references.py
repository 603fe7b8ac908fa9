"""The branches and tags of a repository."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from reconciler.git.checkout import checkout
from reconciler.git.executables import on_the_path

_SECONDS: Final = 5
_ELSEWHERE: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_PREFIX"})  # in a hook, git says where it is


def references(workspace: Path, environment: Mapping[str, str]) -> Sequence[str]:
    """Return the short names of branches, remote ones too, and tags; none if git is not there or does not answer."""
    repository = checkout(workspace)
    git = on_the_path("git", environment.get("PATH"), workspace)
    if repository is None or git is None:
        return ()
    import subprocess  # most commands start no program

    kinds = ("refs/heads", "refs/remotes", "refs/tags")
    try:
        answer = subprocess.run(  # noqa: S603  # no shell, and no word of it comes from outside
            [git, "-c", "core.fsmonitor=false", "for-each-ref", "--format=%(refname:short)", *kinds],
            cwd=repository.top,
            capture_output=True,
            check=False,
            env={name: value for name, value in environment.items() if name not in _ELSEWHERE},
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return answer.stdout.decode("utf-8", "replace").split()
