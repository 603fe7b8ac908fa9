"""Consent in numbers: what they mean, where they are typed and written, and what a plan makes of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.attestation.overlay import overlay
from reconciler.cli.main import main
from reconciler.manifest import load
from reconciler.model.aspect import Aspect
from reconciler.model.attestation import NOT_SET, SET, ConsentCounts, counts_from, read_counts
from reconciler.model.evidence import Known, UnknownReason
from reconciler.planning.plan import make_plan
from reconciler.planning.risk import Sensitivity
from reconciler.report.text.plan import render_text
from tests.attestation.worlds import MANIFESTS, TILL, attestation, live_side, probed, workspace
from tests.planning.worlds import material

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.desired import Desired
    from reconciler.model.plan import Plan

CONSENT = MANIFESTS.replace("lawfulBasis: Public Task", "lawfulBasis: Consent")
NOTHING_SENSITIVE = Sensitivity(notes={}, known=frozenset())
PEOPLE = st.integers(0, 400)


@st.composite
def counts(draw: st.DrawFn) -> ConsentCounts:
    """Counts of people who are granted, refused or without an answer; some of the numbers are left out."""
    granted, refused, not_set = draw(PEOPLE), draw(PEOPLE), draw(PEOPLE)
    shown = draw(st.tuples(st.booleans(), st.booleans()))
    when = draw(st.sampled_from(["", "2026-11-20"]))
    of = granted + refused + not_set
    return ConsentCounts(granted, of, refused if shown[0] else None, not_set if shown[1] else None, when)


@given(counts())
def test_counts_are_the_same_however_they_are_written(one: ConsentCounts) -> None:
    """As a text, as typed, and in a manifest; counts of people who are there have no fault."""
    assert read_counts(str(one)) == one == counts_from(one.data)
    assert read_counts(f" {str(one).upper()} ") == one
    assert not one.fault


@given(PEOPLE, PEOPLE, PEOPLE, st.booleans(), st.booleans())
def test_less_counted_is_less_known_and_never_otherwise(
    granted: int, refused: int, not_set: int, tells_refused: bool, tells_not_set: bool
) -> None:
    """Whole counts say if an answer is missing; a part of them says the same, or that it is unknown."""
    of = granted + refused + not_set
    truth = NOT_SET if not_set else SET
    part = ConsentCounts(granted, of, refused if tells_refused else None, not_set if tells_not_set else None)
    assert part.state in {truth, None}
    if tells_refused or tells_not_set or granted == of:
        assert part.state == truth
    else:
        assert part.state is None


@given(counts(), st.integers(-3, 3).filter(bool))
def test_counts_of_other_people_are_a_fault(one: ConsentCounts, more: int) -> None:
    """More than there are, always; fewer only if all of them were counted."""
    other = ConsentCounts(one.granted, max(one.of + more, 0), one.refused, one.not_set)
    whole = other.refused is not None and other.not_set is not None
    assert bool(other.fault) is (other.rest < 0 or (whole and other.rest > 0))


@pytest.mark.parametrize(
    "text", ["set", "not set", "380", "380 of", "380/400", "of 400", "380 of 400 or so", "-1 of 3"]
)
def test_any_other_text_is_no_count(text: str) -> None:
    """It is a choice, or a mistake."""
    assert read_counts(text) is None


def plan(desired: Desired) -> Plan:
    """What a plan says of the till, whose account works."""
    today = date(2026, 12, 1)
    return make_plan(desired, overlay(live_side(desired, till=probed()), desired, today), NOTHING_SENSITIVE, today)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("{granted: 400, of: 400}", SET),
        ("{granted: 380, of: 400, refused: 20}", SET),
        ("{granted: 380, of: 400, notSet: 0}", SET),
        ("{granted: 380, of: 400, refused: 15}", NOT_SET),
        ("{granted: 380, of: 400, refused: 15, notSet: 5}", NOT_SET),
        ("{granted: 380, of: 400, notSet: 20}", NOT_SET),
        ("{granted: 0, of: 400}", UnknownReason.PARTLY_COUNTED),
        ("{granted: 380, of: 400, when: 2026-11-20}", UnknownReason.PARTLY_COUNTED),
        ("set", SET),
        ("not set", NOT_SET),
    ],
)
def test_a_plan_says_what_counts_mean(said: str, known: object, tmp_path: Path) -> None:
    """As agreed where everyone answered, a difference where an answer is missing, and unknown where nobody counted."""
    word = attestation(1, "greenfield", f"{{lawfulBasis: Consent, consent: {{students: {said}}}}}")
    desired = workspace(tmp_path, word, manifests=CONSENT)
    school = overlay(live_side(desired, till=probed()), desired, date(2026, 12, 1)).schools["greenfield"]
    fact = school.fact(Aspect.CONSENT, "students")
    assert (fact.value if isinstance(fact, Known) else fact.reason) == known
    made = plan(desired)
    till = next(access for access in made.accesses if access.address == TILL)
    changed = [change for change in till.changes if change.aspect is Aspect.CONSENT]
    unknown = [item for item in till.unknown if (item.aspect, item.name) == (Aspect.CONSENT, "students")]
    vouched = [word for word in till.vouched if word.aspect is Aspect.CONSENT]
    assert (len(changed), len(unknown), len(vouched)) == (
        known == NOT_SET, known is UnknownReason.PARTLY_COUNTED, known == SET,
    )  # fmt: skip
    text = render_text(material(made))
    if "{" in said:
        assert all(" of 400" in word.evidence.counts for word in vouched)
        assert all(" of 400" in change.note for change in changed)
    if unknown:
        assert "count how many of the others refused" in text
        assert unknown[0].reason.startswith("J. Smith counted ")


def test_where_consent_is_not_the_basis_counts_that_leave_people_out_are_contradicted(tmp_path: Path) -> None:
    """Those who refused are shared too, whatever was counted: who counted them must read it."""
    word = attestation(
        1, "greenfield", "{lawfulBasis: Public Task, consent: {students: {granted: 380, of: 400, refused: 20}}}"
    )
    desired = workspace(tmp_path, word)
    till = overlay(live_side(desired, till=probed()), desired, date(2026, 12, 1)).accesses[TILL]
    assert [(claim.said, claim.seen) for claim in till.denied] == [
        ("380 of 400, 20 refused", "all students are shared, since the lawful basis is Public Task")
    ]


def test_what_contacts_need_is_cited(tmp_path: Path) -> None:
    """No page of Bromcom's says that contacts have the flag."""
    desired = workspace(tmp_path, attestation(1, "greenfield", "{lawfulBasis: Public Task}"))
    till = next(access for access in plan(desired).accesses if access.address == TILL)
    (item,) = [item for item in till.unknown if item.aspect is Aspect.CONSENT]
    assert (item.name, item.why) == ("contacts", UnknownReason.NO_PROBE)
    assert "says SchoolCloud" in item.reason


def test_counts_are_typed_written_and_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the command line in words, in the file as keys, which `fmt` leaves alone."""
    workspace(tmp_path, manifests=CONSENT)
    place = ("-C", str(tmp_path))
    typed = ("consent.students=380 of 400, 20 refused", "consent.contacts=70 of 90, counted 2026-11-20")
    assert main(["attest", "greenfield", *typed, "--by", "J. Smith", *place]) == 0
    assert "Not as declared: consent.contacts." in capsys.readouterr().out
    text = (tmp_path / "attestations/greenfield.yaml").read_text(encoding="utf-8")
    assert text.endswith(
        "    consent:\n      students:\n        granted: 380\n        of: 400\n        refused: 20\n"
        "      contacts:\n        granted: 70\n        of: 90\n        when: 2026-11-20\n"
    )
    assert main(["fmt", "--check", *place]) == 0
    desired = load(tmp_path, date(2026, 12, 1)).desired
    assert desired is not None
    assert {word.values for word in desired.words} == {("380 of 400, 20 refused",), ("70 of 90, counted 2026-11-20",)}
    assert all(word.evidence.counts == word.values[0] for word in desired.words)
    capsys.readouterr()
    assert main(["attest", "greenfield", "consent.students=390 of 400, 20 refused", *place]) == 64
    assert "390 + 20 is more than 400" in capsys.readouterr().err
    assert main(["attest", "greenfield", "consent.students=most", *place]) == 64
    assert "such as consent.students='380 of 400, 20 refused'" in capsys.readouterr().err
