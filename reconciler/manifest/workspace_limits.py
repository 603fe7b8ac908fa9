"""The Workspace's limits, as it sets them and as they hold by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.manifest.layers import NONE
from reconciler.model.desired import DEFAULT_LIMITS, Limit, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.manifest.document import Data


def limits_of(workspace_spec: Mapping[str, Data]) -> Limits:
    """The bounds that a Workspace sets, those that hold by default where it is silent, and none where it wants none."""
    limits = workspace_spec.get("limits", {})
    if limits == NONE:
        return Limits()
    revoke, widen = limits.get("revoke", {}), limits.get("widen", {})
    return Limits(
        revoke=_limit(revoke) if {"count", "share"} & revoke.keys() else DEFAULT_LIMITS.revoke,
        widen=_limit(widen),
        revoke_per_school=_limit(revoke.get("perSchool", {})),
        widen_per_school=_limit(widen.get("perSchool", {})),
        widen_consent=limits.get("widenConsent", DEFAULT_LIMITS.widen_consent),
        word_days=limits.get("wordDays", DEFAULT_LIMITS.word_days),
    )


def _limit(limit: Mapping[str, Data]) -> Limit:
    share = limit.get("share")
    return Limit(limit.get("count"), None if share is None else float(share.rstrip(" %")) / 100)
