"""The register says of each school what is so there, counts what an independent count counts, and names its gaps."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.accountability.register import register_of
from reconciler.catalogue import entities
from reconciler.catalogue.details import entity_details
from reconciler.cli.reporting.entity_filters import PEOPLE, entity_filter
from reconciler.manifest.schema.check import schema_text
from reconciler.model.accountability.register import WITHHELD_HIDDEN, WITHHELD_READABLE, DataState, EvidenceKind, May
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.desired import Canary
from reconciler.model.entity import Care, entity_key
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveSchool
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import EnvRef
from reconciler.planning.facts import AS_AGREED, HIDDEN, READABLE
from reconciler.report.accountability.page_html import render_page_html
from reconciler.report.accountability.page_markdown import render_page_markdown
from reconciler.report.accountability.page_text import render_page_text
from reconciler.report.accountability.register_gaps import gaps_of
from reconciler.report.accountability.register_json import render_register_json
from reconciler.report.accountability.register_page import headline, register_page
from reconciler.report.accountability.register_rows import register_rows
from reconciler.spreadsheets import csv_text
from reconciler.workflow import plan_and_live
from tests.accountability.registers import BRIDGE, LISTED, NOW, PROBED, TILL, TODAY, desired, made

if TYPE_CHECKING:
    from reconciler.model.accountability.register import Register
    from tests.conftest import Golden

NAMES = (*BRIDGE, *TILL, "PersonPhotos", "Ethnicities", "BrandNew", "StudentContacts")
listings = st.fixed_dictionaries(
    {address: st.none() | st.lists(st.sampled_from(NAMES), unique=True).map(tuple) for address in LISTED}
)
NOWHERE = Origin("reconciler.yaml", 1, 1)
Row = tuple[str, str, str, DataState]


def said(register: Register) -> list[Row]:
    """(school, supplier, entity, state) of each entity at each school that the register's lines are of."""
    return [
        (school, record.supplier, name, line.state)
        for record in register.suppliers
        for line in record.lines
        for school in line.schools
        for name in line.names
        if line.may is May.READ
    ]


def counted(listed: dict[Address, tuple[str, ...] | None]) -> set[Row]:
    """The same, counted from the manifests and the lists alone."""
    rows = set()
    for address, access in desired().accesses.items():
        declared = {entity_key(name.value): name.value for name in access.entities.values()}
        there = {entity_key(name): name for name in listed.get(address) or ()}
        for key, name in {**declared, **there}.items():
            if address.supplier == "club":  # by a person's word
                state = DataState.AGREED
            elif listed[address] is None:
                state = DataState.UNKNOWN
            elif key not in there:
                state = DataState.MISSING
            else:
                state = DataState.AGREED if key in declared else DataState.TOO_MANY
            rows.add((*address, name, state))
    return rows


@given(listings)
def test_no_line_says_of_a_school_what_is_so_elsewhere(listed: dict[Address, tuple[str, ...] | None]) -> None:
    """Whatever is listed where: each entity of each access is in one line, with its own state."""
    rows = said(made(listed))
    assert len(rows) == len(set(rows))
    assert set(rows) == counted(listed)


@given(listings, st.sampled_from(sorted({address.school for address in LISTED})))
def test_a_service_that_writes_capitals_has_no_lines_of_its_own(
    listed: dict[Address, tuple[str, ...] | None], loud: str
) -> None:
    """The same names in other capitals are the same lines; each is spelt as most services spell it."""
    shouted = {
        address: names and tuple(name.upper() if address.school == loud else name for name in names)
        for address, names in listed.items()
    }
    assert _lines(made(shouted)) == _lines(made(listed))


def _lines(register: Register) -> Counter[tuple[object, ...]]:
    return Counter(
        (record.supplier, line.may, line.state, tuple(map(entity_key, line.names)), line.schools)
        for record in register.suppliers
        for line in record.lines
    )


def test_a_line_has_the_usual_spelling() -> None:
    """One of three services writes it otherwise, and it is the first."""
    spelt = {"greenfield": "ETHNICITIES", "hilltop": "Ethnicities", "riverside": "Ethnicities"}
    listed = {Address(school, "bridge"): (name,) for school, name in spelt.items()}
    assert {name for *_, name, _ in said(made({**LISTED, **listed})) if entity_key(name) == "ethnicities"} == {
        "Ethnicities"
    }


@given(listings)
def test_what_is_not_known_is_never_fine(listed: dict[Address, tuple[str, ...] | None]) -> None:
    """It is in the headline, in the gaps, and no line of it has evidence."""
    register = made(listed)
    refused = [address for address, names in listed.items() if names is None]
    unchecked = [(record.supplier, each.school) for record in register.suppliers for each in record.unchecked]
    assert sorted(unchecked) == sorted((address.supplier, address.school) for address in refused)
    worst, lead = headline(register)
    assert ("could not be checked" in lead) is bool(refused)
    assert ("known to read" in worst.text + lead) is bool(refused)
    gaps = "\n".join(gaps_of(register))
    for address in refused:
        assert register.titles[address.school] in gaps
    for line in (line for record in register.suppliers for line in record.lines):
        assert (line.state is DataState.UNKNOWN) is (line.evidence.kind is EvidenceKind.NOTHING)


@given(listings)
def test_every_format_has_the_same_numbers(listed: dict[Address, tuple[str, ...] | None]) -> None:
    """JSON fits its schema; CSV and JSON have each entity at each school once, as an independent count has it."""
    register = made(listed)
    data = json.loads(render_register_json(register))
    jsonschema_rs.validator_for(json.loads(schema_text("register"))).validate(data)
    of_json = {
        (school, supplier["supplier"], name, line["state"])
        for supplier in data["suppliers"]
        for line in supplier["data"]
        for school in line["schools"]
        for name in line["names"]
        if line["may"] == "read"
    }
    expected = counted(listed)
    assert of_json == {(*row[:3], row[3].value) for row in expected}
    rows = list(csv.DictReader(StringIO(csv_text(register_rows(register)).removeprefix("\ufeff"))))
    number = sum(
        len(row["names in Bromcom"].split("; ")) * int(row["number of schools"]) for row in rows if row["may"] == "read"
    )
    assert number == len(expected)


def test_the_numbers_of_the_headline() -> None:
    """Who can read special-category data, and who more than was agreed."""
    special = {entity_key(each.name) for each in entities().values() if each.care is Care.SPECIAL}
    there = {
        address.supplier: set(map(entity_key, names)) & special
        for address, names in LISTED.items()
        if names is not None
    }
    assert {supplier for supplier, keys in there.items() if keys} == {"bridge"}
    worst, lead = headline(made())
    assert worst.text == "1 supplier can read special-category data that nobody agreed to: School Data Bridge."
    # The club by a person's word.
    assert lead.startswith("2 suppliers are known to read special-category data. What 1 of 6 accesses can read could")


def test_nothing_asked_is_not_nothing_read() -> None:
    """A register of refused logins has no reader for certain, and says first that it does not know."""
    worst, lead = headline(made(dict.fromkeys(LISTED)))
    assert "1 supplier is known to read special-category data." in worst.text
    assert lead.startswith("What 5 of 6 accesses can read could not be checked.")


@given(listings, st.sampled_from(["special-category", "attendance", "finance"]), st.sampled_from(PEOPLE))
def test_a_filter_leaves_the_lines_that_it_lets_through(
    listed: dict[Address, tuple[str, ...] | None], word: str, person: str
) -> None:
    """No row is another, and none is lost but of entities that the filter does not let through; no write-back."""
    shown = entity_filter([word], [person], [])
    expected = [row for row in said(made(listed)) if shown.lets(entity_details(row[2]))]
    narrowed = made(listed, shown=shown)
    assert sorted(said(narrowed)) == sorted(expected)
    assert {line.may for record in narrowed.suppliers for line in record.lines} <= {May.READ}
    assert f"{word}; {person}" in render_page_text(register_page(narrowed))


@pytest.mark.parametrize(
    ("basis", "canary", "told"),
    [
        ("Consent", AS_AGREED, WITHHELD_HIDDEN),
        ("Consent", READABLE, WITHHELD_READABLE),
        ("Public Task", AS_AGREED, WITHHELD_READABLE),
        ("Public Task", HIDDEN, WITHHELD_HIDDEN),
        ("Consent", None, ""),
    ],
)
def test_consent_is_enforced_only_if_a_canary_shows_it(basis: str, canary: str | None, told: str) -> None:
    """Whatever the declared basis makes of it; what is not known is neither, and a gap."""
    school = replace(
        desired().schools["hilltop"],
        declared={Aspect.LAWFUL_BASIS: (DeclaredValue(basis, NOWHERE),)},
        canaries=(Canary("students", "Students", "StudentID", EnvRef("A"), EnvRef("B"), NOWHERE),),
    )
    wanted = replace(desired(), schools={"hilltop": school}, accesses={}, words=())
    unknown = Unknown(UnknownReason.NOT_GRANTED, "no account may read it")
    attested = {(Aspect.CONSENT_ENFORCED, "students"): unknown if canary is None else Known(canary, PROBED)}
    there = Live({"hilltop": LiveSchool(Known(value=True, evidence=PROBED), attested=attested)}, {})
    plan, found = plan_and_live(wanted, there, TODAY)
    register = register_of(wanted, found, plan, entity_details, NOW)
    (fact,) = [fact for fact in register.facts["hilltop"] if fact.aspect is Aspect.CONSENT_ENFORCED]
    assert fact.value == told
    assert ("Consent enforced, by a canary among pupils at" in "\n".join(gaps_of(register))) is (canary is None)


@pytest.mark.parametrize("form", ["txt", "md", "html", "json", "csv"])
def test_the_register_as_people_read_it(form: str, golden: Golden) -> None:
    """A statutory return, an aggregator, too much, a waiver, a refused login, and a person's word."""
    register = made()
    page = register_page(register)
    text = {
        "txt": lambda: render_page_text(page, columns=110),
        "md": lambda: render_page_markdown(page),
        "html": lambda: render_page_html(page),
        "json": lambda: render_register_json(register),
        "csv": lambda: csv_text(register_rows(register)).replace("\r\n", "\n"),
    }[form]()
    golden(f"register.{form}", text)
