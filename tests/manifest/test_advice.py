"""Every piece of advice, on an example that it is about and on one in which there is nothing to say.

The examples are `advice/<id>/wrong.yaml`, where every line that it must be about ends in `# wrong`, and
`advice/<id>/right.yaml`; both load without a problem, since advice is about manifests that are right.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from reconciler.manifest.advice import ADVICE, SETS
from reconciler.manifest.rule_texts import rule_texts
from reconciler.manifest.rules import RULES
from reconciler.model.accountability.coming_date import how_near
from reconciler.model.problem import Severity
from tests.manifest.workspaces import SCHOOL, WORKSPACE, lint_text

EXAMPLES = Path(__file__).with_name("advice")
IDS = [advice.ID for advice in ADVICE]
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("advice", IDS)
def test_advice_is_given_where_it_is_due_and_nowhere_else(advice: str) -> None:
    """It stands on the marked lines, shows them, and says what to do; nothing is wrong otherwise."""
    text = (EXAMPLES / advice / "wrong.yaml").read_text(encoding="utf-8")
    marked = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# wrong")]
    linted = lint_text(text, TODAY)
    assert {problem.rule for problem in linted.loaded.problems} <= {"counts-later"}  # one is of a day to come
    found = [problem for problem in linted.problems if problem.rule == advice]
    assert [problem.origin.line for problem in found] == marked
    for problem in found:
        assert problem.severity is Severity.ADVICE
        assert problem.hint
        assert problem.line


@pytest.mark.parametrize("advice", IDS)
def test_no_advice_is_given_where_none_is_due(advice: str) -> None:
    """The good example loads without any problem, and without this advice."""
    linted = lint_text((EXAMPLES / advice / "right.yaml").read_text(encoding="utf-8"), TODAY)
    assert linted.loaded.problems == ()
    assert [problem for problem in linted.problems if problem.rule == advice] == []


def test_every_piece_of_advice_has_a_file_examples_and_one_place_in_the_list() -> None:
    """Ids, modules, the list and the examples correspond; no id is also a rule's."""
    modules = {path.stem for path in Path(str(ADVICE[0].__file__)).parent.glob("*.py")} - {"__init__"}  # type: ignore[attr-defined]
    assert len(set(IDS)) == len(IDS)
    assert {advice.replace("-", "_") for advice in IDS} == modules
    assert {folder.name for folder in EXAMPLES.iterdir()} == set(IDS)
    assert not set(IDS) & {rule.ID for rule in RULES}


def test_strict_is_everything_and_the_other_sets_are_part_of_it() -> None:
    """A set names advice that there is."""
    assert SETS["strict"] == set(IDS)
    assert all(chosen <= SETS["strict"] for chosen in SETS.values())


def test_every_rule_says_for_people_what_holds() -> None:
    """An id, a sentence and a reason for each, taken from the docstrings; ids are there once."""
    texts = rule_texts()
    assert len({text.id for text in texts}) == len(texts)
    assert {rule.ID for rule in RULES} | set(IDS) < {text.id for text in texts}
    for text in texts:
        assert text.title.endswith(".")
        assert "\n" not in text.title
        assert not text.title.startswith(text.id)
    assert all(text.text for text in texts if text.id in IDS)


@pytest.mark.parametrize(
    ("days", "words"),
    [(-2, "2 days ago"), (-1, "yesterday"), (0, "today"), (1, "tomorrow"), (2, "in 2 days")],
)
def test_how_near_a_day_is_is_said_in_words(days: int, words: str) -> None:
    """Counted from today."""
    assert how_near(TODAY + timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(
    ("reads", "writes", "said"), [("http", "https", "over plain http"), ("https", "https", "is not needed")]
)
def test_plain_http_that_is_used_is_told_from_one_that_is_only_allowed(reads: str, writes: str, said: str) -> None:
    """One address is enough."""
    text = (EXAMPLES / "http-allowed" / "wrong.yaml").read_text(encoding="utf-8").partition("    other:")[0]
    text = text.replace("readUrl: http:", f"readUrl: {reads}:").replace("writeUrl: http:", f"writeUrl: {writes}:")
    (advice,) = [one for one in lint_text(text, TODAY).problems if one.rule == "http-allowed"]
    assert said in advice.message


MISTYPED = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {name: example}
spec:
  limts: {}
  account: {username: "{supplier}.{school}", password: {env: "{SUPPLIER}"}}
---
apiVersion: reconciler/v1
kind: School
metadata: {name: greenfield}
spec: {schoolId: 1, platform: scomis, consnt: {lawfulBasis: Public Task}}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: groupcall}
spec:
  contcat: support@supplier.example
  reviewBY: 2035-01-01
  purpos: Prints reports for parents
  entites: [{bundle: pupils}]
  bundles: {pupils: [Students]}
"""


def test_nothing_is_advised_of_what_could_not_be_read() -> None:
    """A mistyped key may say what is missing, so the problem is told and no advice about it."""
    linted = lint_text(MISTYPED, TODAY)
    assert {problem.rule for problem in linted.problems} == {"schema"}


def test_nothing_is_advised_of_a_file_that_is_not_yaml() -> None:
    """What stands behind a mistake in the YAML is unread, not missing."""
    linted = lint_text('apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {name: "a\n', TODAY)
    assert all(problem.severity is not Severity.ADVICE for problem in linted.problems)


@pytest.mark.parametrize(("name", "rule"), [("PersonPhotos", "person-photos"), ("studentflatview", "flat-view")])
@pytest.mark.parametrize("place", ["spec", "override"])
def test_a_partner_application_is_told_what_an_account_is(name: str, rule: str, place: str) -> None:
    """It has no ticks, and reads the same: for all, or at one school where an override says so."""
    head = "apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {name: loans}\nspec:\n"
    own = f"  via: partner-application\n  application: Loans\n  entities: [{name if place == 'spec' else 'Students'}]\n"
    more = f"  overrides: [{{schools: [greenfield], entities: {{add: [{name}]}}}}]\n" if place == "override" else ""
    linted = lint_text(f"{WORKSPACE}---\n{SCHOOL}---\n{head}{own}{more}", TODAY)
    assert linted.loaded.problems == ()
    assert rule in [problem.rule for problem in linted.problems]
