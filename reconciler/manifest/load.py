"""A folder -> desired, with every problem in it: read, check against schemas, check against rules, resolve."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from reconciler.manifest.resolving.resolve import resolve
from reconciler.manifest.rules import RULES
from reconciler.manifest.workspace.reading import WorkspaceReading, read_files, read_folder
from reconciler.model.desired import Desired
from reconciler.model.problem import Problem, Severity

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
    return loaded(read_folder(workspace, proposed), today)


def load_files(contents: Mapping[str, bytes], folder: str, today: date) -> Loaded:
    """Read a workspace whose files are not in a folder: {name relative to it with `/`: content}."""
    return loaded(read_files(contents, folder), today)


def loaded(reading: WorkspaceReading, today: date) -> Loaded:
    """Check the rules of a folder that was read, and resolve it if none of them finds an error."""
    manifests = replace(reading.manifests, today=today)
    ruled = (problem for rule in RULES for problem in rule.check(manifests))
    unsorted = [*reading.problems, *(problem for problem in ruled if problem.origin not in reading.stray)]
    problems = reading.presentable(unsorted)
    is_wrong = any(problem.severity is Severity.ERROR for problem in problems)
    names = frozenset(attestation.name for attestation in manifests.attestations)
    return Loaded(None if is_wrong else resolve(manifests), problems, names)
