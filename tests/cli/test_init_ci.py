"""`reconciler init --ci`: from a workspace in git to files that a CI system takes, and what is left to do."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import reconciler as reconciler_package
from reconciler.cli.starting import program_source
from reconciler.cli.starting.ci_files import CiPlace, ci_files
from reconciler.cli.starting.program_source import ProgramSource, public_address
from reconciler.git.executables import shell_line
from tests.ci.program import TO_INSTALL, committed, copy_of_this_revision
from tests.cli.world import EXAMPLES, PASSWORD, quoted, write_workspace
from tests.repository import Repository, environment, repository

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

HASH: Final = "5f0c3a1b" * 5
SOURCE: Final = ("--source", "acme/reconciler", "--revision", HASH)
IN_A_JOB: Final = ("CI_RUNNER_VERSION", "AGENT_VERSION", "RUNNER_ENVIRONMENT", "CI_DEFAULT_BRANCH")
FILES: Final = {
    "github": [
        ".github/CODEOWNERS",
        ".github/workflows/reconciler-drift.yml",
        ".github/workflows/reconciler-plan.yml",
    ],
    "gitlab": [".gitlab-ci.yml"],
    "azure": [".azure/azure-pipelines-drift.yml", ".azure/azure-pipelines-plan.yml"],
}
FOLDER: Final = "our trust/access"
_OWN_NAMES: Final = {f"RECONCILER_{name}" for name in ("SOURCE", "REVISION", "IMAGE", "KEY", "WORKSPACE")}  # no secrets
PLACES: Final = re.compile(r"OWNER|0{40}|\"\.\"|\bmain\b|/access/|acme|5f0c3a1b|our.{1,3}trust|trunk")


@pytest.fixture
def made(tmp_path: Path, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The small world in a subfolder of a clone whose remote begins with `trunk`. This process is in the workspace."""
    for variable in IN_A_JOB:
        monkeypatch.delenv(variable, raising=False)
    clone = repository(tmp_path / "clone")
    monkeypatch.chdir(write_workspace(clone.folder / FOLDER, sandbox))
    clone.git("update-ref", "refs/remotes/origin/trunk", clone.commit())
    clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    return clone


def written(clone: Repository) -> dict[str, str]:
    """The files at the top of the repository, outside the workspace."""
    return {
        file: (clone.folder / file).read_text(encoding="utf-8")
        for file in clone.git("ls-files", "--others", "--full-name", ":/").splitlines()
        if not file.startswith('"our') and not file.startswith("our")
    }


@pytest.mark.parametrize("system", FILES)
def test_the_files_are_the_examples_with_their_places_filled_in(
    system: str, made: Repository, reconciler: Reconciler
) -> None:
    """They name the folder, the default branch and the commit, and `doctor --ci` finds nothing wrong with them."""
    owners = ("--approver", "@acme/dpo", "--password-approver", "@acme/mis") if system == "github" else ()
    done = reconciler("init", "--ci", system, *SOURCE, *owners)
    assert done.code == 0, done.err
    files = written(made)
    assert sorted(files) == FILES[system]
    for file, text in files.items():
        example = (EXAMPLES / "ci" / system / Path(file).name).read_text(encoding="utf-8")
        lines = set(text.splitlines()) ^ set(example.splitlines())
        assert lines
        assert not [line for line in lines if not PLACES.search(line)]
        assert not re.search(r"OWNER|0{40}|(?:workspace|WORKSPACE)(?:: |\n *value: )\"\.\"", text)
        assert ("main" in text) is ("main" in example and system != "azure")
    assert re.search(rf"^  {re.escape('ACCESS_PASSWORD')}='...'$", done.out, re.MULTILINE)
    names = set(re.findall(r"RECONCILER_[A-Z_]+", "".join(files.values())))
    assert not {name for name in names - _OWN_NAMES if name not in done.out}
    assert "trunk" in done.out
    assert "{" not in done.out

    Path("passwords.env").write_text(f"ACCESS_PASSWORD={quoted(PASSWORD)}\n", encoding="utf-8")
    looked = reconciler("doctor", "--ci", "--env-file", "passwords.env")
    assert looked.code == 0, looked.out
    assert looked.out.partition("secrets")[2].partition("\n")[2] in done.out.replace("Fine:", "")


def test_again_it_writes_nothing_and_another_text_is_not_overwritten(made: Repository, reconciler: Reconciler) -> None:
    """The difference can be seen; with the file gone it is written."""
    assert reconciler("init", "--ci", "gitlab", *SOURCE).code == 0
    before = written(made)
    assert "Nothing to write" in reconciler("init", "--ci", "gitlab", *SOURCE).out
    newer = (*SOURCE[:3], "0a" * 20)
    refused = reconciler("init", "--ci", "gitlab", *newer)
    assert refused.code == 1
    assert "Nothing was written: .gitlab-ci.yml would be overwritten." in refused.err
    assert "a repository of their own" in refused.err
    shown = reconciler("init", "--ci", "gitlab", *newer, "--dry-run")
    assert shown.code == 0
    assert f'-  RECONCILER_REVISION: "{HASH}"\n+  RECONCILER_REVISION: "{"0a" * 20}"' in shown.out
    assert written(made) == before
    (made.folder / ".gitlab-ci.yml").unlink()
    assert reconciler("init", "--ci", "gitlab", *newer).code == 0
    assert "0a" * 20 in written(made)[".gitlab-ci.yml"]


def test_a_worktree_has_the_default_branch_of_its_repository(
    made: Repository, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its `.git` is a file that leads there."""
    made.git("worktree", "add", "--quiet", "-b", "change", str(tmp_path / "worktree"))
    monkeypatch.chdir(tmp_path / "worktree" / FOLDER)
    assert reconciler("init", "--ci", "azure", *SOURCE).code == 0
    text = (tmp_path / "worktree" / ".azure/azure-pipelines-plan.yml").read_text(encoding="utf-8")
    assert 'DEFAULT_BRANCH: "trunk"' in text


def test_a_dry_run_writes_nothing(made: Repository, reconciler: Reconciler) -> None:
    """It shows every file."""
    shown = reconciler("init", "--ci", "github", *SOURCE, "--dry-run")
    assert shown.code == 0
    assert [line.removesuffix(" (new)") for line in shown.out.splitlines() if line.endswith(" (new)")] == [
        ".github/workflows/reconciler-plan.yml",
        ".github/workflows/reconciler-drift.yml",
        ".github/CODEOWNERS",
    ]
    assert not written(made)


def test_names_that_nobody_gave_are_never_written_as_owners(made: Repository, reconciler: Reconciler) -> None:
    """The lines are comments, and the step that is left says so. CODEOWNERS of one's own are left alone."""
    done = reconciler("init", "--ci", "github", *SOURCE, "--approver", "@acme/dpo")
    owners = [line.split() for line in written(made)[".github/CODEOWNERS"].splitlines() if line.startswith("/")]
    assert owners == [["/our\\", "trust/access/", "@acme/dpo"]]
    assert ".github/CODEOWNERS: put your own names into the lines with @OWNER" in done.out

    (made.folder / ".github/CODEOWNERS").unlink()
    made.write("docs/CODEOWNERS", "* @all\n")
    again = reconciler("init", "--ci", "github", *SOURCE, "--approver", "@acme/dpo")
    assert again.code == 0, again.err
    assert "docs/CODEOWNERS is there already: add the lines above to it" in again.out
    assert re.search(r"^ +/our\\ trust/access/ +@acme/dpo$", again.out, re.MULTILINE)
    assert ".github/CODEOWNERS" not in written(made)


def test_a_manifest_that_says_which_password_is_used_gets_a_line(
    made: Repository, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So an approver who may see passwords is asked, whatever file it is."""
    monkeypatch.setenv("OTHER", "x")
    made.write(
        f"{FOLDER}/suppliers/extra.yaml",
        "apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {name: extra}\nspec:\n  title: Extra\n"
        "  purpose: For the tests\n  account: {password: {env: OTHER}}\n  entities: [Students]\n",
    )
    done = reconciler("init", "--ci", "github", *SOURCE, "--password-approver", "@mis")
    assert done.code == 0, done.err
    assert "/our\\ trust/access/suppliers/extra.yaml @mis" in written(made)[".github/CODEOWNERS"]
    assert "  OTHER='...'\n" in done.out


def test_passwords_in_a_keyring_are_told_to_be_out_of_reach(made: Repository, reconciler: Reconciler) -> None:
    """No CI machine has one."""
    text = Path("reconciler.yaml").read_text(encoding="utf-8")
    assert "{env: ACCESS_PASSWORD}" in text
    made.write(
        f"{FOLDER}/reconciler.yaml", text.replace("{env: ACCESS_PASSWORD}", "{keyring: {service: a, username: b}}")
    )
    done = reconciler("init", "--ci", "gitlab", *SOURCE)
    assert done.code == 0, done.err
    assert "none: no manifest takes a password from `env:`" in done.out
    assert "4 passwords in a keyring, which no CI machine has" in done.out


def test_what_cannot_be_done_is_said_and_nothing_is_written(
    made: Repository, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No workspace, no repository, an unknown branch or commit, options that mean nothing."""
    (made.folder / "empty").mkdir()
    write = ("init", "--ci", "github")
    cases = {
        ("init", str(made.folder / "empty"), "--ci", "github", *SOURCE): (
            1,
            "has no workspace. Begin one: `reconciler",
        ),
        write: (64, "CI runs one commit of this program, and this installation does not say which it is"),
        (*write, "--source", "acme/reconciler"): (64, "--source acme/reconciler --revision HASH"),
        (*write, "--revision", HASH[:12]): (64, "must be the full hash of a commit"),
        (*write, "--revision", "0" * 40): (64, "must be the full hash of a commit"),
        (*write, "--source", "git@git.acme.uk:x/y"): (64, "must be the repository that you have this program from"),
        (*write, "--source", "OWNER/bromcom-reconciler"): (64, "its owner and name on GitHub"),
        (*write, "--source", "https://git.acme.uk/x/y", "--revision", HASH): (
            64,
            "GitHub calls workflows on GitHub only",
        ),
        (*write, *SOURCE, "--approver", "dpo"): (64, "'dpo' is not @USER"),
        ("init", "--ci", "gitlab", *SOURCE, "--approver", "@dpo"): (64, "Approvers go into CODEOWNERS"),
        ("init", "--approver", "@dpo"): (64, "--approver needs --ci."),
        (*write, *SOURCE, "--default-branch", "a$b"): (1, "a CI file cannot name the branch a$b. Rename it: no '$'."),
        (*write, "--yes", "--dry-run"): (64, "leave out --yes"),
    }
    monkeypatch.setattr(program_source, "installed_from", lambda: ProgramSource(unclear="so"))
    for arguments, (code, message) in cases.items():
        done = reconciler(*arguments)
        assert (done.code, message in done.err.replace("\n", " ")) == (code, True), (arguments, done.err)
    made.git("symbolic-ref", "--delete", "refs/remotes/origin/HEAD")
    unknown = reconciler("init", "--ci", "azure", *SOURCE)
    assert unknown.code == 1
    assert "`git remote set-head origin --auto`. Or add --default-branch NAME." in unknown.err
    assert not written(made)
    assert reconciler("init", "--ci", "azure", *SOURCE, "--default-branch", "trunk").code == 0

    (made.folder / ".git").rename(tmp_path / "no repository")
    outside = reconciler("init", "--ci", "gitlab", *SOURCE)
    assert outside.code == 1
    assert "is not in a git repository" in outside.err
    assert not (made.folder / ".gitlab-ci.yml").exists()


def test_a_new_workspace_gets_its_ci_in_the_same_call(
    made: Repository, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """And if CI cannot be set up, no workspace is begun."""
    begin = ("init", "new", "--yes", "--platform", sandbox.read_url, "--school", "12345", "--title", "Greenfield")
    more = ("--supplier", "till", "--ci", "gitlab")
    refused = reconciler(*begin, *more, "--source", "acme/reconciler", "--default-branch", "`")
    assert refused.code in (1, 64)
    assert not Path("new").exists()
    done = reconciler(*begin, *more, *SOURCE)
    assert done.code == 0, done.err
    assert f'WORKSPACE: "{FOLDER}/new"' in written(made)[".gitlab-ci.yml"]


_SIGNS = st.characters(
    blacklist_categories=("Cc", "Cs", "Zl", "Zp"), blacklist_characters="\"'$`\\\x7f/\ufeff\ufffe\uffff"
)
_PARTS = st.one_of(
    st.text(_SIGNS, min_size=1, max_size=12),
    st.sampled_from(
        ["on", "null", "1.0", "0x1F", "- a", "a: b", "a #b", "*x", "&y", "{z}", "[q]", "%d", "\\1".strip("\\")]
    ),
)


@given(st.lists(_PARTS, min_size=1, max_size=3).map("/".join), st.lists(_PARTS, min_size=1, max_size=2).map("/".join))
def test_any_folder_and_branch_reads_back_from_every_file(folder: str, branch: str) -> None:
    """As YAML reads them, whatever signs they have."""
    place = CiPlace(Path(), folder, branch)
    source = ProgramSource("https://github.com/acme/reconciler.git", HASH, "1.2.3")
    for system in FILES:
        for text in ci_files(system, place, source).values():
            document = yaml.safe_load(text)
            assert HASH in text
            if system == "github":
                assert document["jobs"]["access"]["with"]["workspace"] == folder
                assert f"@{HASH} # v1.2.3\n" in text
                continue
            variables = document["variables"]
            if isinstance(variables, list):
                variables = {each["name"]: each["value"] for each in variables if "name" in each}
                assert document["schedules"][0]["branches"]["include"] == [branch]
            assert variables["WORKSPACE"] == folder
            assert variables["RECONCILER_SOURCE"] == source.address
            assert variables.get("DEFAULT_BRANCH", branch) == branch


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("acme/reconciler", "https://github.com/acme/reconciler.git"),
        ("https://github.com/acme/reconciler", "https://github.com/acme/reconciler.git"),
        ("https://user:token@github.com/acme/reconciler.git", "https://github.com/acme/reconciler.git"),
        ("git@github.com:acme/reconciler.git", "https://github.com/acme/reconciler.git"),
        ("ssh://git@github.com/acme/reconciler", "https://github.com/acme/reconciler.git"),
        ("https://user:token@git.acme.uk:8443/x/y.git", "https://git.acme.uk:8443/x/y.git"),
        ("https://notgithub.com/acme/reconciler", "https://notgithub.com/acme/reconciler"),
        ("https://evil.uk/github.com/a/b", "https://evil.uk/github.com/a/b"),
        ("git@git.acme.uk:x/y.git", ""),
        ("file:///srv/reconciler", ""),
        ("http://git.acme.uk/x/y", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_an_address_of_the_program_is_public_and_has_no_login(typed: str, address: str) -> None:
    """Jobs fetch it without a key, and everybody who may read the repository can read it."""
    assert public_address(typed) == address


def test_a_checkout_names_its_commit_only_if_that_is_what_runs_and_others_can_fetch_it(tmp_path: Path) -> None:
    """Never a wrong hash."""
    top = repository(tmp_path / "program")
    top.write("reconciler/__init__.py", "")
    commit = top.commit()
    told = [program_source._of_checkout(top.folder)]
    top.git("remote", "add", "origin", "git@github.com:acme/reconciler.git")
    told.append(program_source._of_checkout(top.folder))
    top.git("update-ref", "refs/remotes/origin/main", commit)
    assert program_source._of_checkout(top.folder)[:2] == ("https://github.com/acme/reconciler.git", commit)
    top.write("new.py", "")
    told.append(program_source._of_checkout(top.folder))
    top.commit()
    told.append(program_source._of_checkout(top.folder))
    assert [source.revision for source in told] == [""] * 4
    assert [source.unclear.rpartition(" ")[2] for source in told] == ["origin", "yet", "has", "yet"]


METADATA: Final = (
    "Metadata-Version: 2.4\nName: bromcom-reconciler\nVersion: 1\nProject-URL: Repository, https://github.com/{}/b\n"
)
OF_A_FILE: Final = '{"archive_info": {"hash": "sha256=00"}, "url": "file:///tmp/x-1-py3-none-any.whl"}'
OF_A_FOLDER: Final = '{"dir_info": {%s}, "url": "file:///srv/changed"}'


@pytest.mark.parametrize(
    ("record", "owner", "is_known"),
    [
        (None, "acme", True),  # an index
        (OF_A_FILE, "acme", True),  # a file, of which the .pyz and the one-file program are made too
        (OF_A_FILE, "OWNER", False),
        (OF_A_FOLDER % "", "acme", False),
        (OF_A_FOLDER % '"editable": true', "acme", False),
    ],
)
def test_a_release_is_known_however_it_was_installed(
    record: str | None,
    owner: str,
    is_known: bool,
    made: Repository,
    reconciler: Reconciler,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the commit that the release has in it. What is no release, or was changed since, is refused, with what is
    known."""
    about = tmp_path / "site" / "bromcom_reconciler-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(METADATA.format(owner), encoding="utf-8")
    if record:
        (about / "direct_url.json").write_text(record, encoding="utf-8")
    released = tmp_path / "site" / "reconciler"
    released.mkdir()
    (released / "released_from.txt").write_text(f"{HASH}\n", encoding="ascii")
    monkeypatch.setattr(metadata, "distributions", lambda name: [metadata.Distribution.at(about)])
    monkeypatch.setattr(reconciler_package, "__file__", str(released / "__init__.py"))
    done = reconciler("init", "--ci", "gitlab")
    assert bool(written(made)) is is_known, done.err
    if is_known:
        assert f'REVISION: "{HASH}"' in written(made)[".gitlab-ci.yml"]
        return
    said = " ".join(done.err.split())
    tags = shell_line("git", "ls-remote", f"https://github.com/{owner}/b.git", f"v{reconciler_package.__version__}*")
    assert done.code == 64
    if owner == "OWNER":
        assert "--source OWNER/bromcom-reconciler --revision HASH`. For OWNER, write" in said
    else:
        assert f"--source {owner}/b --revision HASH`. For HASH, write" in said
        assert f"it is on the last line of `{tags}`." in said


@pytest.mark.rehearsal
@pytest.mark.parametrize("kind", ["from git", "from a clone", "from a wheel"])
def test_an_installation_writes_the_hash_that_it_is(kind: str, made: Repository, tmp_path: Path) -> None:
    """From the wheel that pip made of a commit: it has the examples, and pip's record leads to the commit, or, for the
    file of a release, the release does. A clone that has changed since proves nothing."""
    source = copy_of_this_revision(tmp_path / "reconciler", TO_INSTALL)
    address = "https://github.com/acme/reconciler"
    project = source / "pyproject.toml"
    text = re.sub(r'^Repository = ".*"', f'Repository = "{address}"', project.read_text(encoding="utf-8"), flags=re.M)
    project.write_text(text, encoding="utf-8")
    revision = committed(source)
    clone = Repository(source)
    clone.git("remote", "add", "origin", address)
    clone.git("update-ref", "refs/remotes/origin/main", revision)
    settings = {
        **environment(),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{source.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": address,
        "PYTHONPATH": str(tmp_path / "installed"),
    }

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], env=settings, capture_output=True, check=False, encoding="utf-8"
        )

    pip = ("pip", "install", "-q", "--no-deps", "--target", str(tmp_path / "installed"))
    from_here = {"from git": f"git+{address}", "from a clone": str(source)}
    if kind == "from a wheel":
        (source / "reconciler" / "released_from.txt").write_text(f"{revision}\n", encoding="ascii")
        wheel = python("-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(tmp_path), str(source))
        assert wheel.returncode == 0, wheel.stderr
        from_here[kind] = str(next(tmp_path.glob("*.whl")))
    installed = python("-m", *pip, from_here[kind])
    assert installed.returncode == 0, installed.stderr
    done = python("-m", "reconciler", "init", "--ci", "github")
    assert done.returncode == 0, done.stderr
    files = written(made)
    assert sorted(files) == FILES["github"]
    for text in (text for file, text in files.items() if file.endswith(".yml")):
        assert "uses: acme/reconciler/.github/workflows/" in text
        assert f"@{revision} # v" in text
    assert not list((tmp_path / "installed" / "reconciler" / "ci_examples").rglob("*.py"))
    if kind == "from a clone":
        clone.write("reconciler/catalogue/entities.toml", "")
        clone.commit()
        refused = python("-m", "reconciler", "init", "--ci", "gitlab")
        assert refused.returncode == 64
        assert "from a folder that was changed or removed since" in refused.stderr.replace("\n", " ")
