"""school-id-shared: a School ID belongs to one school of a platform.

Two schools with one School ID are one database: a plan would count everything twice, and most likely one ID is
mistyped.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "school-id-shared"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A School ID that another school on the same platform has too."""
    first: dict[tuple[str, int], Manifest] = {}
    for school in manifests.schools:
        key = school.spec["platform"], school.spec["schoolId"]
        other = first.setdefault(key, school)
        if other.name != school.name:
            yield Problem(
                ID,
                Severity.ERROR,
                school.document.value(school.spec, "schoolId"),
                f"School ID {key[1]} on {key[0]} is that of `{other.name}` too, at {other.origin}",
                "look the School ID up in Bromcom",
            )
