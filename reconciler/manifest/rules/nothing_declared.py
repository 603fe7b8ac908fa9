"""nothing-declared: a workspace has a school and a supplier.

Otherwise no access is compared, and "no differences" would mean nothing.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.discovery import NO_GAPS
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "nothing-declared"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a Workspace without a school or a supplier, if everything could be read."""
    missing = [
        kind
        for kind, manifests_of_kind in (("School", manifests.schools), ("Supplier", manifests.suppliers))
        if not manifests_of_kind
    ]
    if manifests.gaps != NO_GAPS or not manifests.workspaces or not missing:
        return
    names = " and no ".join(kind.lower() for kind in missing)
    kinds = " and one with kind: ".join(missing)
    yield Problem(
        ID,
        Severity.WARNING,
        manifests.workspaces[0].origin,
        f"No {names} is declared, so nothing can be compared.",
        _rename(manifests.folder.texts) or f"Add a manifest with kind: {kinds}, in this file or another *.yaml.",
    )


def _rename(texts: tuple[str, ...]) -> str:
    return f"Rename {texts[0]}: only names that end in .yaml or .yml are read." if texts else ""
