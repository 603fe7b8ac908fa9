"""Advice on fetching what a clone lacks, and the name that the revision then has."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from reconciler.startup import pattern

_STEM: Final = pattern(r"(?:(?![~^:]|@\{).)*")  # of `main~3` it is `main`
_TYPEABLE: Final = pattern(r"[\w.][\w./+-]*")  # in any shell, without quotes
_COMMIT: Final = pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_TRACKING: Final = "refs/remotes/"
_IN_ACTIONS: Final = "in GitHub Actions, give actions/checkout"


class Clone(NamedTuple):
    """A clone, and the parts that it lacks.

    remotes     the names of the repositories it fetches from
    references  the full names of the references it has
    shallow     history was left out
    partial     files or folders were left out
    """

    remotes: Sequence[str]
    references: AbstractSet[str]
    shallow: bool
    partial: bool


def fetch_revision(name: str, clone: Clone) -> str:
    """Advise how to fetch an unknown revision; empty if nothing is known to help."""
    stem = _stem(name)
    remote = _remote(stem, clone)
    if not remote:
        return ""
    if not _TYPEABLE.fullmatch(stem) or _is_known(stem, clone):
        return fetch_history(clone, remote)
    wanted, then = _wanted(stem, remote)
    if then and f"{_TRACKING}{then}" in clone.references:
        return f". Write {_base(name, stem, then)}"
    unshallow = " --unshallow" if clone.shallow else ""
    command = f"`git fetch {remote} {wanted}{unshallow}`"
    then = f", then plan with {_base(name, stem, then)}" if then else ""
    return f"{_why(clone)}. Fetch it: {command}{then}{_depth(clone)}"


def fetch_history(clone: Clone, remote: str = "") -> str:
    """Advise how to fetch the history that a shallow clone lacks; empty for other clones."""
    remote = remote or _remote("", clone)
    if not (clone.shallow and remote):
        return ""
    return f"{_why(clone)}. Fetch it all: `git fetch {remote} --unshallow`{_depth(clone)}"


def fetch_objects(name: str, clone: Clone) -> str:
    """Advise how to fetch the files and folders that a clone lacks."""
    stem = _stem(name)
    remote = _remote(stem, clone)
    if not (clone.partial and remote):
        return ". The repository is damaged: clone it again"
    is_theirs = _TYPEABLE.fullmatch(stem) and stem != "HEAD"
    wanted = f" {_wanted(stem, remote)[0].partition(':')[0]}" if is_theirs else ""
    return (
        f". This clone left out files. Fetch them: `git fetch --refetch --no-filter {remote}{wanted}`; "
        f"{_IN_ACTIONS} no `filter`"
    )


def _stem(name: str) -> str:
    match = _STEM.match(name)
    return match[0] if match else ""


def _remote(stem: str, clone: Clone) -> str:
    """Return the remote of a revision: the one in its name, or the usual one."""
    tracked = stem.removeprefix(_TRACKING)
    named = [remote for remote in clone.remotes if tracked.startswith(f"{remote}/")]
    if named:
        return max(named, key=len)
    return "origin" if "origin" in clone.remotes else next(iter(clone.remotes), "")


def _is_known(stem: str, clone: Clone) -> bool:
    kinds = ("", "refs/", "refs/heads/", "refs/tags/", _TRACKING)
    return stem == "HEAD" or any(f"{kind}{stem}" in clone.references for kind in kinds)


def _wanted(stem: str, remote: str) -> tuple[str, str]:
    """Return the reference to fetch, and its name then; empty if that is the name as typed."""
    if _COMMIT.fullmatch(stem):
        return stem, ""
    if stem.startswith("refs/tags/"):
        return f"{stem}:{stem}", ""
    if stem.startswith("refs/heads/"):
        return f"{stem.removeprefix('refs/heads/')}:{stem}", ""
    tracked = stem.removeprefix(_TRACKING)
    if tracked.startswith(f"{remote}/"):
        return f"{tracked.removeprefix(f'{remote}/')}:{_TRACKING}{tracked}", ""
    return f"{stem}:{_TRACKING}{remote}/{stem}", f"{remote}/{stem}"


def _base(name: str, stem: str, then: str) -> str:
    return f"`--base {then}{name.removeprefix(stem)}`"


def _why(clone: Clone) -> str:
    return ". This clone is shallow: it lacks history" if clone.shallow else ""


def _depth(clone: Clone) -> str:
    return f"; {_IN_ACTIONS} `fetch-depth: 0`" if clone.shallow else ""
