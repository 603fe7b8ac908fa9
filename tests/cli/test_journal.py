"""`reconciler journal`: who did what, when and with which proof, and whether anybody changed the record of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest
from hypothesis import given

from reconciler.cli.clock import system_clock
from reconciler.journal.file import Journal
from reconciler.manifest.schema.check import schema_text
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.evidence import Attested, Probed
from reconciler.model.journal import (
    ApplyFinished,
    ApplyResumed,
    ApplyStarted,
    AttestationWritten,
    OutcomeFound,
    PageAnswered,
)
from reconciler.model.outcome import Contradicted, PageAnswer, Verified
from reconciler.model.problem import Origin
from reconciler.model.runbook import PageId
from reconciler.state_folder.paths import journal_of
from tests.journal.entries import chains

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.journal.chain import Record
    from tests.cli.conftest import Reconciler
    from tests.conftest import Golden

START = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
PLAN, OTHER = "7f3a9c21" * 8, "0b" * 32
STUDENTS = FactRef("greenfield", "groupcall", Aspect.READ, "Students")
STAFF = FactRef("greenfield", "groupcall", Aspect.READ, "Staff")
ROLE = FactRef("greenfield", "till", Aspect.ROLE, "Till write-back")
WORD = Attested("J. Smith", START, date(2027, 11, 24), "ticket 4711", Origin("attestations/greenfield.yaml", 2, 1))
VALID = jsonschema_rs.validator_for(json.loads(schema_text("journal")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace in which an apply was stopped by one person, and finished by another."""
    minutes = count()

    def clock() -> datetime:
        return START + timedelta(minutes=next(minutes))

    first = Journal(journal_of(tmp_path), "J. Smith", clock)
    first.append(PLAN, ApplyStarted("7f3a9c217f3a9c21.json", ("revoke",), 3))
    first.append(PLAN, PageAnswered("greenfield", PageId.THIRD_PARTY, PageAnswer.DONE, (STUDENTS, STAFF)))
    probed = Probed("findEntitiesBySchoolID")
    first.append(
        PLAN,
        OutcomeFound(Verified(STUDENTS, probed)),
        OutcomeFound(Contradicted(STAFF, "absent, and should be granted")),
    )
    first.append(OTHER, ApplyStarted("other.json", (), 1))
    second = Journal(journal_of(tmp_path), "A. \x1b[31mOther", clock)
    second.append(PLAN, ApplyResumed(2))
    second.append(PLAN, PageAnswered("greenfield", PageId.USERS, PageAnswer.SKIPPED, (ROLE,)))
    second.append(PLAN, AttestationWritten("attestations/greenfield.yaml", date(2027, 11, 24), "ticket 4711", (ROLE,)))
    second.append(PLAN, OutcomeFound(Verified(ROLE, WORD)))
    second.append(PLAN, ApplyFinished(verified=2, contradicted=1, pending=0, skipped=0, failed=0))
    return tmp_path


def test_it_is_shown_as_people_read_it(folder: Path, reconciler: Reconciler, golden: Golden) -> None:
    """Plan by plan, with times, names, outcomes and proofs; what steers a terminal is shown as its number."""
    done = reconciler("journal", "-C", folder)
    assert (done.code, done.err) == (0, "")
    golden("journal.txt", done.out)


def test_json_holds_every_entry_as_it_stands(folder: Path, reconciler: Reconciler) -> None:
    """Each valid by its schema, and the hash of the last, to be noted elsewhere."""
    done = reconciler("journal", "-C", folder, "--format", "json")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    lines = journal_of(folder).read_text(encoding="utf-8").splitlines()
    assert told["entries"] == [json.loads(line) for line in lines]
    assert (told["count"], told["head"], told["torn"], told["broken"]) == (
        len(lines),
        json.loads(lines[-1])["hash"],
        0,
        None,
    )
    for entry in told["entries"]:
        VALID.validate(entry)


@given(chains())
def test_the_schema_describes_every_kind_of_entry(records: list[Record]) -> None:
    """And nothing else: an entry with a key more is none."""
    for record in records:
        VALID.validate(dict(record))
        assert not VALID.is_valid({**record, "more": 1})
        assert not VALID.is_valid({**record, "event": "teleported"})


def test_checking_says_only_whether_it_fits(folder: Path, reconciler: Reconciler) -> None:
    """How many entries, and the head."""
    done = reconciler("journal", "-C", folder, "--check")
    head = json.loads(journal_of(folder).read_text(encoding="utf-8").splitlines()[-1])["hash"]
    assert (done.code, done.out, done.err) == (0, f"10 entries, unaltered. Head {head}\n", "")


@pytest.mark.parametrize("options", [(), ("--check",), ("--format", "json")])
def test_a_changed_line_is_named(folder: Path, reconciler: Reconciler, options: tuple[str, ...]) -> None:
    """Exit code 1; what stands before it is shown, and nothing after it."""
    path = journal_of(folder)
    path.write_bytes(path.read_bytes().replace(b'"outcome":"contradicted"', b'"outcome":"pending"', 1))
    done = reconciler("journal", "-C", folder, *options)
    assert done.code == 1
    assert "altered at line 4: it was changed: its hash does not match its content." in done.err
    assert "skipped" not in done.out
    if options != ("--format", "json"):
        assert done.out.endswith("3 entries before line 4, which was altered.\n")


def test_a_line_that_was_taken_out_is_named(folder: Path, reconciler: Reconciler) -> None:
    """By the place where it is missing."""
    path = journal_of(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    done = reconciler("journal", "-C", folder)
    assert done.code == 1
    assert "altered at line 3: it is entry 4: an earlier entry was removed, inserted or moved." in done.err


def test_a_tail_that_was_cut_off_is_found_by_a_head_that_was_noted(folder: Path, reconciler: Reconciler) -> None:
    """What is left fits; the noted hash is not in it. Where the journal only grew, it is."""
    path = journal_of(folder)
    head = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])["hash"]
    assert reconciler("journal", "-C", folder, "--check", "--head", head[:8].upper()).code == 0
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert reconciler("journal", "-C", folder, "--check").code == 0
    cut = reconciler("journal", "-C", folder, "--check", "--head", head)
    assert cut.code == 1
    assert (
        cut.err
        == f"Error: no entry has the hash {head}. The end of the journal was cut off, or this is another journal.\n"
    )


def test_a_head_must_say_enough(folder: Path, reconciler: Reconciler) -> None:
    """A few characters fit too many."""
    assert reconciler("journal", "-C", folder, "--head", "abc").code == 64


def test_a_torn_last_line_is_told_and_left_alone(folder: Path, reconciler: Reconciler) -> None:
    """Somebody may be writing it now; the next one who writes repairs it, and that is told from then on."""
    path = journal_of(folder)
    torn = path.read_bytes() + b'{"by":"J. Sm'
    path.write_bytes(torn)
    done = reconciler("journal", "-C", folder, "--check")
    assert done.code == 0
    assert done.err == "The last line is incomplete (12 bytes): a crash, or an apply at work.\n"
    assert path.read_bytes() == torn
    Journal(path, "J. Smith", system_clock)
    repaired = reconciler("journal", "-C", folder)
    assert (repaired.code, repaired.err) == (0, "")
    assert "repaired: the last line was not whole, and 12 bytes of it were cut off" in repaired.out


def test_where_nothing_was_done_there_is_nothing(tmp_path: Path, reconciler: Reconciler) -> None:
    """A workspace without a journal."""
    done = reconciler("journal", "-C", tmp_path)
    assert (done.code, done.out) == (0, "The journal is empty.\n")
    told = json.loads(reconciler("journal", "-C", tmp_path, "--format", "json").out)
    assert (told["count"], told["head"], told["entries"]) == (0, None, [])
