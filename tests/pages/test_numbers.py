"""The numbers that pages tell, read back and held against a count of the plan's own parts."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given

from reconciler.model.aspect import Action
from reconciler.model.history import HistorySummary, Night, Since
from reconciler.model.review import DifferenceKey
from reconciler.report.pages.overview import overview_page
from reconciler.report.pages.school import school_page
from reconciler.report.pages.site import pages_of
from reconciler.report.pages.supplier import supplier_page
from reconciler.report.pages.trend import trend_chart
from tests.examples import examples
from tests.pages.sets import made, trust
from tests.report.test_numbers import many

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.model.plan import AccessPlan, SchoolPlan
    from reconciler.report.pages.page_set import PageSet

_WORDS = {
    Action.REVOKE: r"(\d+) (?:permissions? too many|accounts? that no supplier claims|logins? that should be closed)",
    Action.GRANT: r"(\d+) missing",
    Action.MEND_LOGIN: r"(\d+) logins? refused",
    Action.SET: r"(\d+) settings? different",
}
_CELL = {
    Action.REVOKE: r"(\d+) too many",
    Action.GRANT: r"(\d+) missing",
    Action.MEND_LOGIN: r"(\d+) logins? refused",
    Action.SET: r"(\d+) set differently",
}


def text_of(markup: str) -> str:
    """The words of a page, those for a screen reader too."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<(svg|symbol).*?</\1>|<[^>]*>", "", markup, flags=re.DOTALL)))


def counted(parts: Iterable[SchoolPlan | AccessPlan]) -> Mapping[Action, int]:
    """The differences of parts of a plan that nobody accepts, by kind."""
    return Counter(change.action for part in parts for change in part.changes if not change.waived)


def told(text: str, words: Mapping[Action, str]) -> Mapping[Action, int]:
    """The numbers that a text tells; one that it does not tell is none."""
    return +Counter({action: sum(map(int, re.findall(pattern, text))) for action, pattern in words.items()})


def verdict(page: str) -> str:
    """The sentence that leads a page."""
    found = re.search(r'class="verdict__what">(.*?)</p>', page, re.DOTALL)
    assert found
    return text_of(found[1])


def parts_at(page_set: PageSet, school: str = "", supplier: str = "") -> list[SchoolPlan | AccessPlan]:
    """The parts of a plan at a school, or of a supplier, or all of them."""
    plan = page_set.report.plan
    accesses = [each for each in plan.accesses if school in ("", each.address.school)]
    accesses = [each for each in accesses if supplier in ("", each.address.supplier)]
    return [*(each for each in plan.schools if school in ("", each.name) and not supplier), *accesses]


@examples(0.4)
@given(many())
def test_every_page_tells_the_numbers_of_its_part(world: tuple[Desired, Live]) -> None:
    """The overview, its tiles and its sums; each school; each supplier."""
    page_set = made(world)
    plan, overview = page_set.report.plan, overview_page(page_set)
    everything = counted(parts_at(page_set))
    unknown = sum(item.facts for part in parts_at(page_set) for item in part.unknown)
    assert told(verdict(overview), _WORDS) == everything
    tiles = [int(each.replace(",", "")) for each in re.findall(r'class="tile__n">([\d,]+)', overview)]
    assert tiles == [everything[each] for each in (Action.REVOKE, Action.GRANT, Action.MEND_LOGIN)] + [unknown]
    sums = re.search(r'<tr class="matrix__sum">.*?</td>', overview, re.DOTALL)
    assert sums
    assert told(text_of(sums[0]), _CELL) == everything
    rows = re.findall(r"<tr data-text=.*?</tr>", overview, re.DOTALL)
    assert len(rows) == len(plan.schools)
    cells = [told(text_of(cell), _CELL) for row in rows for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)[1:]]
    assert sum(map(Counter, cells), Counter()) == everything
    for school in plan.schools:
        assert told(verdict(school_page(page_set, school)), _WORDS) == counted(parts_at(page_set, school.name))
    for record in page_set.register.suppliers:
        parts = parts_at(page_set, supplier=record.supplier)
        assert told(verdict(supplier_page(page_set, record.supplier)), _WORDS) == counted(parts)


@examples(0.2)
@given(many())
def test_the_same_set_is_rendered_in_the_same_bytes(world: tuple[Desired, Live]) -> None:
    """Twice over, each page."""
    first, again = ([render() for _, render in pages_of(made(world))] for _ in range(2))
    assert first == again


def test_a_page_says_since_when_as_far_as_it_is_known() -> None:
    """One that was there on the first night may be older; one that came later has its day."""
    page_set = made(trust(6, 3))
    first, last = datetime(2026, 11, 1, 3, tzinfo=UTC), datetime(2026, 11, 14, 3, tzinfo=UTC)
    for since, words in (
        (Since(first, None), "since 2026-11-01 or earlier"),
        (Since(last, datetime(2026, 11, 13, 3, tzinfo=UTC)), "since 2026-11-14 (not on 2026-11-13)"),
        (Since(last, first), "since 2026-11-14 (not on 2026-11-01)"),
    ):
        accesses = page_set.report.plan.accesses
        keys = [DifferenceKey.of(change, *access.address) for access in accesses for change in access.changes]
        history = HistorySummary(different=dict.fromkeys(keys, since))
        assert f"Seen {words}." in text_of(overview_page(replace(page_set, history=history)))
    assert "Seen " not in text_of(overview_page(page_set))


def test_a_night_without_a_look_is_a_gap_and_never_zero() -> None:
    """Without a run, of a part, or next to blind, a day has no bar; a night of 0 has a row of 0."""
    numbers = {Action.REVOKE: 3, Action.GRANT: 2, Action.MEND_LOGIN: 1}
    start = datetime(2026, 11, 20, 3, tzinfo=UTC)
    nights = (
        Night(start, numbers, 1, 4, 100, {}),
        Night(start + timedelta(days=2), {}, 0, 0, 100, {}, whole=False),
        Night(start + timedelta(days=3), {}, 0, 100, 100, {}, blind=True),
        Night(start + timedelta(days=4), {}, 0, 0, 100, {}),
    )
    chart = trend_chart(HistorySummary(nights))
    assert chart
    assert [bar.day.day for bar in chart.nights] == [20, 24]
    assert [(bar.red, bar.amber, bar.unseen) for bar in chart.nights] == [(66.7, 33.3, 40.0), (0, 0, 0)]
    assert chart.said == (
        "0 differences on 24 Nov 2026, 6 fewer than on 20 Nov 2026. "
        "28 days of 30 have no whole look: they are gaps, and not 0."
    )
    page = overview_page(replace(made(trust(6, 3)), history=HistorySummary(nights)))
    rows = re.findall(r'<th scope="row">(\d+ Nov 2026)</th>(.*?)</tr>', page)
    told = {day: text_of(cells.replace("</td>", " ")).split() for day, cells in rows}
    assert told["20 Nov 2026"] == ["3", "1", "2", "0", "4"]
    assert told["24 Nov 2026"] == ["0"] * 5
    assert {" ".join(told[f"{day} Nov 2026"]) for day in (21, 22, 23)} == {"no whole look"}
    assert trend_chart(HistorySummary()) is None


def test_one_login_works_and_several_work() -> None:
    whole = made(trust(6, 3))
    plan = whole.report.plan
    one = replace(whole, report=replace(whole.report, plan=replace(plan, accesses=plan.accesses[:1])))
    assert re.search(r"\d of 1 login works", text_of(overview_page(one)))
    assert re.search(r"\d of \d+ logins work\b", text_of(overview_page(whole)))
