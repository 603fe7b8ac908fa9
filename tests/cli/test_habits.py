"""What hands type out of habit works, or is answered with what to type."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from reconciler.cli.commands import GROUPS, VERBS, module_of
from reconciler.cli.help import Verb
from reconciler.cli.main import cli
from reconciler.cli.workspace import workspace_above

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.cli.conftest import Reconciler


@pytest.fixture(autouse=True)
def homeless(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home folder that no test is in, unless it says so."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path_factory.getbasetemp() / "nobody")


@pytest.fixture
def below(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A subfolder of the workspace, which is a repository; this process is in it."""
    (workspace / ".git").mkdir()
    folder = workspace / "schools" / "primary"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_the_workspace_may_be_named_before_the_verb(
    workspace: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does what it does after the verb, and printed commands have it too."""
    monkeypatch.chdir(workspace.parent)
    before, after = (reconciler(*words) for words in (("-C", "workspace", "plan"), ("plan", "-C", "workspace")))
    assert before == after
    assert before.code == 0
    (workspace / "reconciler.yaml").write_text("kind: [", encoding="utf-8")
    assert "`reconciler validate -C workspace`" in reconciler("-C", "workspace", "plan").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-C", "a", "validate", "-C", "b"), "-C is given twice: a and b."),
        (("-C", "a", "schema", "plan"), "`schema` uses no workspace: leave out -C a."),
        (("-C", "a", "sandbox"), "`sandbox` uses no workspace: leave out -C a."),
        (("diff",), "There is no command 'diff'. Did you mean `plan`?"),
        (("Version",), "There is no command 'Version'. Did you mean `--version`?"),
        (("aply",), "Did you mean `apply`?"),
        (("help", "aply"), "There is no command 'aply'. Did you mean `apply`?"),
        (("help", "sandbox", "diff"), "There is no command 'diff'. Known: password, state, tick, trouble, untick"),
        (("plan", "--json"), "There is no option --json. Did you mean `--format json`?"),
        (("journal", "--json"), "There is no option --json. Did you mean `--format json`?"),
        (("runbook", "p.json", "--markdown"), "There is no option --markdown. Did you mean `--format markdown`?"),
        (("runbook", "p.json", "--json"), "There is no option --json.\n"),
        (("plan", "--may-be-repeated"), "There is no option --may-be-repeated.\n"),
        (("plan", "--dry-run"), "There is no option --dry-run. Leave it out: `plan` only reads"),
        (("apply", "--ressume"), "There is no option --ressume. Did you mean `--resume`?"),
        (("apply", "--against", "live.json"), "There is no option --against.\n"),
        (("plan", "-x"), "There is no option -x.\n"),
    ],
)
def test_a_slip_is_answered_with_what_was_probably_meant(
    arguments: tuple[str, ...], message: str, reconciler: Reconciler
) -> None:
    """With 64, and nothing is done."""
    done = reconciler(*arguments)
    assert (done.code, done.out) == (64, "")
    assert message in done.err


def test_a_workspace_above_is_found_and_named(below: Path, workspace: Path, reconciler: Reconciler) -> None:
    """On stderr, unless --quiet; the plan and the printed commands are as in the workspace's own folder."""
    found = reconciler("plan")
    assert (found.code, found.err) == (0, f"Using the workspace {workspace}, which is above this folder.\n")
    assert reconciler("plan", "--quiet").err == ""
    assert reconciler("plan", "-C", "../..") == reconciler("-C", workspace, "plan")
    assert reconciler("plan", "-C", "../..").out == found.out
    (workspace / "reconciler.yaml").write_text("kind: [", encoding="utf-8")
    assert "then run `reconciler validate`." in reconciler("plan").err
    assert not any(below.iterdir())


def test_a_workspace_of_its_own_goes_first(below: Path, workspace: Path) -> None:
    """Whatever its file is called; the nearest one goes before those further up."""
    assert workspace_above(below) == workspace
    (below.parent / "Trust.YML").write_text("apiVersion: reconciler/v1\nkind: 'Workspace'\n", encoding="utf-8")
    assert workspace_above(below) == below.parent
    (below / "ours.yaml").write_text("kind: Workspace\n", encoding="utf-8")
    assert workspace_above(below) is None


def test_the_search_ends_at_the_top_of_the_repository(below: Path, workspace: Path) -> None:
    """A repository within a workspace is not part of it."""
    (below / ".git").mkdir()
    assert workspace_above(below) is None
    (below / "deeper").mkdir()
    assert workspace_above(below / "deeper") is None
    assert workspace_above(workspace) is None


def test_outside_a_repository_the_search_ends_at_the_home_folder(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below it the workspace is found; somewhere else, no folder above is looked at."""
    folder = workspace / "schools"
    folder.mkdir()
    assert workspace_above(folder) is None
    for home, expected in ((workspace, workspace), (workspace.parent, workspace), (folder, None)):
        monkeypatch.setattr(Path, "home", lambda home=home: home)
        assert workspace_above(folder) == expected


def test_a_workspace_of_someone_else_is_not_taken(
    below: Path, workspace: Path, give_away: Callable[[Path], int]
) -> None:
    """Its manifests could name programs to run for passwords."""
    assert workspace_above(below) == workspace
    give_away(workspace)
    assert workspace_above(below) is None


def test_completion_knows_the_workspace_before_the_verb_and_above(
    below: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names of its schools are offered without a word on stderr."""
    from click.shell_completion import ShellComplete

    offered = ShellComplete(cli, {}, "reconciler", "_X").get_completions
    assert [item.value for item in offered(["plan", "--school"], "r")] == ["riverside"]
    (workspace.parent / "elsewhere").mkdir()
    monkeypatch.chdir(workspace.parent / "elsewhere")
    assert offered(["plan", "--school"], "r") == []
    assert [item.value for item in offered(["-C", "../workspace", "plan", "--school"], "r")] == ["riverside"]


def lists(names: Iterable[str], text: str) -> list[int]:
    """How often each name stands at the start of a line."""
    lines = [line.replace(",", " ").split()[:2] for line in text.splitlines() if line.startswith("  ")]
    return [sum(name in words for words in lines) for name in names]


@pytest.mark.parametrize("verb", VERBS)
def test_help_explains_a_verb_as_its_own_help_does(verb: str, reconciler: Reconciler) -> None:
    """`help VERB` is `VERB --help`: every option once, in one of the groups, and examples at the end."""
    done = reconciler("help", verb)
    assert done == reconciler(verb, "--help")
    command = import_module(module_of(verb)).command
    assert isinstance(command, Verb)
    options = [max(param.opts, key=len) for param in command.params if isinstance(param, click.Option)]
    below = re.split(r"\n(?:Options|Selection):\n", done.out, maxsplit=1)[1].partition("Examples:")[0]
    assert lists(options, below) == [1] * len(options)
    assert f"Examples:\n  # {next(iter(command.examples))}\n  reconciler " in done.out


def test_help_lists_every_verb_in_one_group(reconciler: Reconciler) -> None:
    """`help` alone is `--help`."""
    done = reconciler("help")
    assert done == reconciler("--help")
    assert sorted(verb for verbs in GROUPS.values() for verb in verbs if verb in VERBS) == sorted(VERBS)
    assert lists(VERBS, done.out.partition("Get started:")[2]) == [1] * len(VERBS)
