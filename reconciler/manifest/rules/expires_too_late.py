"""expires-too-late: an attestation or a waiver counts no longer than the Workspace allows, by default 400 days.

What was seen years ago says little about today, and what is accepted for ever is never looked at again.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from reconciler.manifest.resolving.resolve import limits_of
from reconciler.manifest.text.typed_scalars import day_of
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "expires-too-late"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find what counts for more than `wordDays`: an attestation from its date, a waiver from today."""
    if not manifests.workspace_tells("limits", "wordDays"):
        return
    most = limits_of(manifests.workspace_spec).word_days
    if most is None:
        return
    for attestation in manifests.attestations:
        begins = day_of(attestation.spec.get("date", "")[:10])
        if begins is not None and attestation.tells("date", "expires"):
            yield from _too_late(attestation, begins, most, "its date")
    for waiver in manifests.waivers:
        if waiver.tells("expires"):
            yield from _too_late(waiver, manifests.today, most, "today")


def _too_late(manifest: Manifest, begins: date, most: int, start: str) -> Iterator[Problem]:
    expires = day_of(manifest.spec.get("expires", ""))
    if expires is None or (expires - begins).days <= most:
        return
    place = manifest.document.value(manifest.spec, "expires")
    message = f"This counts for {(expires - begins).days} days from {start}. The limit is {most}."
    last = begins + timedelta(days=most)
    hint = f"Write {last} or earlier, or set limits: {{wordDays: {(expires - begins).days}}} in the Workspace."
    yield Problem(ID, Severity.ERROR, place, message, hint)
