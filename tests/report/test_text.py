"""The text of a plan, as people read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from reconciler.model.address import Address
from reconciler.model.desired import ExtraEntities, Limit, Limits
from reconciler.model.fact import Known, Unknown, Why
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.planning.plan import make_plan
from reconciler.report.json import render_json
from reconciler.report.paint import Tone
from reconciler.report.printable import printable
from reconciler.report.summary import DRIFT, PLAN
from reconciler.report.text import render_text
from tests.planning.worlds import PROBED, SENSITIVITY, access, desired_of, granted

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from tests.conftest import Golden

TEST = Known(True, PROBED)


def everything() -> tuple[Desired, Live]:
    """A workspace in which each kind of difference and of not knowing stands once."""
    refused = "the service said 401: either the permissions of the account or its username or password are wrong"
    no_answer = Unknown(Why.UNREACHABLE, "no answer in 30 s")
    no_secret = Unknown(Why.NO_SECRET, "the environment variable X is not set")
    states = {
        "greenfield/groupcall": (
            access(
                ["Students", "Staff", "PersonPhotos"], role="Write-back", permissions=["Attendance"], needs=["students"]
            ),
            granted("STUDENTS", "StudentsInCare", "Attendances"),
        ),
        "greenfield/parentpay": (
            access(),
            LiveAccess(Known(Login.REFUSED, PROBED), Unknown(Why.LOGIN_REFUSED, refused), refusal=refused),
        ),
        "greenfield/till": (access(), granted("Students")),
        "hilltop/adopted": (access(extra=ExtraEntities.REPORT), granted("Students", "Staff")),
        "hilltop/newcomer": (access(), LiveAccess(Unknown(Why.NOTHING_LISTED, "look at it"), Known({}, PROBED))),
        "hilltop/nobody-knows": (access(["Students", "Staff"]), LiveAccess(no_secret, no_secret)),
        "meadow/groupcall": (access(), granted("Students")),
        "northgate/deep": (
            access(),
            replace(granted("Students"), columns={"students": Unknown(Why.NOT_GRANTED, "listed, and yet refused")}),
        ),
        "riverside/groupcall": (access(), LiveAccess(no_answer, no_answer)),
        "riverside/till": (access(role="Till"), LiveAccess(no_answer, no_answer)),
    }
    addresses = {name: Address.parse(name) for name in states}
    desired = desired_of(
        *(replace(wanted, address=addresses[name]) for name, (wanted, _) in states.items()),
        limits=Limits(revoke=Limit(count=1)),
    )
    schools = {name: LiveSchool(TEST) for name in desired.schools}
    schools["riverside"] = LiveSchool(Known(False, PROBED), "no answer in 30 s")
    return desired, Live(schools, {addresses[name]: found for name, (_, found) in states.items()})


def test_a_plan_with_everything_in_it(golden: Golden) -> None:
    """Each kind of line once, in the plan's words and in drift's, and as JSON."""
    desired, live = everything()
    plan = make_plan(desired, live, SENSITIVITY)
    golden("everything.plan.txt", render_text(plan, PLAN))
    golden("everything.drift.txt", render_text(plan, DRIFT))
    golden("everything.json", render_json(plan, version="0.0.0"))


def test_a_plan_in_sync(golden: Golden) -> None:
    """Nothing to do is one sentence, and how complete the view was."""
    desired, live = everything()
    only = Address("meadow", "groupcall")
    desired = replace(desired, schools={"meadow": desired.schools["meadow"]}, accesses={only: desired.accesses[only]})
    golden("in-sync.txt", render_text(make_plan(desired, live, SENSITIVITY), PLAN))


def test_a_partial_plan_against_a_snapshot(golden: Golden) -> None:
    """A stopped run and a snapshot say so, and so does a time where it was asked for."""
    desired, live = everything()
    live = replace(live, recorded=datetime(2026, 1, 2, tzinfo=UTC), interrupted=True, accesses={})
    created = datetime(2026, 1, 3, tzinfo=UTC)
    golden("partial.txt", render_text(make_plan(desired, live, SENSITIVITY), PLAN, created=created))


def test_an_empty_workspace_is_not_in_sync() -> None:
    """Where no access is declared nothing was compared, and the text says that."""
    text = render_text(make_plan(desired_of(), Live({"greenfield": LiveSchool(TEST)}, {}), SENSITIVITY), PLAN)
    assert "Nothing was compared" in text
    assert "In sync" not in text


def test_a_terminal_gets_lines_that_fit(golden: Golden) -> None:
    """What is said of a name goes on below itself, and what is said of a school below the school; where a terminal is
    too narrow for a column of words, names keep their lines as they are."""
    plan = make_plan(*everything(), SENSITIVITY)
    golden("everything.80-columns.txt", render_text(plan, PLAN, columns=80))
    narrow, plain = render_text(plan, PLAN, columns=40), render_text(plan, PLAN)
    assert [line for line in narrow.splitlines() if line.startswith("    ")] == [
        line for line in plain.splitlines() if line.startswith("    ")
    ]


def test_colour_is_the_callers() -> None:
    """Paint goes round whole pieces, so that taking it away gives the plain text."""
    plan = make_plan(*everything(), SENSITIVITY)

    def paint(text: str, tone: Tone) -> str:
        return f"<{tone.value}>{text}</{tone.value}>"

    painted = render_text(plan, PLAN, paint=paint)
    for tone in Tone:
        painted = painted.replace(f"<{tone.value}>", "").replace(f"</{tone.value}>", "")
    assert painted == render_text(plan, PLAN)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Students", "Students"),
        ("Schüler · 学生", "Schüler · 学生"),
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("a\nb\r\tc", "a\\x0ab\\x0d\\x09c"),
        ("\x9b31m", "\\x9b31m"),
        ("evil\u202egpj.exe", "evil\\u202egpj.exe"),
        ("\u2028\u2066\ufeff", "\\u2028\\u2066\\ufeff"),
        ("\ud800", "\\ud800"),
    ],
)
def test_text_from_outside_cannot_steer_a_terminal(raw: str, shown: str) -> None:
    """Control characters, line breaks and marks that turn text around are shown as their numbers."""
    assert printable(raw) == shown
