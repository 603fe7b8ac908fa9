"""unknown-school: a supplier names schools that exist.

A mistyped name would leave a school without its supplier, and nobody would notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.manifest.nearest import did_you_mean
from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.manifests import Manifests

ID: Final = "unknown-school"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A name in `schools`, of a supplier or of an override, that no School has; said only where all
    their names could be read."""
    known = manifests.school_names
    if known is None:
        return
    for supplier in manifests.suppliers:
        for holder in (supplier.spec, *supplier.overrides):
            selector = holder.get("schools")
            names: list[str] = selector if isinstance(selector, list) else []
            for index, name in enumerate(names):
                if name not in known:
                    yield Problem(
                        ID,
                        Severity.ERROR,
                        supplier.document.value(names, index),
                        f"there is no school `{name}`",
                        did_you_mean(name, known),
                    )
