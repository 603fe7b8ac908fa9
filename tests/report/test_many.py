"""Many schools are a table that fits on two screens: the worst first and with details, the rest counted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.evidence import NO_PROBE, Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.model.plan import Plan
from reconciler.report.text.many import MANY
from reconciler.report.text.plan import render_text
from tests.examples import examples
from tests.planning.worlds import PROBED, access, desired_of, granted, live_of, material, planned

if TYPE_CHECKING:
    from reconciler.report.input import ReportInput
    from tests.conftest import Golden

SCREENS, LINES, COLUMNS = 2, 24, 80
REFUSED = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "Bromcom refused this login"))
UNREADABLE = Unknown(UnknownReason.UNREADABLE, "the answer is a web page, perhaps of a proxy")
STATES = {
    "in sync": granted("Students", "Staff"),
    "missing": granted("Students"),
    "all missing": granted(),
    "too much": granted("Students", "Staff", "PersonPhotos"),
    "much too much": granted("Students", "Staff", *(f"Entity{number}" for number in range(12))),
    "both": granted("Staff", "PersonPhotos"),
    "refused": REFUSED,
    "unreadable": LiveAccess(UNREADABLE, UNREADABLE),
    "a role to look at": replace(granted("Students", "Staff"), roles=NO_PROBE, permissions=NO_PROBE),
}
SUPPLIERS = ("groupcall", "cashless-till", "library-loans")


def trust(states: list[tuple[str, str, str]], down: frozenset[int] = frozenset()) -> Plan:
    """A plan of schools with long names and titles, each with three suppliers in these states."""
    names = [f"school-{number:02}-of-the-trust" for number in range(len(states))]
    found = {
        Address(name, supplier): STATES[state]
        for name, its in zip(names, states, strict=True)
        for supplier, state in zip(SUPPLIERS, its, strict=True)
    }
    wanted = [
        access(["Students", "Staff"], address=address, role="Write-back" if "role" in state else None)
        for address, state in zip(found, [state for its in states for state in its], strict=True)
    ]
    live = live_of(found)
    no_answer = LiveSchool(Known(False, PROBED), "no answer in 30 s")
    live = replace(live, schools={**live.schools, **{names[number]: no_answer for number in down}})
    desired = desired_of(*wanted)
    schools = {name: replace(school, title=f"{name.title()} Academy") for name, school in desired.schools.items()}
    return planned(replace(desired, schools=schools), live)


def text_of(plan: Plan, columns: int | None = COLUMNS) -> str:
    """The text at a terminal, or with its lines as long as they are."""
    return render_text(short(plan), columns=columns)


def short(plan: Plan) -> ReportInput:
    """The input of a report without --all."""
    return replace(material(plan), everything=False)


def mixed() -> Plan:
    """75 schools: most in sync, some in every state."""
    cycle = [*STATES, *["in sync"] * 12]
    states = [tuple(cycle[(number * 5 + place * 8) % len(cycle)] for place in range(3)) for number in range(75)]
    return trust([(one, two, three) for one, two, three in states], down=frozenset({4, 60}))


@pytest.mark.parametrize("columns", [None, COLUMNS, 60])
def test_a_trust_of_75_schools(columns: int | None, golden: Golden) -> None:
    """As a person sees it."""
    golden(f"many.{columns or 'wide'}.txt", text_of(mixed(), columns))


@given(
    st.lists(st.tuples(*[st.sampled_from([*STATES])] * 3), min_size=75, max_size=75), st.frozensets(st.integers(0, 74))
)
@examples(1)
def test_75_schools_fit_on_two_screens(states: list[tuple[str, str, str]], down: frozenset[int]) -> None:
    """Whatever their states; every school is in the table, in its sum, or counted as quiet, and no number is lost."""
    plan = trust(states, down)
    text = text_of(plan)
    lines = text.splitlines()
    assert len(lines) <= SCREENS * LINES
    assert all(len(line) <= COLUMNS for line in lines)
    rows = [row.groups() for line in lines if (row := re.match(r"(\S.*?) +([\d ]+?) +(\d+) of (\d+)$", line))]
    numbers = [[int(number) for number in row[1].split()] for row in rows]
    sums = [sum(column) for column in zip(*numbers, strict=True)] or [0] * 4
    summary = plan.summary
    assert sums == [summary.revoke, summary.grant, summary.mend_login, summary.unknown]
    more = sum(int(row[0].removesuffix(" more")) - 1 for row in rows if row[0].endswith(" more"))
    quiet = re.search(r"^(\d+) schools? with (\d+) access", text, re.MULTILINE)
    assert len(rows) + more + (int(quiet[1]) if quiet else 0) == len(plan.schools)
    shown = sum(int(row[2]) for row in rows) + (int(quiet[2]) if quiet else 0)
    assert shown == summary.in_sync


def test_the_worst_school_comes_first() -> None:
    """Too much before missing, before refused, before not checked."""
    order = ["too much", "missing", "refused", "unreadable"]
    states = [*["in sync"] * 20, *reversed(order)]
    text = text_of(trust([(state, "in sync", "in sync") for state in states]))
    found = re.findall(r"^School-(\d\d).*of 3$", text, re.MULTILINE)
    assert found == ["23", "22", "21", "20"]


def test_the_worst_difference_of_a_school_comes_first() -> None:
    """Whichever supplier has it."""
    text = text_of(trust([("missing", "refused", "too much")] * (MANY + 1)))
    details = re.findall(r"^school-00-of-the-trust\S*  .*$", text, re.MULTILINE)
    assert details == [
        "school-00-of-the-trust/library-loans  too much: PersonPhotos",
        "school-00-of-the-trust  2 more differences or unknown facts",
    ]


def test_few_schools_and_all_are_told_whole() -> None:
    """Up to the threshold nothing is left out; above it --all leaves nothing out."""
    few = trust([("missing", "too much", "refused")] * MANY)
    assert render_text(short(few)) == render_text(material(few))
    many = trust([("missing", "too much", "refused")] * (MANY + 1))
    whole = render_text(material(many))
    assert render_text(short(many)) != whole
    assert all(str(each.address.school) in whole for each in many.accesses)
