"""One normal form for both sides, so that equality is the diff.

desired Access ─┐                                  ┌─ Normal(grants, record)   what it should be
                ├─ comparable(access, live) ───────┤
LiveAccess ─────┘   what live does not know is     └─ Normal(grants, record)   what it is
                    left out on both sides
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reconciler.model.desired import ExtraEntities
from reconciler.model.fact import Known
from reconciler.model.live import Login

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from reconciler.model.desired import Access
    from reconciler.model.live import LiveAccess

Record: TypeAlias = "Mapping[str, str | Record]"


@dataclass(frozen=True, slots=True)
class Normal:
    """An access in the form in which both sides compare.

    grants  the keys of the entities it may read
    record  its other aspects, nested: {"account": {"login": "works"}}
    """

    grants: AbstractSet[str]
    record: Record

    def same(self, other: Normal) -> bool:
        """Whether the two are equal: the fast path, which nearly every access of a fleet takes."""
        return self.grants == other.grants and self.record == other.record


_NOTHING: frozenset[str] = frozenset()
_LOGIN: dict[Login, Record] = {login: {"account": {"login": login.value}} for login in Login}
_NO_RECORD: Record = {}


def comparable(access: Access, live: LiveAccess) -> tuple[Normal, Normal]:
    """Desired and live in normal form, each without what live does not know.

    An entity that is granted and not declared is left out of live unless `extraEntities` is `revoke`: then it is ours
    to settle, else it is not.
    """
    wanted_record = _LOGIN[Login.WORKS] if isinstance(live.login, Known) else _NO_RECORD
    live_record = _LOGIN[live.login.value] if isinstance(live.login, Known) else _NO_RECORD
    if not isinstance(live.entities, Known):
        return Normal(_NOTHING, wanted_record), Normal(_NOTHING, live_record)
    wanted = access.entities.keys()
    granted: AbstractSet[str] = live.entities.value.keys()
    if access.extra_entities is not ExtraEntities.REVOKE:
        granted = granted & wanted
    return Normal(wanted, wanted_record), Normal(granted, live_record)
