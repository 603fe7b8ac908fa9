"""expires-too-late: nobody's word counts for longer than the Workspace lets it, by default 400 days.

What somebody saw years ago says little of today, and what was accepted for ever is never looked at again.
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
    """An attestation that counts for more days from its date, or a waiver for more from today, than `wordDays`."""
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


def _too_late(manifest: Manifest, begins: date, most: int, whence: str) -> Iterator[Problem]:
    expires = day_of(manifest.spec.get("expires", ""))
    if expires is None or (expires - begins).days <= most:
        return
    place = manifest.document.value(manifest.spec, "expires")
    message = f"this counts for {(expires - begins).days} days from {whence}, and the limit is {most}"
    last = begins + timedelta(days=most)
    hint = f"write {last} or earlier; or let the Workspace say limits: {{wordDays: {(expires - begins).days}}}"
    yield Problem(ID, Severity.ERROR, place, message, hint)
