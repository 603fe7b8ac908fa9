"""The Workspace's bounds on how much one plan may take away or widen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model.plan import Breach

if TYPE_CHECKING:
    from reconciler.model.desired import Limit, Limits


def breaches(limits: Limits, *, revoke: int, grant: int, granted: int) -> tuple[Breach, ...]:
    """The limits that a plan goes over.

    A share is of `granted`, what the accesses in scope may read now; where that is nothing a share bounds nothing, or
    the first tick of every new account would go over it.
    """
    found = (_breach("revoke", limits.revoke, revoke, granted), _breach("widen", limits.widen, grant, granted))
    return tuple(breach for breach in found if breach)


def _breach(name: str, limit: Limit, count: int, granted: int) -> Breach | None:
    if limit.count is not None and count > limit.count:
        return Breach(name, count, f"{limit.count}")
    # Rounded, since 0.29 * 100 is a little less than 29.
    if limit.share is not None and granted and count > round(limit.share * granted, 6):
        return Breach(name, count, f"{limit.share * 100:g}% of {granted}")
    return None
