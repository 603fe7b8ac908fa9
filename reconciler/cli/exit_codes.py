"""The exit codes; `reconciler --help` explains them."""

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


def exit_of(plan: Plan, pending: int = 0, *, may_be_empty: bool = False) -> Exit:
    """Return the exit code of a plan: one with gaps, or of nothing at all, is never in sync.

    pending       the number of its differences that only wait for a person to carry them out
    may_be_empty  it is of a part, or of a change, that need not be about any access
    """
    if plan.interrupted:
        return Exit.FAILED
    if may_be_empty and not (plan.accesses or plan.schools):
        return Exit.OK
    if plan.summary.changes > pending:
        return Exit.DIFFERENCES
    if pending:
        return Exit.WAITING
    return Exit.OK if plan.complete and plan.accesses else Exit.INCOMPLETE


def exit_of_outcomes(outcomes: Sequence[Outcome], others: Sequence[str], not_seen: int) -> Exit:
    """Return the exit code of an apply.

    Work that waits comes first, then other differences, then what could not be checked, in the plan or beside it
    (`not_seen` facts).
    """
    from reconciler.model.outcome import Failed, Verified  # --version needs none of it

    if any(not isinstance(outcome, Verified | Failed) for outcome in outcomes):
        return Exit.WAITING
    if others:
        return Exit.DIFFERENCES
    return Exit.INCOMPLETE if not_seen or any(isinstance(outcome, Failed) for outcome in outcomes) else Exit.OK
