"""The generated parts of the reference have everything that there is."""

from __future__ import annotations

import re

import click
import pytest
import reference

from reconciler.catalogue import entities, profiles
from reconciler.cli.commands import VERBS
from reconciler.cli.commands.schema import KINDS
from reconciler.cli.exit_codes import Exit
from reconciler.cli.main import cli
from reconciler.manifest.rule_texts import rule_texts
from reconciler.report.finding_rules import FINDING_RULES
from tests.docs.shown import PAGES

MARK = re.compile(r"<!-- generated: ([a-z-]+) -->\n(?:.|\n)+?<!-- end -->")


def first_column(table: str) -> list[str]:
    """The texts between backticks, or in a link, at the start of each row."""
    return [code or link for code, link in re.findall(r"^\| (?:`([^`]+)`|\[([^\]]+)\])", table, re.MULTILINE)]


def test_every_part_has_one_place() -> None:
    """On one page, between its two comments."""
    placed = [part for page in PAGES for part in MARK.findall(page.read_text(encoding="utf-8"))]
    assert sorted(placed) == sorted(reference.PARTS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_is_there_with_every_option(verb: str) -> None:
    """Each option that is not hidden, by all of its names."""
    command = cli.get_command(click.Context(cli), verb)
    assert command
    own = re.split(r"^## ", reference.commands(), flags=re.MULTILINE)
    (section,) = (part for part in own if part.startswith(f"reconciler {verb}\n"))
    options = (param for param in command.params if isinstance(param, click.Option) and not param.hidden)
    missing = [name for option in options for name in option.opts if not re.search(rf"[` ]{name}[,` ]", section)]
    assert missing == []


def test_every_other_part_has_one_row_for_each() -> None:
    """Exit codes, schemas, the catalogue and rules."""
    assert first_column(reference.exit_codes()) == [str(code.value) for code in Exit]
    assert tuple(first_column(reference.schema_kinds())) == KINDS
    assert first_column(reference.known_entities()) == sorted(
        (one.name for one in entities().values()), key=str.casefold
    )
    assert first_column(reference.published_profiles()) == list(profiles())
    assert first_column(reference.rules()) == [text.id for text in (*rule_texts(), *FINDING_RULES)]


def test_the_keys_of_every_manifest_are_there() -> None:
    """With what is in lists, in mappings of names of one's own, and behind a reference; each key once."""
    kinds = re.split(r"^### ", reference.manifest_keys(), flags=re.MULTILINE)[1:]
    keys = {kind.partition("\n")[0]: first_column(kind) for kind in kinds}
    assert list(keys) == ["Workspace", "School", "Supplier", "Attestation", "Waiver", "Profile", "Round"]
    assert {"platforms.NAME.readUrl", "limits.revoke.perSchool.share"} <= set(keys["Workspace"])
    assert {"overrides[].entities.remove", "account.password.env", "bundles.NAME"} <= set(keys["Supplier"])
    assert {"changes[].action", "schools.labels"} <= set(keys["Waiver"])
    assert all(len(named) == len(set(named)) for named in keys.values())
