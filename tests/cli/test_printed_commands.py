"""What we print to be typed works as it is printed, with the options that the person gave."""

from __future__ import annotations

import html
import json
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.cli.commands import VERBS
from reconciler.cli.main import cli
from reconciler.cli.printed_commands import with_given_options
from tests.cli.world import PASSWORD, SCHOOLS, quoted
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler
    from tests.cli.world import Outcome

pytestmark = pytest.mark.skipif(os.name == "nt", reason="commands are quoted for another shell there")

GOLDEN = sorted(file for file in (REPOSITORY / "tests").rglob("golden/*") if file.is_file() and file.suffix != ".png")
SPAN = re.compile(r"`([^`\n]+)`|<code>([^<\n]+)</code>")


def commands(text: str) -> list[list[str]]:
    """The words of each command in a text: what stands between backticks and begins with ours, or with a verb of ours
    that has something behind it."""
    spans = [html.unescape(one or other) for one, other in SPAN.findall(text)]
    verbs = "|".join(VERBS)
    return [shlex.split(span) for span in spans if re.match(rf"reconciler( |$)|({verbs}) +\S", span)]


def parsed(words: list[str]) -> click.Context:
    """As click reads them; fails where it would refuse them."""
    assert words[0] == "reconciler", f"{shlex.join(words)} lacks the program's name"
    verb = cli.get_command(click.Context(cli), words[1])
    assert verb, f"there is no verb {words[1]}"
    return verb.make_context(words[1], words[2:])


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: "/".join(file.parts[-3:]))
def test_law_every_command_in_a_golden_file_is_one(file: Path) -> None:
    """It has the program's name, a verb that there is, and arguments and options that the verb takes."""
    for words in commands(file.read_text(encoding="utf-8")):
        parsed(words)


PATHS = st.text("ab '\"$&;()é\\", min_size=1).map(lambda text: f"x{text}")
TYPED = {
    "-C": PATHS,
    "--env-file": PATHS,
    "--timeout": st.floats(0.001, 3600).map(lambda seconds: f"{seconds:g}"),
    "--retries": st.integers(0, 10).map(str),
    "--wsdl": st.sampled_from(["built-in", "live"]),
    "--as": PATHS,
    "--by": PATHS,
}
ARGUMENTS = {"apply": ["plan.json"], "verify": ["plan.json"], "attest": ["a/b"]}


@given(st.data(), st.sampled_from(["plan", "drift", "apply", "verify", "validate", "lint", "attest"]))
def test_law_an_option_that_was_given_is_in_every_command_that_has_it(data: st.DataObject, verb: str) -> None:
    """And has there the value that it was given; one that the command has already is not said twice."""
    known = {
        name for option in parsed(["reconciler", verb, *ARGUMENTS.get(verb, [])]).command.params for name in option.opts
    }
    options = data.draw(st.fixed_dictionaries({}, optional={name: TYPED[name] for name in TYPED.keys() & known}))
    other = data.draw(st.sampled_from(["plan", "apply", "verify", "validate", "lint", "attest"]))
    written = shlex.join(["reconciler", other, *ARGUMENTS.get(other, [])])
    typed = [word for pair in options.items() for word in pair]
    with parsed(["reconciler", verb, *ARGUMENTS.get(verb, []), *typed]) as context:
        printed = with_given_options(f"Now run `{written}`.")
        assert with_given_options(printed) == printed
    found = parsed(shlex.split(printed.removeprefix("Now run `").removesuffix("`.")))
    for name, value in context.params.items():
        for same in (name, {"who": "by", "by": "who"}.get(name, "")):
            if same in found.params and name in {"workspace", "env_file", "timeout", "retries", "wsdl", "who", "by"}:
                assert found.params[same] == value


def test_the_command_of_a_group_has_the_options_that_it_takes() -> None:
    """`import account` finds the workspace too; a word that only begins like a command gets none."""
    with parsed(["reconciler", "plan", "-C", "our trust"]):
        printed = with_given_options("`reconciler import account --school 1`, `reconciler round show`, `reconciler no`")
    assert printed.startswith("`reconciler import account --school 1 -C 'our trust'`, ")
    assert printed.endswith("`reconciler no`")


@pytest.fixture
def elsewhere(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A person in another folder, whose workspace and file of passwords have spaces in their names: what they type."""
    workspace.rename(tmp_path / "our trust")
    (tmp_path / "our words.env").write_text(f"ACCESS_PASSWORD={quoted(PASSWORD)}\n", encoding="utf-8")
    monkeypatch.delenv("ACCESS_PASSWORD")
    monkeypatch.chdir(tmp_path)
    return ["-C", "our trust"]


def pasted(done: Outcome, reconciler: Reconciler) -> list[Outcome]:
    """Run every command that was printed."""
    found = [shlex.split(one) for one in re.findall(r"`(reconciler [^`\n]+)`", done.err + done.out)]
    assert found, done
    return [reconciler(*words[1:]) for words in found]


def test_the_remarks_of_a_plan_and_of_what_is_made_of_it_work(
    elsewhere: list[str], sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """`plan --out` leads to `apply`, a plan that is not to be carried out to a new one, each with -C and --env-file."""
    asked = [*elsewhere, "--env-file", "our words.env"]
    sandbox.untick(SCHOOLS["greenfield"], "till.greenfield", "OnlinePaymentOrders")
    done = reconciler("plan", *asked, "--out", "our plan.json")
    assert "`reconciler apply 'our plan.json' -C 'our trust' --env-file 'our words.env'`" in done.err
    (applied,) = pasted(done, reconciler)
    assert (applied.code, applied.err) == (5, "")
    assert "\"reconciler verify 'our plan.json' -C 'our trust' --env-file 'our words.env'\"" in applied.out
    assert (
        "\"reconciler verify 'our plan.json'\" with the options of your plan"
        in reconciler("runbook", "our plan.json").out
    )
    data = json.loads(Path("our plan.json").read_text(encoding="utf-8"))
    data["expires"] = data["created"] = "2026-01-01T00:00:00+00:00"
    Path("old.json").write_text(json.dumps(data), encoding="utf-8")
    refused = reconciler("apply", "old.json", *asked)
    assert refused.code == 3
    (again,) = pasted(refused, reconciler)
    assert again.code == 2
    assert Path("plan.json").is_file()
    Path("none.json").write_text("{}", encoding="utf-8")
    (again,) = pasted(reconciler("verify", "none.json", *asked), reconciler)
    assert again.code == 2


def test_what_is_said_of_manifests_works_from_another_folder(elsewhere: list[str], reconciler: Reconciler) -> None:
    """`plan` leads to `validate`, and `attest` to the words that it lacks, with the name that was given."""
    manifest = Path("our trust", "reconciler.yaml")
    text = manifest.read_text(encoding="utf-8")
    write = "  title: till\n  writeBack: {role: 'Till, new', permissions: [Attendance]}\n"
    manifest.write_text(text.replace("  title: till\n", write), encoding="utf-8")
    lacking = reconciler("attest", "greenfield/till", *elsewhere, "--by", "J. Smith")
    lines = [shlex.split(line) for line in lacking.err.splitlines() if line.strip().startswith("reconciler ")]
    assert lacking.code == 64
    assert len(lines) >= 2
    for words in lines:
        assert reconciler(*words[1:]).code == 0
    said = "".join(file.read_text(encoding="utf-8") for file in Path("our trust", "attestations").iterdir())
    assert said.count("by: J. Smith") == len(lines)
    manifest.write_text(text.replace("schoolId: 12345", "schoolId: none"), encoding="utf-8")
    (again,) = pasted(reconciler("plan", *elsewhere), reconciler)
    assert (again.code, "schoolId" in again.out) == (1, True)


def test_what_a_plan_and_a_runbook_say_works_from_another_folder(elsewhere: list[str], reconciler: Reconciler) -> None:
    """The line that adopts an account, in the text of the plan; and the words to record, in the runbook."""
    asked = [*elsewhere, "--env-file", "our words.env"]
    listed = "accounts=groupcall.greenfield,till.greenfield,old.vendor"
    assert reconciler("attest", "greenfield", listed, *elsewhere, "--by", "J. Smith").code == 0
    done = reconciler("plan", *asked, "--out", "our plan.json")
    line = next(one for one in re.findall(r"`(reconciler import [^`\n]+)`", done.out))
    assert "-C 'our trust'" in line
    assert "\"reconciler attest greenfield -C 'our trust'" in reconciler("runbook", "our plan.json", *elsewhere).out


def test_advice_works_from_another_folder(elsewhere: list[str], reconciler: Reconciler) -> None:
    """What `lint` says on the terminal has the folder in it too."""
    manifest = Path("our trust", "reconciler.yaml")
    write = "  title: till\n  writeBack: {role: Till, permissions: [Attendance], licence: bought}\n"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("  title: till\n", write), encoding="utf-8")
    done = reconciler("lint", *elsewhere)
    assert "licence-unattested" in done.out
    for again in pasted(done, reconciler):
        assert again.code == 0
