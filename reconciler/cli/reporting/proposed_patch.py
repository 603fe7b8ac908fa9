"""Proposals as a patch of the manifests, for `git apply`: nothing is changed here."""

from __future__ import annotations

from collections import defaultdict
from difflib import unified_diff
from typing import TYPE_CHECKING, Final

from reconciler.accountability.proposals import left_with_nothing, proposals
from reconciler.cli.output.destinations import write_to
from reconciler.editing.target import TargetWorkspace, text_of
from reconciler.errors import InputError
from reconciler.formatting.edits import ManifestEdit, ManifestId, SetValue
from reconciler.git.checkout import checkout
from reconciler.git.executables import shell_line
from reconciler.importing.respecify import respecified
from reconciler.report.labels import plural
from reconciler.startup import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from reconciler.accountability.proposals import Proposal
    from reconciler.model.accountability.least_privilege import AccessPrivileges
    from reconciler.model.address import Address
    from reconciler.model.desired import Desired

_LINE: Final = pattern(r"[^\n]*\n|[^\n]+")
_NO_NEWLINE: Final = "\\ No newline at end of file\n"


def write_patch(
    file: Path, workspace: Path, accesses: Sequence[AccessPrivileges], today: date, remark: Callable[[str], None]
) -> None:
    """Write the proposals about what a report shows, and say how to take them; raises InputError if that fails."""
    for address in left_with_nothing(accesses):
        remark(f"Nothing says that {address} needs anything that is agreed. Should it end? That is for you to decide.")
    proposed = list(proposals(accesses))
    if not proposed:
        remark(f"There is nothing to propose, so {file} was not written.")
        return
    write_to(file, proposed_patch(workspace, proposed, today), private=False)
    repository = checkout(workspace)
    top = repository.top if repository else workspace.absolute()
    number = plural(sum(len(each.entities) for each in proposed), "entity", "entities")
    remark(
        f"Wrote {file}: it takes {number} away from {plural(len(proposed), 'access', 'accesses')} in the manifests. "
        f"Read it first. To take it: `{shell_line('git', '-C', str(top), 'apply', str(file.absolute()))}`"
    )


def proposed_patch(workspace: Path, proposed: Sequence[Proposal], today: date) -> str:
    """Return the patch that takes the proposals away; raises InputError if the manifests cannot say so and no more."""
    target = TargetWorkspace.read(workspace, "", today)
    desired = target.desired
    assert desired
    wanted = _without(desired, proposed)
    there = {supplier.name: supplier for supplier in target.manifests.suppliers}
    edits: defaultdict[str, list[ManifestEdit]] = defaultdict(list)
    for name in sorted({address.supplier for address in wanted}):
        names = {address.school: dict(keys) for address, keys in wanted.items() if address.supplier == name}
        spec = respecified(there[name], target.manifests, desired, {}, names, {})
        edits[there[name].document.source.file].append(SetValue(ManifestId("Supplier", name), ("spec",), spec))
    texts = target.texts_of(edits)
    after = target.desired_with(texts)
    for address, access in desired.accesses.items():
        expected = wanted.get(address, access.entities).keys()
        if after.accesses[address].entities.keys() != expected:
            raise InputError(f"No patch was written: the manifests would say something else of {address}, too.")
    repository = checkout(workspace)
    inside = repository.inside if repository else ""
    return "".join(
        _of_file(f"{inside}/{file}" if inside else file, text_of(workspace / file), text)
        for file, text in sorted(texts.items())
    )


def _without(desired: Desired, proposed: Sequence[Proposal]) -> Mapping[Address, Mapping[str, str]]:
    """{address: {entity key: its name}} of what stays where something is taken away."""
    return {
        proposal.address: {
            key: declared.value
            for key, declared in desired.accesses[proposal.address].entities.items()
            if key not in proposal.entities
        }
        for proposal in proposed
    }


def _of_file(name: str, before: str, after: str) -> str:
    """One file's part of a patch, as git writes it; lines end as they do in the file."""
    old, new = _lines(before), _lines(after)
    diff = unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="\n")
    lines = (line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in diff)
    body = "".join(lines)
    return f"diff --git a/{name} b/{name}\n{body}" if body else ""


def _lines(text: str) -> list[str]:
    """The lines of a text with their ends; only a line feed ends one, as in git."""
    return _LINE.findall(text)
