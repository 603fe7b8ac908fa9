"""An exported access log: its columns and dates in many forms, whose calls they are, and what it cannot tell."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.accountability.access_log import access_log
from reconciler.accountability.log_times import LogTimes
from reconciler.accountability.usage import LogScope, logged_use, usage_report
from reconciler.errors import InputError
from reconciler.model.address import Address
from reconciler.model.entity import entity_key
from reconciler.spreadsheets import csv_table
from tests.planning.worlds import NAMES, access, desired_of

if TYPE_CHECKING:
    from reconciler.model.accountability.access_log import ExportedLog
    from reconciler.model.desired import Desired

TODAY = date(2026, 11, 30)
GROUPCALL, TILL, FAR = (
    Address(*text.split("/")) for text in ("greenfield/groupcall", "greenfield/till", "oakwood/till")
)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def log_of(text: str, **typed: str) -> ExportedLog:
    """The log that a file of this text is."""
    return access_log(csv_table(text.encode(), "log.csv", what="the log").rows, "log.csv", typed, TODAY)


def trust() -> Desired:
    """Two suppliers at one school, and one of them at another."""
    return desired_of(*(access(["Students", "Staff"], address=address) for address in (GROUPCALL, TILL, FAR)))


def csv_of(lines: list[tuple[datetime, str, str]]) -> str:
    """A log of (time, account, entity)."""
    return "Time,Account,Entity\n" + "".join(
        f"{time:%Y-%m-%d %H:%M:%S},{name},{entity}\n" for time, name, entity in lines
    )


_lines = st.lists(
    st.tuples(
        st.integers(0, 60 * 24 * 80).map(lambda minutes: NOON - timedelta(minutes=minutes)),
        st.sampled_from(["groupcall.greenfield", "TILL.Greenfield ", "till.oakwood", "left.over", "another.one"]),
        st.sampled_from([*NAMES, ""]),
    ),
    min_size=1,
)


@given(_lines)
def test_the_numbers_are_those_of_an_independent_count(lines: list[tuple[datetime, str, str]]) -> None:
    """Calls, last calls, what was never called and what is not agreed, and accounts that no manifest names."""
    desired = trust()
    report = usage_report(desired, log_of(csv_of(lines)), LogScope(), desired.accesses.keys())
    assert report.calls == len(lines)
    by_account = Counter(name.strip().casefold() for _, name, _ in lines)
    known = {each.account for each in report.accesses}
    assert {each.account.casefold(): each.calls for each in report.unclaimed} == {
        name: number for name, number in by_account.items() if name not in known
    }
    for each in report.accesses:
        own = [(time, entity) for time, name, entity in lines if name.strip().casefold() == each.account]
        if not own:
            assert each.use is None
            continue
        counted = Counter(entity_key(entity) for _, entity in own if entity)
        called = {entity_key(calls.name): calls for calls in (*each.called, *each.undeclared)}
        assert {key: calls.calls for key, calls in called.items()} == counted
        for key, calls in called.items():
            assert calls.last == max(time for time, entity in own if entity_key(entity) == key)
        declared = set(desired.accesses[each.address].entities)
        assert {entity_key(calls.name) for calls in each.undeclared} == counted.keys() - declared
        assert {entity_key(name) for name in each.never} == declared - counted.keys()
        assert each.use
        assert each.use.calls == len(own)
        assert each.use.period == (min(own)[0].date(), max(own)[0].date())


@pytest.mark.parametrize(
    "text",
    [
        "Time,Entity\n2026-11-24T06:05:00,Students\n",
        "Date;Time;Entity\n24/11/2026;06:05;Students\n",
        "Time;Date;Entity\n06:05;24/11/2026;Students\n",
        "Access Log\n\nTime\tOperation\tEntity\tOutcome\n2026-11-24 06:05:00\tgetEntityDataBySchoolID\tStudents\tok\n",
        "sep=;\nEntity name;Date and time\nStudents;24 Nov 2026 6:05 AM\n",
        "\ufeffTIMESTAMP,Data-Set\n24-Nov-26 06:05,Students\n",
        "Time,Entity\n24.11.2026 06:05:00.000,Students\nShowing 1 to 1 of 1,\n",
    ],
)
def test_a_log_is_read_whatever_it_looks_like(text: str) -> None:
    """No format is published: the columns are known by their names, and British dates by their look."""
    (line,) = log_of(text).lines
    assert (line.time, line.entity) == (datetime(2026, 11, 24, 6, 5, tzinfo=UTC), "Students")


def test_a_column_with_a_name_of_its_own_is_named() -> None:
    """It then replaces the names that we know; one that is not there is told."""
    text = "When,Entity,What\n2026-11-24 06:05,x,Student Contacts\n"
    assert [line.entity for line in log_of(text, time="When", entity="What").lines] == ["StudentContacts"]
    with pytest.raises(InputError, match=r"has no column 'Wenn'\. Did you mean `When`\?"):
        log_of(text, time="Wenn")
    with pytest.raises(InputError, match="It needs Time and Entity"):
        log_of(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Time,Entity\nyesterday,Students\n2026-11-24,Staff\n", "log.csv:2: 'yesterday' is not a date"),
        ("Time,Entity\n31/02/2026,Students\n", "log.csv:2: '31/02/2026' is not a date"),
        ("Time,Entity\n05/12/2026,Students\n", "line 2 is of 2026-12-05, which is to come"),
        ("Time,Entity\n", "it has no call"),
        ("", "Its first line has: nothing"),
    ],
)
def test_a_log_that_cannot_be_read_is_refused_whole(text: str, told: str) -> None:
    """One with gaps would read as "not called"."""
    with pytest.raises(InputError) as refused:
        log_of(text)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("texts", "days", "remark"),
    [
        (["01/02/2026", "13/02/2026"], [(1, 2), (13, 2)], ""),
        (["01/02/2026", "02/13/2026"], [(2, 1), (13, 2)], "month, day, year"),
        (["01/02/2026"], [(1, 2)], "none of them shows which"),
        (["2026-02-01"], [(1, 2)], ""),
    ],
)
def test_the_month_is_where_the_dates_show_it(texts: list[str], days: list[tuple[int, int]], remark: str) -> None:
    """All dates of a log are written alike; if none shows it, the day comes first and the report says so."""
    times = LogTimes()
    times.learn(texts)
    read = [times.read(text) for text in texts]
    assert [(time.day, time.month) for time in read if time] == days
    assert bool(remark) is bool(times.remarks)
    assert remark in "".join(times.remarks)


def test_a_log_goes_back_three_months() -> None:
    """Older calls are of another export, and are left out and told."""
    old = NOON - timedelta(days=93)
    log = log_of(csv_of([(old, "till.greenfield", "Staff"), (NOON, "till.greenfield", "Students")]))
    assert [line.entity for line in log.lines] == ["Students"]
    assert log.remarks == ("Calls of more than three months before the last one were left out: 1.",)


def test_an_account_that_a_log_lacks_is_not_known() -> None:
    """Only a log that is said to be of the whole school has it as never called."""
    desired = trust()
    log = log_of(csv_of([(NOON - timedelta(days=89), "groupcall.greenfield", "Staff"), (NOON, "left.over", "Staff")]))
    assert logged_use(desired, log, LogScope()).uses.keys() == {GROUPCALL}
    uses = logged_use(desired, log, LogScope(school="greenfield")).uses
    assert uses.keys() == {GROUPCALL, TILL}
    assert (uses[TILL].calls, uses[TILL].last, uses[TILL].period.days) == (0, None, 90)
    assert uses[GROUPCALL].period.days == 90


def test_the_days_of_a_log_are_those_of_the_accounts_own_calls_unless_a_person_says_more() -> None:
    """A log that was cut at its newest lines covers no more than they do."""
    desired = trust()
    log = log_of(csv_of([(NOON - timedelta(days=80), "till.greenfield", ""), (NOON, "groupcall.greenfield", "Staff")]))
    assert logged_use(desired, log, LogScope()).uses[GROUPCALL].period.days == 1
    first = NOON.date() - timedelta(days=89)
    assert logged_use(desired, log, LogScope(first=first)).uses[GROUPCALL].period.days == 90


def test_whose_calls_they_are_must_be_certain() -> None:
    """A log of one account need not name it; a name that two schools have needs the school."""
    bare = log_of("Time,Entity\n2026-11-24,Students\n")
    with pytest.raises(InputError, match="--of SCHOOL/SUPPLIER"):
        logged_use(trust(), bare, LogScope())
    assert logged_use(trust(), bare, LogScope(address=TILL)).uses.keys() == {TILL}
    both = desired_of(*(access(address=address, via=access(address=TILL).via) for address in (TILL, FAR)))
    named = log_of(csv_of([(NOON, "till.greenfield", "Staff")]))
    with pytest.raises(InputError, match="at 2 schools"):
        logged_use(both, named, LogScope())
    assert logged_use(both, named, LogScope(school="oakwood")).uses.keys() == {FAR}
    with pytest.raises(InputError, match="which is not that of greenfield/groupcall"):
        logged_use(trust(), named, LogScope(address=GROUPCALL))


def test_schools_are_known_by_name_title_and_number() -> None:
    """As the log has them."""
    for school in ("oakwood", "Oakwood"):
        log = log_of(f"Time,School,Account,Entity\n2026-11-24,{school},till.oakwood,Staff\n")
        assert logged_use(trust(), log, LogScope()).uses.keys() == {FAR}
    (stranger,) = logged_use(
        trust(), log_of("Time,School,Account,Entity\n2026-11-24,77,till.oakwood,Staff\n"), LogScope()
    ).unclaimed
    assert (stranger.school, stranger.account) == ("77", "till.oakwood")
