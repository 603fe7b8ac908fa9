"""The files of a git revision, with a real git."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import InputError
from reconciler.git.revision import revision, tip
from reconciler.manifest.workspace.discovery import find, is_manifest_name
from tests.repository import Repository, repository

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """A repository with a workspace below its top, committed on main."""
    made = repository(tmp_path / "repo")
    made.write("trust/reconciler.yaml", "the workspace\n")
    made.write("trust/suppliers/one.yml", "one\n")
    made.write("elsewhere.yaml", "no manifest\n")
    made.commit()
    return made


def files(repo: Repository, name: str = "main", folder: str = "trust") -> dict[str, str]:
    """The manifests of a revision, as text."""
    found = revision(repo.folder / folder, name, is_manifest_name).files
    return {file: content.decode() for file, content in found.items()}


def refused(repo: Repository, name: str, folder: str = "trust") -> str:
    """What is said where nothing can be compared."""
    with pytest.raises(InputError) as caught:
        revision(repo.folder / folder, name, is_manifest_name)
    return str(caught.value)


@pytest.mark.parametrize("folder", ["trust", "."])
def test_the_workspace_as_it_was(repo: Repository, folder: str) -> None:
    """Its files relative to it, wherever it lies in the repository; neither later nor uncommitted ones."""
    prefix = "" if folder == "trust" else "trust/"
    repo.branch("change")
    repo.write("trust/suppliers/one.yml", "changed\n")
    repo.write("trust/suppliers/two.yaml", "new\n")
    repo.commit()
    repo.write("trust/suppliers/three.yaml", "newer\n")
    there = {f"{prefix}reconciler.yaml": "the workspace\n", f"{prefix}suppliers/one.yml": "one\n"}
    assert files(repo, folder=folder) == (there if prefix == "" else {**there, "elsewhere.yaml": "no manifest\n"})


def test_what_others_merged_since_is_no_part_of_this_change(repo: Repository) -> None:
    """The base is where the two met last, also where the change is merged for a test, as GitHub does."""
    met = repo.git("rev-parse", "HEAD")
    repo.branch("change")
    repo.write("trust/mine.yaml", "mine\n")
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    repo.write("trust/theirs.yaml", "theirs\n")
    theirs = repo.commit()
    repo.git("checkout", "--quiet", "change")
    assert revision(repo.folder / "trust", "main", is_manifest_name).commit == met
    assert "theirs.yaml" not in files(repo)
    repo.git("merge", "--quiet", "--no-edit", "main")
    assert revision(repo.folder / "trust", "main", is_manifest_name).commit == theirs
    assert files(repo)["theirs.yaml"] == "theirs\n"


def test_any_content_comes_as_it_is(repo: Repository) -> None:
    """Empty files, files without a last newline, bytes that are no text, and names in any script."""
    contents = {
        "empty.yaml": b"",
        "open.yaml": b"no newline",
        "bytes.yaml": b"\xff\xfe\0\n\n",
        "wörter 學.yaml": b"x\n",
    }
    for name, content in contents.items():
        (repo.folder / "trust" / name).write_bytes(content)
    repo.commit()
    found = revision(repo.folder / "trust", "HEAD", is_manifest_name).files
    assert {name: found[name] for name in contents} == contents


def test_only_what_would_be_a_manifest_is_read(repo: Repository) -> None:
    """Hidden files and folders and node_modules are left out, as in a folder; what a link leads to is taken once."""
    for name in (".hidden.yaml", ".github/x.yaml", "node_modules/x.yaml", "notes.txt", "UPPER.YAML"):
        repo.write(f"trust/{name}", "x\n")
    try:
        (repo.folder / "trust" / "link.yaml").symlink_to("reconciler.yaml")
    except OSError:  # Windows lets few people make one
        repo.write("trust/.no-link", "")
    repo.commit()
    assert sorted(files(repo)) == ["UPPER.YAML", "reconciler.yaml", "suppliers/one.yml"]
    assert set(files(repo)) == set(find(repo.folder / "trust").files)


def test_a_workspace_that_is_new_has_no_files_there(repo: Repository) -> None:
    """All that it says is then this change's."""
    repo.branch("change")
    repo.write("new/reconciler.yaml", "x\n")
    repo.commit()
    assert files(repo, folder="new") == {}


@pytest.mark.parametrize("name", ["nobody", "-h", "--upload-pack=x", "main:trust", "", "a\0b"])
def test_a_revision_that_is_not_there(repo: Repository, name: str) -> None:
    """Is said by name; one that looks like an option is none to git."""
    assert "Nothing was compared with" in refused(repo, name)


@pytest.mark.parametrize(
    "tags",
    [
        ("refs/remotes/origin/main/a", "refs/remotes/origin/main/b"),
        ("refs/remotes/origin/main",),
        ("origin/main/a", "origin/main/b"),
        ("main/1", "main/2"),
    ],
)
@pytest.mark.parametrize("name", ["refs/remotes/origin/main", "origin/main", "main", "refs/heads/main~0"])
def test_a_full_reference_is_that_reference(repo: Repository, tags: tuple[str, ...], name: str) -> None:
    """Whatever tags somebody makes whose names begin with it: those below a name are none of that name."""
    met = repo.git("rev-parse", "HEAD")
    repo.git("update-ref", "refs/remotes/origin/main", "main")
    repo.branch("change")
    repo.write("trust/mine.yaml", "mine\n")
    repo.commit()
    for tag in tags:
        repo.git("tag", tag)
    assert revision(repo.folder / "trust", name, is_manifest_name).commit == met


def test_a_full_reference_that_is_not_there_is_no_tag_of_that_name(repo: Repository) -> None:
    """git would take the tag, which anybody with write access can make."""
    repo.git("tag", "refs/remotes/origin/main")
    assert "git knows no revision 'refs/remotes/origin/main' here" in refused(repo, "refs/remotes/origin/main")
    assert "git knows no revision" in refused(repo, "refs/remotes/origin/main~0")
    assert "reconciler.yaml" in files(repo, "refs/tags/refs/remotes/origin/main")


def test_a_shallow_clone_says_what_to_fetch(repo: Repository, tmp_path: Path) -> None:
    """Both for a revision that was not fetched, and for one whose history does not reach back to this change."""
    repo.branch("change")
    repo.write("trust/mine.yaml", "mine\n")
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    repo.commit("main goes on")
    clone = Repository(tmp_path / "clone")
    url = repo.folder.as_uri()
    repo.git("clone", "--quiet", "--depth", "1", "--branch", "change", url, str(clone.folder))
    for name in ("origin/main", "main"):
        assert "fetch-depth: 0" in refused(clone, name)
    clone.git("fetch", "--quiet", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    assert "have no commit in common. This clone is shallow" in refused(clone, "origin/main")
    clone.git("fetch", "--quiet", "--unshallow", "origin")
    assert "reconciler.yaml" in files(clone, "origin/main")


def test_histories_that_never_met(repo: Repository) -> None:
    """Nothing is compared with a history that shares no commit."""
    repo.git("checkout", "--quiet", "--orphan", "stranger")
    repo.commit("another beginning")
    assert "in common" in refused(repo, "main")
    assert "fetch-depth" not in refused(repo, "main")


def test_no_repository_and_no_commit(tmp_path: Path) -> None:
    """A folder outside git, and a repository in which nothing is committed yet, are told apart."""
    outside = Repository(tmp_path / "outside")
    (outside.folder / "trust").mkdir(parents=True)
    assert "is not in a git repository" in refused(outside, "main")
    assert "git knows no revision" in refused(repository(tmp_path / "empty"), "main", ".")
    with pytest.raises(InputError, match="There is no folder"):
        revision(tmp_path / "nowhere", "main", is_manifest_name)


def test_a_machine_without_git(repo: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is said that git is missing. One that lies in the workspace came with the manifests and is not run."""
    program = repo.folder / "trust" / "git"
    program.write_text("#!/bin/sh\ntouch ran\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), str(repo.folder / "trust")]))
    assert "git is not on the PATH" in refused(repo, "main")
    assert not (repo.folder / "trust" / "ran").exists()


def test_nothing_of_the_change_is_run(repo: Repository) -> None:
    """Text conversions, filters and hooks that a checkout would run are not: git is asked for its store alone."""
    repo.git("config", "filter.evil.smudge", "touch ran; cat")
    repo.git("config", "diff.evil.textconv", "touch ran; cat")
    repo.write("trust/.gitattributes", "*.yaml filter=evil diff=evil export-ignore\n")
    repo.commit()
    assert "reconciler.yaml" in files(repo, "HEAD")
    assert not list(repo.folder.rglob("ran"))


def linked(repo: Repository, link: str, target: str) -> None:
    """Make a link in the workspace, or skip the test where nobody may."""
    try:
        (repo.folder / "trust" / link).symlink_to(target)
    except OSError:
        pytest.skip("this system makes no links")


def test_manifests_that_are_links_are_there_in_the_base_too(repo: Repository) -> None:
    """By the same names as in the folder: a file, a folder, a link to a link; not what leads out, nowhere or round."""
    repo.write("trust/.kept/real.yaml", "real\n")
    repo.write("trust/.kept/deep/er.yaml", "deeper\n")
    for link, target in {
        "by-name.yaml": ".kept/real.yaml",
        "again.yaml": "by-name.yaml",
        "folder": ".kept/deep",
        "out.yaml": "../elsewhere.yaml",
        "nowhere.yaml": "no.yaml",
        "round.yaml": "round-and.yaml",
        "round-and.yaml": "round.yaml",
        "there.yaml": "reconciler.yaml",
    }.items():
        linked(repo, link, target)
    repo.commit()
    there = set(find(repo.folder / "trust").files)
    assert set(files(repo)) == there == {"again.yaml", "folder/er.yaml", "reconciler.yaml", "suppliers/one.yml"}
    assert (files(repo)["again.yaml"], files(repo)["folder/er.yaml"]) == ("real\n", "deeper\n")


def test_a_workspace_that_is_a_link_is_refused(repo: Repository) -> None:
    """git would tell of the folder that it leads to, and a change could so put another workspace in its place."""
    (repo.folder / "staging").mkdir()
    linked(repo, "../prod", "trust")
    assert "prod is a link" in refused(repo, "main", "prod")
    assert "prod is a link" in refused(repo, "main", "prod/suppliers")


def test_files_that_look_like_a_repository_are_none(repo: Repository, tmp_path: Path) -> None:
    """A change may bring HEAD, config, objects and refs into the workspace: git would take its folder for a repository,
    and the configuration in it names programs to run."""
    ran = tmp_path / "ran"
    repo.write("trust/HEAD", "ref: refs/heads/main\n")
    repo.write("trust/config", f'[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfsmonitor = "touch {ran}"\n')
    for folder in ("objects/info", "objects/pack", "refs/heads"):
        repo.write(f"trust/{folder}/.kept", "")
    repo.commit()
    assert sorted(files(repo)) == ["reconciler.yaml", "suppliers/one.yml"]
    assert not ran.exists()


def test_a_name_that_means_two_things(repo: Repository) -> None:
    """A tag with the branch's name, which anybody may have pushed, is not taken for the branch without a word."""
    repo.git("tag", "main")
    assert "two meanings: refs/heads/main and refs/tags/main. Write one of them" in refused(repo, "main")
    assert "reconciler.yaml" in files(repo, "refs/heads/main")


def test_the_tip_is_what_the_revision_is_now(repo: Repository) -> None:
    """And not where it was left."""
    repo.branch("change")
    repo.git("checkout", "--quiet", "main")
    repo.write("trust/theirs.yaml", "theirs\n")
    now = repo.commit()
    repo.git("checkout", "--quiet", "change")
    found = tip(repo.folder / "trust", "main", is_manifest_name)
    assert (found.commit, found.files["theirs.yaml"]) == (now, b"theirs\n")


def test_what_a_hook_has_set_leads_nowhere_else(
    repo: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The repository is the one that the workspace is in."""
    other = repository(tmp_path / "other")
    other.write("trust/stranger.yaml", "stranger\n")
    other.commit("another repository")
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.folder))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert "stranger.yaml" not in files(repo)


def test_a_replaced_object_is_read_as_it_was(repo: Repository) -> None:
    """git's replacements are not followed."""
    before = repo.git("rev-parse", "HEAD:trust/suppliers/one.yml")
    repo.git("replace", before, repo.git("rev-parse", "HEAD:elsewhere.yaml"))
    assert files(repo)["suppliers/one.yml"] == "one\n"


def test_somebody_elses_repository_says_what_to_do(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container the checkout may belong to another user: git's own remedy is passed on."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    told = refused(repo, "main")
    assert "git cannot read the repository" in told
    assert "safe.directory" in told


def test_an_object_that_is_lost(repo: Repository) -> None:
    """A broken store is an error, and never a file less."""
    blob = repo.git("rev-parse", "HEAD:trust/suppliers/one.yml")
    shutil.move(repo.folder / ".git" / "objects" / blob[:2] / blob[2:], repo.folder / "away")
    assert "git cannot read suppliers/one.yml" in refused(repo, "main")


@pytest.mark.parametrize("folder", ["", "trust", "trust/suppliers"])
def test_a_folder_that_is_lost(repo: Repository, folder: str) -> None:
    """A folder that git cannot read is never taken for one that is not there: all that it holds would look new."""
    tree = repo.git("rev-parse", f"HEAD:{folder}")
    shutil.move(repo.folder / ".git" / "objects" / tree[:2] / tree[2:], repo.folder / "away")
    assert "git cannot read" in refused(repo, "main")
    assert "clone it again" in refused(repo, "main")


def renamed(repo: Repository, was: str, now: str) -> None:
    """Give the folder another name on disk alone, as a system that ignores case does when somebody types it so."""
    (repo.folder / was).rename(repo.folder / now)


@pytest.mark.parametrize(("was", "now"), [("trust", "Trust"), ("Bücher", "Bu\u0308cher"), ("STRASSE", "straße")])
def test_a_folder_that_git_spells_differently(repo: Repository, was: str, now: str) -> None:
    """By case, or in how its letters are composed: it is found, and nothing in it is new."""
    repo.git("mv", "trust", was) if was != "trust" else None
    repo.commit()
    renamed(repo, was, now)
    assert sorted(files(repo, folder=now)) == ["reconciler.yaml", "suppliers/one.yml"]


def test_two_folders_that_differ_in_case_are_two(repo: Repository) -> None:
    """A new folder beside one that git spells differently is new; where either may be meant, both are named."""
    repo.write("Trust/reconciler.yaml", "another\n")
    if (repo.folder / "trust").samefile(repo.folder / "Trust"):
        pytest.skip("this system ignores case")
    assert files(repo, folder="Trust") == {}
    repo.commit()
    renamed(repo, "trust", "away")
    renamed(repo, "Trust", "TRUST")
    assert "git has Trust and trust, and TRUST may mean either" in refused(repo, "main", "TRUST")


def test_a_folder_that_was_a_submodule(repo: Repository, tmp_path: Path) -> None:
    """Its manifests were in another repository: that is no sign that there were none."""
    other = repository(tmp_path / "other")
    other.write("reconciler.yaml", "theirs\n")
    other.commit()
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.folder), "school")
    repo.commit()
    repo.git("rm", "--quiet", "--cached", "school")
    shutil.rmtree(repo.folder / "school")
    repo.write("school/reconciler.yaml", "ours now\n")
    assert "school is a submodule in that commit" in refused(repo, "main", "school")
