"""What is mistyped is answered with 64 and the usage; what is asked for is answered with what there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from jsonschema import Draft202012Validator

from reconciler.cli import commands
from reconciler.cli.commands import VERBS, module_of
from reconciler.cli.exit_codes import Exit
from tests.cli.world import environment, run

if TYPE_CHECKING:
    from tests.cli.conftest import Reconciler

KINDS = ("manifest", "workspace", "school", "supplier", "plan", "snapshot", "heartbeat", "notification")


@pytest.mark.parametrize(
    ("arguments", "usage", "words"),
    [
        (("pln",), "reconciler [OPTIONS] COMMAND", "There is no command 'pln'. Did you mean `plan`?"),
        (
            ("plan", "--supliers", "x"),
            "reconciler plan [OPTIONS]",
            "There is no option --supliers. Did you mean `--supplier`?",
        ),
        (("plan", "groupcall"), "reconciler plan [OPTIONS]", "unexpected extra argument"),
        (("plan", "--retries", "many"), "reconciler plan [OPTIONS]", "'many' is not a valid integer"),
        (("plan", "--timeout", "0"), "reconciler plan [OPTIONS]", "0.0 is not in the range"),
        (("plan", "--concurrency", "0"), "reconciler plan [OPTIONS]", "0 is not in the range"),
        (("plan", "--wsdl", "theirs"), "reconciler plan [OPTIONS]", "'theirs' is not one of"),
        (("plan", "--timeout", "inf"), "reconciler plan [OPTIONS]", "inf is not in the range"),
        (("plan", "--rate", "nan"), "reconciler plan [OPTIONS]", "must be 0.001 or more"),
        (("plan", "--all", "--format", "json"), "reconciler plan [OPTIONS]", "--all is for the text report"),
        (("plan", "--against", "x.json", "--wsdl", "live"), "reconciler plan [OPTIONS]", "--wsdl has no effect"),
        (("plan", "--against", "x.json", "--retries", "2"), "reconciler plan [OPTIONS]", "--retries has no effect"),
        (("plan", "--record", "x.json", "--output", "x.json"), "reconciler plan [OPTIONS]", "is named twice"),
        (("plan", "--against", "x.json", "--format", "json=x.json"), "reconciler plan [OPTIONS]", "is named twice"),
        (("sandbox", "--seed", "x.yaml", "state"), "reconciler sandbox [OPTIONS]", "--seed is for serving a sandbox"),
        (("sandbox", "trouble", "--clear", "--seconds", "0"), "reconciler sandbox trouble", "--clear goes only with"),
        (("schema",), "reconciler schema [OPTIONS]", "Missing argument"),
        (("schema", "pupil"), "reconciler schema [OPTIONS]", "'pupil' is not one of"),
        (("validate", "--format", "xml"), "reconciler validate [OPTIONS]", "There is no format 'xml'"),
        (("lint", "--set", "all"), "reconciler lint [OPTIONS]", "'all' is not one of"),
        (("lint", "--fail-on", "never"), "reconciler lint [OPTIONS]", "'never' is not one of"),
        (("completion", "tcsh"), "reconciler completion [OPTIONS]", "'tcsh' is not one of"),
    ],
)
def test_a_mistyped_command_line_is_64_with_the_usage_line(
    arguments: tuple[str, ...], usage: str, words: str, reconciler: Reconciler
) -> None:
    """Never 2, which means differences; and nothing on stdout."""
    done = reconciler(*arguments)
    assert (done.code, done.out) == (64, "")
    assert done.err.startswith(f"Usage: {usage}")
    assert words in done.err


def test_no_verb_at_all_shows_what_there_is(reconciler: Reconciler) -> None:
    """On stderr and with 64: a script that forgot its verb must not go on."""
    done = reconciler()
    assert (done.code, done.out) == (64, "")
    assert "Get started:" in done.err


@pytest.mark.parametrize("arguments", [(), *((verb,) for verb in VERBS)], ids=lambda a: "-".join(a) or "reconciler")
def test_help_is_the_product_where_it_is_asked_for(arguments: tuple[str, ...], reconciler: Reconciler) -> None:
    """stdout, 0, for every verb; `-h` does the same."""
    done = reconciler(*arguments, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: reconciler")
    assert reconciler(*arguments, "-h").out == done.out


def test_the_list_of_verbs_says_what_each_says_of_itself() -> None:
    """The list is kept apart from the verbs, which --help does not import."""
    own = {verb: import_module(module_of(verb)).command.get_short_help_str(200) for verb in VERBS}
    assert own == VERBS
    for verb in ("report", "round"):
        group = import_module(module_of(verb)).command
        assert {name: group.get_command(None, name).get_short_help_str(200) for name in group.lines} == group.lines
    assert {file.stem.rstrip("_") for file in Path(commands.__file__).parent.glob("[!_]*.py")} == VERBS.keys()


def test_help_tells_the_exit_codes(reconciler: Reconciler) -> None:
    """Those of the code, no more and no less."""
    help_codes = re.findall(r"^  +(\d+) +\S", reconciler("--help").out, re.MULTILINE)
    assert help_codes == [str(code.value) for code in Exit]


def test_the_version_is_that_of_the_package(tmp_path: Path) -> None:
    """On stdout, by `python -m reconciler` too."""
    done = run(["--version"], tmp_path)
    assert (done.code, done.out.strip(), done.err) == (0, f"reconciler, version {version('bromcom-reconciler')}", "")


@pytest.mark.parametrize("kind", KINDS)
def test_schema_prints_one_of_every_kind(kind: str, reconciler: Reconciler) -> None:
    """A JSON Schema that is right in itself."""
    done = reconciler("schema", kind)
    assert (done.code, done.err) == (0, "")
    schema = json.loads(done.out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("kind", ["workspace", "school", "supplier"])
def test_a_schema_that_was_printed_works_alone(kind: str, workspace: Path, reconciler: Reconciler) -> None:
    """It takes manifests of its kind and no others; that of `manifest` takes all."""
    documents = list(yaml.safe_load_all((workspace / "reconciler.yaml").read_text(encoding="utf-8")))
    own = Draft202012Validator(json.loads(reconciler("schema", kind).out))
    every = Draft202012Validator(json.loads(reconciler("schema", "manifest").out))
    assert [d["kind"] for d in documents if own.is_valid(d)] == [
        d["kind"] for d in documents if d["kind"] == kind.title()
    ]
    assert all(every.is_valid(document) for document in documents)
    assert not every.is_valid({"apiVersion": "reconciler/v1", "kind": "Pupil", "metadata": {"name": "x"}})


@pytest.fixture
def bash(tmp_path: Path) -> str:
    """A bash that completion is written for, or a skip."""
    found = shutil.which("bash")
    if found is None or sys.platform == "win32":
        pytest.skip("there is no bash here")
    major = subprocess.run([found, "-c", "echo ${BASH_VERSINFO[0]}"], capture_output=True, text=True, check=True).stdout
    if int(major) < 5:
        pytest.skip(f"bash {major.strip()} is older than what completion is written for")
    return found


def complete(bash: str, line: str, workspace: Path, folder: Path) -> list[str]:
    """What bash offers for the last word of a line, with the script that `reconciler completion bash` prints."""
    script = run(["completion", "bash"], workspace)
    assert (script.code, script.err) == (0, "")
    (folder / "completion.bash").write_text(script.out, encoding="utf-8")
    program = folder / "reconciler"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reconciler "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    words = line.split(" ")
    asked = (
        'source "$0" || exit 1; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=();'
        " function=$(complete -p reconciler | sed -E 's/.*-F ([^ ]+).*/\\1/');"
        ' "$function" reconciler "${COMP_WORDS[COMP_CWORD]}" ""; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = f"{folder}:{environment()['PATH']}"
    done = subprocess.run(
        [bash, "--norc", "-c", asked, str(folder / "completion.bash"), *words],
        cwd=workspace,
        env=environment(PATH=path),
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("reconciler pl", ["plan"]),
        ("reconciler ", sorted(VERBS)),
        ("reconciler plan --school ", ["greenfield", "riverside"]),
        ("reconciler drift --school river", ["riverside"]),
        ("reconciler plan --supplier t", ["till"]),
        ("reconciler -C", ["-C"]),
        ("reconciler plan -C .. --school ", []),
        ("reconciler plan -C ../workspace --supplier ", ["groupcall", "till"]),
        ("reconciler schema s", ["school", "supplier", "snapshot"]),
    ],
)
def test_bash_completes_verbs_and_the_names_of_the_workspace(
    line: str, offered: list[str], bash: str, workspace: Path, tmp_path: Path
) -> None:
    """In a real bash; where the workspace cannot be read, nothing is offered and nothing is said."""
    folder = tmp_path / "bin"
    folder.mkdir()
    if "-C .." in line and "workspace" not in line:
        (tmp_path / "broken.yaml").write_text("kind: [", encoding="utf-8")
    assert complete(bash, line, workspace, folder) == offered
