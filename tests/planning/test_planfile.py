"""A plan's file holds all of it, in letters that people read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.applying.plan_files import read_plan
from reconciler.codec.plan_file import dump, parse
from reconciler.model.desired import Limit, Limits
from reconciler.planning.plan import plan_of
from reconciler.report.escape import printed
from reconciler.report.json import json_pieces, render_json
from tests.planning.worlds import GROUPCALL, WAIVED, access, desired_of, granted, live_of, material, planned
from tests.report.test_markdown import materials

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.plan import Plan
    from reconciler.report.input import ReportInput

RECORDED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def plan() -> Plan:
    """A plan against a snapshot, over a limit, with a change that is waived."""
    desired = desired_of(access(["Students", "Schüler"]), limits=Limits(revoke=Limit(count=0)))
    live = replace(live_of({GROUPCALL: granted("Students", "PersonPhotos")}), recorded=RECORDED)
    made = planned(desired, live)
    (found,) = made.accesses
    waived = replace(found, changes=tuple(replace(change, waived=WAIVED) for change in found.changes))
    return plan_of(
        workspace=made.workspace,
        schools=made.schools,
        accesses=(waived,),
        breaches=made.breaches,
        recorded=made.recorded,
        interrupted=made.interrupted,
    )


def test_all_of_a_plan_is_read_again(plan: Plan) -> None:
    """Waivers, limits that it goes over, and the time of the snapshot that it was made against, too."""
    assert parse(dump(plan, version="1")).plan == plan


def test_a_file_says_when_it_was_made_only_where_that_was_asked_for(plan: Plan) -> None:
    """The time is written as JSON's readers expect it, and is no part of the plan."""
    made = render_json(material(plan, version="1", created=datetime(2026, 1, 3, tzinfo=UTC)))
    assert json.loads(made)["created"] == "2026-01-03T00:00:00+00:00"
    assert parse(made).plan == plan
    assert parse(made).created == datetime(2026, 1, 3, tzinfo=UTC)
    assert "created" not in json.loads(render_json(material(plan, version="1")))


def test_words_that_a_file_brings_stand_beside_no_click(plan: Plan, tmp_path: Path) -> None:
    """No fingerprint covers notes and reasons, so the ones in a file are not those that are read."""
    unseen = planned(desired_of(access(["Students"])), live_of({}))
    for made in (plan, unseen):
        data = json.loads(dump(made, version="1"))
        for part in (*data["schools"], *data["accesses"]):
            for words in (*part["changes"], *part["unknown"]):
                words["note" if "note" in words else "reason"] = "Ring 0800 1111"
        text = json.dumps(data)
        assert "0800" in text
        file = tmp_path / "plan.json"
        file.write_text(text, encoding="utf-8")
        assert "0800" not in repr(read_plan(file).plan)


def test_letters_of_any_language_stay_letters(plan: Plan) -> None:
    """People read the file, and compare two of them line by line: each school and each access is one line."""
    lines = dump(plan, version="1").splitlines()
    assert sum("Schüler" in line for line in lines) == 1
    assert sum('"address"' in line for line in lines) == 1


def test_what_is_empty_is_an_empty_list(plan: Plan) -> None:
    """Not a list with nothing on a line."""
    text = dump(replace(plan, schools=(), accesses=()), version="1")
    assert text.endswith('  "schools": [],\n  "accesses": []\n}\n')


@given(materials())
def test_json_made_in_pieces_is_the_json_of_the_whole(made: ReportInput) -> None:
    """The same bytes as encoding each part of it at once, whatever the plan and its review; and a plan again."""
    text = "".join(json_pieces(made))
    parts = []
    for key, value in json.loads(text).items():
        rows = (
            [f"    {json.dumps(item, ensure_ascii=False)}" for item in value] if key in ("schools", "accesses") else []
        )
        whole = "[\n" + ",\n".join(rows) + "\n  ]" if rows else json.dumps(value, ensure_ascii=False)
        parts.append(f'  "{key}": {whole}')
    assert text == printed("{\n" + ",\n".join(parts) + "\n}\n")
    assert parse(text).plan == made.plan
