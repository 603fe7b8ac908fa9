"""What makes two plans the same plan."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from reconciler.model.fact import Known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.model.change import Change, Unseen
    from reconciler.model.fact import Fact
    from reconciler.model.plan import AccessPlan, SchoolPlan


def fingerprint(workspace: str, schools: Iterable[SchoolPlan], accesses: Iterable[AccessPlan]) -> str:
    """SHA-256 (hex) of a plan's substance: what must change, where, and what is unknown and of which kind.

    Not in it: where a line stands in a file, the wording of a reason or a note, how much is granted and as it should
    be, limits, and when the snapshot was taken. So moving a manifest's lines leaves it alone, and so does a tick that
    both sides gained; another change, or one less, moves it.
    """
    substance = [
        workspace,
        [[s.name, s.school_id, s.platform, _fact(s.reachable), _unknown(s.unknown)] for s in schools],
        [
            [a.address, a.username, _fact(a.login), _changes(a.changes), _unknown(a.unknown), a.reported]
            for a in accesses
        ],
    ]
    return sha256(json.dumps(substance, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def _fact(fact: Fact[object]) -> list[object]:
    return ["known", fact.value] if isinstance(fact, Known) else ["unknown", fact.why]


def _changes(changes: Iterable[Change]) -> list[list[object]]:
    return [[c.action, c.aspect, c.name, c.before, c.after, c.risk, c.waived] for c in changes]


def _unknown(items: Iterable[Unseen]) -> list[list[object]]:
    return [[item.aspect, item.name, item.facts, item.why] for item in items]
