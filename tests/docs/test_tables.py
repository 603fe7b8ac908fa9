"""Tables that people wrote list what there is: no more, no less, in the same order."""

from __future__ import annotations

import json
import re

import click
import pytest

from reconciler.cli.commands import VERBS
from reconciler.cli.main import cli
from reconciler.cli.output.renderers import OF_NOTIFICATIONS, OF_PLANS, OF_PROBLEMS
from reconciler.manifest.schema.check import schema_file
from reconciler.planning.refused_login import CHECKS, IN_SHORT
from tests.conftest import REPOSITORY

SCHEMAS = REPOSITORY / "schemas"


def table(page: str, heading: str) -> list[tuple[str, ...]]:
    """The cells of the table with this first heading, row by row."""
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    (rows,) = re.findall(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows.splitlines()]


def states(schema: str, key: str) -> list[str]:
    """The values that a key of a schema may have."""
    properties = json.loads((SCHEMAS / schema_file(schema)).read_text(encoding="utf-8"))["properties"]
    values: list[str] = properties[key]["enum"]
    return values


def test_formats() -> None:
    """Of a plan, and with a star those of problems."""
    cells = [name for name, _ in table("reference/reports.md", "format")]
    assert {cell.split()[0].strip("`") for cell in cells} == set(OF_PLANS.formats)
    assert {cell.split()[0].strip("`") for cell in cells if cell.endswith("*")} == set(OF_PROBLEMS.formats)


def test_the_checks_of_a_refused_login() -> None:
    """As reports, runbooks and the rule's own text have them."""

    def plain(page: str) -> str:
        return re.sub("[*`]", "", " ".join((REPOSITORY / "docs" / page).read_text(encoding="utf-8").split()))

    assert " ".join(CHECKS) in plain("rules.md")
    assert IN_SHORT in plain("how-to/fix.md")


@pytest.mark.parametrize(
    ("page", "heading", "there"),
    [
        ("how-to/nightly.md", "state", [f"`{state}`" for state in states("heartbeat", "state")]),
        ("reference/plan.md", "outcome", states("outcome", "outcome")),
    ],
)
def test_states(page: str, heading: str, there: list[str]) -> None:
    """As the schema has them."""
    assert [cells[0] for cells in table(page, heading)] == there


def test_how_hard_a_host_is_asked() -> None:
    """As the options say where they are left out."""
    command = cli.get_command(click.Context(cli), "plan")
    assert command
    defaults = {param.name: param.default for param in command.params}
    page = (REPOSITORY / "docs" / "explanation" / "known.md").read_text(encoding="utf-8")
    assert f"never more than {defaults['concurrency']} (`--concurrency`" in page
    assert not defaults["rate"]


def test_commands_and_forms() -> None:
    """Each command once; each form of a notification."""
    listed = re.findall(r"`(\w+)`", " ".join(cells[0] for cells in table("reference/commands.md", "command")))
    assert sorted(listed) == sorted(VERBS)
    nightly = (REPOSITORY / "docs" / "how-to" / "nightly.md").read_text(encoding="utf-8")
    assert all(f"`{form}`" in nightly for form in OF_NOTIFICATIONS.formats)
