"""profile-redefined: a built-in profile keeps its entities.

A reviewer who reads its name expects the published list.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.catalogue import profiles
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "profile-redefined"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a Profile with the name of a built-in one."""
    for profile in manifests.profiles:
        if profile.name in profiles():
            message = f"The profile `{profile.name}` is built in and cannot be redefined."
            hint = "Give yours another name, and use that name in the suppliers."
            yield Problem(ID, Severity.ERROR, profile.origin, message, hint)
