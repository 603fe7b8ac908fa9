"""The register tells accesses that have ended, accounts that no supplier claims, and consent, in every format."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.accountability.register import register_of
from reconciler.attestation.overlay import overlay
from reconciler.catalogue.details import entity_details
from reconciler.manifest.schema.check import schema_text
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.evidence import Known
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.planning.plan import make_plan
from reconciler.planning.risk import Sensitivity
from reconciler.report.accountability.notice_page import notice_rows
from reconciler.report.accountability.page import Tone
from reconciler.report.accountability.page_html import render_page_html
from reconciler.report.accountability.page_text import render_page_text
from reconciler.report.accountability.register_gaps import gaps_of
from reconciler.report.accountability.register_json import render_register_json
from reconciler.report.accountability.register_page import headline, register_page
from reconciler.report.accountability.register_rows import THE_SCHOOL, register_rows
from reconciler.report.accountability.supplier_page import supplier_page
from reconciler.spreadsheets import csv_text
from tests.accountability.registers import LISTED, NOW, PROBED, REFUSED, TODAY, made
from tests.manifest.workspaces import load_text

if TYPE_CHECKING:
    from reconciler.model.accountability.register import Register
    from tests.conftest import Golden

TEXT = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {name: example-trust}
---
apiVersion: reconciler/v1
kind: School
metadata: {name: greenfield}
spec:
  title: Greenfield Primary School
  schoolId: 12345
  platform: scomis
  consent: {lawfulBasis: Consent, students: set}
---
apiVersion: reconciler/v1
kind: School
metadata: {name: hilltop}
spec: {title: Hilltop Academy, schoolId: 12346, platform: scomis, consent: {lawfulBasis: Public Task}}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: old-texts}
spec:
  title: Old Texts
  state: retired
  accessUntil: 2026-08-31
  account: {username: "texts.{school}", password: {env: "TEXTS_{SCHOOL}"}}
  entities: [StudentContacts]
---
apiVersion: reconciler/v1
kind: Attestation
metadata: {name: greenfield}
spec:
  school: greenfield
  by: J. Smith
  date: 2026-09-03
  expires: 2027-08-31
  facts:
    lawfulBasis: Consent
    consent: {students: {granted: 380, of: 400, refused: 15}}
    accounts: [texts.greenfield, old.vendor]
---
apiVersion: reconciler/v1
kind: Attestation
metadata: {name: hilltop}
spec: {school: hilltop, by: J. Smith, date: 2026-09-03, expires: 2027-08-31, facts: {lawfulBasis: Public Task}}
"""
DELETED = """\
---
apiVersion: reconciler/v1
kind: Attestation
metadata: {name: %(school)s-texts}
spec:
  school: %(school)s
  supplier: old-texts
  by: A. Jones
  date: 2026-09-10
  expires: 2027-08-31
  facts: {deletion: %(said)s}
"""
SCHOOLS = ("greenfield", "hilltop")
LOGINS = {
    "works": LiveAccess(Known(Login.WORKS, PROBED), Known({"studentcontacts": "StudentContacts"}, PROBED)),
    "closed": LiveAccess(Known(Login.CLOSED, PROBED), REFUSED),
    "refused": LiveAccess(Known(Login.REFUSED, PROBED), REFUSED),
}
Ends = dict[str, tuple[str, str]]
ends = st.fixed_dictionaries(
    {school: st.tuples(st.sampled_from(sorted(LOGINS)), st.sampled_from(["", "confirmed", "not confirmed"]))
     for school in SCHOOLS}
)  # fmt: skip
EXAMPLE: Ends = {"greenfield": ("closed", "confirmed"), "hilltop": ("works", "")}


def register(each: Ends, text: str = TEXT) -> Register:
    """The register where the retired supplier's logins are like this, and deletion is attested so."""
    words = "".join(DELETED % {"school": school, "said": said} for school, (_, said) in each.items() if said)
    desired = load_text(text + words).desired
    assert desired
    accesses = {Address(school, "old-texts"): LOGINS[login] for school, (login, _) in each.items()}
    schools = {name: LiveSchool(Known(value=True, evidence=PROBED)) for name in SCHOOLS}
    live = overlay(Live(schools, accesses), desired, TODAY)
    return register_of(
        desired, live, make_plan(desired, live, Sensitivity(notes={}, known=frozenset()), TODAY), entity_details, NOW
    )


def test_the_facts_of_a_school_and_how_they_are_known() -> None:
    """What differs beside what is agreed, and what nobody confirmed."""
    facts = register(EXAMPLE).facts
    assert [(fact.aspect, fact.name, fact.value, fact.wanted) for fact in facts["greenfield"]] == [
        (Aspect.LAWFUL_BASIS, "", "Consent", ""),
        (Aspect.CONSENT, "students", "380 of 400, 15 refused", "set"),
        (Aspect.CONSENT, "staff", "", ""),
        (Aspect.ACCOUNT, "old.vendor", "no supplier claims it", "absent"),
    ]
    assert [(fact.aspect, fact.name, fact.value) for fact in facts["hilltop"]] == [
        (Aspect.LAWFUL_BASIS, "", "Public Task"),
        (Aspect.CONSENT, "students", "not needed"),
        (Aspect.CONSENT, "staff", "not needed"),
        (Aspect.ACCOUNT, "", ""),
    ]
    people = {fact.evidence.people for fact in facts["greenfield"] if fact.value}
    assert people == {("J. Smith",)}


def test_what_nobody_listed_is_a_gap_and_what_is_listed_is_none() -> None:
    """The accounts of the one school, and what the stranger at the other may read."""
    gaps = "\n".join(gaps_of(register(EXAMPLE)))
    assert "Accounts that no manifest names, at Hilltop Academy: nobody has listed them" in gaps
    assert "What the account old.vendor at Greenfield Primary School may read: no manifest names it." in gaps
    assert "Consent of staff at Greenfield Primary School: nobody has confirmed it." in gaps
    listed = register(EXAMPLE, TEXT.replace(", old.vendor", "").replace(
        "facts: {lawfulBasis: Public Task}", "facts: {lawfulBasis: Public Task, accounts: [texts.hilltop]}"
    ))  # fmt: skip
    assert "ccount" not in "\n".join(gap for gap in gaps_of(listed) if "manifest names" in gap)
    assert [fact.value for fact in listed.facts["hilltop"]][-1] == "each is claimed by a supplier"


@given(ends)
def test_no_end_that_is_not_proven_is_fine(each: Ends) -> None:
    """A login that works leads; an unproven one is not known; a deletion that nobody confirmed is told."""
    one = register(each)
    (record,) = one.suppliers
    assert {end.school: end.closed for end in record.ended} == {
        school: {"works": False, "closed": True, "refused": None}[login] for school, (login, _) in each.items()
    }
    logins, said = ({pair[number] for pair in each.values()} for number in (0, 1))
    page = supplier_page(one)
    assert (page.worst.tone is Tone.AGREED) is (logins == {"closed"} and said == {"confirmed"})
    assert (page.worst.tone is Tone.LEAK) is ("works" in logins)
    worst, lead = headline(one)
    assert ("can get in where no access is agreed: Old Texts." in worst.text + lead) is ("works" in logins)
    assert worst.tone is Tone.LEAK
    assert "1 account that no supplier claims may read anything." in f"{worst.text} {lead}"
    assert bool(notice_rows(one)[1:]) is (said != {"confirmed"})


@given(ends)
def test_every_format_has_the_ends_and_the_facts(each: Ends) -> None:
    """JSON fits its schema, CSV has a row for each fact, and the page names each."""
    one = register(each)
    data = json.loads(render_register_json(one))
    jsonschema_rs.validator_for(json.loads(schema_text("register"))).validate(data)
    ended = {end["school"]: (end["closed"], end["deletion"]["value"]) for end in data["suppliers"][0]["ended"]}
    closed = {"works": False, "closed": True, "refused": None}
    assert ended == {school: (closed[login], said or None) for school, (login, said) in each.items()}
    of_json = [(fact["aspect"], fact["name"]) for school in data["schools"] for fact in school["facts"]]
    assert of_json == [(fact.aspect, fact.name or None) for facts in one.facts.values() for fact in facts]
    rows = list(csv.DictReader(StringIO(csv_text(register_rows(one)).removeprefix("\ufeff"))))
    assert len([row for row in rows if row["supplier's name"] == THE_SCHOOL]) == len(of_json)
    assert all("retired on 2026-08-31" in row["access ended"] for row in rows if row["supplier"])
    html = render_page_html(register_page(one))
    assert all(text in html for text in ("380 of 400, 15 refused", "old.vendor", "retired on 2026-08-31"))


@pytest.mark.parametrize("columns", [60, 80, None])
def test_no_line_of_text_is_wider_than_its_page(columns: int | None) -> None:
    """Without a terminal a page has 80 columns."""
    pages = [register_page(register(EXAMPLE)), register_page(made()), supplier_page(made(LISTED, "bridge"))]
    for page in pages:
        lines = render_page_text(page, columns=columns).splitlines()
        assert [line for line in lines if len(line) > (columns or 80)] == []


def test_the_end_of_an_access_as_people_read_it(golden: Golden) -> None:
    """A supplier that left one school whole, and that can still log in at another; an account that nobody knows."""
    golden("ended.txt", render_page_text(register_page(register(EXAMPLE))))


def test_a_waiver_accepts_an_account_and_is_told() -> None:
    """It is no leak then, and stays in the register."""
    waiver = """\
---
apiVersion: reconciler/v1
kind: Waiver
metadata: {name: vendor}
spec:
  schools: [greenfield]
  changes: [{action: revoke, aspect: third-party-account, name: old.vendor}]
  reason: it leaves in March
  by: M. Lowe
  expires: 2027-03-31
"""
    one = register({**EXAMPLE, "hilltop": ("closed", "confirmed")}, TEXT + waiver)
    worst, lead = headline(one)
    assert "no supplier claims" not in worst.text + lead
    text = " ".join(render_page_text(register_page(one)).split())
    assert "no supplier claims it: accepted until 2027-03-31 by M. Lowe: it leaves in March" in text
