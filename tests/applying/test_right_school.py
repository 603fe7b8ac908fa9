"""No one is guided at a school in whose place another answers, whenever that shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.applying.plan_files import approval_of
from reconciler.applying.preflight import ApplyInputs, approved_state, begin, resumed_state
from reconciler.applying.resume import newest_begun
from reconciler.cli.clock import system_clock
from reconciler.errors import PlanRefused
from reconciler.model.evidence import Known, Probed
from reconciler.model.runbook import PageId
from reconciler.planning.parts.unasked import disowned
from tests.applying.practice import ALL_LIMITS

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from tests.applying.practice import Practice

REFUSED = r"Another school answers: greenfield \(School ID 12345, .*schools.*\) has no school with URN 112345"


class Switch:
    """A live side in which another school answers under greenfield's School ID after so many views of it."""

    def __init__(self, practice: Practice, views: int) -> None:
        self._inputs = practice.inputs()
        self._views = views
        schools = {
            name: replace(school, urn=112345) if name == "greenfield" else school
            for name, school in self._inputs.desired.schools.items()
        }
        self.inputs = ApplyInputs(replace(self._inputs.desired, schools=schools), self.read, system_clock)

    def read(self, desired: Desired) -> Live:
        """Ask, as a deep run does."""
        live = self._inputs.read_live(desired)
        self._views -= 1
        if "greenfield" not in live.schools:
            return live
        told = Known(self._views >= 0, Probed("getEntityDataBySchoolID"))
        greenfield = replace(live.schools["greenfield"], right_school=told)
        return disowned(replace(live, schools={**live.schools, "greenfield": greenfield}), desired)


def test_a_plan_is_not_begun_at_another_school(practice: Practice) -> None:
    """Although it was the right one when it was approved, or nobody asked then."""
    saved = approval_of(practice.plan("greenfield"), system_clock())
    with pytest.raises(PlanRefused, match=REFUSED):
        approved_state(saved, Switch(practice, 0).inputs, ALL_LIMITS)


@pytest.mark.parametrize("views", [1, 2])
def test_an_apply_ends_at_the_page_that_shows_it(practice: Practice, views: int) -> None:
    """And is not resumed before the School ID is correct; no page is opened that comes later."""
    saved = approval_of(practice.plan("greenfield"), system_clock())
    machine = practice.machine()
    services = practice.services(machine)
    state = approved_state(saved, Switch(practice, views).inputs, ALL_LIMITS)
    run = begin(state, saved, services, plan_file="plan.json", accepted=ALL_LIMITS)
    with pytest.raises(PlanRefused, match=REFUSED):
        run.to_the_end()
    assert machine.pages == [("greenfield", page.value) for page in (PageId.ROLES, PageId.USERS)[:views]]
    progress = newest_begun(services.journal.entries, system_clock())
    with pytest.raises(PlanRefused, match=REFUSED):
        resumed_state(saved, progress, Switch(practice, 0).inputs)
