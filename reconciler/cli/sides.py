"""What a plan is held against: the manifests of the workspace, and the service, asked as the options say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.cli.plan import PlanOptions, reader_of, today
from reconciler.cli.progress import watching

if TYPE_CHECKING:
    from reconciler.applying.begin import Sides
    from reconciler.errors import ReconcilerError
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live


def sides_of(options: PlanOptions) -> Sides:
    """The manifests as they are now, and a reader that shows how far it is each time it asks."""
    from reconciler.applying.begin import Sides
    from reconciler.workflow import desired_of

    lost: list[ReconcilerError] = []  # stays empty: nothing is recorded

    def read_live(desired: Desired) -> Live:
        with watching(options.quiet) as progress:
            return reader_of(options, progress, lost.append)(desired)

    desired, _ = desired_of(options.workspace)
    return Sides(desired, read_live, today)
