"""Notifications before those who read them: Slack's own models of its messages, and the program that draws Adaptive
Cards, in a browser."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from slack_sdk.models.blocks import Block

from reconciler.report.escape import printable
from reconciler.report.notifications.slack import render_notice_slack
from reconciler.report.notifications.teams import render_notice_teams
from tests.planning.worlds import GROUPCALL, access, desired_of, granted, live_of
from tests.report.plans import everything, with_words
from tests.report.test_notice import DETAILS, HOSTILE, first_news, of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from playwright.sync_api import Page

    from reconciler.report.input import ReportInput

ADAPTIVE_CARDS = os.environ.get("ADAPTIVE_CARDS")

# Draws the card as a host does that makes marks of text wherever it is asked to, and shows what it had against it.
DRAW = """card => {
    AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
        result.outputHtml = `<b class="marked">${text}</b>`;
        result.didProcess = true;
    };
    const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_4);
    const drawn = new AdaptiveCards.AdaptiveCard();
    drawn.parse(card, context);
    const complaints = drawn.validateProperties().validationEvents.map(each => each.message);
    for (let i = 0; i < context.eventCount; i++) complaints.push(context.getEventAt(i).message);
    document.body.replaceChildren(drawn.render());
    return complaints;
}"""


def hostile() -> ReportInput:
    """An account that may read entities of every hostile name."""
    return of((desired_of(access(["Students"])), live_of({GROUPCALL: granted("Students", *HOSTILE)})))


@pytest.mark.parametrize("world", [everything, with_words])
def test_slacks_own_models_take_every_block(world: Callable[[], Any]) -> None:
    """Of the right kind, within every length, and with nothing that they do not know."""
    for of_run in (of(world()), hostile()):
        blocks = json.loads(render_notice_slack(of_run, first_news(of_run)))["blocks"]
        taken = Block.parse_all(blocks)
        for block in taken:
            block.validate_json()
        assert [block.to_dict() for block in taken] == blocks


@pytest.mark.skipif(ADAPTIVE_CARDS is None, reason="ADAPTIVE_CARDS names no script: see npm_programs in .ci/run")
@pytest.mark.parametrize("world", [everything, with_words])
def test_a_card_is_drawn_without_a_complaint(world: Callable[[], Any], page: Page) -> None:
    """Every text of it, and one button that leads to the report."""
    of_run = of(world())
    card = json.loads(render_notice_teams(of_run, first_news(of_run)))["attachments"][0]["content"]
    page.add_script_tag(path=ADAPTIVE_CARDS)
    assert page.evaluate(DRAW, card) == []
    shown = " ".join(page.locator("body").inner_text().split())
    texts = [" ".join(run["text"].split()) for block in card["body"] for run in block["inlines"]]
    assert not [text for text in texts if text not in shown]
    assert page.get_by_role("link").or_(page.get_by_role("button")).count() == 1


@pytest.mark.skipif(ADAPTIVE_CARDS is None, reason="ADAPTIVE_CARDS names no script: see npm_programs in .ci/run")
def test_a_hostile_name_is_drawn_as_text(page: Page) -> None:
    """Nothing of it is a mark, a link, a picture or a script, and it is all there."""
    of_run = hostile()
    card = json.loads(render_notice_teams(of_run, first_news(of_run)))["attachments"][0]["content"]
    page.add_script_tag(path=ADAPTIVE_CARDS)
    assert page.evaluate(DRAW, card) == []
    assert page.locator("body").locator(".marked, a, img, script, at").count() == 0
    shown = page.locator("body").inner_text()
    # A date that is written in its way is drawn as a date, whoever wrote it.
    assert not [name for name in HOSTILE if printable(name) not in shown and "{{DATE" not in name]
    assert DETAILS in json.dumps(card)
