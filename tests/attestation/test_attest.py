"""`reconciler attest` as it is typed: what it writes, what it asks, and what it refuses."""

from __future__ import annotations

import os
import select
import shlex
import subprocess
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.main import main
from reconciler.manifest import load
from tests.attestation.worlds import MANIFESTS, workspace
from tests.planning.worlds import TODAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CTRL_C = "\x03"
FILE = "attestations/greenfield.yaml"
LINES = {
    "greenfield/till": [
        "reconciler attest greenfield/till 'roles=Third Party,Till write-back'",
        "reconciler attest greenfield/till 'permissions=Dinner Money'",
        "reconciler attest greenfield/till writeLicence=bought",
        "reconciler attest greenfield/till oldExport=disconnected",
    ],
    "greenfield": [
        "reconciler attest greenfield 'lawfulBasis=Public Task'",
        "reconciler attest greenfield consent.contacts=set",
        "reconciler attest greenfield/meals partnerApplication=granted",
        "reconciler attest greenfield/meals entities=Students",
        "reconciler attest greenfield/meals oldExport=disconnected",
        "reconciler attest greenfield/till 'roles=Third Party,Till write-back'",
        "reconciler attest greenfield/till 'permissions=Dinner Money'",
        "reconciler attest greenfield/till writeLicence=bought",
        "reconciler attest greenfield/till oldExport=disconnected",
        "reconciler attest greenfield/wonde login=works",
        "reconciler attest greenfield/wonde entities=Staff,Students",
        "reconciler attest greenfield/wonde oldExport=disconnected",
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace that declares some facts of every kind."""
    workspace(tmp_path)
    return tmp_path


def attest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `reconciler attest` in a workspace, in this process, with nobody at a terminal."""
    command = ["attest", *arguments, "-C", str(folder)]
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = main(command)
    return subprocess.CompletedProcess(command, code, out.getvalue(), err.getvalue())


def said(folder: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """What the workspace's words say: {(place, aspect and kind): values}."""
    desired = load(folder, TODAY).desired
    assert desired is not None
    return {
        (word.subject.place, f"{word.subject.aspect} {word.subject.name}".strip()): word.values
        for word in desired.words
    }


def test_facts_are_vouched_for_by_their_names(folder: Path) -> None:
    """Choices in any capitals, lists with commas, and none by leaving the value out."""
    facts = ("writeLicence=BOUGHT", "roles=Third Party, Till write-back", "permissions=")
    run = attest(folder, "greenfield/till", *facts, "--by", "J")
    assert run.returncode == 0, run.stderr
    day = datetime.now(UTC).date()
    assert run.stdout.startswith(f"Wrote {FILE}: 3 facts of greenfield/till, until ")
    assert run.stderr == ""
    assert said(folder) == {
        ("greenfield/till", "write-licence"): ("bought",),
        ("greenfield/till", "role"): ("Third Party", "Till write-back"),
        ("greenfield/till", "write"): (),
    }
    desired = load(folder, TODAY).desired
    assert desired is not None
    evidence = desired.words[0].evidence
    assert evidence.by == "J"
    assert timedelta(0) <= day - evidence.on.date() <= timedelta(1)
    assert evidence.expires >= day.replace(day=min(day.day, 28), year=day.year + 1)


def test_a_school_has_facts_of_its_own(folder: Path) -> None:
    """Its lawful basis, and consent by kind of person."""
    run = attest(folder, "greenfield", "lawfulBasis=public task", "consent.contacts=set", "--days", "3", "--by", "J")
    assert run.returncode == 0, run.stderr
    assert said(folder) == {
        ("greenfield", "lawful-basis"): ("Public Task",),
        ("greenfield", "consent contacts"): ("set",),
    }


def test_a_name_with_a_comma_is_said_on_its_own(folder: Path) -> None:
    """Each FACT=NAME is one name then."""
    run = attest(folder, "greenfield/till", "roles=Third Party", "roles=Till, canteen", "--by", "J")
    assert run.returncode == 0, run.stderr
    assert said(folder) == {("greenfield/till", "role"): ("Third Party", "Till, canteen")}


def test_words_that_no_plan_asks_for_are_remarked_on(folder: Path) -> None:
    """They are written all the same: a manifest may ask for them tomorrow."""
    run = attest(folder, "greenfield/till", "entities=Students", "partnerApplication=granted", "--by", "J")
    assert run.returncode == 0
    assert "A probe checks entities of greenfield/till" in run.stderr
    assert "No manifest declares partnerApplication of greenfield/till" in run.stderr
    assert len(said(folder)) == 2


@pytest.mark.skipif(os.name == "nt", reason="the lines are quoted for another shell there")
@pytest.mark.parametrize("place", LINES)
def test_without_facts_and_without_a_terminal_the_lines_to_type_are_shown(place: str, folder: Path) -> None:
    """One for each fact that is declared and that cannot be checked remotely; each of them works as it stands."""
    run = attest(folder, place)
    assert run.returncode == 64
    assert run.stdout == ""
    lines = [line.strip() for line in run.stderr.splitlines() if line.startswith("  ")]
    assert lines == [f"{line} -C {folder}" for line in LINES[place]]
    for line in lines:
        assert attest(folder, *shlex.split(line)[2:], "--by", "J").returncode == 0
    assert len(said(folder)) == len(LINES[place])


@pytest.mark.skipif(os.name == "nt", reason="the lines are quoted for another shell there")
def test_a_line_to_type_says_names_with_commas_so_that_they_stay_whole(folder: Path) -> None:
    """Even a name that is the only one."""
    declared = "role: \"a, 'b'\", permissions: ['Dinner, Money']"
    manifests = MANIFESTS.replace("role: Till write-back, permissions: [Dinner Money]", declared)
    workspace(folder, manifests=manifests)
    run = attest(folder, "greenfield/till")
    lines = [shlex.split(line)[2:] for line in run.stderr.splitlines() if "roles=" in line or "permissions=" in line]
    assert [attest(folder, *line, "--by", "J").returncode for line in lines] == [0, 0]
    assert said(folder) == {
        ("greenfield/till", "role"): ("a, 'b'", "Third Party"),
        ("greenfield/till", "write"): ("Dinner, Money",),
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["greenfeld", "lawfulBasis=Consent"], "There is no school 'greenfeld'. Did you mean `greenfield`?"),
        (["greenfield/tll", "login=works"], "There is no supplier 'tll' at greenfield. Did you mean `till`?"),
        (["greenfield/", "login=works"], "There is no supplier '' at greenfield. Known: meals, till, wonde"),
        (["greenfield/till", "role=a"], "there is no fact 'role'. Did you mean `roles`?"),
        (["greenfield/till", "writeLicence"], "write FACT=VALUE"),
        (["greenfield/till", "writeLicence=yes"], "writeLicence cannot be 'yes'. Known: bought, missing"),
        (["greenfield/till", "writeLicence=bougt"], "Did you mean `bought`?"),
        (["greenfield/till", "login=works", "login=refused"], "login is given 2 times"),
        (["greenfield/till", "consent.staff=set"], "reconciler attest greenfield consent.staff=..."),
        (["greenfield", "roles=a"], "reconciler attest greenfield/SUPPLIER roles=..."),
        (["greenfield/till", "roles=a", "--expires", "2020-01-01"], "--expires 2020-01-01 is in the past"),
        (["greenfield/till", "roles=a", "--expires", "2099-01-01", "--days", "3"], "use only one"),
        (["greenfield/till", "roles=a", "--by", " "], "--by is empty"),
        (["greenfield/till", "roles=a", "--by", "\u200b\u2060"], "--by is empty"),
        (
            ["greenfield/till", "roles=a", "--days", "401"],
            "401 days from today, but attestations count for at most 400 days",
        ),
        (["greenfield/till", "roles=a", "--expires", "2999-12-31"], "(limits.wordDays of the Workspace)"),
        (["greenfield/till", "roles=a", "--expires", "31/08/2099"], "write it like 2027-03-31"),
        (["greenfield/till", "roles=a", "--expires", "2099-02-30"], "2099-02-30 does not exist"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_what_there_is(arguments: list[str], told: str, folder: Path) -> None:
    """Exit 64, and nothing is written."""
    run = attest(folder, *arguments)
    assert (run.returncode, run.stdout) == (64, "")
    assert told in run.stderr
    assert not (folder / FILE).exists()


def test_what_is_wrong_with_the_words_themselves_is_told(folder: Path) -> None:
    """Exit 1, and nothing is written."""
    run = attest(folder, "greenfield/wonde", "entities=Studnets", "--by", "J")
    assert run.returncode == 1
    assert "Did you mean `Students`?" in run.stderr
    assert not (folder / FILE).exists()


def test_a_supplier_of_which_nothing_is_to_be_vouched_for_says_so(folder: Path) -> None:
    """Nothing is written."""
    workspace(folder, manifests=MANIFESTS.partition("---\napiVersion: reconciler/v1\nkind: Supplier")[0] + """\
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: groupcall}
spec: {account: {username: gc, password: {env: GC}}, entities: [Students]}
""")  # fmt: skip
    run = attest(folder, "riverside/groupcall")
    assert run.returncode == 0
    assert "declare nothing of riverside/groupcall that cannot be checked remotely" in run.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminal that Python can open")
def test_at_a_terminal_it_asks_fact_by_fact(folder: Path) -> None:
    """As declared; something else after a mistake, once it is asked back; not so, of two; not now. Then where the
    evidence is and until when it counts, each of which has its usual answer."""
    until = str(datetime.now(UTC).date() + timedelta(days=300))
    answers = ["y", "none", "y", "yes, probably", "n", "y", "", "ticket 4711", "31/08/2099", "2099-08-31", until]
    seen, status = answered(folder, "greenfield/till", answers)
    assert status == 0, seen
    assert "greenfield/till (account till.greenfield)" in seen
    assert "roles · Modules > Setup > System Users: Third Party, Till write-back?" in seen
    assert "This will be written: permissions: none" in seen
    assert "writeLicence cannot be 'yes, probably'. Known: bought, missing" in seen
    assert "This will be written: writeLicence: missing" in seen
    assert "'31/08/2099' is not a date: write it like 2027-03-31" in seen
    assert "but attestations count for at most 400 days (limits.wordDays of the Workspace)" in " ".join(seen.split())
    assert f"until {until}, as greenfield-till-" in seen
    assert "Not as declared: permissions, writeLicence." in seen
    assert said(folder) == {
        ("greenfield/till", "role"): ("Third Party", "Till write-back"),
        ("greenfield/till", "write"): (),
        ("greenfield/till", "write-licence"): ("missing",),
    }
    desired = load(folder, TODAY).desired
    assert desired is not None
    assert {word.evidence.reference for word in desired.words} == {"ticket 4711"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminal that Python can open")
@pytest.mark.parametrize(
    ("answers", "seen", "written"),
    [
        (["", "done", "skip", "?", ""], "`done` is not a name. Type y, n, the names you see", None),
        (["", "n", "Dinner Money, back", "", "", ""], "`back` is not a name", None),
        (["", "n", "Dinner Mony", "y"], "`Dinner Mony` is in neither the manifests nor the catalogue: did you "
         "mean `Dinner Money`?", "Dinner Mony"),
        (["", "Zebra", "n", "y"], "`Zebra` is in neither the manifests nor the catalogue.", "Dinner Money"),
        (["", "Zebra", "what", ""], "Please type y, n, stop, or Enter for later.", None),
        (["", "dinner money"], "permissions", "dinner money"),
        (["", "Attendence", "n", "y"], "did you mean `Attendance`?", "Dinner Money"),
        (["Till write-back", ""], "Third Party is always among them if the login works.", None),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_as_declared_is_asked_back_once(
    answers: list[str], seen: str, written: str | None, folder: Path
) -> None:
    """With what is to be written, and what is odd about it; a word of the menu is never a name."""
    shown, status = answered(folder, "greenfield/till", [*answers, *[""] * 4])
    assert status == 0, shown
    assert seen in " ".join(shown.split())
    assert said(folder) == ({("greenfield/till", "write"): (written,)} if written else {})


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminal that Python can open")
def test_a_school_is_asked_with_all_its_accesses(folder: Path) -> None:
    """One after the other, each with its account; what nobody answers is not written. Evidence and the last day are
    asked for once."""
    seen, status = answered(folder, "greenfield", ["y", "", "ticket 4711", "", "y", *[""] * 9])
    assert status == 0, seen
    places = ["greenfield:", "greenfield/meals:", "greenfield/till (", "greenfield/wonde (account wonde.greenfield)"]
    assert all(f"Facts to check of {place}" in seen for place in places)
    assert "entities · Config > Setup > Partner Applications: Students?" in seen
    assert "entities · Modules > Setup > Third Party Access Permissions & Logs: Staff, Students?" in seen
    assert seen.count("As declared.") == 2
    assert said(folder) == {
        ("greenfield", "lawful-basis"): ("Public Task",),
        ("greenfield/meals", "partner-application"): ("granted",),
    }
    desired = load(folder, TODAY).desired
    assert desired is not None
    assert [word.evidence.reference for word in desired.words] == ["ticket 4711"] * 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminal that Python can open")
@pytest.mark.parametrize(
    ("answers", "status", "told"),
    [
        (["stop"], 0, "Stopped. Earlier answers are saved; nothing was written for greenfield/meals."),
        (["y", "stop"], 0, "Stopped. Earlier answers are saved; nothing was written for greenfield/meals."),
        ([CTRL_C], 1, "Stopped by Ctrl-C."),
    ],
)
def test_who_leaves_at_the_next_place_keeps_what_they_said(
    answers: list[str], status: int, told: str, folder: Path
) -> None:
    """Of a place that was answered to its end the words are written by then, and so it was announced."""
    seen, ended = answered(folder, "greenfield", ["y", "", "ticket 4711", "", *answers])
    assert ended == status, seen
    assert "Each place is written before you are asked about the next." in seen
    assert "stop = quit without saving greenfield/meals." in seen
    assert told in seen
    assert "Nothing was attested" not in seen
    assert said(folder) == {("greenfield", "lawful-basis"): ("Public Task",)}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminal that Python can open")
def test_an_account_that_changes_while_it_is_looked_at_is_not_vouched_for(folder: Path) -> None:
    """Nobody saw the one that the manifests name by the time of the answer."""
    other = MANIFESTS.replace("till.{school}", "other.{school}")
    answers = ["y", *[""] * 5]
    seen, status = answered(folder, "greenfield/till", answers, lambda: workspace(folder, manifests=other))
    assert status == 1, seen
    assert "greenfield/till (account till.greenfield)" in seen
    shown = " ".join(seen.split())
    assert "you were shown the account till.greenfield, and the manifests now name other.greenfield" in shown
    assert not (folder / FILE).exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminal that Python can open")
@pytest.mark.parametrize(
    ("answers", "status"), [(["", "", "", ""], 0), (["y", CTRL_C], 1), (["y", "stop"], 0), (["y", "n", "Stop"], 0)]
)
def test_who_answers_nothing_or_stops_writes_nothing(answers: list[str], status: int, folder: Path) -> None:
    """What was answered before Ctrl-C, or before `stop`, is forgotten too."""
    seen, ended = answered(folder, "greenfield/till", answers)
    assert ended == status
    assert not (folder / FILE).exists()
    assert ("nothing was written" in seen) is (status == 0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminal that Python can open")
def test_the_one_permission_that_a_source_names_is_known(folder: Path) -> None:
    """Even where no manifest declares it."""
    seen, status = answered(folder, "greenfield/till", ["", "Attendance", "y", *[""] * 4])
    assert status == 0, seen
    assert "This will be written: permissions: Attendance" in seen
    assert "is in neither the manifests nor the catalogue" not in seen
    assert said(folder) == {("greenfield/till", "write"): ("Attendance",)}


def test_on_the_command_line_near_misses_are_pointed_out(folder: Path) -> None:
    """Nobody is there to be asked back, and a name that nothing here knows may be right."""
    run = attest(folder, "greenfield/till", "permissions=Dinner Mony,Zebra", "roles=third party", "--by", "J")
    assert run.returncode == 0
    assert "`Dinner Mony` is unknown here: did you mean `Dinner Money`? It was written as you typed it." in run.stderr
    assert "Zebra" not in run.stderr
    assert "third party" not in run.stderr
    assert run.stdout.rstrip().endswith("Not as declared: permissions, roles.")


def test_what_is_as_declared_is_said_to_be(folder: Path) -> None:
    """Whatever its capitals and its order."""
    run = attest(folder, "greenfield/till", "roles=TILL write-back,Third Party", "--by", "J")
    assert run.stdout.rstrip().endswith("As declared.")


def answered(
    folder: Path, place: str, answers: list[str], meanwhile: Callable[[], object] = lambda: None
) -> tuple[str, int]:
    """What a terminal shows, and the exit code, where somebody types these answers, one at each question; `meanwhile`
    happens before the first of them.

    Ctrl-C is typed until it is heard: Python misses one that comes between its question and its waiting for the answer.
    """
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", "attest", place, "--by", "J. Smith", "-C", str(folder)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "dumb"},
        start_new_session=True,
        preexec_fn=_own_terminal,
    )
    os.close(theirs)
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    seen = b""
    given = 0
    while (piece := _shown(ours)) is not None:
        seen += piece
        if given == min(seen.count(b"? "), len(answers)):
            continue
        if given == 0:
            meanwhile()
        if answers[given] != CTRL_C:
            os.write(ours, answers[given].encode() + b"\n")
            given += 1
        elif not piece and b"Stopped" not in seen:
            os.write(ours, CTRL_C.encode())
    watchdog.cancel()
    os.close(ours)
    return seen.decode(), process.wait()


def _shown(terminal: int) -> bytes | None:
    """What a terminal shows next, and nothing if that takes long; None where nobody has it open any more."""
    if not select.select([terminal], [], [], 0.2)[0]:
        return b""
    try:
        return os.read(terminal, 65536) or None
    except OSError:  # Linux says it so
        return None


def _own_terminal() -> None:
    """Make the terminal the process's own, so that Ctrl-C typed there reaches it."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_an_account_that_is_gone_is_said_so(folder: Path) -> None:
    """Of a supplier that the manifests need not name; of one that they name, only of a former account."""
    for place in ("greenfield/parentpay", "closed-school/parentpay"):
        said = attest(folder, place, "access=gone", "--account", "Parent Pay", "--by", "J. Smith", "--evidence", "t 1")
        assert (said.returncode, said.stderr) == (0, "")
        school = place.partition("/")[0]
        assert said.stdout.startswith(f"Wrote attestations/{school}.yaml: Parent Pay of {place} is gone, until ")
    former = attest(folder, "greenfield/till", "access=gone", "--account", "old.till", "--by", "J. Smith")
    assert former.returncode == 0
    every = attest(folder, "riverside/parentpay", "access=gone", "--by", "J. Smith")
    assert "every former account of riverside/parentpay is gone" in every.stdout
    desired = load(folder, TODAY).desired
    assert desired
    assert {(gone.school, gone.supplier, gone.account) for gone in desired.gone} == {
        ("greenfield", "parentpay", "Parent Pay"),
        ("closed-school", "parentpay", "Parent Pay"),
        ("greenfield", "till", "old.till"),
        ("riverside", "parentpay", ""),
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["greenfield", "access=gone"], "reconciler attest greenfield/SUPPLIER access=gone"),
        (["greenfield/till", "access=gone"], "the manifests still name till.greenfield for greenfield/till"),
        (["greenfield/till", "access=gone", "--account", "TILL.greenfield"], "Remove it from them first."),
        (["greenfield/meals", "access=gone", "--account", "School Meals"], "the manifests still name School Meals"),
        (["greenfield/till", "access=gone", "writeLicence=bought"], "access must be the only fact"),
        (["greenfield/x", "access=there"], "access=gone"),
        (["../x/y", "access=gone"], "is not a name of a school or supplier"),
        (["x/../../y", "access=gone"], "is not a name of a school or supplier"),
        (["greenfield/x", "access=gone", "--account", " "], "--account is empty"),
        (["greenfield/till", "writeLicence=bought", "--account", "x"], "--account is only for access=gone"),
    ],
)
def test_an_account_is_not_said_to_be_gone_wrongly(folder: Path, arguments: list[str], told: str) -> None:
    """Nothing is written then."""
    refused = attest(folder, *arguments, "--by", "J. Smith")
    assert refused.returncode != 0
    assert told in refused.stderr
    assert not (folder / "attestations").exists()
