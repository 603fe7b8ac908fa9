"""The input of advice."""

from dataclasses import dataclass
from datetime import date

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.desired import Desired


@dataclass(frozen=True, slots=True)
class LintContext:
    """A workspace on a day (UTC).

    desired  the resolved manifests; None if an error leaves that uncertain
    """

    manifests: Manifests
    desired: Desired | None
    today: date
