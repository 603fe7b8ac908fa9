"""Every branch of the guide's section on consent, with 400 invented people, canaries, and nothing of them kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.main import main
from reconciler.cli.output.renderers import OF_PLANS
from reconciler.sandbox.server import serve
from reconciler.sandbox.state.people import PersonKind, PersonRecord
from reconciler.sandbox.state.records import SandboxAccount
from reconciler.sandbox.state.seed import Seed, SeedSchool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.sandbox.server import SandboxServer

PASSWORD = "practice"
SCHOOL_ID = 10001
GRANTED, WITHHELD = 211, 397  # their students' numbers; the first 380 of 400 granted consent
PEOPLE = tuple(PersonRecord(PersonKind.STUDENT, number, number <= 380) for number in range(1, 401))
# Nothing of the rows of these two, nor their ids.
TRACES = re.compile(rf"Practicepupil|example\.invalid|\b(?:{GRANTED}|{WITHHELD})\b")
AGREED = ("lawfulBasis=Consent", "consent.students=380 of 400, 20 refused")


@dataclass
class World:
    """A sandbox, and a workspace about it."""

    sandbox: SandboxServer
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str]:
        """(exit code, what is printed); no trace of a canary is in it, nor in any file beside the manifests."""
        code = main(["-C", str(self.folder), *arguments])
        printed = self.capsys.readouterr()
        text = printed.out + printed.err
        for file in self.folder.rglob("*"):
            if file.is_file():
                text += file.read_text(encoding="utf-8", errors="replace")
        assert TRACES.search(text.replace("127.0.0.1", "")) is None, TRACES.search(text)
        return code, printed.out

    def planned(self) -> tuple[int, dict[str, object]]:
        """(exit code, {what a plan says of the school: its changes, and what is unknown})."""
        code, out = self.run("plan", "--format", "json")
        (school,) = json.loads(out)["schools"]
        changes = [(change["aspect"], change["name"], change["before"], change["risk"]) for change in school["changes"]]
        return code, {"changes": changes, "unknown": [(item["aspect"], item["why"]) for item in school["unknown"]]}

    def answered(self) -> list[tuple[str, str]]:
        """(entity, how many rows) of each question for rows so far."""
        return [(call.entity, call.outcome) for call in self.sandbox.access_log() if call.entity]


def write(folder: Path, sandbox: SandboxServer, basis: str = "Consent", canaries: str = "") -> None:
    """A school with canaries, and a supplier whose account may read Students."""
    canaries = canaries or "{students: {withheld: {env: CANARY_WITHHELD}, granted: {env: CANARY_GRANTED}}}"
    (folder / "reconciler.yaml").write_text(
        f"""\
apiVersion: reconciler/v1
kind: Workspace
metadata: {{name: consent}}
spec: {{platforms: {{practice: {{readUrl: {sandbox.read_url}, writeUrl: {sandbox.write_url}}}}}}}
---
apiVersion: reconciler/v1
kind: School
metadata: {{name: greenfield}}
spec: {{schoolId: {SCHOOL_ID}, platform: practice, consent: {{lawfulBasis: {basis}, canaries: {canaries}}}}}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: groupcall}}
spec:
  purpose: For the tests
  account: {{username: groupcall, password: {{env: GROUPCALL}}}}
  entities: [Students]
  consent: {{needs: [students]}}
""",
        encoding="utf-8",
    )


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[World]:
    """400 students, of whom 380 consented and 20 refused, at a school with Consent."""
    account = SandboxAccount("groupcall", PASSWORD, PASSWORD, ticks=("Students",))
    monkeypatch.setenv("GROUPCALL", PASSWORD)
    monkeypatch.setenv("CANARY_WITHHELD", str(WITHHELD))
    monkeypatch.setenv("CANARY_GRANTED", str(GRANTED))
    with serve(Seed((SeedSchool(SCHOOL_ID, "Greenfield", "Consent", PEOPLE, (account,)),))) as sandbox:
        write(tmp_path, sandbox)
        yield World(sandbox, tmp_path, capsys)


def test_consent_that_is_enforced_is_as_agreed_in_every_format(world: World) -> None:
    """The withheld student does not come, and the granted one does; nobody else is asked for."""
    assert world.run("attest", "greenfield", *AGREED, "--by", "J. Smith")[0] == 0
    assert world.planned() == (0, {"changes": [], "unknown": []})
    snapshot = str(world.folder / "live.json")
    assert world.answered() == [("Students", "0 rows"), ("Students", "1 rows")]
    formats = [f"--format={form}={world.folder / form}.txt" for form in OF_PLANS.formats]
    assert world.run("plan", *formats, "--record", snapshot, "--out", str(world.folder / "plan.json"), "-v")[0] == 0
    code, explained = world.run("explain", "greenfield", "--probe")
    assert (code, "canary among students  as agreed" in explained) == (0, True)
    code, register = world.run("report", "register", "--school", "greenfield")
    assert (code, "yes: who withheld consent is hidden" in register) == (0, True), register
    assert world.run("drift", "--state", str(world.folder / "state"))[0] == 0


@pytest.mark.parametrize(
    ("basis", "moved"), [("Public Task", ()), ("Consent", (WITHHELD,))], ids=["another basis", "the flag is set"]
)
def test_a_withheld_student_who_is_readable_is_the_gravest_difference(
    basis: str, moved: tuple[int, ...], world: World
) -> None:
    """Since any other basis opens everybody, or since that one's flag says True."""
    world.run("attest", "greenfield", *AGREED, "--by", "J. Smith")
    world.sandbox.set_lawful_basis(SCHOOL_ID, basis)
    for number in moved:
        world.sandbox.set_consent(SCHOOL_ID, PersonKind.STUDENT, number, granted=True)
    assert world.planned() == (
        2, {"changes": [("consent-enforced", "students", "readable", "high")], "unknown": []}
    )  # fmt: skip
    _, text = world.run("plan")
    assert "a person who withheld consent is readable, so everything may be open" in " ".join(text.split())
    _, sarif = world.run("plan", "--format", "sarif")
    (result,) = json.loads(sarif)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("consent-not-enforced", "error")


def test_what_a_canary_shows_is_carried_out_and_proven(world: World) -> None:
    """The page is Administration Defaults; then the canary is asked for again."""
    world.run("attest", "greenfield", *AGREED, "--by", "J. Smith")
    world.sandbox.set_lawful_basis(SCHOOL_ID, "Public Task")
    saved = str(world.folder / "plan.json")
    assert world.run("plan", "--out", saved)[0] == 2
    _, runbook = world.run("runbook", saved)
    assert "Close the records of students who withheld consent" in runbook
    assert "Lawful Basis for Data Processing" in runbook
    assert world.run("verify", saved)[0] == 5
    world.sandbox.set_lawful_basis(SCHOOL_ID, "Consent")
    code, verified = world.run("verify", saved)
    assert (code, "students" in verified) == (0, True), verified


def test_with_another_basis_everyone_is_readable_and_that_is_as_agreed(world: World) -> None:
    """Even who withheld consent: the guide says so of all students and all staff."""
    write(world.folder, world.sandbox, "Public Task")
    world.sandbox.set_lawful_basis(SCHOOL_ID, "Public Task")
    world.run("attest", "greenfield", "lawfulBasis=Public Task", "--by", "J. Smith")
    assert world.planned() == (0, {"changes": [], "unknown": []})


def test_a_hidden_canary_contradicts_who_attested_another_basis(world: World) -> None:
    """Consent is enforced, so the basis in Bromcom is Consent, and nobody's consent follows from what was attested."""
    write(world.folder, world.sandbox, "Public Task")
    world.run("attest", "greenfield", "lawfulBasis=Public Task", "--by", "J. Smith")
    code, found = world.planned()
    assert (code, found["changes"]) == (2, [("consent-enforced", "students", "hidden", "high")])
    assert found["unknown"] == [("lawful-basis", "denied")]
    _, text = world.run("plan")
    assert "attested by J. Smith as Public Task, but a canary is hidden" in " ".join(text.split())


def test_where_neither_comes_nothing_is_proven(world: World) -> None:
    """The granted one's flag may have been taken back, or an id is wrong."""
    world.run("attest", "greenfield", *AGREED, "--by", "J. Smith")
    world.sandbox.set_consent(SCHOOL_ID, PersonKind.STUDENT, GRANTED, granted=False)
    assert world.planned() == (4, {"changes": [], "unknown": [("consent-enforced", "not-proven")]})


def test_a_withheld_student_alone_proves_only_that_consent_is_not_enforced(world: World) -> None:
    """That no row comes may have any cause."""
    write(world.folder, world.sandbox, canaries="{students: {withheld: {env: CANARY_WITHHELD}}}")
    world.run("attest", "greenfield", *AGREED, "--by", "J. Smith")
    assert world.planned() == (4, {"changes": [], "unknown": [("consent-enforced", "not-proven")]})
    world.sandbox.set_lawful_basis(SCHOOL_ID, "Vital Interests")
    assert world.planned()[0] == 2


@pytest.mark.parametrize("given", ["", "1 OR 1=1", "-397", "397.0", "0", "9" * 12, "٣٩٧", "abc"])
def test_anything_but_a_whole_number_is_refused_unsent(
    given: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not repeated."""
    world.run("attest", "greenfield", *AGREED, "--by", "J. Smith")
    monkeypatch.setenv("CANARY_WITHHELD", given)
    assert world.planned() == (4, {"changes": [], "unknown": [("consent-enforced", "no-secret")]})


def test_an_account_that_may_not_read_students_asks_nothing(world: World) -> None:
    """It is unknown then, and the reason says what is missing."""
    world.run("attest", "greenfield", *AGREED, "--by", "J. Smith")
    world.sandbox.set_ticks(SCHOOL_ID, "groupcall", ())
    code, found = world.planned()
    assert (code, found["unknown"]) == (2, [("consent-enforced", "not-granted")])
    assert world.answered() == []


@pytest.mark.parametrize("typed", [str(WITHHELD), f'"{WITHHELD}"', f"[{WITHHELD}]", f"{{env: {WITHHELD}}}", "{}"])
def test_an_id_in_a_manifest_is_refused_and_not_repeated(typed: str, world: World) -> None:
    """A child's consent does not go into git, nor into the output of a check."""
    write(world.folder, world.sandbox, canaries=f"{{students: {{granted: {{env: G}}, withheld: {typed}}}}}")
    capsys = world.capsys
    for arguments in (["validate"], ["lint"], ["fmt", "--check"], ["plan"]):
        assert main([arguments[0], "-C", str(world.folder), *arguments[1:]]) == 1
        printed = capsys.readouterr()
        assert "reconciler.yaml:" in printed.out + printed.err
        assert TRACES.search((printed.out + printed.err).replace("127.0.0.1", "")) is None
