"""A notification as an e-mail: what a person reads, in text and in HTML, and nothing in it that marks up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from reconciler.manifest.schema.check import schema_text
from reconciler.model.address import Address
from reconciler.model.attestation import ReviewedAccess, Round
from reconciler.model.drift_news import Notified
from reconciler.model.problem import Origin
from reconciler.planning.drift_news import ObservedScope, news
from reconciler.planning.validity.coming_dates import coming_dates
from reconciler.report.notifications.mail import render_notice_mail
from tests.planning.worlds import GROUPCALL, TODAY, access, desired_of, granted, live_of
from tests.report.plans import everything
from tests.report.test_notice import DETAILS, FORMS, HOSTILE, first_news, of

if TYPE_CHECKING:
    from tests.conftest import Golden


class Page(HTMLParser):
    """The tags and the texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag, and what it leads to."""
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.texts.append(data)


TAGS = {"html", "head", "meta", "title", "body", "h1", "h2", "p", "br", "ul", "li", "a"}


def test_a_first_mail_with_everything_in_it(golden: Golden) -> None:
    """Each kind of difference once, gaps, limits, and where the whole report is."""
    of_run = of(everything())
    mail = render_notice_mail(of_run, first_news(of_run))
    golden("notice.first.mail.txt", f"Subject: {mail.subject}\n\n{mail.text}")
    golden("notice.first.mail.html", mail.html)


def test_a_mail_of_what_changed(golden: Golden) -> None:
    """New ones, and some that were fixed."""
    before = of(everything())
    desired, live = everything()
    accesses = {**live.accesses, Address("meadow", "groupcall"): granted("Students", "PersonPhotos")}
    accesses[Address("greenfield", "parentpay")] = granted("Students")
    after = of((desired, replace(live, accesses=accesses)))
    mail = render_notice_mail(after, news(first_news(before).told, after.plan, ObservedScope()))
    golden("notice.changed.mail.txt", f"Subject: {mail.subject}\n\n{mail.text}")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_marks_nothing_up(name: str) -> None:
    """It is text in both parts, on one line, and not in the subject."""
    of_run = of((desired_of(access(["Students"])), live_of({GROUPCALL: granted("Students", name)})))
    mail = render_notice_mail(of_run, first_news(of_run))
    page = Page(mail.html)
    assert page.tags == TAGS
    assert page.links == [DETAILS]
    (line,) = [line for line in mail.text.splitlines() if line.startswith("• greenfield/groupcall")]
    assert line.removeprefix("• ") in page.texts
    assert mail.subject == "Action needed: example (1 new)"
    assert not set("\r\x1b\u202e") & set(mail.text + mail.html)


@pytest.mark.parametrize("details", ["javascript:alert(1)", "https://", '"><script>', f"https://host/{'x' * 3000}"])
def test_only_an_address_of_the_web_becomes_a_link(details: str) -> None:
    """Anything else is left out."""
    of_run = of((desired_of(access()), live_of({GROUPCALL: granted("Students")})), details=details)
    mail = render_notice_mail(of_run, first_news(of_run))
    assert not Page(mail.html).links
    assert "Full report" not in mail.text


def test_an_overdue_round_is_told_in_every_message() -> None:
    """As news the first time, and among the counts later; with what is left, and the command that goes on."""
    address = Address("greenfield", "groupcall")
    access_of_round = {address: ReviewedAccess(address, None, "not known")}
    late = Round("autumn", date(2026, 1, 5), date(2026, 1, 31), None, (), access_of_round, Origin("r.yaml", 1, 1))
    coming = coming_dates(replace(desired_of(access()), rounds=(late,)), TODAY)
    of_run = replace(of((desired_of(access()), live_of({GROUPCALL: granted("Students")}))), coming=coming)
    told = "2026-01-31: The round autumn was due, and 1 of 1 accesses are not decided. Decide: `reconciler round sheet"
    first = news(Notified(), of_run.plan, ObservedScope(), coming=coming)
    later = news(first.told, of_run.plan, ObservedScope(), coming=coming)
    assert first
    assert not later
    assert render_notice_mail(of_run, first).subject == "In sync: example (1 overdue)"
    for update in (first, later):
        assert render_notice_mail(of_run, update).text.count(told) == 1
        assert all(FORMS[form](of_run, update).count(told) == 1 for form in ("slack", "teams"))
        message = json.loads(FORMS["json"](of_run, update))
        assert (message["overdueRounds"], message["overdue"]["count"]) == (["autumn"], int(update is first))
        Draft202012Validator(json.loads(schema_text("notification"))).validate(message)
