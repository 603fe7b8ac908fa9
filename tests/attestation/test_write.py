"""Attestations in files: what is written is what was said, and what stands there stays."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.attestation.overlay import overlay
from reconciler.attestation.submission import Submission, account_of, place_and_fact, to_attest
from reconciler.attestation.write import attest
from reconciler.errors import InputError, ManifestError
from reconciler.manifest import load
from reconciler.manifest.text.writing import yaml_text
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.evidence import Known
from reconciler.planning.facts import FACT_KEYS, FactKey
from tests.attestation.worlds import MANIFESTS, TILL, attestation, live_side, workspace
from tests.manifest.workspaces import found
from tests.planning.worlds import TODAY

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 24, 12, 30, 5, tzinfo=UTC)
FILE = "attestations/greenfield.yaml"


def vouching(
    facts: Mapping[str, tuple[str, ...]] | None = None, supplier: str = "till", by: str = "J. Smith", evidence: str = ""
) -> Submission:
    """Somebody's words on greenfield, where each supplier has an account of its own."""
    facts = {"writeLicence": ("bought",)} if facts is None else facts
    account = f"{supplier}.greenfield" if supplier else ""
    return Submission("greenfield", supplier, account, facts, by, NOW, date(2027, 11, 24), evidence)


def test_an_attestation_is_written_as_people_would_write_it(tmp_path: Path) -> None:
    """One file a school, made with its folder; a document for each occasion."""
    workspace(tmp_path)
    facts = {"permissions": (), "roles": ("Third Party", "Till write-back"), "writeLicence": ("bought",)}
    attest(tmp_path, vouching(facts, evidence="ticket #4711"))
    consent = {"consent.contacts": ("not set",), "lawfulBasis": ("Public Task",), "consent.students": ("set",)}
    attest(tmp_path, vouching(consent, supplier=""))
    assert (
        (tmp_path / FILE).read_text(encoding="utf-8")
        == """\
apiVersion: reconciler/v1
kind: Attestation
metadata:
  name: greenfield-till-2026-11-24
spec:
  school: greenfield
  supplier: till
  account: till.greenfield
  by: J. Smith
  date: 2026-11-24T12:30:05Z
  expires: 2027-11-24
  evidence: "ticket #4711"
  facts:
    roles: [Third Party, Till write-back]
    permissions: []
    writeLicence: bought
---
apiVersion: reconciler/v1
kind: Attestation
metadata:
  name: greenfield-2026-11-24
spec:
  school: greenfield
  by: J. Smith
  date: 2026-11-24T12:30:05Z
  expires: 2027-11-24
  facts:
    lawfulBasis: Public Task
    consent:
      students: set
      contacts: not set
"""
    )


def test_what_was_written_is_what_the_workspace_says(tmp_path: Path) -> None:
    """The words come back with their places, as they are read from the file from then on."""
    workspace(tmp_path)
    written = attest(tmp_path, vouching({"entities": ("Students", "Staff"), "login": ("works",)}, supplier="wonde"))
    assert (written.file, written.name) == (FILE, "greenfield-wonde-2026-11-24")
    desired = load(tmp_path, TODAY).desired
    assert desired is not None
    assert desired.words == written.words
    assert [(word.subject, word.values) for word in written.words] == [
        (FactRef("greenfield", "wonde", Aspect.LOGIN, ""), ("works",)),
        (FactRef("greenfield", "wonde", Aspect.READ, ""), ("Staff", "Students")),
    ]
    assert {word.evidence.origin.file for word in written.words} == {FILE}


@pytest.mark.parametrize(
    "existing",
    [
        "# Nobody has vouched yet\n",
        "# ours\n" + attestation(1, "greenfield/wonde", "{login: works}").removeprefix("---\n") + "# by phone\n",
        attestation(1, "greenfield/wonde", "{login: works}").rstrip("\n"),
        attestation(1, "greenfield/wonde", "{login: works}") + "...\n",
        attestation(1, "greenfield/wonde", "{login: works}") + "---\n",
        "\ufeff" + attestation(1, "greenfield/wonde", "{login: works}").replace("\n", "\r\n"),
        "\ufeff",
        "",
    ],
)
def test_every_byte_that_stands_in_the_file_stays(existing: str, tmp_path: Path) -> None:
    """Comments, order, a byte-order mark and line ends; what is added has the file's own line ends."""
    workspace(tmp_path)
    file = tmp_path / FILE
    file.parent.mkdir()
    file.write_bytes(existing.encode())
    before = load(tmp_path, TODAY).desired
    attest(tmp_path, vouching())
    content = file.read_bytes()
    assert content.startswith(existing.encode())
    added = content[len(existing.encode()) :]
    assert (b"\r\n" in added) is ("\r\n" in existing)
    assert b"\n" not in added.replace(b"\r\n", b"") if "\r\n" in existing else b"\r" not in added
    after = load(tmp_path, TODAY).desired
    assert before is not None
    assert after is not None
    assert len(after.words) == len(before.words) + 1


def test_a_document_names_the_schema_that_the_file_names(tmp_path: Path) -> None:
    """Editors want to be told in each document."""
    workspace(tmp_path)
    (tmp_path / FILE).parent.mkdir()
    modeline = "# yaml-language-server: $schema=../schemas/attestation.schema.json\r\n"
    (tmp_path / FILE).write_bytes((modeline + attestation(1, "greenfield/wonde", "{login: works}")).encode())
    attest(tmp_path, vouching())
    attest(tmp_path, vouching({"roles": ()}))
    text = (tmp_path / FILE).read_bytes().decode()
    assert text.count(f"---\r\n{modeline}apiVersion: reconciler/v1\r\n") == 2


def test_a_name_that_is_taken_anywhere_gets_a_number(tmp_path: Path) -> None:
    """And one that would be too long is cut before its date."""
    taken = attestation(1, "greenfield/wonde", "{login: works}").replace("word-1", "greenfield-till-2026-11-24")
    workspace(tmp_path, taken)
    assert attest(tmp_path, vouching()).name == "greenfield-till-2026-11-24-2"
    assert attest(tmp_path, vouching({"roles": ()})).name == "greenfield-till-2026-11-24-3"
    supplier = "t" * 63
    manifests = MANIFESTS.replace("name: till", f"name: {supplier}").replace("till.{school}", f"{supplier}.{{school}}")
    workspace(tmp_path / "long", manifests=manifests)
    first, second = (attest(tmp_path / "long", vouching({key: ()}, supplier)).name for key in ("roles", "permissions"))
    assert (len(first), first[-13:]) == (63, "tt-2026-11-24")
    assert (len(second), second[-13:]) == (63, "-2026-11-24-2")


def test_long_lists_take_a_line_for_each_name(tmp_path: Path) -> None:
    """So that a reviewer sees which one is new."""
    workspace(tmp_path)
    entities = tuple(f"Student{name}" for name in ("Contacts", "Enrolments", "Exclusions", "Detentions", "Meals", "s"))
    attest(tmp_path, vouching({"entities": entities}, supplier="wonde"))
    assert "    entities:\n      - StudentContacts\n      - StudentEnrolments\n" in (tmp_path / FILE).read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    ["no", "Yes", "null", "~", "10:30", "0x1f", "1_000", "2026-11-24", "a: b", "a #b", "- a", "* a", "&a", "!a", "{a}",
     "a,b", "'a'", '"a"', "a\nb\n", " a", "a ", "\t", "\\", "%a", "@a", "`a`", "|", ">", "?", ":", "Zo\xeb",
     "\u05d0\u05d1", "\u202etxt", "\u200b", "\xa0", "\x85", "\u2028", "\x00", "\x1b[31m", "\U000e0041",
     "e\u0301", "\ufeff", "..."],
)  # fmt: skip
def test_a_text_comes_back_as_it_was_typed(text: str, tmp_path: Path) -> None:
    """Whatever another reader of YAML would make of it; and what turns text around stands in it as its number."""
    workspace(tmp_path)
    attest(tmp_path, vouching({"roles": (text, "Third Party")}, by=f"J. {text}", evidence=text))
    desired = load(tmp_path, TODAY).desired
    assert desired is not None
    (word,) = desired.words
    assert sorted(word.values) == sorted((text, "Third Party"))
    assert (word.evidence.by, word.evidence.reference) == (f"J. {text}", text)
    written = (tmp_path / FILE).read_text(encoding="utf-8")
    assert all(character.isprintable() or character == "\n" for character in written)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_comes_back_as_it_was_typed(text: str) -> None:
    """As a value and as an item of a list. Whoever vouches has a name that can be seen."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "reconciler.yaml").write_text(MANIFESTS, encoding="utf-8")
        written = attest(root, vouching({"permissions": (text,)}, by=f"J. {text}"))
    assert [(word.values, word.evidence.by) for word in written.words] == [((text,), f"J. {text}")]


def test_half_a_character_is_refused() -> None:
    """No file can hold it."""
    with pytest.raises(InputError, match="half a character"):
        yaml_text("a\udc80")


def test_what_would_make_the_manifests_wrong_is_not_written(tmp_path: Path) -> None:
    """The rules hold for what is written as for what is typed, and the reason is told without a place."""
    workspace(tmp_path)
    with pytest.raises(InputError, match="Did you mean `Students`") as refused:
        attest(tmp_path, vouching({"entities": ("Studnets",)}, supplier="wonde"))
    assert ":1" not in str(refused.value)
    attest(tmp_path, vouching())
    content = (tmp_path / FILE).read_bytes()
    with pytest.raises(InputError, match="has another value"):
        attest(tmp_path, vouching({"writeLicence": ("missing",)}))
    assert (tmp_path / FILE).read_bytes() == content


@pytest.mark.parametrize(
    ("supplier", "declared", "by_now", "told"),
    [
        ("till", "till.{school}", "other.{school}",
         "shown the account till.greenfield, and the manifests now name other.greenfield for greenfield/till"),
        ("wonde", 'account: {username: "wonde.{school}"}', "via: partner-application\n  application: Wonde",
         "shown the account wonde.greenfield, and the manifests now name none for greenfield/wonde"),
        ("meals", "via: partner-application, application: School Meals", 'account: {username: "meals.{school}"}',
         "shown no account, and the manifests now name meals.greenfield for greenfield/meals"),
    ],
    ids=["another", "none any more", "one by now"],
)  # fmt: skip
def test_a_word_on_another_account_than_was_shown_is_not_written(
    supplier: str, declared: str, by_now: str, told: str, tmp_path: Path
) -> None:
    """The manifests came to name another one while somebody looked: that one, nobody has seen."""
    shown = account_of(workspace(tmp_path), "greenfield", supplier)
    workspace(tmp_path, manifests=MANIFESTS.replace(declared, by_now))
    word = replace(vouching({"oldExport": ("disconnected",)}, supplier), account=shown)
    with pytest.raises(InputError, match=told):
        attest(tmp_path, word)
    assert not (tmp_path / FILE).exists()


def test_capitals_make_no_other_account(tmp_path: Path) -> None:
    """The word names the one that was shown."""
    workspace(tmp_path, manifests=MANIFESTS.replace("till.{school}", "Till.{school}"))
    attest(tmp_path, vouching())
    assert "  account: till.greenfield\n" in (tmp_path / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize(("said", "written"), [("missing", False), ("bought", True)])
def test_a_word_that_would_not_hold_is_not_written(said: str, written: bool, tmp_path: Path) -> None:
    """Somebody dated theirs to the end of the day: it would beat this one. Where both say the same, nothing is lost."""
    late = attestation(1, "greenfield/till", "{writeLicence: bought}", on="2026-11-24T23:59:59Z")
    workspace(tmp_path, late)
    if written:
        attest(tmp_path, vouching({"writeLicence": (said,)}))
    else:
        with pytest.raises(InputError, match=r"reconciler\.yaml:\d+.* says otherwise, and counts"):
            attest(tmp_path, vouching({"writeLicence": (said,)}))
    assert (tmp_path / FILE).exists() is written


@pytest.mark.parametrize(
    ("later", "told"),
    [
        ({"2026-11-25": "missing"}, "and will count from 2026-11-25: it"),
        ({"2026-11-24T23:59:59Z": "missing"}, "and counts: it has a later time (2026-11-24T23:59:59Z)"),
        ({"2026-11-24T23:59:59Z": "missing", "2026-11-25": "bought"}, "and counts: it"),
        ({"2026-11-24T23:59:59Z": "missing", "2026-11-24T23:59:58Z": "bought"}, "and counts: it"),
    ],
)
def test_from_when_on_a_word_of_a_later_moment_holds_is_told_as_a_plan_hears_it(
    later: Mapping[str, str], told: str, tmp_path: Path
) -> None:
    """One of today holds all day, one of a day to come from that day on; what holds today counts before what will."""
    facts = {on: f"{{writeLicence: {value}}}" for on, value in later.items()}
    desired = workspace(
        tmp_path,
        *(attestation(number, "greenfield/till", said, on=on) for number, (on, said) in enumerate(facts.items())),
    )
    with pytest.raises(InputError, match=re.escape(told)):
        attest(tmp_path, vouching())
    holds_today = overlay(live_side(desired), desired, NOW.date()).accesses[TILL].fact(Aspect.WRITE_LICENCE)
    assert isinstance(holds_today, Known) is ("and counts" in told)


def test_several_who_write_at_once_take_turns(tmp_path: Path) -> None:
    """In real processes, two as `attest` does it and two as `apply`: every word of theirs is there in the end."""
    workspace(tmp_path)
    keys = ["roles", "permissions", "entities", "writeLicence"]
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), key, how], stderr=subprocess.PIPE)
        for key, how in zip(keys, ["attest", "apply"] * 2, strict=True)
    ]
    assert [process.communicate()[1] for process in processes] == [b""] * len(processes)
    assert [process.returncode for process in processes] == [0] * len(processes)
    desired = load(tmp_path, TODAY).desired
    assert desired is not None
    assert len(desired.words) == len(keys)
    assert (tmp_path / ".reconciler" / ".gitignore").read_text(encoding="utf-8") == "*\n"


WRITER = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from reconciler.model.attestation import Question
from reconciler.model.attestation import AttestationReply
from reconciler.attestation.submission import Submission
from reconciler.attestation.write import attest
from reconciler.applying.opening import attestation_writer
workspace, key, how = Path(sys.argv[1]), *sys.argv[2:]
place = "greenfield", "till", "till.greenfield"
now = datetime.now(UTC)
expires = now.date() + timedelta(days=300)
facts = {key: ("bought",) if key == "writeLicence" else ("Students",)}
if how == "attest":
    attest(workspace, Submission(*place, facts, "J", now, expires))
else:
    write = attestation_writer(workspace, "J", lambda _: None, lambda: now)
    assert write(Question(*place, facts, {}), AttestationReply(facts, expires, ""))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets only some users make links")
def test_no_link_is_followed_to_the_lock(tmp_path: Path) -> None:
    """A repository can carry one, to a file of whoever attests."""
    workspace(tmp_path)
    (tmp_path / "theirs").write_text("theirs", encoding="utf-8")
    (tmp_path / ".reconciler").mkdir()
    (tmp_path / ".reconciler" / "attest.lock").symlink_to(tmp_path / "theirs")
    with pytest.raises(InputError, match="is not a plain file"):
        attest(tmp_path, vouching())
    assert (tmp_path / "theirs").read_text(encoding="utf-8") == "theirs"


@pytest.mark.parametrize("broken", [b"a: [", b"\xff\xfea\x00", b"apiVersion: reconciler/v1\nkind: Attestation\n"])
def test_a_file_that_cannot_be_read_is_left_alone(broken: bytes, tmp_path: Path) -> None:
    """Its problems are told; nothing is put behind what nobody can read."""
    workspace(tmp_path)
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_bytes(broken)
    with pytest.raises(ManifestError) as refused:
        attest(tmp_path, vouching())
    assert {problem.origin.file for problem in refused.value.problems} == {FILE}
    assert (tmp_path / FILE).read_bytes() == broken


@pytest.mark.parametrize("existing", [None, b"a: ["])
def test_words_that_nobody_would_read_are_not_written(existing: bytes | None, tmp_path: Path) -> None:
    """A Workspace may exclude the folder they go to."""
    manifests = MANIFESTS.replace("{name: example}", "{name: example}\nspec: {exclude: [attestations/]}")
    workspace(tmp_path, manifests=manifests)
    if existing is not None:
        (tmp_path / FILE).parent.mkdir()
        (tmp_path / FILE).write_bytes(existing)
    with pytest.raises(InputError, match="excludes this file"):
        attest(tmp_path, vouching())
    assert not existing or (tmp_path / FILE).read_bytes() == existing


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_file_that_only_its_owner_may_read_stays_so(tmp_path: Path) -> None:
    """A new one is as readable as any manifest: it is made to be reviewed."""
    workspace(tmp_path)
    attest(tmp_path, vouching())
    file = tmp_path / FILE
    file.chmod(0o600)
    attest(tmp_path, vouching({"roles": ()}))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_warning_comes_back_with_what_was_written(tmp_path: Path) -> None:
    """A name that Bromcom is not known to have may be right."""
    workspace(tmp_path)
    written = attest(tmp_path, vouching({"entities": ("LunarModules",)}, supplier="wonde"))
    assert [problem.rule for problem in written.warnings] == ["unknown-entity"]


def test_what_the_manifests_declare_can_be_vouched_for_as_it_is_declared(tmp_path: Path) -> None:
    """What a probe finds out is left out, and so is consent that follows from the lawful basis."""
    desired = workspace(tmp_path)
    assert to_attest(desired, "greenfield", "till") == {
        "roles": ("Third Party", "Till write-back"),
        "permissions": ("Dinner Money",),
        "writeLicence": ("bought",),
        "oldExport": ("disconnected",),
    }
    assert to_attest(desired, "riverside", "wonde") == {"login": ("works",), "entities": ("Staff", "Students")}
    assert to_attest(desired, "riverside", "meals") == {
        "partnerApplication": ("granted",),
        "entities": ("Students",),
    }
    assert to_attest(desired, "greenfield") == {"lawfulBasis": ("Public Task",), "consent.contacts": ("set",)}
    assert to_attest(desired, "riverside") == {"consent.students": ("set",), "consent.contacts": ("set",)}


def test_all_that_can_be_vouched_for_can_be_written(tmp_path: Path) -> None:
    """As declared, for every access and school: then nothing is said against it."""
    desired = workspace(tmp_path)
    for school in desired.schools:
        for supplier in ("", "till", "wonde", "meals"):
            facts = to_attest(desired, school, supplier)
            account = account_of(desired, school, supplier)
            attest(tmp_path, Submission(school, supplier, account, facts, "J. Smith", NOW, date(2027, 1, 1)))
    assert found(load(tmp_path, TODAY)) == []


@pytest.mark.parametrize("fact", FACT_KEYS.values(), ids=FACT_KEYS)
def test_a_subject_of_a_plan_has_its_fact(fact: FactKey) -> None:
    """Consent and the lawful basis are the school's, whichever access a plan needs them for."""
    assert place_and_fact(FactRef("greenfield", "till", fact.row.aspect, fact.name or "any")) == (
        "greenfield",
        "" if fact.row.of_school else "till",
        fact.key,
    )
