"""Whatever is printed on a CI machine is read for commands: no report holds one that a name made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.cli.output.renderers import OF_PLANS, OF_PROBLEMS
from reconciler.report.findings.github import render_github, render_problems_github
from reconciler.report.problems.input import ProblemsInput
from reconciler.report.text.plan import render_text
from tests.report.hostile import ANY, problems_saying, saying
from tests.report.runners import azure_commands, github_commands

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.report.input import ReportInput

PLANS = {form: OF_PLANS.renderer(form, Path(form)) for form in OF_PLANS.formats if form != "github"}
NARROW = {"text on narrow terminals": lambda made: "".join(render_text(made, columns=each) for each in range(60, 80))}
PROBLEMS = {form: OF_PROBLEMS.renderer(form, Path(form)) for form in OF_PROBLEMS.formats if form != "github"}


@pytest.mark.parametrize("render", [*PLANS.values(), *NARROW.values()], ids=[*PLANS, *NARROW])
@given(text=ANY)
def test_a_report_of_a_plan_speaks_to_no_runner(render: Callable[[ReportInput], str], text: str) -> None:
    """Neither GitHub's nor Azure's finds a command. Halves of characters, which a file's name or a fault may hold, are
    written out: the bytes of a file can be written."""
    printed = render(saying(text))
    assert github_commands(printed) == []
    assert azure_commands(printed) == []
    printed.encode("utf-8")


@pytest.mark.parametrize("render", PROBLEMS.values(), ids=PROBLEMS)
@given(text=ANY)
def test_a_report_of_problems_speaks_to_no_runner(render: Callable[[ProblemsInput], str], text: str) -> None:
    """A manifest of a pull request is quoted, and so is the name of its file."""
    printed = render(ProblemsInput(problems_saying(text)))
    assert github_commands(printed) == []
    assert azure_commands(printed) == []


@given(text=ANY)
def test_annotations_are_the_only_commands(text: str) -> None:
    """Each line is one annotation, and a name cannot make it another one."""
    for printed in (render_github(saying(text)), render_problems_github(ProblemsInput(problems_saying(text)))):
        found = github_commands(printed)
        assert len(found) == len(printed.splitlines())
        assert {command.name for command in found} <= {"error", "warning", "notice"}
        assert all(command.properties.keys() <= {"file", "line", "col", "title"} for command in found)
        assert azure_commands(printed) == []
        printed.encode("utf-8")
