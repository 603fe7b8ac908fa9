"""Outcomes as people read them: what needs eyes first, each with its proof or with what is seen instead."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from reconciler.codec.outcomes import OUTCOME
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.evidence import Attested, Probed
from reconciler.model.outcome import Contradicted, Failed, Pending, Skipped, Verified
from reconciler.model.problem import Origin
from reconciler.report.outcomes import render_outcomes
from reconciler.report.style import Style

PROBED = Probed("findEntitiesBySchoolID")
WORD = Attested("J. Smith", datetime(2026, 9, 1, tzinfo=UTC), date(2027, 9, 1), "ticket 4711", Origin("a.yaml", 1, 1))


def read(name: str, supplier: str = "groupcall") -> FactRef:
    """An entity at greenfield."""
    return FactRef("greenfield", supplier, Aspect.READ, name)


def write(name: str) -> FactRef:
    """A write-back permission at greenfield."""
    return FactRef("greenfield", "groupcall", Aspect.WRITE, name)


BASIS = FactRef("greenfield", "", Aspect.LAWFUL_BASIS, "Public Task")
OUTCOMES = (
    Verified(BASIS, WORD),
    Verified(read("Students"), PROBED),
    Verified(read("Staff"), PROBED),
    Contradicted(read("StudentContacts"), "absent, and should be granted"),
    Skipped(read("PersonPhotos"), "granted, and should be absent"),
    Pending(FactRef("greenfield", "till", Aspect.ROLE, "Till write-back"), "cannot be checked remotely"),
    Failed(read("*", "till"), "no answer in 30 s"),
)


def test_each_place_tells_what_needs_eyes_first() -> None:
    """Facts with one outcome for one reason share a line."""
    assert render_outcomes(OUTCOMES) == (
        "greenfield\n"
        "  verified      lawful basis Public Task · "
        "confirmed by J. Smith on 2026-09-01 (ticket 4711), until 2027-09-01\n"
        "greenfield/groupcall\n"
        "  contradicted  entity StudentContacts · absent, and should be granted\n"
        "  skipped       entity PersonPhotos · granted, and should be absent\n"
        "  verified      entities Students, Staff · probed: findEntitiesBySchoolID\n"
        "greenfield/till\n"
        "  failed        all declared entities · no answer in 30 s\n"
        "  pending       role Till write-back · cannot be checked remotely\n"
        "\n"
        "Outcomes: 1 contradicted, 1 failed, 1 pending, 1 skipped, 3 verified.\n"
    )


def test_what_was_taken_away_does_not_read_as_granted() -> None:
    """Of one list, by one word: what is there by now, and what is not any more."""
    outcomes = [Verified(write("Dinner Money"), WORD), Verified(write("Attendance"), WORD, absent=True)]
    told = [line.split(" · ")[0] for line in render_outcomes(outcomes).splitlines()]
    assert told[1:3] == ["  verified      write-back Dinner Money", "  verified      write-back Attendance taken away"]
    probed = render_outcomes([Verified(read("PersonPhotos"), PROBED, absent=True)])
    assert "verified      entity PersonPhotos taken away · probed: " in probed


@pytest.mark.parametrize("absent", [True, False])
def test_what_was_taken_away_is_so_in_data_too(absent: bool) -> None:
    """Written only where it is so, read back as it was."""
    outcome = Verified(write("Attendance"), WORD, absent)
    data = OUTCOME.dump(outcome)
    assert data.get("absent", False) is absent
    assert OUTCOME.load(data) == outcome


def test_what_differs_beside_the_plan_stands_below() -> None:
    """And nothing is said of it where there is none."""
    told = render_outcomes(OUTCOMES[:1], ["greenfield/till read Staff: was not approved"])
    assert told.endswith(
        "\n\n"
        "Different too, and not in this plan (plan again to settle it):\n"
        "  greenfield/till read Staff: was not approved\n"
        "\n"
        "Outcomes: 1 verified.\n"
    )


def test_where_nothing_was_due_it_says_so() -> None:
    """A plan without anything for hands."""
    assert render_outcomes(()) == "Outcomes: nothing was due.\n"


def test_a_narrow_terminal_gets_narrow_lines() -> None:
    """What is told goes on below itself, and no line is longer than the terminal is wide."""
    told = render_outcomes(OUTCOMES, columns=50)
    assert max(map(len, told.splitlines()[:-1])) <= 50
    assert "  verified      entities Students, Staff · probed:\n                findEntitiesBySchoolID\n" in told


def test_text_from_outside_steers_no_terminal() -> None:
    """Names, reasons and what else differs."""
    hostile = "Stu\x1b[2Jdents"
    outcomes = (Failed(read(hostile), hostile), Verified(FactRef(hostile, "", Aspect.READ, "Staff"), Probed(hostile)))
    told = render_outcomes(outcomes, [hostile])
    assert "\x1b" not in told
    assert told.count("Stu\\x1b[2Jdents") == 5


def test_each_outcome_has_its_tone() -> None:
    """What is proven and what is contradicted are told apart at a glance."""
    painted: dict[str, Style] = {}

    def paint(text: str, tone: Style) -> str:
        painted[text.strip()] = tone
        return text

    assert render_outcomes(OUTCOMES, paint=paint) == render_outcomes(OUTCOMES)
    assert painted["verified"] is Style.GOOD
    assert painted["contradicted"] is Style.BROKEN
