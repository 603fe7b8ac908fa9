"""Heartbeats and notifications: in every form, short, within its limits, and with nothing in it that marks up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from reconciler.manifest.schema.check import schema_text
from reconciler.model.address import Address
from reconciler.model.desired import Limit, Limits
from reconciler.model.drift_news import Notified
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.planning.drift_news import ObservedScope, news
from reconciler.report.input import ReportKind
from reconciler.report.markdown.plan import render_markdown
from reconciler.report.notifications.heartbeat import render_heartbeat
from reconciler.report.notifications.json import LARGEST as JSON
from reconciler.report.notifications.json import render_notice_json
from reconciler.report.notifications.slack import LARGEST as SLACK
from reconciler.report.notifications.slack import LONGEST_TEXT, render_notice_slack
from reconciler.report.notifications.teams import LARGEST as TEAMS
from reconciler.report.notifications.teams import render_notice_teams
from reconciler.report.text.plan import render_text
from tests.planning.worlds import GROUPCALL, PROBED, access, desired_of, granted, live_of, material, planned
from tests.report.plans import everything, with_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.model.drift_news import News
    from reconciler.report.input import ReportInput
    from tests.conftest import Golden

    Render = Callable[[ReportInput, News], str]

DETAILS = "https://ci.example.sch.uk/runs/4711"
FORMS: dict[str, Render] = {"json": render_notice_json, "slack": render_notice_slack, "teams": render_notice_teams}
LIMITS = {"slack": SLACK, "teams": TEAMS}
every_form = pytest.mark.parametrize("form", sorted(FORMS))

HOSTILE = (
    "<!channel>",
    "<@U123|boss>",
    "<https://evil.example|click>",
    "@everyone @here",
    "*bold* _it_ ~s~ `c`",
    "[x](https://evil.example)",
    "</script><at>Boss</at>",
    "{{DATE(2017-02-14T06:08:00Z)}}",
    "\u202egnirts",
    "line\nbreak\rhere",
    "::set-output name=x::y",
    '"}]}',
    "&lt;&amp;",
    "\x1b[31mred",
    "a|b",
    "=cmd()",
)


def of(desired_and_live: Any, *, details: str = DETAILS) -> ReportInput:
    """What a report of this world is made of."""
    return replace(material(planned(*desired_and_live), ReportKind.DRIFT), details=details)


def first_news(of_run: ReportInput) -> News:
    """All of it is new."""
    return news(Notified(), of_run.plan, ObservedScope())


def texts(value: Any) -> Iterator[str]:
    """Every text of a JSON document, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def laid_out(body: str) -> str:
    """A body that people can read in a golden file."""
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False) + "\n"


@every_form
def test_a_first_notification_with_everything_in_it(form: str, golden: Golden) -> None:
    """Each kind of difference once, gaps, limits, and where the whole report is."""
    of_run = of(everything())
    golden(f"notice.first.{form}.json", laid_out(FORMS[form](of_run, first_news(of_run))))


@every_form
def test_a_notification_of_what_changed(form: str, golden: Golden) -> None:
    """One new, one mended, some still there; some of those not seen; a gap that closed, and one that opened."""
    before = of(everything())
    desired, live = everything()
    meadow, groupcall = Address("meadow", "groupcall"), Address("greenfield", "groupcall")
    down = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    accesses = {**live.accesses, meadow: granted("Students", "PersonPhotos"), groupcall: LiveAccess(down, down)}
    accesses[Address("greenfield", "parentpay")] = granted("Students")
    after = of((desired, replace(live, accesses=accesses)))
    found = news(first_news(before).told, after.plan, ObservedScope())
    golden(f"notice.changed.{form}.json", laid_out(FORMS[form](after, found)))


@every_form
def test_a_notification_without_news(form: str, golden: Golden) -> None:
    """What `--notify-always` sends on a quiet night."""
    quiet = of((desired_of(access()), live_of({GROUPCALL: granted("Students")})), details="")
    golden(f"notice.quiet.{form}.json", laid_out(FORMS[form](quiet, first_news(quiet))))


def test_a_heartbeat_holds_counts_and_no_name_of_a_school(golden: Golden) -> None:
    """It goes to whoever watches jobs. It is as its schema says."""
    beat = render_heartbeat(of(everything()), datetime(2026, 11, 24, 3, 0, 5, tzinfo=UTC))
    golden("heartbeat.json", beat)
    Draft202012Validator(json.loads(schema_text("heartbeat")), format_checker=FormatChecker()).validate(
        json.loads(beat)
    )
    assert not [name for name in ("greenfield", "groupcall", "Students") if name in beat]


@pytest.mark.parametrize("world", [everything, with_words])
def test_plain_json_is_as_its_schema_says(world: Callable[[], Any]) -> None:
    """A program can lean on it."""
    of_run = of(world())
    found = first_news(of_run)
    after = news(found.told, planned(desired_of(access()), live_of({GROUPCALL: granted("Students")})), ObservedScope())
    schema = Draft202012Validator(json.loads(schema_text("notification")))
    for each in (found, after):
        schema.validate(json.loads(render_notice_json(of_run, each)))


@every_form
def test_a_body_holds_nothing_that_the_report_does_not(form: str) -> None:
    """What a service said of a refused login stands in the report alone."""
    said = "user <b>groupcall.greenfield</b> of 10.0.0.7 is locked"
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, said), refusal=said)
    of_run = of((desired_of(access(["Students"])), live_of({GROUPCALL: refused})))
    body = FORMS[form](of_run, first_news(of_run))
    assert not [piece for piece in ("10.0.0.7", "locked") if piece in body]
    assert "10.0.0.7" in render_text(of_run)


@pytest.mark.parametrize("world", [everything, with_words])
def test_every_word_of_a_body_stands_in_the_markdown_report(world: Callable[[], Any]) -> None:
    """Places, names and notes of what is new."""
    of_run = of(world())
    report = render_markdown(of_run)
    message = json.loads(render_notice_json(of_run, first_news(of_run)))
    words = {
        item[key].replace("`", "\\`") for item in message["new"]["items"] for key in ("school", "supplier", "note")
    }
    words |= {item["name"] for item in message["new"]["items"] if item["aspect"] in ("read", "write", "role", "login")}
    assert not [word for word in words if word not in report]


@every_form
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_marks_nothing_up(form: str, name: str) -> None:
    """It is data: a program gets it as it is; Slack and Teams show it, and make no link, mention or line of it."""
    of_run = of((desired_of(access(["Students"])), live_of({GROUPCALL: granted("Students", name)})))
    body = FORMS[form](of_run, first_news(of_run))
    message = json.loads(body)
    if form == "json":
        assert [item["name"] for item in message["new"]["items"]] == [name]
        return
    if form == "slack":
        for block in message["blocks"]:
            plain = block["text"]["type"] == "plain_text"
            assert block["text"].get("verbatim") is (None if plain else True)
            assert plain or block["text"]["text"] in ("*New since the last message (1)*", f"<{DETAILS}|Full report>")
            assert not plain or not set("<>") & set(block["text"]["text"])
        assert set(message["text"]) <= set("Action needed: example")
        return
    card = message["attachments"][0]["content"]
    assert {block["type"] for block in card["body"]} == {"RichTextBlock"}
    assert {run["type"] for block in card["body"] for run in block["inlines"]} == {"TextRun"}
    assert not [each for each in texts(card) if set("\n\r\x1b\u202e") & set(each)]
    assert [action["url"] for action in card["actions"]] == [DETAILS]


@pytest.mark.parametrize("form", sorted(LIMITS))
@pytest.mark.parametrize("name", ["Entity", "<&>" * 200, "\U0001f600" * 400, "é" * 300])
def test_a_body_stays_within_what_the_receiver_takes(form: str, name: str) -> None:
    """However many differences there are and whatever their names; and what was left out is counted."""
    schools = [f"school-{number:03}" for number in range(120)]
    desired = desired_of(
        *(access(["Students"], address=Address(school, "groupcall")) for school in schools),
        limits=Limits(revoke=Limit(count=1), revoke_per_school=Limit(count=0)),
    )
    live = live_of({address: granted("Students", f"{name} 1", f"{name} 2") for address in desired.accesses})
    of_run = of((desired, live))
    found = first_news(of_run)
    body = FORMS[form](of_run, found)
    assert len(body.encode()) <= LIMITS[form]
    message = json.loads(body)
    assert any("more" in text for text in texts(message))
    if form == "slack":
        assert len(message["blocks"]) <= 50
        assert all(
            0 < len(block["text"]["text"].encode("utf-16-le")) // 2 <= LONGEST_TEXT for block in message["blocks"]
        )
        assert len(message["blocks"][0]["text"]["text"]) <= 150
    told = render_notice_json(of_run, found)
    assert len(told) <= JSON
    new = json.loads(told)["new"]
    assert (new["count"], 0 < len(new["items"]) <= 200) == (240, True)
    Draft202012Validator(json.loads(schema_text("notification"))).validate(json.loads(told))


@every_form
def test_a_service_that_is_down_everywhere_is_told_in_one_line(form: str) -> None:
    """And where one school alone is dark, which, and how much of it."""
    greenfield, riverside = GROUPCALL, Address("riverside", "groupcall")
    desired = desired_of(
        access(["Students"]),
        access(["Students"], address=riverside),
        access(["Students"], address=Address("riverside", "till")),
    )
    down = LiveAccess(Unknown(UnknownReason.UNREACHABLE, "no answer"), Unknown(UnknownReason.UNREACHABLE, "no answer"))
    gone = LiveSchool(Known(False, PROBED), "no answer")
    whole = live_of(dict.fromkeys(desired.accesses, granted("Students")))
    nothing = replace(whole, schools=dict.fromkeys(whole.schools, gone), accesses=dict.fromkeys(whole.accesses, down))
    some = replace(whole, accesses={**whole.accesses, riverside: down, greenfield: down})
    told = {}
    for name, live in (("nothing", nothing), ("some", some)):
        of_run = of((desired, live))
        told[name] = FORMS[form](of_run, first_news(of_run))
    if form == "json":
        assert json.loads(told["nothing"])["state"] == "blind"
        assert json.loads(told["nothing"])["newlyUnseen"]["count"] == 5
        assert json.loads(told["some"])["newlyUnseen"]["items"] == [
            {"school": "greenfield", "supplier": "groupcall"},
            {"school": "riverside", "supplier": "groupcall"},
        ]
        return
    assert "Hardly anything could be checked: example" in told["nothing"]
    assert "everything at 2 schools" in told["nothing"]
    assert "riverside: groupcall" in told["some"]
    assert "everything:" not in told["some"]


@pytest.mark.parametrize("form", sorted(LIMITS))
@pytest.mark.parametrize("details", ["javascript:alert(1)", "https://", "x" * 3000, f"https://host/{'x' * 3000}"])
def test_only_an_address_of_the_web_becomes_a_link(form: str, details: str) -> None:
    """Anything else is left out."""
    of_run = of((desired_of(access()), live_of({GROUPCALL: granted("Students")})), details=details)
    assert details not in FORMS[form](of_run, first_news(of_run))


def test_an_address_cannot_end_the_link_of_slack() -> None:
    """What would end it is written as its number."""
    of_run = of(
        (desired_of(access()), live_of({GROUPCALL: granted("Students")})), details="https://h/a%2F|b>c&d<!channel>"
    )
    message = json.loads(render_notice_slack(of_run, first_news(of_run)))
    assert message["blocks"][-1]["text"]["text"] == "<https://h/a%2F%7Cb%3Ec&amp;d%3C!channel%3E|Full report>"
