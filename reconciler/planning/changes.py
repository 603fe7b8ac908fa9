"""A Difference of one access -> its changes: named, judged, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model.change import Action, Aspect, Change
from reconciler.model.entity import entity_key
from reconciler.model.fact import Known
from reconciler.planning.risk import rank, risk

if TYPE_CHECKING:
    from reconciler.model.desired import Access
    from reconciler.model.live import LiveAccess
    from reconciler.planning.diff import Difference, ValueDifference
    from reconciler.planning.risk import Sensitivity

_ORDER = {Action.MEND_LOGIN: 0, Action.GRANT: 1, Action.REVOKE: 2}


def changes(access: Access, live: LiveAccess, difference: Difference, sensitivity: Sensitivity) -> tuple[Change, ...]:
    """The changes that remove the difference, the riskiest first."""
    found = [_grant(access, key, sensitivity) for key in difference.missing]
    found += [_revoke(live, key, sensitivity) for key in difference.extra]
    found += [_mend(access, live, value, sensitivity) for value in difference.values]
    return tuple(sorted(found, key=lambda c: (rank(c.risk), _ORDER[c.action], entity_key(c.name))))


def _grant(access: Access, key: str, sensitivity: Sensitivity) -> Change:
    declared = access.entities[key]
    return Change(
        action=Action.GRANT,
        aspect=Aspect.READ,
        name=declared.value,
        before="absent",
        after="granted",
        risk=risk(Action.GRANT, key, sensitivity),
        note=sensitivity.notes.get(key, ""),
        origin=declared.origin,
    )


def _revoke(live: LiveAccess, key: str, sensitivity: Sensitivity) -> Change:
    assert isinstance(live.entities, Known)  # what is not known has no extras
    return Change(
        action=Action.REVOKE,
        aspect=Aspect.READ,
        name=live.entities.value[key],
        before="granted",
        after="absent",
        risk=risk(Action.REVOKE, key, sensitivity),
        note=sensitivity.notes.get(key, ""),
        origin=None,
    )


def _mend(access: Access, live: LiveAccess, value: ValueDifference, sensitivity: Sensitivity) -> Change:
    """The login is the one leaf that a probe can see; `normal.comparable` puts no other into a record."""
    assert value.before  # both records hold it, or neither does
    assert value.after
    return Change(
        action=Action.MEND_LOGIN,
        aspect=Aspect.LOGIN,
        name=access.username.value,
        before=value.before,
        after=value.after,
        risk=risk(Action.MEND_LOGIN, "", sensitivity),
        note=live.refusal,
        origin=access.username.origin,
    )
