"""unknown-profile: a supplier names a profile that exists.

Otherwise it would silently lack everything in it.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.catalogue.profiles import profile_versions
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.manifest.workspace.profiles import AT
from reconciler.model.problem import Problem, Severity
from reconciler.spelling import did_you_mean

ID: Final = "unknown-profile"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a `profile` that is neither built in nor in the workspace, or that has no such version."""
    dates = {name: [version.date for version in versions] for name, versions in profile_versions().items()}
    dates = {manifest.name: [manifest.spec.get("date", "")] for manifest in manifests.profiles} | dates
    may_be_unread = manifests.gaps.anything or "Profile" in manifests.gaps.kinds
    for supplier in manifests.suppliers:
        wanted = supplier.spec.get("profile")
        if wanted is None or supplier.profile is not None:
            continue
        name, _, day = wanted.partition(AT)
        if name in dates:
            message = f"The profile `{name}` has no version of {day}."
            hint = f"Write `{name}`, the newest, or one of: {', '.join(f'{name}{AT}{one}' for one in dates[name])}."
        elif may_be_unread:
            continue
        else:
            message = f"There is no profile `{name}`."
            hint = did_you_mean(name, dates)
        yield Problem(ID, Severity.ERROR, supplier.document.value(supplier.spec, "profile"), message, hint)
