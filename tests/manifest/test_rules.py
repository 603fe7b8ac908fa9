"""Every rule, on an example that it finds something in and one in which nothing is wrong.

A rule's examples are `rules/<id>/wrong.yaml`, where every line it must complain about ends in `# wrong`, and
`rules/<id>/right.yaml`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.manifest.rules import RULES
from tests.manifest.workspaces import found, load_text

EXAMPLES = Path(__file__).with_name("rules")
IDS = [rule.ID for rule in RULES]


@pytest.mark.parametrize("rule", IDS)
def test_a_rule_finds_what_is_wrong_and_nothing_else(rule: str) -> None:
    """The problems stand on the marked lines, all of them are this rule's, and each line is shown."""
    text = (EXAMPLES / rule / "wrong.yaml").read_text(encoding="utf-8")
    marked = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# wrong")]
    loaded = load_text(text)
    assert {problem.rule for problem in loaded.problems} == {rule}, found(loaded)
    assert [problem.origin.line for problem in loaded.problems] == (marked or [1]), found(loaded)
    for problem in loaded.problems:
        assert problem.hint
        assert problem.line


@pytest.mark.parametrize("rule", IDS)
def test_a_rule_finds_nothing_where_nothing_is_wrong(rule: str) -> None:
    """The good example loads without any problem."""
    loaded = load_text((EXAMPLES / rule / "right.yaml").read_text(encoding="utf-8"))
    assert found(loaded) == []
    assert loaded.desired is not None


def test_every_rule_has_a_file_examples_and_one_place_in_the_list() -> None:
    """Ids, modules, the list and the examples correspond, so that none is forgotten."""
    modules = {path.stem for path in Path(str(RULES[0].__file__)).parent.glob("*.py")} - {"__init__"}  # type: ignore[attr-defined]
    assert len(set(IDS)) == len(IDS)
    assert {rule.replace("-", "_") for rule in IDS} == modules
    assert {folder.name for folder in EXAMPLES.iterdir()} == set(IDS)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_every_rule_says_what_it_is_and_why(rule: object) -> None:
    """A rule's module says in its docstring, after its id, what holds."""
    assert (rule.__doc__ or "").startswith(f"{rule.ID}: ")  # type: ignore[attr-defined]
