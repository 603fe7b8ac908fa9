"""What a plan is held against: the manifests of the workspace, and the service, asked as the options say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.cli.asking import asking_reader
from reconciler.cli.plan import today
from reconciler.cli.progress import watching

if TYPE_CHECKING:
    from reconciler.applying.begin import Sides
    from reconciler.cli.asking import Asking
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live


def sides_of(asking: Asking) -> Sides:
    """The manifests as they are now, and a reader that shows how far it is each time it asks."""
    from reconciler.applying.begin import Sides
    from reconciler.workflow import desired_of

    written, _ = desired_of(asking.workspace)

    def read_live(desired: Desired) -> Live:
        with watching(asking.quiet) as progress:
            return asking_reader(asking, progress, [written])(desired)

    return Sides(written, read_live, today)
