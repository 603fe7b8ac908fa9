"""Annotations of GitHub, read back by the rules of its runner."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.model.address import Address
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.report.escape import printable
from reconciler.report.findings.github import render_github, render_problems_github
from reconciler.report.problems.input import ProblemsInput
from tests.planning.worlds import GROUPCALL, access, desired_of, granted, live_of, material, planned
from tests.report import changes
from tests.report.hostile import ANY, problems_saying, saying
from tests.report.plans import EXAMPLES
from tests.report.runners import github_commands
from tests.report.test_problems import PROBLEMS

if TYPE_CHECKING:
    from reconciler.report.input import ReportInput
    from tests.conftest import Golden


def wide(schools: int, *entities: str) -> ReportInput:
    """The same entities are missing at many schools."""
    addresses = [Address(f"school-{number:02}", "groupcall") for number in range(schools)]
    desired = desired_of(*(access(entities, address=address) for address in addresses))
    return material(planned(desired, live_of(dict.fromkeys(addresses, granted()))))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_plan_as_annotations(name: str, golden: Golden) -> None:
    """Everything, what people vouch for, nothing, a part of the picture, and a change under review."""
    golden(f"{name}.github.txt", render_github(EXAMPLES[name]))


def test_problems_as_annotations(golden: Golden) -> None:
    """Each on its line, with what would mend it."""
    golden("problems.github.txt", render_problems_github(ProblemsInput(PROBLEMS, folder="access")))


def test_an_annotation_is_read_as_it_was_meant() -> None:
    """The file from the top of the repository, the line, the column; colons, commas and percents stay what they are."""
    odd = Problem("schema", Severity.ERROR, Origin("a,b:c%3A.yaml", 7, 3), "100 % of it: a, b", "use 50%0A")
    (command,) = github_commands(render_problems_github(ProblemsInput([odd], folder="mis")))
    assert command.name == "error"
    assert command.properties == {"file": "mis/a,b:c%3A.yaml", "line": "7", "col": "3", "title": "schema"}
    assert command.data == "100 % of it: a, b use 50%0A"


@given(text=ANY)
def test_a_text_from_outside_is_read_back_as_what_can_be_printed(text: str) -> None:
    """In the file's name and in the message; nothing is cut but what is very long."""
    commands = github_commands(render_problems_github(ProblemsInput(problems_saying(text))))
    assert [command.name for command in commands] == ["error", "warning", "notice"]
    for command in commands:
        assert command.properties["file"] == printable(f"{text}.yaml")
        assert command.properties["title"] in {"unknown-entity", "selects-no-school", "person-photos"}
    shown = printable(f"b {text} c {text}")
    assert commands[2].data == (shown if len(shown) <= 2_000 else f"{shown[:1_999]}…")
    for command in github_commands(render_github(saying(text))):
        assert len(command.properties["title"]) <= 200


def test_what_is_the_same_at_many_schools_is_told_once() -> None:
    """With how many schools, and the first of them by name."""
    (command,) = github_commands(render_github(wide(12, "Students")))
    assert command.properties["title"] == "groupcall at 12 schools: entity-missing"
    named = ", ".join(f"school-{number:02}" for number in range(10))
    assert command.data == f"`Students` is declared but not granted; at {named} and 2 more."


def test_no_more_than_github_shows_and_how_many_more_there_are() -> None:
    """Ten errors, ten warnings and ten notices, one kind in the place of a lighter one; the last notice counts every
    difference that is not told."""
    names = [f"Entity{number:02}" for number in range(23)]
    commands = github_commands(render_github(wide(3, *names)))
    assert Counter(command.name for command in commands) == {"warning": 10, "notice": 10}
    assert commands[-1].data == "12 more are not shown here: see the job's summary."
    assert "file" not in commands[-1].properties
    told = render_github(replace(wide(3, *names), details="https://ci.example.org/1"))
    assert "12 more are not shown here: the full report is at https://ci.example.org/1." in told


@pytest.mark.parametrize(("severity", "name", "most"), [(Severity.ERROR, "error", 29), (Severity.ADVICE, "notice", 9)])
def test_no_more_problems_than_github_shows(severity: Severity, name: str, most: int) -> None:
    """Of notices nine, since the tenth says how many more there are; an error takes the place of a lighter one too."""
    problems = [Problem("schema", severity, Origin("a.yaml", number, 1), "wrong") for number in range(1, 31)]
    commands = github_commands(render_problems_github(ProblemsInput(problems)))
    assert Counter(command.name for command in commands)[name] == 10
    assert len(commands) == most + 1
    assert commands[-1].data.startswith(f"{30 - most} more are not shown here: ")


def test_what_opens_most_comes_first_and_what_is_waived_is_none() -> None:
    """Where passwords go, and what is sensitive, whether this change asks for it or it was so before."""
    commands = github_commands(render_github(changes.everything()))
    told = [command.data for command in commands]
    assert "its password comes from" in told[1]
    names = ("SENStudents", "PersonPhotos", "Calendars")
    where = [next(number for number, each in enumerate(told) if name in each) for name in names]
    assert where == sorted(where)
    assert not [command for command in commands if command.name == "error"]
    assert "accepted" not in render_github(EXAMPLES["words"])
    photos = "`PersonPhotos` is granted but not declared"
    assert photos not in render_github(EXAMPLES["words"])  # somebody accepts that


def test_nothing_to_say_is_no_line() -> None:
    """In sync, or right."""
    plan = planned(desired_of(access()), live_of({GROUPCALL: granted("Students")}))
    assert render_github(material(plan)) == ""
    assert render_problems_github(ProblemsInput(())) == ""
