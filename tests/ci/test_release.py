"""The release: release.yml's own steps in bash, in a clone, up to what uploads something."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_bytes
from pathlib import Path
from runpy import run_path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft7Validator
from markdown_it import MarkdownIt

import reconciler
from tests.ci.origin import git
from tests.ci.release_jobs import JOBS, UPLOADS, Jobs, contexts, fill_all, waited_for
from tests.conftest import REPOSITORY

SCRIPT: Final = run_path(str(REPOSITORY / ".ci" / "release.py"))  # it is in no package
INSTALLING: Final = run_path(str(REPOSITORY / ".ci" / "installing.py"))
ADDRESS: Final[str] = SCRIPT["ADDRESS"]
TAG: Final = f"v{reconciler.__version__}"
OWNER: Final = "A-Test-Owner" if "/A-Test-Owner/" not in ADDRESS else "Another-Test-Owner"  # not the checkout's


def test_nothing_is_published_before_all_is_proven() -> None:
    """Each job that may write, or sign, waits for all others, and is for a tag; a run by hand, of a tag too, publishes
    nothing, and publishing has a gate."""
    for name in UPLOADS:
        assert JOBS.keys() - UPLOADS.keys() <= waited_for(name)
        assert JOBS[name]["if"] == ("github.ref_type == 'tag'" if name == "attest" else "github.event_name == 'push'")
    writing = {name for name, job in JOBS.items() if "write" in job["permissions"].values()}
    assert writing == UPLOADS.keys()
    assert JOBS["pypi"]["environment"]
    assert JOBS["github"]["environment"]
    assert "pypi" in JOBS["container"]["needs"]  # and so waits for its gate
    assert [name for name, job in JOBS.items() if "packages" in job["permissions"]] == ["container"]


def test_a_job_can_run_again() -> None:
    """What it kept at its first attempt is there already."""
    steps = [step for job in JOBS.values() for step in job["steps"] if "upload-artifact@" in step.get("uses", "")]
    assert steps
    assert all(step["with"]["overwrite"] for step in steps)


def test_a_tag_is_refused_that_cannot_be_released(tmp_path: Path) -> None:
    """For its name, and as long as the repository has no owner; each with what to do."""
    clone = cloned(tmp_path, owner="OWNER")
    log = clone / "CHANGELOG.md"
    log.write_text(re.sub(r"^## \[[\d.]+\].*\n", "", log.read_text(encoding="utf-8"), flags=re.M), encoding="utf-8")
    assert "has no section `## [" in release(clone, "ready", TAG, code=1).stderr
    dated(clone)
    assert "Tag it v" in release(clone, "ready", "v0.0.1", code=1).stderr
    assert "Write its owner there" in release(clone, "ready", TAG, code=1).stderr


def test_a_tag_is_released_from_its_own_repository(tmp_path: Path) -> None:
    """And not from a fork that has its tags."""
    clone = tagged(tmp_path)
    release(clone, "ready", TAG)
    release(clone, "ready", TAG, GITHUB_REPOSITORY=f"{OWNER}/bromcom-reconciler")
    assert "this is a-fork/x" in release(clone, "ready", TAG, code=1, GITHUB_REPOSITORY="a-fork/x").stderr


def test_the_address_is_written_wherever_it_is_repeated(tmp_path: Path) -> None:
    """Once the repository has an owner, no file that names it for people to copy has the old one."""
    clone = cloned(tmp_path)
    form = clone / ".github/ISSUE_TEMPLATE/config.yml"
    form.write_text(f"{form.read_text(encoding='utf-8')}# {ADDRESS}/security\n", encoding="utf-8")
    page = clone / "docs/how-to/install.md"
    old = ADDRESS.split("/")[3]
    page.write_text(f"winget install --exact --id {old}.BromcomReconciler\n", encoding="utf-8")
    named = {"SECURITY.md", "docs/how-to/tidy.md", "schemas/v1/supplier.schema.json", ".ci/schemastore.json"}
    named |= {form.relative_to(clone).as_posix(), page.relative_to(clone).as_posix()}
    written = set(release(clone, "address").stdout.split())
    assert named <= written
    texts = {name: (clone / name).read_text(encoding="utf-8") for name in written}
    assert not [name for name, text in texts.items() if f"{old}/bromcom-reconciler" in text]
    assert texts[page.relative_to(clone).as_posix()] == f"winget install --exact --id {OWNER}.BromcomReconciler\n"
    images = re.findall(r"ghcr\.io/([^/]+)/bromcom-reconciler", texts["docs/how-to/container.md"])
    assert {*images} == {OWNER.lower()}  # Docker takes no other
    assert not release(clone, "address").stdout


def test_the_tests_of_a_release_pass_on_the_tag(tmp_path: Path) -> None:
    """On the commit that has its owner and its tag, as actions/checkout fetches it: alone, without the history."""
    if os.environ.get("INSIDE_A_TAG"):
        return
    state = {"GITHUB_REPOSITORY": f"{OWNER}/bromcom-reconciler", "GITHUB_REF_NAME": TAG, "INSIDE_A_TAG": "yes"}
    tag = tmp_path / "tag"
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch", TAG, tagged(tmp_path).as_uri(), str(tag))
    command = ["-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "inside")]
    files = ("tests/ci/test_release.py", "tests/ci/test_container.py", "tests/test_published.py")
    done = subprocess.run(
        [sys.executable, *command, *files],
        cwd=tag,
        env=outside_of_github() | state,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_tools_are_found_where_pip_puts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows, Python's own folder has none of them."""
    file = tmp_path / ("uv.exe" if os.name == "nt" else "uv")
    file.write_bytes(b"")
    file.chmod(0o755)
    monkeypatch.setattr(sysconfig, "get_path", {"scripts": str(tmp_path)}.__getitem__)
    assert SCRIPT["_tool"]("uv") == INSTALLING["tool"]("uv") == file
    for find in (SCRIPT["_tool"], INSTALLING["tool"]):
        with pytest.raises(SystemExit, match="pipx is not"):
            find("pipx")


def test_a_program_is_named_by_what_it_runs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub's Python for macOS is for both kinds of processor; the packages beside it are not."""
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert SCRIPT["system"]() == "macos-arm64"


@pytest.mark.parametrize("needed", ["3.1", "4.0", "{}.{}".format(*sys.version_info)])
def test_a_file_for_one_python_says_so_under_another(tmp_path: Path, needed: str) -> None:
    """Also under one that is too old for the program; there it unpacks, and would stop as if by a fault of its own."""
    file = tmp_path / "reconciler.py"
    file.write_text(SCRIPT["preamble"](needed) + 'print("started")\n', encoding="ascii")
    ast.parse(file.read_text(encoding="ascii"), feature_version=(3, 6))
    as_shiv = "import runpy, sys; runpy.run_path(sys.argv[1], {'archive': 'it.pyz'}, '__main__')"
    done = subprocess.run([sys.executable, "-c", as_shiv, file], capture_output=True, check=False, encoding="utf-8")
    if sys.version.startswith(f"{needed}."):
        assert (done.returncode, done.stdout, done.stderr) == (0, "started\n", "")
        return
    there = "{}.{}".format(*sys.version_info)
    start = f"py -{needed}" if os.name == "nt" else f"python{needed}"
    told = f"Error: nothing was run: this file needs Python {needed}, and this is Python {there}. Start it so: "
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{told}{start} it.pyz\n")


def test_a_package_of_another_index_is_not_started(tmp_path: Path) -> None:
    """What was installed must be what was built."""
    wheel, site = tmp_path / "a.whl", tmp_path / "venv" / "site-packages"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("reconciler/__init__.py", "ours")
        archive.writestr("bromcom_reconciler-1.dist-info/RECORD", "of the index")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "bromcom_reconciler-1.dist-info" / "RECORD").write_text("of pip", encoding="utf-8")
    INSTALLING["same_as_built"](wheel, tmp_path / "venv")
    (site / "reconciler" / "__init__.py").write_text("theirs", encoding="utf-8")
    with pytest.raises(SystemExit, match="nothing was started: 1 files are not"):
        INSTALLING["same_as_built"](wheel, tmp_path / "venv")


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_a_page_leads_to_the_tag_from_elsewhere(name: str) -> None:
    """PyPI and GitHub's releases have no file beside it; a section of its own, and a link by name, are links too."""
    judge_page(SCRIPT["absolute"]((REPOSITORY / name).read_text(encoding="utf-8"), name))
    text = SCRIPT["absolute"]("[a](#b) ![c](docs/d.png) [![e](f.png)](g.md#h) [i] [j](https://k)\n\n[i]: l.md\n", name)
    blob, raw = f"{ADDRESS}/blob/{TAG}/", f"{ADDRESS.replace('github.com', 'raw.githubusercontent.com')}/{TAG}/"
    linked = [f"{blob}{name}#b", f"{raw}docs/d.png", f"{blob}g.md#h", f"{raw}f.png", f"{blob}l.md", "https://k"]
    assert targets(text) == linked


def test_notes_are_short_enough_to_read(tmp_path: Path) -> None:
    """Of a long section GitHub shows the beginning, up to a heading, and where all of it is."""
    clone = cloned(tmp_path)
    log = clone / "CHANGELOG.md"
    log.write_text(
        f"## [{TAG[1:]}] - 2026-12-01\n\n[a](README.md)\n" + f"\n### B\n\n{'c ' * 999}\n" * 9, encoding="utf-8"
    )
    notes = release(clone, "notes").stdout
    blob = f"https://github.com/{OWNER}/bromcom-reconciler/blob/{TAG}"
    assert notes.count("### B") == 4
    assert targets(notes) == [f"{blob}/README.md", f"{blob}/CHANGELOG.md#{TAG[1:].replace('.', '')}---2026-12-01"]


@pytest.mark.skipif(sys.platform == "win32", reason="the workflow's steps are bash")
@pytest.mark.parametrize(("shown", "created"), [("exit 1", True), ("echo true", True), ("echo false", False)])
def test_a_release_is_made_once(tmp_path: Path, shown: str, created: bool) -> None:
    """Where there is none, or a draft that an earlier attempt left; what is published stays as it is."""
    (tmp_path / "released").mkdir()
    (tmp_path / "released" / "a.whl").touch()
    told = upload(tmp_path, "github", "Release", gh=f'[ "$2" = view ] && {{ {shown}; exit 0; }}; echo "$*"')
    begin = f"release create {TAG} released/a.whl --repo {OWNER}/bromcom-reconciler --verify-tag "
    assert told.startswith(begin) == created
    assert created or "is released already" in told


@pytest.mark.skipif(sys.platform == "win32", reason="the workflow's steps are bash")
def test_the_image_that_is_attested_is_the_one_at_the_registry(tmp_path: Path) -> None:
    """Its name is in lower case, as Docker wants it, and its digest is asked of the registry."""
    told = upload(tmp_path, "container", "Push", docker='echo "$*"')
    image = f"ghcr.io/{OWNER.lower()}/bromcom-reconciler"
    assert f"tag bromcom-reconciler {image}:{TAG[1:]}\npush {image}:{TAG[1:]}\n" in told
    asked = f"buildx imagetools inspect --format {{{{.Manifest.Digest}}}} {image}:{TAG[1:]}"
    assert (tmp_path / "output").read_text(encoding="utf-8") == f"image={image}\ndigest={asked}\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for signtool")
@pytest.mark.parametrize(
    ("signtool", "code", "told"),
    [
        ("exit 0", 0, ""),
        ('[ "$1" = sign ]', 0, "reconciler.exe is signed. Windows trusts it only where"),
        ("exit 1", 1, "reconciler.exe was not signed: signtool said why above."),
    ],
)
def test_a_certificate_that_windows_does_not_know_stops_no_release(
    tmp_path: Path, signtool: str, code: int, told: str
) -> None:
    """Public authorities give none as a file any more. The password is not repeated."""
    program(tmp_path / "Windows Kits/10/bin/10.0.1/x64/signtool.exe", signtool)
    given = {"SIGNING_CERTIFICATE": "YQ==", "SIGNING_PASSWORD": "hidden", "PROGRAMFILES(X86)": str(tmp_path)}
    done = release(REPOSITORY, "sign", str(tmp_path / "reconciler.exe"), code=code, **given)
    assert told in done.stdout + done.stderr
    assert "hidden" not in done.stdout + done.stderr


def upload(folder: Path, job: str, name: str, **programs: str) -> str:
    """Run a step that uploads something, with scripts in place of what does; what it printed."""
    (step,) = (step for step in JOBS[job]["steps"] if step.get("name") == name)
    for each, script in programs.items():
        program(folder / "bin" / each, script)
    variables = fill_all(step["env"], contexts(f"{OWNER}/bromcom-reconciler", TAG))
    variables |= {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "GITHUB_OUTPUT": str(folder / "output")}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(
        command, cwd=folder, env=variables, stdout=subprocess.PIPE, check=True, encoding="utf-8"
    ).stdout


def program(file: Path, script: str) -> None:
    """Write a program: a script that Linux runs."""
    file.parent.mkdir(parents=True)
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def targets(text: str) -> list[str]:
    """The targets of the links and pictures of a page, as it is shown."""
    return re.findall(r' (?:src|href)="([^"]*)"', MarkdownIt("commonmark").enable("table").render(text))


def judge_page(text: str) -> None:
    """Every target is an address; one of ours is of the tag, and a file of the repository."""
    ours = f"{ADDRESS}/blob/{TAG}/", f"{ADDRESS.replace('github.com', 'raw.githubusercontent.com')}/{TAG}/"
    assert targets(text)
    for target in targets(text):
        assert target.startswith("https://"), target
        if target.startswith(tuple(each.partition("/bromcom-")[0] for each in ours)):
            path = target.removeprefix(ours[0]).removeprefix(ours[1]).partition("#")[0]
            assert (REPOSITORY / path).is_file(), target


def outside_of_github() -> dict[str, str]:
    """The variables of this machine, without what GitHub tells."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PYTEST_"))}


def release(clone: Path, *words: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a step of a clone's .ci/release.py."""
    command, told = [sys.executable, ".ci/release.py", *words], outside_of_github() | variables
    done = subprocess.run(command, cwd=clone, env=told, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == code, done.stderr
    return done


def cloned(folder: Path, owner: str = OWNER) -> Path:
    """A clone of what is committed here, whose pyproject.toml has this owner, whoever was there before."""
    clone = folder / "clone"
    git(folder, "clone", "--quiet", "--shared", str(REPOSITORY), str(clone))
    project = clone / "pyproject.toml"
    text = re.sub(r"(github\.com/)[^/]+(?=/bromcom-reconciler)", rf"\g<1>{owner}", project.read_text(encoding="utf-8"))
    project.write_text(text, encoding="utf-8")
    return clone


def dated(clone: Path) -> None:
    """Give the newest section of the changelog the version and a date, as a release has it, if it has none yet."""
    file = clone / "CHANGELOG.md"
    text = file.read_text(encoding="utf-8")
    if f"## [{TAG[1:]}] - " not in text:
        file.write_text(text.replace("## [Unreleased]", f"## [{TAG[1:]}] - 2026-12-01"), encoding="utf-8")


def tagged(folder: Path) -> Path:
    """A clone whose commit can be released, and has its tag, as this one may have."""
    clone = cloned(folder)
    dated(clone)
    release(clone, "address")
    git(clone, "commit", "--quiet", "--all", "--message", "A release")
    git(clone, "tag", "--force", TAG)
    return clone


@pytest.mark.rehearsal
@pytest.mark.skipif(sys.platform == "win32", reason="the workflow's steps are bash")
def test_a_release_up_to_the_uploads(tmp_path: Path) -> None:
    """What people type to install it is tried from an index here, each way up to a first plan and the first page of the
    app. The log stays in the folder that CI_LOGS names."""
    log = Path(os.environ.get("CI_LOGS", tmp_path)) / "install.log"
    log.unlink(missing_ok=True)
    jobs = Jobs(tmp_path, f"{OWNER}/bromcom-reconciler", TAG, tagged(tmp_path), log)
    left_out = {"tests"}  # it is all the other tests
    if os.geteuid() != 0 and not run_path(str(REPOSITORY / ".ci" / "container" / "image.py"))["has_docker"]():
        left_out.add("image")  # .ci/container/image.py says why
    for name in (name for name in JOBS if name not in left_out):
        work = jobs.run(name)
        if name == "programs":  # what is signed is that of Windows; here the program of Linux stands for it
            linux = jobs.kept["programs-ubuntu-latest"]
            jobs.kept["programs-windows-latest"] = type(linux)(name, tmp_path / "windows")
            shutil.copytree(linux.folder, tmp_path / "windows")
            shutil.copy(work / "unreleased" / "reconciler", tmp_path / "windows" / "reconciler.exe")
    told = log.read_text(encoding="utf-8")
    pyz = f"reconciler-{SCRIPT['system']()}-py3{sys.version_info.minor}"
    ways = {"other", "pip", "pipx", "uv", "reconciler", pyz, *(() if "image" in left_out else ("container",))}
    if sys.version_info < (3, 12):  # for which there are packages so old
        ways |= {"lowest", "pre-commit"}
    assert sorted(re.findall(r"^== ([\w.-]+?)(?:\.pyz)?: a first plan", told, re.MULTILINE)) == sorted(ways)
    stem, pinned = f"bromcom_reconciler-{TAG[1:]}", f"bromcom-reconciler-{TAG[1:]}"
    assert {file.name for file in jobs.kept["released"].folder.iterdir()} == {
        f"{stem}-py3-none-any.whl",
        f"{stem}.tar.gz",
        f"{pinned}-wheel.cdx.json",
        f"{pinned}-programs.cdx.json",
        f"{pyz}.pyz",
        "reconciler.exe",
        "pinned-requirements.txt",
        "SHA256SUMS",
    }
    judge_lists(jobs.kept["released"].folder)
    with zipfile.ZipFile(jobs.kept["released"].folder / f"{pyz}.pyz") as archive:
        started = json.loads(archive.read("environment.json"))["preamble"]
        python = "{}.{}".format(*sys.version_info)
        assert archive.read(f"site-packages/bin/{started}").decode() == SCRIPT["preamble"](python)
    with zipfile.ZipFile(jobs.kept["packages"].folder / f"{stem}-py3-none-any.whl") as wheel:
        judge_page(str(message_from_bytes(wheel.read(f"{stem}.dist-info/METADATA")).get_payload()))
    judge_winget(jobs.kept["winget"].folder)


def judge_lists(folder: Path) -> None:
    """The list of the programs has the versions that are pinned."""
    (file,) = folder.glob("*-programs.cdx.json")
    listed = {(each["name"].lower(), each["version"]) for each in json.loads(file.read_text("utf-8"))["components"]}
    pinned = re.findall(r"^([\w.-]+)==(\S+)", (folder / "pinned-requirements.txt").read_text(encoding="utf-8"), re.M)
    assert {("lxml", dict(pinned)["lxml"]), ("openpyxl", "3.1.5")} <= listed


def judge_winget(folder: Path) -> None:
    """By winget's own schemas, and by the names that its repository asks for."""
    place = folder / "manifests" / OWNER[0].lower() / OWNER / "BromcomReconciler" / TAG[1:]
    kinds = {"installer": ".installer", "defaultLocale": ".locale.en-GB", "version": ""}
    assert {file.name for file in folder.rglob("*.yaml")} == {
        f"{OWNER}.BromcomReconciler{kind}.yaml" for kind in kinds.values()
    }
    for schema, kind in kinds.items():
        manifest: dict[str, Any] = yaml.safe_load(
            (place / f"{OWNER}.BromcomReconciler{kind}.yaml").read_text(encoding="utf-8")
        )
        rules = json.loads((Path(__file__).parent / "winget" / f"{schema}.json").read_text(encoding="utf-8"))
        Draft7Validator(rules).validate(manifest)
