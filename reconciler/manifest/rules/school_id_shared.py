"""school-id-shared: a School ID belongs to one school of a platform.

Two schools with one ID are one database, so a plan would count everything twice. One ID is probably mistyped.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "school-id-shared"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a School ID that another school on the same platform has."""
    first: dict[tuple[str, int], Manifest] = {}
    for school in manifests.schools:
        key = school.spec["platform"], school.spec["schoolId"]
        first_school = first.setdefault(key, school)
        if first_school.name != school.name:
            yield Problem(
                ID,
                Severity.ERROR,
                school.document.value(school.spec, "schoolId"),
                f"`{first_school.name}` has the same School ID {key[1]} on {key[0]}, at {first_school.origin}.",
                "Look up the School ID in Bromcom.",
            )
