"""The days that are over or come soon, in every report of a drift run."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from lxml import html

from reconciler.codec.plan_file import parse
from reconciler.manifest.schema.check import schema_text
from reconciler.model.attestation import ReviewedAccess, Round
from reconciler.model.desired import AgreementTerms
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.planning.validity.coming_dates import coming_dates
from reconciler.report.input import ReportKind
from reconciler.report.json import render_json
from reconciler.report.markdown.plan import render_markdown
from reconciler.report.pages.plan import render_html
from reconciler.report.text.plan import render_text
from tests.planning.worlds import GROUPCALL, TODAY, access, as_declared, desired_of, material, planned

if TYPE_CHECKING:
    from reconciler.report.input import ReportInput
    from tests.conftest import Golden

PLACE = Origin("suppliers.yaml", 4, 3)
ROUND = Round(
    "autumn",
    date(2026, 9, 1),
    date(2026, 11, 20),
    None,
    (),
    {GROUPCALL: ReviewedAccess(GROUPCALL, None, "not known")},
    Origin("rounds/autumn.yaml", 1, 1),
)
TERMS = AgreementTerms(contract_end=DeclaredValue("2026-11-30", PLACE), review_by=DeclaredValue("2026-12-20", PLACE))


def dated(number: int = 1) -> ReportInput:
    """A drift run in sync, with a round that is overdue, and suppliers with a contract that ends."""
    names = [f"supplier-{each}" for each in range(1, number + 1)] if number > 1 else ["groupcall"]
    desired = desired_of(*(access(address=GROUPCALL._replace(supplier=name)) for name in names))
    with_dates = replace(desired, rounds=(ROUND,), terms=dict.fromkeys(names, TERMS))
    plan = planned(desired, as_declared(desired))
    return replace(material(plan, ReportKind.DRIFT), coming=coming_dates(with_dates, TODAY))


def test_people_read_them_in_text_and_markdown(golden: Golden) -> None:
    """The day first, what is overdue with a word, and what to do with its command."""
    golden("coming.80-columns.txt", render_text(dated(), columns=80))
    golden("coming.md", render_markdown(dated()))


def test_a_page_has_a_row_for_each() -> None:
    """As many as there are, with commands as code."""
    of_run = dated()
    page: Any = html.document_fromstring(render_html(of_run))
    rows = page.xpath("//section[@aria-labelledby='coming']//tbody/tr")
    assert len(rows) == len(of_run.coming) == 3
    told = " ".join(rows[0].text_content().split())
    assert told.startswith("2026-11-20 Overdue The round autumn was due, and 1 of 1 accesses are not decided.")
    assert rows[0].xpath(".//code/text()") == ["reconciler round sheet decisions.csv --round autumn"]


def test_programs_read_them_and_no_approval_is_of_them() -> None:
    """The JSON is as its schema says; the plan that is read from it is the same without them."""
    of_run = dated()
    data = json.loads(render_json(of_run))
    Draft202012Validator(json.loads(schema_text("plan"))).validate(data)
    assert [day["kind"] for day in data["comingDates"]] == ["round-due", "contract-end", "review-due"]
    assert data["comingDates"][0]["origin"] == {"file": "rounds/autumn.yaml", "line": 1, "column": 1}
    assert parse(render_json(of_run)).plan == of_run.plan
    assert "comingDates" not in json.loads(render_json(replace(of_run, coming=())))


@pytest.mark.parametrize("everything", [True, False])
def test_a_text_of_many_shows_the_first_and_counts_the_rest(everything: bool) -> None:
    """Unless it is to show everything."""
    text = render_text(replace(dated(20), everything=everything))
    shown = text.count("The contract with") + text.count("The review of") + text.count("The round")
    assert shown == (41 if everything else 10)
    assert ("31 more: `reconciler lint` names each" in text) is not everything
