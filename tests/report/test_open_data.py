"""What a plan says first where special-category data is open beyond what is agreed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Waiver
from reconciler.model.plan import Ended, EndReason
from reconciler.planning.plan import make_plan
from reconciler.report.input import ReportInput, ReportKind
from reconciler.report.markdown.plan import render_markdown
from reconciler.report.pages.plan import render_html
from reconciler.report.text.plan import render_text
from reconciler.workflow import sensitivity
from tests.planning.worlds import GROUPCALL, TODAY, WAIVED, access, desired_of, granted, live_of, without

ALARM = "Special-category data is open beyond what is agreed:"
STEPS = ("access log", "three months", "data protection officer", "within 72 hours")


def made(*names: str, waived: bool = False, schools: int = 1) -> ReportInput:
    """Accesses that declare Students alone and may read these as well."""
    addresses = [Address(f"school-{number}", "groupcall") for number in range(schools - 1)] + [GROUPCALL]
    desired = desired_of(*(access(("Students",), address=address) for address in addresses))
    waivers = [Waiver({GROUPCALL.school}, "groupcall", Action.REVOKE, Aspect.READ, name, WAIVED) for name in names]
    desired = replace(desired, waivers=tuple(waivers) if waived else ())
    live = live_of({address: granted("Students", *names) for address in addresses})
    return ReportInput(make_plan(desired, live, sensitivity(), TODAY), ReportKind.PLAN, "0.0.0", sensitivity())


@pytest.mark.parametrize("render", [render_text, render_markdown, render_html])
def test_every_report_for_people_says_what_to_do_now(render: object) -> None:
    """Which access, what of, and the three steps; four schools are counted."""
    assert callable(render)
    told = render(made("SENStudents", "Classes"))
    assert ALARM in told.replace("**", "").replace("<strong>", "").replace(" </strong>", " ")
    assert "at greenfield can read SENStudents" in told
    assert all(step in told for step in STEPS)
    assert "and 1 more" in render(made("SENStudents", schools=4))


@pytest.mark.parametrize(
    "material",
    [made(), made("Classes"), made("PersonPhotos"), made("SENStudents", waived=True)],
    ids=["in sync", "harmless", "sensitive", "accepted"],
)
def test_nothing_is_said_of_what_is_no_breach(material: ReportInput) -> None:
    """Neither of what is agreed or accepted, nor of what is no special category."""
    assert ALARM not in render_text(material)


def test_what_is_not_known_is_no_alarm() -> None:
    """It is told as not checked, and not as open."""
    material = made("SENStudents")
    desired = desired_of(access(("Students",)))
    plan = make_plan(desired, without(live_of({GROUPCALL: granted("SENStudents")}), GROUPCALL), sensitivity(), TODAY)
    assert ALARM not in render_text(replace(material, plan=plan))


@pytest.mark.parametrize("reason", EndReason)
def test_what_was_agreed_until_the_end_of_an_access_is_to_be_closed_and_no_breach_yet(reason: EndReason) -> None:
    """Before its first day nothing was agreed."""
    material = made("SENStudents")
    (ended,) = (replace(each, ended=Ended(reason, None, "", each.origin)) for each in material.plan.accesses)
    told = render_text(replace(material, plan=replace(material.plan, accesses=(ended,))))
    assert (ALARM in told) is (reason is EndReason.NOT_YET)
    assert ("is still open to suppliers that should have no access any more:" in told) is (ALARM not in told)
    assert ("within 72 hours" in told) is (ALARM in told)
    assert "at greenfield can read SENStudents" in told
