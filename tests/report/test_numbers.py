"""The same numbers in every report: each format is read back, and held against a count of the plan's own parts."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reconciler.cli.output.renderers import OF_PLANS
from reconciler.model.address import Address
from reconciler.model.aspect import Action
from reconciler.model.drift_news import Notified, Recalled
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.model.plan import Orphan
from reconciler.model.review import AppliedRevision, Cause, DifferenceKey, Edits, Review
from reconciler.planning.drift_news import ObservedScope, news, observations_in
from reconciler.report.finding_rules import (
    ENTITY_REPORTED,
    NO_LONGER_AGREED,
    NOT_KNOWN,
    OVER_LIMIT,
    SCHOOL_UNREACHABLE,
    SUPPLIER_WITHOUT_ENTITIES,
    TO_ATTEST,
    WORD_DENIED,
)
from reconciler.report.input import ReportKind
from reconciler.report.json import render_json
from reconciler.report.markdown.plan import render_markdown
from reconciler.report.notifications.heartbeat import render_heartbeat
from reconciler.report.notifications.json import render_notice_json
from reconciler.report.notifications.slack import render_notice_slack
from reconciler.report.notifications.teams import render_notice_teams
from reconciler.report.pages.plan import render_html
from reconciler.report.text.plan import render_text
from tests.planning.worlds import (
    PROBED,
    access,
    accesses,
    attested,
    desired_of,
    granted,
    live_accesses,
    live_schools,
    material,
    planned,
    vouch,
    waivers,
)
from tests.report.runners import github_commands

if TYPE_CHECKING:
    from reconciler.model.change import Change
    from reconciler.model.desired import Desired
    from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
    from reconciler.report.input import ReportInput
    from tests.conftest import Golden

SCHOOLS: Final = ("greenfield", "hilltop", "riverside")
SUPPLIERS: Final = ("groupcall", "library", "till")
NO_DIFFERENCE: Final = {
    ENTITY_REPORTED, NO_LONGER_AGREED, NOT_KNOWN, OVER_LIMIT, SCHOOL_UNREACHABLE, SUPPLIER_WITHOUT_ENTITIES,
    TO_ATTEST, WORD_DENIED,
}  # fmt: skip
OF_REVIEWS: Final = (Cause.THIS_CHANGE, Cause.BEFORE, Cause.BOTH)
ACTIONS: Final = (Action.GRANT, Action.REVOKE, Action.MEND_LOGIN, Action.SET)
FOR_PEOPLE: Final = (
    r"(\d+) missing",
    r"(\d+) permissions? too many|(\d+) logins? that should be closed|(\d+) accounts? that no supplier claims",
    r"(\d+) logins? refused", r"(\d+) settings? different",
)  # fmt: skip


class Numbers(NamedTuple):
    """How many differences there are of each kind, in the order of ACTIONS; how many are accepted; and facts."""

    kinds: tuple[int, ...]
    waived: int
    known: int
    facts: int


_CHOSEN: Final = st.sets(st.sampled_from([Address(a, b) for a in SCHOOLS for b in SUPPLIERS]), min_size=4)
_BASES: Final = st.sampled_from([None, "Public Task"])
_WAIVERS: Final = st.lists(waivers(), max_size=2).map(tuple)
_CARRIED_OUT: Final = st.booleans()
_CAUSES: Final = st.sampled_from(OF_REVIEWS)


@st.composite
def many(draw: st.DrawFn) -> tuple[Desired, Live]:
    """Up to three suppliers at each of three schools, each in any state, with people's words."""
    desired = desired_of(
        *(draw(accesses(address)) for address in sorted(draw(_CHOSEN))),
        lawful_basis=draw(_BASES),
    )
    desired = replace(desired, waivers=draw(_WAIVERS))
    schools = {name: draw(live_schools(words=True)) for name in desired.schools}
    return desired, Live(schools, {address: draw(live_accesses(words=True)) for address in desired.accesses})


def parts_of(plan: Plan) -> tuple[SchoolPlan | AccessPlan, ...]:
    """Its schools and accesses."""
    return (*plan.schools, *plan.accesses)


def counted(plan: Plan) -> Numbers:
    """The numbers of a plan, counted part by part."""
    parts = parts_of(plan)
    kinds = Counter(change.action for part in parts for change in part.changes if not change.waived)
    facts = sum(part.facts for part in parts)
    unknown = sum(item.facts for part in parts for item in part.unknown)
    waived = sum(bool(change.waived) for part in parts for change in part.changes)
    return Numbers(tuple(kinds[action] for action in ACTIONS), waived, facts - unknown, facts)


def read(text: str, patterns: tuple[str, ...], waived: str = r"(\d+) differences?") -> Numbers:
    """The numbers that a text tells; what it does not tell is none. What several words count is added up."""

    def one(pattern: str) -> int:
        return sum(int(found[1]) for each in pattern.split("|") if (found := re.search(each, text)))

    known = re.search(r"(\d+) of (\d+) facts?(?: known)", text)
    assert known
    return Numbers(tuple(map(one, patterns)), one(waived), int(known[1]), int(known[2]))


def text_of(page: str) -> str:
    """The words of a page in HTML, or of Markdown, without what marks them up."""
    markup = r"<style>.*?</style>|<ul class=.key.*?</ul>|<[^>]*>|[*`]"
    return re.sub(r"\s+", " ", html.unescape(re.sub(markup, "", page, flags=re.DOTALL)))


def texts_of(body: str) -> str:
    """Every text of a message in JSON, a line each."""

    def inside(value: Any) -> list[str]:
        match value:
            case str():
                return [value]
            case dict():
                return [text for each in value.values() for text in inside(each)]
            case list():
                return [text for each in value for text in inside(each)]
        return []

    return html.unescape("\n".join(inside(json.loads(body))))


def results_of(sarif: str) -> tuple[int, int, int]:
    """How many differences are open, how many are suppressed, and how many open results there are in all."""
    results = json.loads(sarif)["runs"][0]["results"]
    differing = [each for each in results if each["ruleId"] not in NO_DIFFERENCE]
    waived = sum("suppressions" in each for each in differing)
    return len(differing) - waived, waived, len(results) - waived


def cases_of(junit: str) -> tuple[int, int, int]:
    """How many cases failed of those that are of places, how many differences their messages tell, and how many
    accounts are no longer agreed."""
    told: dict[str, list[int]] = {"places": [], "(limits)": [], "(no longer agreed)": []}
    for case in etree.fromstring(junit.encode()).iter("testcase"):
        messages = [str(failure.get("message")) for failure in case.iter("failure")]
        told.get(str(case.get("name")), told["places"]).extend(int(each.partition(" ")[0]) for each in messages)
    return len(told["places"]), sum(told["places"]), sum(told["(no longer agreed)"])


def told_by_annotations(commands: str) -> int:
    """How many findings the annotations tell, those included that the last says are left out."""
    told = 0
    for each in github_commands(commands):
        many = re.search(r" at (\d+) schools: |^(\d+) more are not shown", f"{each.properties['title']} ")
        left = re.match(r"(\d+) more are not shown", each.data)
        told += int(left[1]) if left else int(many[1]) if many else 1
    return told


def holds(made: ReportInput) -> None:
    """Every report of it tells the same numbers."""
    reports = {form: OF_PLANS.renderer(form, Path(form))(made) for form in OF_PLANS.formats}
    plan = made.plan
    numbers = counted(plan)
    total = sum(numbers.kinds)
    failing = sum(any(not change.waived for change in part.changes) for part in parts_of(plan))

    summary = json.loads(reports.pop("json"))["summary"]
    assert tuple(summary[key] for key in ("grant", "revoke", "mendLogin", "set")) == numbers.kinds
    assert (summary["waived"], summary["known"], summary["facts"]) == numbers[1:]
    waived = r"(\d+) differences? accepted for now"
    text = reports.pop("text")
    assert read(text, FOR_PEOPLE, waived) == numbers
    drift = replace(made, kind=ReportKind.DRIFT)
    accepted = r"Accepted for now:? ?(\d+) differences?"
    assert read(text_of(reports.pop("markdown")), FOR_PEOPLE, accepted) == numbers
    assert read(text_of(reports.pop("html")), FOR_PEOPLE, accepted) == numbers
    sarif = reports.pop("sarif")
    open_results, suppressed, results = results_of(sarif)
    assert (open_results, suppressed) == (total, numbers.waived)
    assert told_by_annotations(reports.pop("github")) == results
    left = len(made.orphans)
    assert cases_of(reports.pop("junit")) == (failing, total, left)
    found_rules = [each["ruleId"] for each in json.loads(sarif)["runs"][0]["results"]]
    assert found_rules.count(NO_LONGER_AGREED) == left
    assert re.findall(r"(\d+) accounts? no longer agreed\b", text) == ([str(left)] if left else [])
    assert not reports, "a format whose numbers nothing here reads back"

    found = news(Notified(), plan, ObservedScope(), made.orphans)
    body = json.loads(render_notice_json(drift, found))
    assert body["summary"] == summary
    assert body["noLongerAgreed"]["count"] == left
    assert body["new"]["count"] == total
    for render in (render_notice_slack, render_notice_teams):
        told = texts_of(render(drift, found))
        assert read(told, FOR_PEOPLE, waived) == numbers
        assert re.findall(r"New since the last message \((\d+)\)", told) == ([str(total)] if total else [])
        assert re.findall(r"access not ended \((\d+)\)", told) == ([str(left)] if left else [])
    beat = json.loads(render_heartbeat(made, datetime(2026, 11, 24, tzinfo=UTC)))
    assert body["state"] == beat["state"]
    assert beat["state"] in (("drift", "blind") if total or left else ("in-sync", "incomplete", "blind"))
    assert (beat["differences"], beat["waived"], beat["known"], beat["facts"]) == (total, *numbers[1:])


def orphans() -> st.SearchStrategy[tuple[Orphan, ...]]:
    """Accounts that earlier nights knew of, and that the manifests name no more."""
    days = st.one_of(st.none(), st.just(date(2026, 11, 20)))
    names, schools = st.sampled_from(["old-till", "parentpay"]), st.sampled_from([*SCHOOLS, "closed"])
    each = st.builds(lambda *its: Orphan(its[0], its[1], its[1].title(), f"{its[1]}.{its[0]}", *its[2:]),
                     schools, names, st.booleans(), days)  # fmt: skip
    return st.lists(each, max_size=3, unique_by=lambda orphan: orphan.way_in).map(tuple)


@given(many(), orphans())
def test_every_report_tells_the_same_numbers(world: tuple[Desired, Live], left: tuple[Orphan, ...]) -> None:
    """Of each kind of difference, of what is accepted, of facts and of accounts that are no longer agreed, whatever
    differs at how many schools."""
    holds(replace(material(planned(*world)), recalled=Recalled(orphans=left)))


@given(many(), orphans(), st.data())
def test_what_is_not_carried_out_yet_is_counted_apart(
    world: tuple[Desired, Live], left: tuple[Orphan, ...], data: st.DataObject
) -> None:
    """Drift and what is left to do are the differences of the plan, in every report that counts."""
    plan = planned(*world)
    keys = sorted(observations_in(plan).differs)
    pending = frozenset(key for key in keys if data.draw(_CARRIED_OUT))
    applied = AppliedRevision("applied", "8d0e3b1f" * 5, pending)
    made = replace(material(plan, ReportKind.DRIFT), recalled=Recalled(orphans=left), applied=applied)
    told = render_text(made)
    drift = len(keys) - len(pending)
    beat = json.loads(render_heartbeat(made, datetime(2026, 11, 24, tzinfo=UTC)))
    assert (beat["differences"], beat["pending"]) == (len(keys), len(pending))
    assert beat["state"] != "pending" or (pending and not drift and not left)
    line = re.search(r"^Differences: (\d+) from drift, (\d+) not carried out yet", told, re.MULTILINE)
    assert (line and (int(line[1]), int(line[2]))) == ((drift, len(pending)) if drift and pending else None)
    assert len(re.findall(r"(?:  | · )not carried out yet(?: · |$)", told, re.MULTILINE)) == len(pending)
    assert len(json.loads(render_json(made))["applied"]["pending"]) == len(pending)


@given(many(), st.data())
def test_a_review_counts_each_difference_once(world: tuple[Desired, Live], data: st.DataObject) -> None:
    """What is already different, and what comes from this change: as many as there are that nobody accepts."""
    plan = planned(*world)
    places: list[tuple[str, str, Change]] = []
    places += [(each.name, "", change) for each in plan.schools for change in each.changes]
    places += [(*each.address, change) for each in plan.accesses for change in each.changes]
    keys = {DifferenceKey.of(change, school, supplier): change for school, supplier, change in places}
    found = {key: data.draw(_CAUSES) for key in keys}
    made = material(plan, review=Review("main", "8d0e3b1f" * 5, Edits(), found))
    counts = Counter(found[key] for key, change in keys.items() if not change.waived)
    line = re.search(r"^Differences: (.*)\.", render_text(made), re.MULTILINE)
    assert sum(map(int, re.findall(r"\d+", line[1]))) == counts.total() if line else not counts
    before = counts[Cause.BEFORE] + counts[Cause.BOTH]
    for page in (render_markdown(made), render_html(made)):
        told = re.search(r"Already different before this change:? ?(?:(\d+) differences?|nothing)", text_of(page))
        assert told
        assert int(told[1] or 0) == before


def several() -> tuple[Desired, Live]:
    """Two or more of each kind of difference: at two schools, of two suppliers, in different numbers."""
    greenfield, riverside = (Address(name, "groupcall") for name in ("greenfield", "riverside"))
    tills = [Address(name, "till") for name in SCHOOLS]
    desired = desired_of(
        access(("Students", "Staff", "Attendances"), address=greenfield),
        access(("Students", "Staff"), address=riverside, needs=["students", "contacts"], licence=True),
        *(access(("Students",), address=address) for address in tills),
        lawful_basis="Public Task",
    )
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"), refusal="401")
    found = {
        greenfield: granted("Staff", "PersonPhotos", "StudentsInCare"),
        riverside: vouch(granted("PersonPhotos", "Staff"), write_licence=Known("missing", attested())),
        **dict.fromkeys(tills[1:], refused),
        tills[0]: granted("Students"),
    }
    basis = vouch(LiveSchool(Known(True, PROBED)), lawful_basis=Known("Consent", attested()))
    schools = dict.fromkeys(SCHOOLS, basis)
    unset = Known("not set", attested())
    schools["riverside"] = vouch(basis, students=unset, contacts=unset)
    return desired, Live(schools, found)


def test_two_refused_logins_are_two() -> None:
    """And they stay two where a row tells both with the schools that each is at."""
    made = material(planned(*several()))
    assert counted(made.plan).kinds == (3, 3, 2, 6)
    holds(made)


@pytest.mark.parametrize("name", ["text", "md"])
def test_plurals_of_each_kind(name: str, golden: Golden) -> None:
    """Several things too many, missing, refused and set otherwise, at several schools."""
    render = {"text": render_text, "md": render_markdown}[name]
    golden(f"several.{name.replace('text', 'txt')}", render(material(planned(*several()))))
