"""A plan as Markdown, as an approver reads it under a pull request."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.evidence import Known
from reconciler.model.live import Live
from reconciler.report.escape import printable
from reconciler.report.markdown.plan import render_markdown
from reconciler.report.story.differences import alike_places
from reconciler.report.story.story import story
from tests.planning.worlds import desireds, worlds
from tests.report import changes
from tests.report.test_markdown_text import MORE, rendered, shape
from tests.report.test_runbook import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.desired import Desired
    from reconciler.report.input import ReportInput
    from tests.conftest import Golden

LIMIT = 60_000
SCENES: dict[str, Callable[..., ReportInput]] = {
    "change": changes.everything,
    "drift": changes.drifted,
    "in-sync": changes.in_sync,
    "nothing-asked": changes.nothing_asked,
    "record": changes.from_a_record,
    "too-old": changes.too_old,
    "lawful-basis": changes.opened,
    "base-unread": changes.base_unread,
    "stopped": changes.stopped,
}


@pytest.mark.parametrize("name", SCENES)
def test_what_an_approver_reads(name: str, golden: Golden) -> None:
    """First who reads or writes more; then what else; then what was wrong already; then what nobody knows."""
    golden(f"{name}.md", render_markdown(SCENES[name](details="https://ci.example.org/runs/1")))


def test_a_change_at_every_school_of_a_host_fits(golden: Golden) -> None:
    """The story stands whole; sections are left out from the end, and it says how many and where they are."""
    told = render_markdown(replace(changes.huge(75, 25), details="https://ci.example.org/runs/1"))
    golden("huge.md", told)
    assert len(told.encode()) <= LIMIT
    assert "**25 suppliers** may read or write more than before at 75 schools." in told
    left = re.search(r"\*\*(\d+) sections left out here\*\*.*\[The whole report\]\(<https://ci", told)
    assert left
    assert int(left[1]) + told.count("<details><summary><code>") == 1875


def test_the_first_lines_say_who_reads_what_is_sensitive_and_what_was_wrong_before() -> None:
    """One look: before the first table."""
    first = render_markdown(changes.everything()).partition("###")[0]
    assert "4 suppliers** may read or write more" in first
    assert "**Sensitive:** `SENStudents`, `StudentSomethingNew` (unrecognised), `PersonPhotos`." in first
    before = "**Already different before this change:** 5 differences."
    assert f"{before} **Sensitive:** `StudentsInCare`, `PersonPhotos`, `AttendanceSessions`." in first
    assert "check that" in first


def test_the_same_edit_at_many_schools_is_one_row() -> None:
    """With how many schools and, folded, which, and how Bromcom stands to it at each."""
    rows = [line for line in render_markdown(changes.everything()).splitlines() if "may read `SENStudents`" in line]
    assert rows[0].count("6 schools") == 1
    assert "to tick by hand: greenfield, hilltop, riverside" in rows[0]
    assert "☑ already done at 1" in rows[0]


def test_where_passwords_go_by_now_is_said_first_and_whole() -> None:
    """The move of all schools is one row with what of their addresses differs, and none of it cut off."""
    told = render_markdown(changes.moved())
    assert "**It changes where passwords go: check that.**" in told.partition("###")[0]
    rows = [line for line in told.partition("### Details")[0].splitlines() if "check this" in line]
    assert len(rows) == 1
    for platform in (changes.SCOMIS, changes.CLOUD):
        assert f"`{platform.read_url}`" in rows[0]
        assert f"`{platform.write_url}`" in rows[0]
    assert "6 schools" in rows[0]
    assert "School ID" not in rows[0]


def test_an_access_that_goes_says_that_nothing_is_taken_away() -> None:
    """Whoever approves it must not think that the supplier is locked out by that."""
    assert "Ending an agreement does not change Bromcom." in render_markdown(changes.everything())


def test_the_same_state_gives_the_same_bytes() -> None:
    """Twice the same."""
    assert render_markdown(changes.everything()) == render_markdown(changes.everything())


@st.composite
def materials(draw: st.DrawFn) -> ReportInput:
    """Any change of any manifests, with any live side of the newer ones, or none under review."""
    head, live = draw(worlds())
    base: Desired = draw(desireds())
    made = changes.reviewed(base, head, live)
    return draw(st.sampled_from([made, replace(made, review=None)]))


@given(materials())
def test_every_difference_is_told_and_no_section_is_cut(made: ReportInput) -> None:
    """Whatever the plan: it fits, what is opened is closed, and each chapter and each fact unknown is there."""
    told = render_markdown(made)
    assert len(told.encode()) <= LIMIT
    assert told.count("<details>") == told.count("</details>")
    root = rendered(told)
    assert not root.xpath("//details//h3")
    headings = {str(each.text_content()) for each in root.xpath("//h3 | //summary/b")}
    assert {chapter.heading for chapter in story(made).chapters} <= headings
    code = {str(each.text_content()) for each in root.xpath("//code")}
    assert {name for access in made.plan.accesses for name in access.reported} <= code
    names = {printable(change.name) for alike in alike_places(made) for change in alike.changes}
    assert names <= code | {"Public Task", "bought"}


@given(st.text(min_size=1, max_size=4000) | st.text(alphabet="@:|`\\<\U000e0001", min_size=1, max_size=3000))
def test_long_texts_cost_their_own_room_alone(text: str) -> None:
    """However long and hostile a name is: the limit holds, and every chapter is there."""
    made = changes.hostile(text)
    told = render_markdown(made)
    assert len(told.encode()) <= LIMIT
    headings = {str(each.text_content()) for each in rendered(told).xpath("//h3 | //summary/b")}
    assert {chapter.heading for chapter in story(made).chapters} <= headings


@pytest.mark.parametrize("text", [*HOSTILE, *MORE])
@pytest.mark.parametrize("scene", [changes.hostile, changes.hostile_base])
def test_text_from_outside_is_text(scene: Callable[[str], ReportInput], text: str) -> None:
    """The same tables, cells, folds and marks whatever the names are, and no link, image or tag of theirs."""
    first = "a" if text < "greenfield" else "x"  # so that the schools keep their order
    harmless = first + "".join(char if char == " " else "x" for char in text[1:])
    assert shape(rendered(render_markdown(scene(text)))) == shape(rendered(render_markdown(scene(harmless))))


@pytest.mark.parametrize("text", [*HOSTILE, *MORE])
def test_nobody_is_called_by_a_name(text: str) -> None:
    """Outside code no host finds somebody's name, an issue, a commit or an address in what is left to read."""
    root = rendered(render_markdown(changes.hostile(text)))
    runs = [str(run) for run in root.xpath("//text()[not(ancestor::code) and not(ancestor::a)]")]
    assert not [run for run in runs if re.search(r"@\w|[#!]\d|[%&~$]\w|GH-\d|\b[0-9a-f]{7,40}\b|://", run)]
    assert not [line for line in render_markdown(changes.hostile(text)).splitlines() if line.startswith(("/", "::"))]


def test_what_is_not_known_is_never_in_sync() -> None:
    """Nothing differs, and not everything was seen: it does not say that all is well."""
    base, _ = changes.base_and_head()
    plan = changes.reviewed(base, base, Live({}, {}))
    told = render_markdown(replace(plan, review=None))
    assert "In sync" not in told
    assert "**Partly checked:** no differences found, but 71 facts could not be checked." in told
    assert all(not isinstance(access.granted, Known) for access in plan.plan.accesses)


def test_the_riskiest_section_stands_first_whatever_makes_it_so() -> None:
    """What is sensitive, and where a password goes or comes from, stands before what is not; what is unknown last."""
    told = render_markdown(changes.everything())
    order = re.findall(r"<details><summary><code>([^<]*)</code>", told)
    ordinary = order.index("riverside/till")
    assert order.index("greenfield/groupcall") < ordinary
    assert order.index("hilltop/parentpay") < ordinary
    assert order.index("northgate") < ordinary
    assert order[-1] == "meadow"
