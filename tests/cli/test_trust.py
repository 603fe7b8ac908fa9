"""The examples, planned against the sandbox that is their live side: right to the last tick."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.control.client import DEFAULT_PORT
from reconciler.sandbox.control.env_file import write_env_file
from reconciler.sandbox.server import SandboxServer, serve
from reconciler.sandbox.state.records import SandboxAccount
from tests.cli.world import EXAMPLES, changes, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Reconciler
    from tests.cli.world import Outcome
    from tests.conftest import Golden

TIMETABLE = (
    *("CollectionAssociates", "CollectionTimetables", "Locations", "PeriodStructures", "Staff"),
    *("StudentTimeTables", "TimeTable"),
)
SEATING_PLANS = ("SENStudents", "Students", "SubjectClasses")
DRIFT = {
    ("greenfield/groupcall", "grant", "Students"),
    ("greenfield/groupcall", "grant", "StudentContacts"),
    ("riverside/library-loans", "revoke", "PersonPhotos"),
    ("oakwood/parents-evening", "mend-login", "parents-evening.oakwood"),
    ("northgate/parents-evening", "mend-login", "parents-evening.northgate"),
    ("hilltop", "set", "Public Task"),
    ("meadow", "revoke", "absence-texts"),
    *(("oakwood/seating-plans", "revoke", name) for name in ("seating-plans.oakwood", *SEATING_PLANS)),
    *(("hilltop/timetable-view", "grant", entity) for entity in TIMETABLE),
}
TO_ATTEST = {
    ("greenfield/cashless-till", "role", "Till write-back"),
    ("greenfield/cashless-till", "write", "Dinner Money"),
    ("greenfield/cashless-till", "write-licence", "bought"),
    ("hilltop/groupcall", "old-export", "bromcom-cloud"),
    ("meadow/reading-scheme", "read", "*"),
    ("meadow/reading-scheme", "partner-application", "Reading Scheme"),
    ("oakwood/seating-plans", "deletion", "confirmed"),
    ("riverside/library-loans", "consent", "students"),
}
NOT_KNOWN = TO_ATTEST | {
    ("hilltop/timetable-view", "login", "timetable-view.hilltop"),
    ("oakwood/parents-evening", "read", "*"),
    ("northgate/parents-evening", "read", "*"),
}
ATTESTED = {("greenfield", "lawful-basis", "Public Task"), ("riverside", "lawful-basis", "Consent")}


@dataclass(frozen=True)
class Practice:
    """A running sandbox, and the command line in a copy of the examples that belong to it."""

    sandbox: SandboxServer
    folder: Path
    reconciler: Reconciler

    def plan(self, *options: str, verb: str = "plan", example: str = "trust") -> Outcome:
        """Plan an example."""
        env_file = self.folder / "practice.env"
        return self.reconciler(verb, "-C", self.folder / example, "--env-file", env_file, "--rate", "0", *options)

    def put_right(self) -> None:
        """Make it so at the service, without the pages, and vouch for what no probe can see."""
        tick, untick = self.sandbox.tick, self.sandbox.untick
        tick(12345, "groupcall.greenfield", "Students", "StudentContacts")
        untick(12346, "library-loans.riverside", "PersonPhotos")
        untick(12349, "seating-plans.oakwood", *SEATING_PLANS)
        for school, username in ((12349, "seating-plans.oakwood"), (12347, "absence-texts")):
            (account,) = [one for one in self.sandbox.accounts(school) if one.username == username]
            self.sandbox.save_account(school, replace(account, can_log_in=False))
        tick(12348, "timetable-view.hilltop", *TIMETABLE)
        self.sandbox.set_password(12349, "parents-evening.oakwood", "practice-parents-evening-12349")
        told = dict(self.sandbox.handed_over(12350))["PARENTS_EVENING_NORTHGATE_PASSWORD"]
        self.sandbox.create_account(12350, SandboxAccount("parents-evening.northgate", told, told))
        tick(12350, "parents-evening.northgate", "Students", "StudentContacts", "Staff", "SubjectClasses")
        for words in WORDS:
            done = self.reconciler("attest", "-C", self.folder / "trust", *words, "--by", "J. Smith")
            assert (done.code, done.err) == (0, "")


def anywhere(text: str) -> str:
    """A plan's text without its fingerprint."""
    return re.sub(r"(?<=Fingerprint )[0-9a-f]{8}(?=\.)", "00000000", text)


def anytime(text: str) -> str:
    """A report of today, as if it was that of one morning."""
    text = text.replace(f"{datetime.now(UTC):%Y-%m-%d}", "2026-11-30")
    return re.sub(r"(?<=2026-11-30[ T])\d\d:\d\d(:\d\d[.\d]*)?", "06:00", text)


REPORTS = {
    "register": ("register", ("txt", "html", "csv", "json")),
    "special": ("register --category special-category --people students", ("txt",)),
    "notice": ("privacy-notice", ("txt",)),
    "supplier": ("supplier seating-plans", ("txt",)),
    "access": ("access", ("txt",)),
}


WORDS = (
    (
        "greenfield/cashless-till",
        "roles=Third Party,Till write-back",
        "permissions=Dinner Money",
        "writeLicence=bought",
    ),
    ("hilltop/groupcall", "oldExport=disconnected"),
    ("hilltop", "lawfulBasis=Public Task"),
    ("meadow/absence-texts", "access=gone", "--account", "absence-texts"),
    ("meadow/reading-scheme", "partnerApplication=granted", "entities=Students,YearGroupClasses"),
    ("oakwood/seating-plans", "login=closed", "deletion=confirmed"),
    ("riverside", "consent.students=5 of 6, 1 refused"),
)


@pytest.fixture
def practice(tmp_path: Path, reconciler: Reconciler) -> Iterator[Practice]:
    """What a newcomer has after reading examples/README.md, on another port."""
    with serve() as sandbox:
        for example in ("trust", "one-school"):
            shutil.copytree(EXAMPLES / example, tmp_path / example)
            workspace = tmp_path / example / "reconciler.yaml"
            text = workspace.read_text(encoding="utf-8")
            assert f":{DEFAULT_PORT}/" in text
            workspace.write_text(text.replace(f":{DEFAULT_PORT}/", f":{sandbox.port}/"), encoding="utf-8")
        write_env_file(tmp_path / "practice.env", sandbox)
        yield Practice(sandbox, tmp_path, reconciler)


@pytest.mark.parametrize("verb", ["plan", "drift"])
def test_the_trust_is_planned_to_the_last_tick(practice: Practice, verb: str) -> None:
    """Exactly the differences that the seed announces, and exactly what could not be known; exit code 2."""
    done = practice.plan("--format", "json", verb=verb)
    assert changes(done.plan) == DRIFT
    assert unknown(done.plan) == NOT_KNOWN
    assert done.plan["summary"] == {
        "grant": 9,
        "revoke": 6,
        "mendLogin": 2,
        "set": 1,
        "waived": 0,
        "attest": 9,
        "attested": 6,
        "inSync": 17,
        "accesses": 26,
        "reported": 0,
        "facts": 557,
        "known": 537,
        "unknown": 20,
        "undeclared": 47,
    }
    assert {school["reachable"] for school in done.plan["schools"]} == {"yes"}
    assert {(s["name"], v["aspect"], v["name"]) for s in done.plan["schools"] for v in s["vouched"]} == ATTESTED
    assert not done.plan["complete"]
    assert done.code == 2
    assert done.err.count("\n") == done.err.count("`reconciler doctor northgate/parents-evening ") == (verb == "plan")


def test_the_text_tells_each_difference_with_its_line_in_the_manifests(practice: Practice) -> None:
    """People find the tick in the report, and where it is declared."""
    done = practice.plan()
    assert done.code == 2
    assert re.search(r"^    missing +StudentContacts +suppliers/groupcall.yaml:88$", done.out, re.MULTILINE)
    assert re.search(r"^    too much  PersonPhotos +photographs of pupils", done.out, re.MULTILINE)
    assert re.search(
        r"^    refused   account parents-evening\.oakwood +Bromcom refused this login", done.out, re.MULTILINE
    )
    assert re.search(r"^  differs   lawful basis Public Task +is Legitimate Interest, should be P", done.out, re.M)
    assert done.out.startswith(
        "Action needed: 4 permissions too many, 1 login that should be closed, 1 account that no supplier claims, "
        "9 missing, 2 logins refused, 1 setting different"
    )
    assert "\n17 of 26 accesses in sync, 3 could not be checked.\n" in done.out
    assert "meadow/groupcall" not in done.out  # its server writes names in another case, which is no difference
    assert "In sync:" not in done.out


@pytest.mark.parametrize("verb", ["plan", "drift"])
@pytest.mark.parametrize("example", ["trust", "one-school"])
def test_the_whole_text_of_the_examples(practice: Practice, golden: Golden, verb: str, example: str) -> None:
    """As people read it, to the last blank. Nothing in it hangs on the machine or the hour but the fingerprint: it is
    of the service's address too, which has another port here each time, and the folder in the commands to type."""
    text = practice.plan(verb=verb, example=example).out.replace(f"{practice.folder}{os.sep}", "")
    golden(f"{example}.{verb}.txt", anywhere(text))


@pytest.mark.parametrize("name", REPORTS)
def test_what_those_who_answer_for_the_data_read(practice: Practice, golden: Golden, name: str) -> None:
    """A supplier that left, an account of nobody, a statutory return, products behind an aggregator, and Consent."""
    words, forms = REPORTS[name]
    asking = () if name == "notice" else ("--env-file", practice.folder / "practice.env", "--rate", "0")
    out = {form: practice.folder / f"out.{form}" for form in forms}
    files = [word for form, file in out.items() for word in ("--format", f"{form.replace('txt', 'text')}={file}")]
    done = practice.reconciler("report", *words.split(), "-C", practice.folder / "trust", *asking, *files, "--quiet")
    assert (done.code, done.out) == (4 if name in ("register", "special", "access") else 0, "")
    for form, file in out.items():
        golden(f"trust.{name}.{form}", anytime(file.read_text(encoding="utf-8")))


def test_what_no_probe_can_see_is_told_of_a_school_that_is_down_too(practice: Practice, golden: Golden) -> None:
    """That the school does not answer is said once; what no probe can see does not follow from it."""
    practice.sandbox.set_trouble("database-down", school_id=12345)
    done = practice.plan(example="one-school")
    assert done.code == 4
    golden("one-school.down.txt", anywhere(done.out))


def test_drift_is_the_plan_in_other_words(practice: Practice) -> None:
    """One diff: the same bytes as JSON, and the same verdict as text."""
    assert practice.plan("--format", "json", verb="drift").out == practice.plan("--format", "json").out
    drift = practice.plan(verb="drift")
    told = "Action needed: 4 permissions too many, 1 login that should be closed, 1 account that no supplier claims, "
    assert drift.out.startswith(told)
    assert drift.code == 2


def test_planning_twice_prints_the_same_bytes(practice: Practice) -> None:
    """Text and JSON."""
    for form in ("text", "json"):
        first, second = practice.plan("--format", form), practice.plan("--format", form)
        assert (first.code, first.out) == (2, second.out)


@pytest.mark.parametrize("options", [(), ("--deep",), ("--wsdl", "live")], ids=["plain", "deep", "live-wsdl"])
def test_after_the_corrections_the_trust_is_in_sync(practice: Practice, options: tuple[str, ...]) -> None:
    """Exit code 0, and it says so. `--deep` and the service's own contract find the same."""
    practice.put_right()
    done = practice.plan(*options)
    assert done.out.startswith("In sync: ")
    assert "\n26 of 26 accesses in sync.\n" in done.out
    assert (done.code, done.err) == (0, "")
    assert practice.plan(*options, verb="drift").code == 0
    plan = practice.plan(*options, "--format", "json").plan
    assert (plan["complete"], changes(plan), unknown(plan)) == (True, set(), set())


def test_one_school_is_never_in_sync(practice: Practice) -> None:
    """With its reads right it exits with 4: lawful basis, role and write-back permissions no probe can see."""
    practice.put_right()
    done = practice.plan("--format", "json", example="one-school")
    assert unknown(done.plan) == {
        ("greenfield", "lawful-basis", "Public Task"),
        ("greenfield/cashless-till", "role", "Till write-back"),
        ("greenfield/cashless-till", "write", "Dinner Money"),
    }
    assert changes(done.plan) == set()
    assert done.plan["summary"]["attest"] == 3
    assert done.code == 4
    told = practice.plan(example="one-school")
    assert re.search(r"^  unknown +lawful basis Public Task +cannot be checked remotely", told.out, re.MULTILINE)
    assert "In sync:" not in told.out


def test_one_school_with_a_missing_tick_has_differences(practice: Practice) -> None:
    """2 comes before 4."""
    done = practice.plan("--format", "json", example="one-school")
    assert changes(done.plan) == {change for change in DRIFT if change[0] == "greenfield/groupcall"}
    assert done.code == 2
