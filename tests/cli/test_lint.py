"""`reconciler lint`: what validate says, and what could be better, without a network and without a password."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.commands.lint import SETS
from reconciler.manifest import advice
from tests.cli.test_validate import spoil
from tests.cli.world import EXAMPLES

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

FIRST_SUPPLIER = "metadata: {name: groupcall}"


def after_tomorrow(days: int) -> str:
    """A date so many days from today."""
    return str(datetime.now(UTC).date() + timedelta(days=days))


def test_one_school_has_an_answer_to_all_advice(reconciler: Reconciler) -> None:
    """A date, a word on what is on paper, and a reason for the photographs, which is told with -v."""
    done = reconciler("lint", "-C", EXAMPLES / "one-school", "--fail-on", "advice")
    assert (done.code, done.out) == (0, "Nothing found; 1 waived.\n")
    assert (
        "the registers that Groupcall feeds show faces" in reconciler("lint", "-v", "-C", EXAMPLES / "one-school").out
    )


def test_the_trust_has_an_answer_to_all_advice_but_what_is_to_be_practised(reconciler: Reconciler) -> None:
    """One thing is left, which nobody vouches for before the practice; another is waived, and told with -v."""
    done = reconciler("lint", "-C", EXAMPLES / "trust", "--set", "default")
    assert done.code == 0
    assert "Nobody has confirmed that the write licence is bought at greenfield. [licence-unattested]" in done.out
    assert done.out.splitlines()[-1] == "1 piece of advice; 1 waived."
    assert "person-photos]" not in done.out
    told = reconciler("lint", "-C", EXAMPLES / "trust", "-v")
    assert "Waived:\nsuppliers/groupcall.yaml:77:7: advice: " in told.out
    assert "Allowed until 2035-02-28: the registers that Groupcall feeds show faces" in told.out


def test_the_practice_answers_what_is_left_of_the_trust(tmp_path: Path, reconciler: Reconciler) -> None:
    """Once somebody has looked and vouches for the licence, nothing is left."""
    trust = shutil.copytree(EXAMPLES / "trust", tmp_path / "trust")
    words = ("writeLicence=bought", "--by", "J. Smith", "--evidence", "the invoice")
    assert reconciler("attest", "greenfield/cashless-till", *words, "-C", trust).code == 0
    assert reconciler("lint", "-C", trust).out == "Nothing found; 1 waived.\n"


def test_nothing_is_asked_of_any_service(sandbox: SandboxServer, workspace: Path, reconciler: Reconciler) -> None:
    """It reads the manifests only; what it says is what was asked for, so it goes to stdout."""
    done = reconciler("lint", "--set", "strict")
    assert (done.code, done.err) == (0, "")
    assert "[no-contact]" in done.out
    assert sandbox.access_log() == []


@pytest.mark.parametrize(
    ("spoilt", "codes"),
    [
        (("x", "x"), {"error": 0, "warning": 0, "advice": 1}),
        (("Attendances, Staff", "Frobnications, Staff"), {"error": 0, "warning": 1, "advice": 1}),
        (("Attendances, Staff", "Attendancs, Staff"), {"error": 1, "warning": 1, "advice": 1}),
    ],
    ids=["advice", "warning", "error"],
)
def test_what_is_left_decides_the_exit_code(
    spoilt: tuple[str, str], codes: dict[str, int], workspace: Path, reconciler: Reconciler
) -> None:
    """1 where anything is as bad as --fail-on says, or worse; a warning where nothing is said."""
    spoil(workspace, *spoilt)
    assert {severity: reconciler("lint", "--fail-on", severity).code for severity in codes} == codes
    assert reconciler("lint").code == codes["warning"]


def test_sets_say_which_advice_is_given(workspace: Path, reconciler: Reconciler) -> None:
    """One by one, or several together; the closing line counts."""
    rules = {}
    for name in SETS:
        rules[name] = {one["rule"] for one in json.loads(reconciler("lint", "--set", name, "--format", "json").out)}
        assert rules[name] <= advice.SETS[name]
    assert "no-contact" in rules["data-protection"] - rules["default"]
    both = reconciler("lint", "--set", "default", "--set", "data-protection", "--format", "json").out
    assert {one["rule"] for one in json.loads(both)} == rules["default"] | rules["data-protection"]
    assert {one["severity"] for one in json.loads(both)} == {"advice"}


def test_the_command_line_knows_every_set() -> None:
    """--help tells them without reading the advice."""
    assert set(SETS) == advice.SETS.keys()


def test_a_day_that_comes_near_is_told_as_of_today(workspace: Path, reconciler: Reconciler) -> None:
    """Thirty days before; and a comment stops it until its own day is over."""
    head, _, tail = (workspace / "reconciler.yaml").read_text(encoding="utf-8").partition(FIRST_SUPPLIER)
    for days, said in ((31, False), (30, True), (-1, True)):
        spec = tail.replace("spec:", f"spec:\n  contractEnd: {after_tomorrow(days)}", 1)
        (workspace / "reconciler.yaml").write_text(f"{head}{FIRST_SUPPLIER}{spec}", encoding="utf-8")
        assert ("[contract-ending]" in reconciler("lint").out) is said
    comment = f"# reconciler: allow contract-ending until {after_tomorrow(1)}: the new contract is being signed"
    spec = tail.replace("spec:", f"spec:\n  contractEnd: {after_tomorrow(3)} {comment}", 1)
    (workspace / "reconciler.yaml").write_text(f"{head}{FIRST_SUPPLIER}{spec}", encoding="utf-8")
    done = reconciler("lint", "-v")
    assert done.out.splitlines()[-1].endswith("; 1 waived.")
    assert "the new contract is being signed" in done.out


def test_where_there_is_nothing_to_say_it_says_so(workspace: Path, reconciler: Reconciler) -> None:
    """And with --quiet not even that."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8").replace("ACCESS_PASSWORD", '"{SUPPLIER}_PASSWORD"')
    manifest.write_text(text.replace("  title:", "  reviewBy: 2099-08-31\n  title:"), encoding="utf-8")
    done = reconciler("lint")
    assert (done.code, done.out) == (0, "Nothing found.\n")
    assert reconciler("lint", "-q").out == ""


def test_every_format_tells_the_advice_and_what_is_waived_apart(workspace: Path, reconciler: Reconciler) -> None:
    """Several at once, each to its file. Text counts what is waived, and lists it with -v; SARIF has it as results that
    are suppressed, with until when and why; Markdown says how much it is; to other programs it is no finding."""
    spoil(workspace, FIRST_SUPPLIER, f"{FIRST_SUPPLIER} # reconciler: allow no-end-date until 2099-01-01: it is free")
    files = {form: workspace / f"lint.{form}" for form in ("text", "json", "markdown", "sarif", "github")}
    done = reconciler("lint", "-v", *(f"--format={form}={file}" for form, file in files.items()))
    assert (done.code, done.out, done.err) == (0, "", "")
    for form, file in files.items():
        text = file.read_text(encoding="utf-8")
        assert "no-end-date" in text or "nothing says until when" in text
        assert ("it is free" in text) is (form in ("text", "sarif"))
        assert ("1 waived." in text) is (form == "text")
        assert ("\n1 piece of advice is allowed in the manifests.\n\n- " in text) is (form == "markdown")
    (run,) = json.loads(files["sarif"].read_text(encoding="utf-8"))["runs"]
    (waived,) = [result for result in run["results"] if "suppressions" in result]
    assert (waived["ruleId"], waived["level"]) == ("no-end-date", "note")
    (suppression,) = waived["suppressions"]
    assert suppression == {
        "kind": "inSource",
        "status": "accepted",
        "justification": "Allowed until 2099-01-01: it is free",
    }


def test_validate_says_nothing_of_advice(workspace: Path, reconciler: Reconciler) -> None:
    """Advice is of lint alone: neither validate nor a comment for lint is moved by the other."""
    spoil(workspace, FIRST_SUPPLIER, f"{FIRST_SUPPLIER} # reconciler: allow nonsense")
    done = reconciler("validate", "--strict")
    assert done.code == 0
    assert done.out.startswith("Valid: ")
    assert "[allowance]" in reconciler("lint").out


@pytest.mark.parametrize("chosen", ["default", "data-protection", "strict"])
def test_limits_that_are_switched_off_are_told_in_every_set(
    workspace: Path, reconciler: Reconciler, chosen: str
) -> None:
    """They hold unless somebody says otherwise, so that nobody hears of it who leaves them on."""
    assert "no-limits" not in reconciler("lint", "--set", chosen).out
    file = workspace / "reconciler.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    at = lines.index("spec:\n") + 1
    file.write_text("".join([*lines[:at], "  limits: none\n", *lines[at:]]), encoding="utf-8")
    assert "[no-limits]" in reconciler("lint", "--set", chosen).out
