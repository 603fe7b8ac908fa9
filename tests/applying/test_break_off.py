"""A power cut at any moment of an apply: nothing is lost, and it goes on from its journal to the same end.

The moments are all those between which the process changes something outside itself: each call of the person, each
attestation that is written, and each entry of the journal. `tests/cli/test_apply_terminal.py` ends real processes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest

from reconciler.journal.file import read_journal
from reconciler.model.journal import ApplyFinished
from reconciler.model.outcome import Verified
from reconciler.planning.approved.due import due

if TYPE_CHECKING:
    from reconciler.model.plan import Plan
    from tests.applying.practice import Practice

P = ParamSpec("P")
R = TypeVar("R")

MOMENTS = 29  # of an apply at greenfield, to its last entry


class PowerCut(BaseException):
    """The end of the process, as far as an apply can see."""


@dataclass
class Power:
    """What a process runs on: after so many calls it is cut, while the call's effect is there to stay."""

    calls_left: int

    def until_cut(self, act: Callable[P, R]) -> Callable[P, R]:
        """The same call, after which the power may be gone."""

        def acted(*arguments: P.args, **named: P.kwargs) -> R:
            result = act(*arguments, **named)
            self.calls_left -= 1
            if self.calls_left == 0:
                raise PowerCut
            return result

        return acted


def apply_until(practice: Practice, plan: Plan, power: Power) -> None:
    """Carry a plan out for as long as there is power."""
    machine = practice.machine()
    for call in ("begin", "open", "vouch", "report"):  # nothing is unsettled here, so `retry` changes nothing
        setattr(machine, call, power.until_cut(getattr(machine, call)))
    services = practice.services(machine)
    services = replace(services, attest=power.until_cut(services.attest))
    services.journal.append = power.until_cut(services.journal.append)  # type: ignore[method-assign]
    practice.begin(plan, machine, services).to_the_end()


@pytest.mark.parametrize("moment", range(1, MOMENTS))
def test_a_power_cut_at_any_moment_loses_nothing(practice: Practice, moment: int) -> None:
    """What was done, said and proven stays; the rest is asked for; in the end all of it is verified and in sync."""
    plan = practice.plan("greenfield")
    with pytest.raises(PowerCut):
        apply_until(practice, plan, Power(moment))
    assert read_journal(practice.journal_file).broken is None
    ended = practice.resume(plan, practice.machine())
    assert [outcome.subject for outcome in ended.outcomes] == list(due(plan))
    assert {type(outcome) for outcome in ended.outcomes} == {Verified}
    assert practice.events()[-1] == ApplyFinished(len(due(plan)), 0, 0, 0, 0)
    assert practice.plan("greenfield").summary.changes == 0


def test_every_moment_is_tried(practice: Practice) -> None:
    """The next one after the last moment that is tried is the end of the apply itself."""
    plan = practice.plan("greenfield")
    with pytest.raises(PowerCut):
        apply_until(practice, plan, Power(MOMENTS))
    assert practice.events()[-1] == ApplyFinished(len(due(plan)), 0, 0, 0, 0)
