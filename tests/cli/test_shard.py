"""`plan --shard` on several machines, `merge`, and `drift` over their snapshots: what one run says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from reconciler.manifest.workspace.digest import manifests_digest
from reconciler.model.shard import Shard
from tests.cli.world import PASSWORD, SCHOOLS, quoted
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

pytestmark = pytest.mark.usefixtures("workspace")
PARTS = (1, 2, 3)
PAGE = REPOSITORY / "docs" / "how-to" / "many-machines.md"


def make_parts(reconciler: Reconciler, folder: Path, *options: str) -> list[Path]:
    """The JSON reports of three parts, and their snapshots."""
    files = [folder / f"part-{number}.json" for number in PARTS]
    for number, file in zip(PARTS, files, strict=True):
        record = ("--record", folder / f"snapshot-{number}.json")
        done = reconciler("plan", "--shard", f"{number}/3", "--format", f"json={file}", *record, *options)
        assert done.code in (0, 2), done.err
    return files


def test_the_parts_merged_are_the_whole(sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path) -> None:
    """In every format, by the exit code, and as a plan to approve; and no account was asked by two machines."""
    sandbox.untick(12345, "groupcall.greenfield", "Staff")
    sandbox.tick(12346, "till.riverside", "PersonPhotos")
    formats = ("text", "json", "markdown", "html", "sarif", "junit", "github")
    whole = [f"--format={form}={tmp_path / f'whole.{form}'}" for form in formats]
    assert reconciler("plan", *whole, "--all").code == 2
    asked = len(sandbox.access_log())
    parts = make_parts(reconciler, tmp_path)
    assert len(sandbox.access_log()) == 2 * asked
    joined = [f"--format={form}={tmp_path / f'merged.{form}'}" for form in formats]
    done = reconciler("merge", *reversed(parts), *joined, "--all", "--out", tmp_path / "plan.json")
    assert done.code == 2, done.err
    for form in formats:
        assert (tmp_path / f"merged.{form}").read_bytes() == (tmp_path / f"whole.{form}").read_bytes()
    assert reconciler("verify", tmp_path / "plan.json").code == 5


def test_a_part_says_what_it_is_of(reconciler: Reconciler, tmp_path: Path) -> None:
    """As the schema of plans describes it; one without a school is in sync, and asks for nothing."""
    for file in make_parts(reconciler, tmp_path, "--supplier", "till"):
        data = json.loads(file.read_text(encoding="utf-8"))
        Draft202012Validator(json.loads(reconciler("schema", "plan").out)).validate(data)
        shard = Shard(**data["part"]["shard"])
        assert {school["name"] for school in data["schools"]} == {name for name in SCHOOLS if shard.holds(name)}
        assert data["part"]["suppliers"] == ["till"]
    empty = next(number for number in PARTS if not any(Shard(number, 3).holds(name) for name in SCHOOLS))
    done = reconciler("plan", "--shard", f"{empty}/3")
    assert done.code == 0
    assert f"Part {empty}/3 of the schools alone: `reconciler merge` makes the whole" in done.out
    markdown = reconciler("plan", "--shard", f"{empty}/3", "--format", "markdown").out
    assert f"{empty}/3 of the schools alone" in markdown
    assert f"part {empty}/3 has no school" in done.err


def test_a_missing_part_is_not_checked(reconciler: Reconciler, tmp_path: Path) -> None:
    """The manifests name its schools, so that elsewhere it cannot be merged."""
    parts = make_parts(reconciler, tmp_path)
    full = [part for part in parts if json.loads(part.read_text(encoding="utf-8"))["schools"]]
    left = [part for part in parts if part != full[0]]
    done = reconciler("merge", *left, "--format", "json")
    assert done.code == 4
    assert "1 part missing" in done.err
    reasons = {item["why"] for access in done.plan["accesses"] for item in access["unknown"]}
    assert reasons == {"part-missing"}
    assert {access["address"] for access in done.plan["accesses"]} == {
        f"{school}/{supplier}" for school in SCHOOLS for supplier in ("groupcall", "till")
    }
    (tmp_path / "elsewhere").mkdir()
    refused = reconciler("merge", "-C", tmp_path / "elsewhere", *left)
    assert refused.code == 1
    assert "Nothing was merged" in refused.err
    assert "name the workspace of that run with -C" in refused.err


def test_drift_over_the_snapshots_of_the_parts(sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path) -> None:
    """One look of many machines: what it found is told, and the watcher hears of it if it is of this night."""
    sandbox.untick(12345, "groupcall.greenfield", "Staff")
    make_parts(reconciler, tmp_path)
    snapshots = [word for number in PARTS for word in ("--against", str(tmp_path / f"snapshot-{number}.json"))]
    beat = ("--heartbeat", tmp_path / "beat.json")
    done = reconciler("drift", *snapshots, "--format", "json", "--max-age", "12h", *beat)
    assert done.code == 2
    assert done.plan["summary"]["grant"] == 1
    assert done.plan["complete"]
    assert json.loads((tmp_path / "beat.json").read_text(encoding="utf-8"))["state"] == "drift"
    joined = tmp_path / "joined.json"
    again = reconciler("drift", *snapshots, "--record", joined, "--format", "json")
    assert reconciler("drift", "--against", joined, "--format", "json").out == again.out
    some = reconciler("drift", *snapshots[:2], "--format", "json")
    assert not some.plan["complete"]
    full = next(part for part in PARTS if any(Shard(part, 3).holds(name) for name in SCHOOLS))
    copy = tmp_path / "copy.json"
    copy.write_bytes((tmp_path / f"snapshot-{full}.json").read_bytes())
    twice = ("--against", copy, "--against", tmp_path / f"snapshot-{full}.json")
    assert "Name the snapshots of the parts of one run, each once" in reconciler("drift", *twice).err


def test_a_stale_snapshot_takes_no_other_one_with_it(reconciler: Reconciler, tmp_path: Path) -> None:
    """A machine that failed tonight left that of yesterday: its schools alone are not checked, and nothing is older."""
    make_parts(reconciler, tmp_path)
    full = next(part for part in PARTS if any(Shard(part, 3).holds(name) for name in SCHOOLS))
    whole = json.loads((tmp_path / f"snapshot-{full}.json").read_text(encoding="utf-8"))
    tonight = whole["recorded"]
    yesterday = (datetime.fromisoformat(tonight) - timedelta(days=1)).isoformat()
    files = []
    for school, recorded in zip(sorted(SCHOOLS), (yesterday, tonight), strict=True):
        accesses = {name: its for name, its in whole["accesses"].items() if name.startswith(f"{school}/")}
        own = whole | {"recorded": recorded, "schools": {school: whole["schools"][school]}, "accesses": accesses}
        files.append(tmp_path / f"{school}.json")
        files[-1].write_text(json.dumps(own), encoding="utf-8")
    against = [word for file in files for word in ("--against", str(file))]
    plan = reconciler("drift", *against, "--max-age", "12h", "--format", "json").plan
    assert plan["recorded"] == tonight
    lost = {access["address"] for access in plan["accesses"] if access["unknown"]}
    assert lost == {name for name in whole["accesses"] if name.startswith(f"{min(SCHOOLS)}/")}
    assert {item["why"] for access in plan["accesses"] for item in access["unknown"]} == {"too-old"}


def test_a_machine_that_was_stopped_spoils_its_own_part_alone(reconciler: Reconciler, tmp_path: Path) -> None:
    """The night over the snapshots of all is told of; a merged plan is as incomplete as its part, and says of which."""
    parts = make_parts(reconciler, tmp_path)
    snapshots = [tmp_path / f"snapshot-{number}.json" for number in PARTS]
    for file in (parts[0], snapshots[0]):
        text = file.read_text(encoding="utf-8")
        assert '"interrupted": false' in text
        file.write_text(text.replace('"interrupted": false', '"interrupted": true'), encoding="utf-8")
    assert reconciler("drift", *(word for file in snapshots for word in ("--against", file))).code == 0
    alone = reconciler("drift", "--against", snapshots[0])
    assert alone.code == 1
    assert "The snapshot is of a run that was stopped" in alone.err
    done = reconciler("merge", *parts)
    assert done.code == 1
    assert f"{parts[0]} is of a run that was stopped. Make part 1/3 again." in done.err


def test_a_snapshot_that_tells_of_a_school_of_another_is_refused(reconciler: Reconciler, tmp_path: Path) -> None:
    """Even if it has the school's accesses alone: they would take the place of those that were seen."""
    make_parts(reconciler, tmp_path)
    full = next(part for part in PARTS if any(Shard(part, 3).holds(name) for name in SCHOOLS))
    data = json.loads((tmp_path / f"snapshot-{full}.json").read_text(encoding="utf-8"))
    (tmp_path / "other.json").write_text(json.dumps(data | {"schools": {}}), encoding="utf-8")
    files = ("--against", tmp_path / f"snapshot-{full}.json", "--against", tmp_path / "other.json")
    assert "each once" in reconciler("drift", *files).err


def test_merge_says_how_old_the_parts_are(reconciler: Reconciler, tmp_path: Path) -> None:
    """All of last week would look like all of tonight; and none is of a time to come."""
    parts = make_parts(reconciler, tmp_path)
    done = reconciler("merge", *parts, "--max-age", "12h")
    assert done.code == 0
    assert "Read 3 of 3 parts, made from 2" in done.err
    for days, options, said in (
        (-7, (), "Warning: {file} is 7 days old"),
        (-7, ("--max-age", "12h"), "{file} is 7 days old, more than the 12 hours allowed"),
        (1, (), "which is in the future"),
    ):
        for file in parts:
            text = file.read_text(encoding="utf-8")
            made = datetime.now(UTC) + timedelta(days=days, hours=days)
            file.write_text(re.sub(r'"made": "[^"]*"', f'"made": "{made.isoformat()}"', text), encoding="utf-8")
        done = reconciler("merge", "--quiet", *parts, *options)
        assert done.code == (0 if said.startswith("Warning") else 1)
        assert said.format(file=parts[0]) in done.err


def test_a_snapshot_among_the_manifests_is_no_manifest(reconciler: Reconciler, tmp_path: Path) -> None:
    """Or the part after it would be one of other manifests."""
    parts = [tmp_path / f"{number}.json" for number in (1, 2)]
    for number, file in enumerate(parts, 1):
        record = ("--record", f"seen-{number}.yaml")
        assert reconciler("plan", "--shard", f"{number}/2", "--format", f"json={file}", *record).code == 0
    assert reconciler("merge", *parts).code == 0


def test_a_part_is_of_the_manifests_that_it_read(reconciler: Reconciler, workspace: Path, tmp_path: Path) -> None:
    """Not of those that are there when it ends: a change in the meantime is of no part."""
    manifest, part, script = workspace / "reconciler.yaml", tmp_path / "part.json", tmp_path / "password.py"
    change = f"open({str(manifest)!r}, 'a').write('# later')"
    tell = f"import sys\nsys.stdout.reconfigure(encoding='utf-8')\nprint({PASSWORD!r})"
    script.write_text(f"{change}\n{tell}\n", encoding="utf-8")
    program = f"command: {json.dumps([sys.executable, str(script)])}"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("env: ACCESS_PASSWORD", program), encoding="utf-8")
    before = manifests_digest(workspace)
    assert reconciler("plan", "--shard", "1/1", "--format", f"json={part}").code == 0
    assert manifests_digest(workspace) != before
    assert json.loads(part.read_text(encoding="utf-8"))["part"]["manifests"] == before


@pytest.mark.parametrize(
    ("variables", "typed", "shard"),
    [
        ({}, "2/3", "2/3"),
        ({"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "3"}, "auto", "2/3"),
        ({"JOB_COMPLETION_INDEX": "0"}, "auto/3", "1/3"),
        ({"JOB_COMPLETION_INDEX": "2"}, "auto/3", "3/3"),
    ],
)
def test_a_part_is_named_or_taken_from_the_engine(
    monkeypatch: pytest.MonkeyPatch, reconciler: Reconciler, variables: dict[str, str], typed: str, shard: str
) -> None:
    """GitLab counts from 1, Kubernetes from 0."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    done = reconciler("plan", "--shard", typed, "--format", "json")
    part = done.plan["part"]["shard"]
    assert f"{part['number']}/{part['of']}" == shard


def test_nothing_is_split_unasked(monkeypatch: pytest.MonkeyPatch, reconciler: Reconciler) -> None:
    """A job of GitLab that runs eight times for another reason sees everything each time."""
    for name, value in {"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "8", "JOB_COMPLETION_INDEX": "1"}.items():
        monkeypatch.setenv(name, value)
    plan = reconciler("plan", "--format", "json").plan
    assert {school["name"] for school in plan["schools"]} == SCHOOLS.keys()
    assert "part" not in plan


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--shard", "0/3"), "there is no part 0/3"),
        (("--shard", "4/3"), "there is no part 4/3"),
        (("--shard", "1"), "'1' is not a part such as 1/8, auto or auto/8"),
        (("--shard", "auto"), "auto reads CI_NODE_INDEX, which is not set here"),
        (("--shard", "auto/3"), "auto reads JOB_COMPLETION_INDEX, which is not set here"),
        (("--shard", "1/3", "--out", "plan.json"), "--shard goes with neither --out nor --base"),
        (("--shard", "1/3", "--base", "main"), "--shard goes with neither --out nor --base"),
    ],
)
def test_a_part_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, reconciler: Reconciler, options: tuple[str, ...], why: str
) -> None:
    """Before Bromcom is asked for anything."""
    for name in ("CI_NODE_INDEX", "CI_NODE_TOTAL", "JOB_COMPLETION_INDEX"):
        monkeypatch.delenv(name, raising=False)
    done = reconciler("plan", *options)
    assert done.code == 64
    assert why in " ".join(done.err.split())


@pytest.mark.rehearsal
@pytest.mark.skipif(not shutil.which("parallel"), reason="needs GNU parallel: see PACKAGES in .ci/run")
def test_gnu_parallel_runs_the_parts_as_the_docs_show(workspace: Path, reconciler: Reconciler) -> None:
    """The lines of the page, in a shell: eight parts on one machine, merged."""
    shown = next(block for block in PAGE.read_text(encoding="utf-8").split("```sh\n") if block.startswith("parallel"))
    lines = shown.partition("```")[0].replace("../passwords.env", str(env_file(workspace.parent / "p.env")))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", lines], env={**os.environ, "PATH": path}, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == reconciler("plan").out


def env_file(file: Path) -> Path:
    """The password of all accounts, where the machines read it."""
    file.write_text(f"ACCESS_PASSWORD={quoted(PASSWORD)}\n", encoding="utf-8")
    file.chmod(0o600)
    return file
