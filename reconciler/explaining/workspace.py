"""A workspace as an explanation reads it: manifests with their layers, what they resolve to, and what `lint` says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reconciler.errors import ManifestError, SelectionError
from reconciler.manifest.lint import Linted, linted
from reconciler.manifest.workspace.manifests import Manifest, Manifests, Placement
from reconciler.manifest.workspace.reading import read_folder
from reconciler.model.address import Address
from reconciler.model.desired import Desired
from reconciler.planning.scope import chosen_schools_of
from reconciler.spelling import did_you_mean
from reconciler.workflow import as_of


@dataclass(frozen=True, slots=True)
class ExplainedWorkspace:
    """The manifests at a moment: as written, resolved, and linted."""

    manifests: Manifests
    desired: Desired
    linted: Linted
    now: datetime

    def placement(self, address: Address) -> Placement:
        """The supplier and the school of an access, as written; raises SelectionError if there is no such access."""
        placements = [one for one in self.manifests.placements if one.school.name == address.school]
        for placement in placements:
            if placement.supplier.name == address.supplier:
                return placement
        meant = did_you_mean(address.supplier, (one.supplier.name for one in placements))
        raise SelectionError(f"There is no supplier {address.supplier!r} at {address.school}. {meant}".rstrip())

    def school(self, name: str) -> Manifest:
        """The manifest of a school that the workspace has."""
        return self.manifests.school_named[name]

    def called(self, typed: str) -> str:
        """The name of the school that is typed as its name, title or School ID; raises SelectionError for none."""
        names = sorted(chosen_schools_of([typed], self.desired.schools.values(), "There is no school"))
        if len(names) > 1:
            raise SelectionError(f"{typed!r} stands for {len(names)} schools: name one, such as {names[0]}.")
        return names[0]

    def part(self, school: str, supplier: str) -> Desired:
        """The manifests of one access, or of a school alone; with its accesses if one of them must ask for canaries."""
        own = self.desired.schools[school]
        accesses = {
            address: access
            for address, access in self.desired.accesses.items()
            if address == (school, supplier) or (not supplier and own.canaries and address.school == school)
        }
        return replace(self.desired, schools={school: own}, accesses=accesses)


def explained_workspace(folder: Path, now: datetime) -> ExplainedWorkspace:
    """Read a workspace as of a moment; raises ManifestError if its manifests are wrong."""
    reading = read_folder(folder, {})
    result = linted(reading, ["strict"], now.date())
    if result.loaded.desired is None:
        raise ManifestError(result.loaded.problems)
    return ExplainedWorkspace(reading.manifests, as_of(result.loaded.desired, now), result, now)
