"""docs/rules.md: a heading for every rule and for nothing else, and examples that do what it says.

An example leaves out `apiVersion`, and whatever the rule does not look at; `yaml whole` is all that there is.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pytest

from reconciler.manifest.advice import ADVICE, SETS
from reconciler.manifest.linting.suppressions import UNUSED
from reconciler.manifest.rule_texts import rule_texts
from reconciler.manifest.text.hidden_characters import IN_COMMENT
from reconciler.model.problem import Severity
from reconciler.report.finding_rules import FINDING_RULES
from reconciler.report.problems.text import render_problems
from tests.conftest import REPOSITORY
from tests.manifest.workspaces import lint_text

if TYPE_CHECKING:
    from reconciler.manifest.lint import Linted

DOCUMENT = (REPOSITORY / "docs" / "rules.md").read_text(encoding="utf-8")
TODAY = date(2026, 11, 24)
OF_MANIFESTS = [text.id for text in rule_texts()]
OF_PLANS = [text.id for text in FINDING_RULES]
WITHOUT_EXAMPLE = {"file", "password-file"}  # its examples are no text
FENCE = re.compile(
    r"^(?P<side>Wrong|Right)[^\n]*:\n\n```yaml(?P<whole> whole)?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
BESIDE = {
    "Workspace": 'metadata: {name: example}\nspec: {account: {username: "{supplier}.{school}"}}\n',
    "School": "metadata: {name: greenfield}\nspec: {schoolId: 12345, platform: scomis}\n",
    "Supplier": 'metadata: {name: groupcall}\nspec: {account: {username: "gc.{school}"}, entities: [Students]}\n',
}


class Section(NamedTuple):
    """What stands under a rule's heading."""

    id: str
    text: str

    @property
    def severity(self) -> str:
        """What it says of the severity: its first paragraph up to the full stop."""
        return " ".join(self.text.split()).partition(" Finds")[0]

    def example(self, side: str) -> str:
        """The wrong or the right example, as a file that can be loaded."""
        (found,) = (fence for fence in FENCE.finditer(self.text) if fence["side"] == side)
        documents = found["text"].split("---\n")
        kinds = {re.match(r"kind: (\w+)", document)[1] for document in documents}  # type: ignore[index]
        if not found["whole"]:
            documents += [f"kind: {kind}\n{rest}" for kind, rest in BESIDE.items() if kind not in kinds]
        return "---\n".join(f"apiVersion: reconciler/v1\n{document}" for document in documents)


def sections() -> list[Section]:
    """Every part of the document under a heading of the third level."""
    parts = re.split(
        r"^### (.+)\n",
        re.split(r"^## Allow .*?(?=^## )", DOCUMENT, flags=re.MULTILINE | re.DOTALL)[1],
        flags=re.MULTILINE,
    )
    ends = (re.split(r"^## ", text, flags=re.MULTILINE)[0] for text in parts[2::2])
    return [Section(name, text) for name, text in zip(parts[1::2], ends, strict=True)]


SECTIONS = {section.id: section for section in sections()}
ILLUSTRATED = [rule for rule in OF_MANIFESTS if rule not in WITHOUT_EXAMPLE]


def of_rule(linted: Linted, rule: str) -> set[Severity]:
    """With which severities a rule's problems are there."""
    return {problem.severity for problem in linted.problems if problem.rule == rule}


def others(linted: Linted, rule: str) -> list[str]:
    """What else is wrong, advice left out."""
    wrong = (one for one in linted.problems if one.rule != rule and one.severity is not Severity.ADVICE)
    return [f"{one.origin} {one.rule}: {one.message}" for one in wrong]


def test_every_rule_has_one_heading_and_every_heading_is_a_rules() -> None:
    """Of manifests, advice and plans, each once."""
    headings = [section.id for section in sections()]
    assert sorted(headings) == sorted([*OF_MANIFESTS, *OF_PLANS])


@pytest.mark.parametrize("rule", ILLUSTRATED)
def test_the_wrong_example_is_wrong_in_this_way_alone(rule: str) -> None:
    """The rule finds something in it, with the severity that is told, and no other error or warning is there."""
    section = SECTIONS[rule]
    linted = lint_text(section.example("Wrong"), TODAY)
    found = of_rule(linted, rule)
    assert found
    assert all(severity.value in section.severity.casefold() for severity in found)
    assert others(linted, rule) == []


@pytest.mark.parametrize("rule", ILLUSTRATED)
def test_the_right_example_is_right(rule: str) -> None:
    """The rule finds nothing in it, and neither is any other error or warning there."""
    linted = lint_text(SECTIONS[rule].example("Right"), TODAY)
    assert of_rule(linted, rule) == set()
    assert others(linted, rule) == []


@pytest.mark.parametrize("rule", OF_MANIFESTS)
def test_each_section_says_what_why_and_how_to_fix(rule: str) -> None:
    """In that order; of advice also how it is allowed, and whom it is for."""
    text = SECTIONS[rule].text
    parts = [text.find(part) for part in (" Finds ", "\nWhy: ", "\nFix: ")]
    assert -1 not in parts
    assert parts == sorted(parts)
    told = set(re.findall(r"`([a-z-]+)`", SECTIONS[rule].severity))
    if rule in {advice.ID for advice in ADVICE}:
        assert told == {name for name, chosen in SETS.items() if rule in chosen}
        assert SECTIONS[rule].severity.startswith("**Advice**")
        assert "To allow it:" in " ".join(text.split())
    elif rule not in {UNUSED, IN_COMMENT}:
        assert "advice" not in SECTIONS[rule].severity.casefold()


def test_the_example_of_a_comment_waives_advice() -> None:
    """The line that the document shows works as it stands."""
    (line,) = re.findall(r"^```yaml\n(entities: .*)\n```$", DOCUMENT, re.MULTILINE)
    text = (
        SECTIONS["person-photos"]
        .example("Wrong")
        .replace("  entities:\n    - Students\n    - PersonPhotos", f"  {line}")
    )
    assert [problem.rule for problem in lint_text(text, TODAY).waived] == ["person-photos"]


def test_the_message_at_the_top_is_as_messages_are() -> None:
    """A reader who looks for an id finds it where it is shown."""
    shown = re.search(r"^suppliers/till.yaml:14:7: (.+)$", DOCUMENT, re.MULTILINE)
    assert shown is not None
    (told,) = lint_text(
        SECTIONS["unknown-entity"].example("Wrong").replace("Studnets", "LockerKeys"), TODAY
    ).loaded.problems
    assert shown[1] == render_problems([told]).splitlines()[0].partition(": ")[2]
