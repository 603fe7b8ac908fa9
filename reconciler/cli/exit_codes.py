"""What an exit code means; `reconciler --help` says the same."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.model.outcome import Outcome
    from reconciler.model.plan import Plan


class Exit(IntEnum):
    """The exit codes of every command."""

    OK = 0
    FAILED = 1
    DIFFERENCES = 2
    REFUSED = 3
    INCOMPLETE = 4
    WAITING = 5
    USAGE = 64


def exit_of(plan: Plan) -> Exit:
    """Differences come first; without one, a view with a gap is never "in sync", and neither is one of nothing at all;
    a stopped run has failed."""
    if plan.interrupted:
        return Exit.FAILED
    if plan.summary.changes:
        return Exit.DIFFERENCES
    return Exit.OK if plan.complete and plan.accesses else Exit.INCOMPLETE


def exit_of_outcomes(outcomes: Sequence[Outcome], others: Sequence[str], not_seen: int) -> Exit:
    """What waits for hands comes first, then what differs beside the plan, then what could not be found out:
    of what was approved, or beside it (`not_seen` facts, when the plan was made or now)."""
    from reconciler.model.outcome import Failed, Verified  # --version needs none of it

    if any(not isinstance(outcome, Verified | Failed) for outcome in outcomes):
        return Exit.WAITING
    if others:
        return Exit.DIFFERENCES
    return Exit.INCOMPLETE if not_seen or any(isinstance(outcome, Failed) for outcome in outcomes) else Exit.OK
