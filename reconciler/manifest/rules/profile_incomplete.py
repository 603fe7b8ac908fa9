"""profile-incomplete: a profile has all that its supplier needs.

A plan removes what is ticked and not declared, so a list with gaps would take away what the supplier needs. It is an
error if a profile has no entities at all and the supplier names none.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.catalogue import Profile
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "profile-incomplete"
_REVOKE: Final = "revoke"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a supplier with a profile that is not complete, unless its other entities are not to be removed."""
    for supplier in manifests.suppliers:
        if supplier.profile is None or supplier.profile.profile.complete:
            continue
        profile = supplier.profile.profile
        origin = supplier.document.value(supplier.spec, "profile")
        extra = supplier.spec.get("extraEntities", manifests.workspace_spec.get("extraEntities", _REVOKE))
        if not profile.entities:
            lacks_all = supplier.tells_entities and not supplier.entities.get("add")
            severity = Severity.ERROR if lacks_all else Severity.WARNING
            message = f"The profile `{profile.name}` has no entities: {_instead(profile)}."
            yield Problem(ID, severity, origin, message, "List what it needs under entities, and remove this profile.")
        elif extra == _REVOKE:
            message = f"The profile `{profile.name}` is not complete: it has {len(profile.entities)} entities."
            hint = "A plan would remove other ticks. Until the list is whole, write extraEntities: report."
            yield Problem(ID, Severity.WARNING, origin, message, hint)


def _instead(profile: Profile) -> str:
    """What the supplier has published."""
    if profile.fields:
        return "the supplier publishes only fields"
    return "the supplier publishes only what it writes" if profile.writes else "the supplier has published none"
