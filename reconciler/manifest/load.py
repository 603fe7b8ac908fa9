"""A folder -> desired, with every problem in it: read, check against schemas, check against rules, resolve."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.manifest.resolving.resolve import resolve
from reconciler.manifest.rules import RULES
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.manifest.workspace.reading import WorkspaceReading, read_files, read_folder
from reconciler.model.desired import Desired
from reconciler.model.problem import Problem, Severity
from reconciler.startup import dataclass

_NOTHING: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Loaded:
    """The result of reading a workspace.

    desired       None where a problem is an error
    problems      sorted by place
    attestations  the names of the Attestations
    """

    desired: Desired | None
    problems: tuple[Problem, ...]
    attestations: frozenset[str] = frozenset()


def load(workspace: Path, today: date, proposed: Mapping[str, str] = _NOTHING) -> Loaded:
    """Read a workspace as of a day (UTC). Needs no network and no password.

    `proposed` are texts that are read in place of the files of these names (relative to the workspace, with `/`), to
    find out what a workspace would say in which they were written. Whatever is wrong in the files is a problem. Raises
    InputError where the folder itself cannot be used.
    """
    with _uncollected():
        return loaded(read_folder(workspace, proposed), today)


def load_files(contents: Mapping[str, bytes], folder: str, today: date) -> Loaded:
    """Read a workspace whose files are not in a folder: {name relative to it with `/`: content}."""
    return loaded(read_files(contents, folder), today)


def loaded(reading: WorkspaceReading, today: date) -> Loaded:
    """Check the rules of a folder that was read, and resolve it if none of them finds an error."""
    manifests, problems = _checked(reading, today)
    names = frozenset(attestation.name for attestation in manifests.attestations)
    return Loaded(None if _are_wrong(problems) else resolve(manifests), problems, names)


class Declared(NamedTuple):
    """The number of schools, suppliers and accesses in manifests that are right."""

    schools: int
    suppliers: int
    accesses: int


def check(workspace: Path, today: date) -> tuple[Declared | None, tuple[Problem, ...]]:
    """Check a workspace as `load` does, and resolve nothing; what it declares is None where a problem is an error."""
    with _uncollected():
        manifests, problems = _checked(read_folder(workspace, _NOTHING), today)
        if _are_wrong(problems):
            return None, problems
        placed = [(supplier.name, school.name) for supplier, school, _ in manifests.placements]
        return Declared(len(manifests.school_named), len({name for name, _ in placed}), len(placed)), problems


def _checked(reading: WorkspaceReading, today: date) -> tuple[Manifests, tuple[Problem, ...]]:
    manifests = replace(reading.manifests, today=today)
    ruled = (problem for rule in RULES for problem in rule.check(manifests))
    unsorted = [*reading.problems, *(problem for problem in ruled if problem.origin not in reading.stray)]
    return manifests, reading.presentable(unsorted)


def _are_wrong(problems: tuple[Problem, ...]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage while manifests are read: all that is made then stays, and is millions of objects."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
