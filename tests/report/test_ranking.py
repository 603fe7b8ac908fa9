"""Nothing that is left out of a shortened report ranks above anything that it shows: each is read back and compared."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.catalogue import entities
from reconciler.model.address import Address
from reconciler.model.aspect import Action
from reconciler.model.desired import ExtraEntities, Limit, Limits
from reconciler.model.drift_news import Notified, Recalled
from reconciler.model.entity import Care, Reach, entity_key
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, Login
from reconciler.model.plan import Orphan
from reconciler.planning.drift_news import ObservedScope, news
from reconciler.planning.plan import make_plan
from reconciler.planning.risk import UNRECOGNISED
from reconciler.report.finding_rules import NO_LONGER_AGREED
from reconciler.report.findings.findings import ranked, unranked
from reconciler.report.findings.github import render_github
from reconciler.report.findings.sarif import render_sarif
from reconciler.report.input import ReportInput, ReportKind
from reconciler.report.markdown.plan import render_markdown
from reconciler.report.notifications.json import render_notice_json
from reconciler.report.notifications.slack import render_notice_slack
from reconciler.report.notifications.teams import render_notice_teams
from reconciler.report.pages.plan import render_html
from reconciler.report.text.plan import render_text
from reconciler.workflow import sensitivity
from tests.examples import examples
from tests.planning.worlds import GROUPCALL, PROBED, TODAY, access, desired_of, granted, live_of
from tests.report.runners import github_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

STRANGE: Final = ("ZebraStudents", "PupilHobbies")  # on no list
NAMES: Final = (*(entity.name for entity in entities().values()), *STRANGE)
KINDS: Final = (Action.REVOKE, Action.MEND_LOGIN, Action.SET, Action.GRANT)  # the order that people are promised


class Rank(NamedTuple):
    """The place of a difference, worked out here from the catalogue's own words."""

    kind: int
    care: int
    reach: int


def rank(action: Action, name: str = "") -> Rank:
    """A login has no entity."""
    entity = entities().get(entity_key(name))
    if entity:
        return Rank(KINDS.index(action), entity.care, entity.reach)
    return Rank(KINDS.index(action), Care.SENSITIVE if name else Care.PERSONAL, Reach.EVERYBODY)


class Fact(NamedTuple):
    """One difference of a plan: an entity, or a login with no name."""

    school: str
    supplier: str
    action: Action
    name: str

    @property
    def rank(self) -> Rank:
        """Its place."""
        return rank(self.action, self.name)


def crowded(seed: int, schools: int, suppliers: int) -> ReportInput:
    """Many accesses, each with ticks too many and too few of its own; some logins are refused, and
    some accesses give no answer. They are drawn from a
    seed: hypothesis has not choices enough for worlds that no report has room for."""
    random = Random(seed)
    desired, live = [], {}
    unknown = LiveAccess(down := Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s"), down)
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"), refusal="401")
    for school in range(schools):
        for supplier in range(suppliers):
            address = Address(f"school-{school:02}", f"supplier-{supplier:02}")
            names = random.sample(NAMES, random.randint(3, 12))
            extra = random.choice([ExtraEntities.REVOKE, ExtraEntities.REVOKE, ExtraEntities.REPORT])
            desired.append(access(names[: len(names) // 2], address=address, extra=extra))
            chance = random.random()
            found = refused if chance < 0.05 else unknown if chance < 0.1 else granted(*names[len(names) // 2 - 1 :])
            live[address] = found
    wanted = replace(desired_of(*desired), limits=Limits(revoke=Limit(count=1)))
    plan = make_plan(wanted, live_of(live), sensitivity(), TODAY)
    return ReportInput(plan, ReportKind.PLAN, "0.0.0", sensitivity())


def facts(made: ReportInput) -> list[Fact]:
    """The differences of a plan."""
    return [
        Fact(*each.address, change.action, "" if change.action is Action.MEND_LOGIN else change.name)
        for each in made.plan.accesses
        for change in each.changes
    ]


def holds(shown: Iterable[Rank], left: Iterable[Rank]) -> None:
    """Nothing left out stands before anything shown."""
    shown, left = list(shown), list(left)
    assert shown
    assert not left or max(shown) <= min(left)


CROWDS: Final = st.tuples(st.integers(0, 2**32), st.sampled_from([40, 12, 2]), st.sampled_from([6, 2]))
WORDS: Final = {Action.REVOKE: "can read", Action.GRANT: "cannot read", Action.MEND_LOGIN: "its login is refused"}


def tables_of(markdown: str) -> list[tuple[str, str]]:
    """(supplier, what) of each line of the tables before the sections."""
    top = re.split("### Details|<b>Not agreed, and only reported", markdown)[0]
    cells = [line.split(" | ") for line in top.splitlines() if line.startswith("| **")]
    return [(re.sub(r"[*`|]|<br>.*", "", line[0]).strip().casefold(), line[1]) for line in cells]


def told_by(what: str) -> set[tuple[Action, str]]:
    """The differences that a cell tells: by what it says of them."""
    found: set[tuple[Action, str]] = set()
    for sentence in re.split(r"<br>(?=⚠️|can read|cannot|its login)", what):
        action = next((a for a in (Action.GRANT, Action.MEND_LOGIN, Action.REVOKE) if WORDS[a] in sentence), None)
        if action is Action.MEND_LOGIN:
            found.add((action, ""))
        elif action:
            found |= {(action, name) for name in re.findall(r"`([^`]*)`", sentence)}
    return found


@examples(0.12)
@given(CROWDS)
def test_markdown_leaves_out_nothing_that_ranks_above_what_it_shows(crowd: tuple[int, int, int]) -> None:
    """Row by row over all its tables; then section by section."""
    made = crowded(*crowd)
    markdown = render_markdown(made)
    every = {(fact.supplier, fact.action, fact.name) for fact in facts(made)}
    lines = [
        [(supplier, *each) for each in told_by(what) if (supplier, *each) in every]
        for supplier, what in tables_of(markdown)
    ]
    shown = {each for line in lines for each in line}
    ranks = [min(rank(action, name) for _, action, name in line) for line in lines if line]
    assert ranks == sorted(ranks)  # as the chapters of a state stand, and the rows in them
    if every - shown:
        holds((rank(*each[1:]) for each in shown), (rank(*each[1:]) for each in every - shown))
    places = re.findall(r"<details><summary><code>([^<]*)</code>", markdown)
    best: dict[str, Rank] = {}
    for fact in facts(made):
        place = f"{fact.school}/{fact.supplier}"
        best[place] = min(fact.rank, best.get(place, fact.rank))
    ranks = [best[place] for place in places if place in best]
    assert ranks == sorted(ranks)
    if ranks:
        holds(ranks, (rank for place, rank in best.items() if place not in places))
    assert (every - shown == set()) or not places  # the room goes to rows first


def annotated(command: Any) -> tuple[Action, str] | None:
    """The difference that an annotation tells; None for what is none."""
    rules = {
        "entity-not-declared": Action.REVOKE,
        "entity-missing": Action.GRANT,
        "login-refused": Action.MEND_LOGIN,
    }
    action = rules.get(command.properties["title"].rpartition(": ")[2])
    if action is None:
        return None
    return action, "" if action is Action.MEND_LOGIN else command.data.split("`")[1]


@examples(0.12)
@given(CROWDS)
def test_annotations_leave_out_nothing_that_ranks_above_what_they_show(crowd: tuple[int, int, int]) -> None:
    """GitHub shows ten of each kind, so that what is left out is counted over all kinds."""
    made = crowded(*crowd)
    commands = github_commands(render_github(made))
    told = [found for found in map(annotated, commands) if found]
    every = {(fact.action, fact.name) for fact in facts(made)}
    ranks = [rank(*each) for each in told]
    assert ranks == sorted(ranks)
    holds(ranks, (rank(*each) for each in every - set(told) if rank(*each) not in ranks))
    assert commands[0].properties["title"] == "the plan: over-limit" or not made.plan.breaches


def lines_of_slack(body: str) -> list[str]:
    """The lines of a message, titles too."""
    blocks = [block["text"]["text"] for block in json.loads(body)["blocks"]]
    return [line for text in blocks for line in html.unescape(text).splitlines()]


def lines_of_teams(body: str) -> list[str]:
    """The lines of a card, titles too."""
    (card,) = json.loads(body)["attachments"]
    return ["".join(run["text"] for run in block["inlines"]) for block in card["content"]["body"]]


@examples(0.1)
@given(CROWDS, st.integers(1, 200))
def test_a_cut_list_of_findings_leaves_out_nothing_that_ranks_above_what_it_has(
    crowd: tuple[int, int, int], most: int
) -> None:
    """SARIF is cut at a number that no test has findings enough for; so is what annotations are made of."""
    made = crowded(*crowd)
    every = sorted(finding.rank for finding in unranked(made))
    cut = ranked(made, most, with_waived=True)
    assert [finding.rank for finding in cut.first] == every[:most]
    assert cut.total == len(every)


@pytest.mark.parametrize(
    ("render", "read"), [(render_notice_slack, lines_of_slack), (render_notice_teams, lines_of_teams)]
)
@examples(0.1)
@given(crowd=CROWDS)
def test_a_message_leaves_out_nothing_that_ranks_above_what_it_shows(
    render: Callable[[ReportInput, Any], str], read: Callable[[str], list[str]], crowd: tuple[int, int, int]
) -> None:
    """What is new, in its order; and nothing less stands below a list that is cut."""
    made = crowded(*crowd)
    lines = read(render(made, news(Notified(), made.plan, ObservedScope())))
    told = [line for line in lines if re.search(r"too much access|missing access|login refused", line)]
    every = facts(made)
    by_line: Mapping[str, Fact] = {
        f"• {fact.school}/{fact.supplier}: {fact.name or 'account ' + fact.supplier + '.' + fact.school}:": fact
        for fact in every
    }
    shown = [fact for line in told for start, fact in by_line.items() if line.startswith(start)]
    ranks = [fact.rank for fact in shown]
    assert ranks == sorted(ranks)
    holds(ranks, (fact.rank for fact in set(every) - set(shown)))
    cut = next((number for number, line in enumerate(lines) if line.startswith("... and")), len(lines))
    assert not [line for line in lines[cut:] if line.startswith("• ")]


@examples(0.1)
@given(crowd=CROWDS)
def test_a_message_for_a_program_is_cut_the_same_way(crowd: tuple[int, int, int]) -> None:
    """The first of its list are the first in rank."""
    made = crowded(*crowd)
    items = json.loads(render_notice_json(made, news(Notified(), made.plan, ObservedScope())))["new"]["items"]
    shown = [Fact(each["school"], each["supplier"], Action(each["action"]), each["name"]) for each in items]
    shown = [fact._replace(name="") if fact.action is Action.MEND_LOGIN else fact for fact in shown]
    holds((fact.rank for fact in shown), (fact.rank for fact in set(facts(made)) - set(shown)))


def test_many_accounts_that_are_no_longer_agreed_stand_before_all_other_access() -> None:
    """They take the room of the rest in a message, and rank above it: nobody agreed to anything that they read."""
    orphans = tuple(Orphan(f"school-{number:03}", "old", "Old", f"old.{number:03}") for number in range(100))
    made = replace(of_one(ExtraEntities.REVOKE, "PersonMedicalEvents"), recalled=Recalled(orphans=orphans))
    found = news(Notified(), made.plan, ObservedScope(), made.orphans)
    for lines in (lines_of_slack(render_notice_slack(made, found)), lines_of_teams(render_notice_teams(made, found))):
        assert sum(": old." in line for line in lines) == 60
        assert [line for line in lines if "PersonMedicalEvents" in line] == list(filter(_is_alarm, lines))
    assert {finding.rule for finding in ranked(made, 100, with_waived=True).first} == {NO_LONGER_AGREED}


def _is_alarm(line: str) -> bool:
    """It names the first of them before all else, and what to do about it."""
    return "open beyond what is agreed" in line


def of_one(extra: ExtraEntities, *names: str) -> ReportInput:
    """One access that declares Students alone and may read these as well."""
    desired = desired_of(access(("Students",), extra=extra))
    plan = make_plan(desired, live_of({GROUPCALL: granted("Students", *names)}), sensitivity(), TODAY)
    return ReportInput(plan, ReportKind.PLAN, "0.0.0", sensitivity())


def test_leaks_at_many_schools_stand_before_harmless_ones_at_more() -> None:
    """Fourteen schools with medical and child-protection ticks are named, whatever harmless there is beside them."""
    leaking = [f"z-school-{number:02}" for number in range(14)]
    harmless = [f"a-school-{number:03}" for number in range(400)]
    live = {Address(name, "groupcall"): granted("Students", "PersonMedicalEvents") for name in leaking}
    lists = ("Subjects", "Classes", "Marks", "Series")
    live |= {Address(name, "groupcall"): granted("Students", *Random(name).sample(lists, 3)) for name in harmless}
    desired = desired_of(*(access(address=address) for address in live))
    made = ReportInput(make_plan(desired, live_of(live), sensitivity(), TODAY), ReportKind.PLAN, "0.0.0", sensitivity())
    markdown = render_markdown(made)
    places = re.findall(r"<details><summary><code>([^<]*)</code>", markdown)
    assert places[:14] == [f"{name}/groupcall" for name in leaking]
    lines = lines_of_slack(render_notice_slack(made, news(Notified(), made.plan, ObservedScope())))
    assert sum("PersonMedicalEvents" in line and not _is_alarm(line) for line in lines) == 14


@pytest.mark.parametrize("extra", [ExtraEntities.REVOKE, ExtraEntities.REPORT])
def test_an_entity_that_no_list_knows_is_marked_as_sensitive_everywhere(extra: ExtraEntities) -> None:
    """Wherever it leaks, reported only or not: it stands before what is harmless, with its mark and the reason."""
    made = of_one(extra, "Subjects", "ZebraStudents")
    text = render_text(made)
    assert re.search(rf"ZebraStudents .*{UNRECOGNISED}\n.*Subjects$", text, re.MULTILINE)
    for page in (render_markdown(made), html.unescape(render_html(made))):
        assert page.count(UNRECOGNISED) >= 2  # in its row, and in its section
        assert page.casefold().count("sensitive") > page.count(UNRECOGNISED)
        assert page.index("ZebraStudents") < page.index("Subjects")
        assert "1 of them sensitive" in page
    results = {each["message"]["text"]: each for each in json.loads(render_sarif(made))["runs"][0]["results"]}
    (strange,) = (text for text in results if "ZebraStudents" in text)
    assert UNRECOGNISED in strange
    assert results[strange]["properties"]["risk"] == "high"
    first = github_commands(render_github(made))[0]
    assert "ZebraStudents" in first.data
    assert UNRECOGNISED in first.data
    if extra is ExtraEntities.REVOKE:
        assert first.name == "error"
        assert "Sensitive:** `ZebraStudents` (unrecognised" in render_markdown(made)
        body = render_notice_json(made, news(Notified(), made.plan, ObservedScope()))
        assert json.loads(body)["new"]["items"][0]["note"] == UNRECOGNISED
