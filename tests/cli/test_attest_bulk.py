"""Attest many places at once: by a glob, and by a sheet that people fill in."""

from __future__ import annotations

import csv
import os
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.exit_codes import Exit
from reconciler.cli.main import main
from reconciler.spreadsheets import csv_text, read_csv
from tests.cli.world import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.cli.conftest import Reconciler

MANIFESTS = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {name: example}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: till}
spec:
  account: {username: "till.{school}", password: {env: TILL}}
  entities: [Students]
  writeBack: {role: Till write-back, permissions: ["Dinner, Money", Meals], licence: bought}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: wonde}
spec:
  account: {username: "wonde.{school}"}
  entities: [Students, Staff]
"""
SCHOOL = """\
---
apiVersion: reconciler/v1
kind: School
metadata: {{name: {name}}}
spec: {{schoolId: {number}, platform: scomis, consent: {{lawfulBasis: Public Task}}}}
"""
SCHOOLS = ("greenfield", "hilltop", "riverside")
BY = ("--by", "J. Smith", "--evidence", "ticket 1")


@pytest.fixture
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three schools with a lawful basis, and two suppliers each."""
    schools = (SCHOOL.format(name=name, number=12345 + number) for number, name in enumerate(SCHOOLS))
    (tmp_path / "reconciler.yaml").write_text("".join((MANIFESTS, *schools)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(trust: Path) -> dict[str, bytes]:
    """{file: content} of every attestation."""
    return {file.name: file.read_bytes() for file in sorted(trust.glob("attestations/*"))}


def filled(trust: Path, seen: Callable[[Mapping[str, str]], str], **cells: str) -> Path:
    """The sheet with the column Seen filled in, and perhaps other cells changed."""
    rows = [row for _, row in read_csv(trust / "todo.csv", what="the sheet").rows]
    head, *body = rows
    records = [dict(zip(head, row, strict=True)) for row in body]
    answers = [{**record, "Seen": seen(record), **(cells if seen(record) else {})} for record in records]
    text = csv_text([head, *(tuple(one.values()) for one in answers)])
    (trust / "filled.csv").write_text(text, encoding="utf-8", newline="")
    return trust / "filled.csv"


def test_a_glob_attests_every_place_that_declares_the_fact(reconciler: Reconciler, trust: Path) -> None:
    """Schools by `*`, accesses by `school/*` and `*/supplier`; where it is not declared nothing is written."""
    done = reconciler("attest", "*", "lawfulBasis=public task", *BY)
    assert (done.code, done.out.count("As declared.")) == (Exit.OK, 3)
    assert sorted(written(trust)) == [f"{name}.yaml" for name in SCHOOLS]
    done = reconciler("attest", "*/*", "writeLicence=bought", *BY)
    assert done.out.count("As declared.") == 3
    assert "Left out: 3 places where the manifests declare none of this." in done.err
    done = reconciler("attest", "greenfield/t*", "roles=Third Party,Till write-bak", *BY)
    assert "Not as declared: roles." in done.out
    assert "did you mean `Till write-back`?" in done.err
    assert "of riverside/till" in reconciler("attest", "12347/till", "writeLicence=bought", *BY).out
    assert reconciler("validate").code == Exit.OK


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["hiltop/*", "writeLicence=bought"], "Did you mean `hilltop`?"),
        (["*/tll", "writeLicence=bought"], "Did you mean `till`?"),
        (["*/wonde", "writeLicence=bought"], "declare writeLicence at no place that '*/wonde' selects"),
        (["*", "writeLicence=bought"], "writeLicence is a fact of one supplier"),
        (["*/*", "access=gone"], "is not a name of a school or supplier"),
        (["*"], "or write a sheet with --sheet FILE"),
        ([], "use --sheet or --from"),
        (["greenfield", "--from", "todo.csv"], "leave out the address"),
        (["--sheet", "a.csv", "--from", "todo.csv"], "use only one"),
        (["--sheet", "reconciler.yaml"], "would be read as a manifest"),
    ],
)
def test_what_selects_nothing_or_says_two_things_is_refused(
    reconciler: Reconciler, trust: Path, typed: list[str], said: str
) -> None:
    """And nothing is written."""
    done = reconciler("attest", *typed)
    assert done.code == Exit.USAGE
    assert said in done.err
    assert not written(trust)


def test_a_sheet_has_a_row_for_each_fact_to_look_at_and_what_is_declared_reads_back(
    reconciler: Reconciler, trust: Path
) -> None:
    """Facts that somebody confirmed already are not in it; after it is filled in, nothing is left to look at."""
    reconciler("attest", "hilltop", "lawfulBasis=Public Task", *BY)
    assert reconciler("attest", "--sheet", "todo.csv").code == Exit.OK
    rows = [row for _, row in read_csv(trust / "todo.csv", what="the sheet").rows][1:]
    facts = [(row[0], row[3], row[5]) for row in rows]
    assert ("hilltop", "", "lawfulBasis") not in facts
    assert ("greenfield", "wonde", "entities") in facts  # its password is not known here
    assert ("greenfield", "till", "entities") not in facts  # a probe sees them
    done = reconciler("attest", "--from", filled(trust, lambda _: "yes"), *BY)
    assert done.code == Exit.OK
    assert done.err.startswith("The lawful basis Public Task at greenfield, riverside opens all students and staff")
    (trust / "todo.csv").unlink()
    assert "nothing to look at" in reconciler("attest", "--sheet", "todo.csv").err
    assert '"Dinner, Money"' in (trust / "attestations/greenfield.yaml").read_text(encoding="utf-8")


def test_a_sheet_says_what_is_otherwise_and_leaves_empty_rows_for_later(reconciler: Reconciler, trust: Path) -> None:
    """`no` means the other choice; names are those that are there; a row has its own evidence."""
    reconciler("attest", "greenfield", "--sheet", "todo.csv")
    answers = {"writeLicence": "no", "roles": "Third Party", "permissions": "none"}
    sheet = filled(
        trust, lambda row: answers.get(row["Fact"], "") if row["Supplier"] == "till" else "", Evidence="seen"
    )
    done = reconciler("attest", "--from", sheet, *BY)
    assert "Not as declared: roles, permissions, writeLicence." in done.out
    assert "Left for later:" in done.err
    text = (trust / "attestations/greenfield.yaml").read_text(encoding="utf-8")
    assert "writeLicence: missing" in text
    assert "evidence: seen" in text
    assert sorted(written(trust)) == ["greenfield.yaml"]


def test_one_wrong_row_writes_nothing_and_every_fault_names_its_row(reconciler: Reconciler, trust: Path) -> None:
    """A place that is gone, a fact that is none, a choice that is none, a second answer."""
    reconciler("attest", "--sheet", "todo.csv")
    rows = [list(row) for _, row in read_csv(trust / "todo.csv", what="the sheet").rows]
    for row in rows[1:]:
        row[9] = "yes"
    rows[1][0], rows[2][5], rows[3][9] = "greenfeld", "rolls", "perhaps"
    licence = next(row for row in rows[4:] if row[5] == "writeLicence")
    licence[9] = "perhaps"
    rows.append(rows[-1])
    (trust / "todo.csv").write_text(csv_text(rows), encoding="utf-8", newline="")
    done = reconciler("attest", "--from", "todo.csv", *BY)
    assert done.code == Exit.FAILED
    assert not written(trust)
    assert "todo.csv, row 2: there is no school 'greenfeld'. Did you mean `greenfield`?" in done.err
    assert "todo.csv, row 3: the manifests declare no fact 'rolls' there." in done.err
    assert f"todo.csv, row {rows.index(licence) + 1}: writeLicence cannot be 'perhaps'." in done.err
    assert f"todo.csv, row {len(rows)}: row {len(rows) - 1} answers" in done.err


def test_yes_to_what_the_manifests_no_longer_declare_is_refused(reconciler: Reconciler, trust: Path) -> None:
    """They changed since the sheet was made: what it shows as declared, or the account."""
    reconciler("attest", "--sheet", "todo.csv")
    manifest = trust / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("lawfulBasis: Public Task", "lawfulBasis: Consent", 1), encoding="utf-8")
    sheet = filled(trust, lambda row: "yes" if row["Fact"] == "lawfulBasis" else "")
    done = reconciler("attest", "--from", sheet, *BY)
    assert "the manifests now declare Consent: say what you saw, or make a new sheet" in done.err
    manifest.write_text(text.replace("till.{school}", "cashless.{school}"), encoding="utf-8")
    sheet = filled(trust, lambda row: "yes" if row["Fact"] == "roles" else "")
    done = reconciler("attest", "--from", sheet, *BY)
    assert "the manifests now name the account cashless.greenfield: make a new sheet" in done.err
    assert not written(trust)


def test_a_sheet_with_answers_is_not_overwritten(reconciler: Reconciler, trust: Path) -> None:
    """Somebody's afternoon may be in it."""
    (trust / "todo.csv").write_text("School\n", encoding="utf-8")
    done = reconciler("attest", "--sheet", "todo.csv")
    assert done.code == Exit.USAGE
    assert (trust / "todo.csv").read_text(encoding="utf-8") == "School\n"
    done = reconciler("attest", "--from", "todo.csv", *BY)
    assert "has no column Account and no column Declared" in done.err


@pytest.mark.skipif(os.name == "nt", reason="read-only is about a file, not a folder, there")
def test_a_file_that_cannot_be_written_takes_the_others_back(trust: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All or nothing: the first schools' files are as they were."""
    assert main(["attest", "greenfield", "lawfulBasis=Public Task", *BY]) == Exit.OK
    assert main(["attest", "riverside", "lawfulBasis=Public Task", *BY]) == Exit.OK
    before = written(trust)
    (trust / "attestations/riverside.yaml").chmod(0o400)
    capsys.readouterr()
    done = Outcome(main(["attest", "*", "lawfulBasis=Public Task", *BY]), *capsys.readouterr())
    assert done.code == Exit.FAILED
    assert "read-only" in done.err
    assert written(trust) == before


def test_a_name_that_is_a_formula_is_guarded_in_the_sheet(reconciler: Reconciler, trust: Path) -> None:
    """A role called like a formula opens as text, and reads back as it is."""
    manifest = trust / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('["Dinner, Money", Meals]', "['=HYPERLINK(1)']"), encoding="utf-8")
    reconciler("attest", "greenfield/till", "--sheet", "todo.csv")
    content = (trust / "todo.csv").read_text(encoding="utf-8-sig")
    cells = [cell for row in csv.reader(StringIO(content, newline="")) for cell in row]
    assert "'=HYPERLINK(1)" in cells
    assert "=HYPERLINK(1)" not in cells
    reconciler("attest", "--from", filled(trust, lambda row: "yes" if row["Fact"] == "permissions" else ""), *BY)
    assert "[=HYPERLINK(1)]" in (trust / "attestations/greenfield.yaml").read_text(encoding="utf-8")


REPORT = """\
Role Permissions Report;;
;;
Module;Permission;Yes/No
Setup;Third Party Write Back - Meals;Yes
Setup;Third Party Write Back \N{EN DASH} Dinner, Money;yes
Setup;Third Party Write Back - Attendance;No
"""


def test_the_permissions_of_a_role_are_read_from_bromcoms_report(reconciler: Reconciler, trust: Path) -> None:
    """Those that say Yes; what the role allows beside write-back is a warning."""
    (trust / "role.csv").write_text(f"{REPORT}Students;Edit pupils;Yes\n", encoding="cp1252")
    done = reconciler("attest", "greenfield/till", "--permissions-report", "role.csv", "--by", "J. Smith")
    assert (done.code, done.out.count("As declared.")) == (Exit.OK, 1)
    assert "more than write-back: Edit pupils." in done.err
    text = (trust / "attestations/greenfield.yaml").read_text(encoding="utf-8")
    assert 'permissions: [Meals, "Dinner, Money"]' in text
    assert "evidence: Role Permissions Report" in text


def test_the_headings_of_a_report_can_be_given(reconciler: Reconciler, trust: Path) -> None:
    """Whatever they are called; without them the error says which there are."""
    renamed = REPORT.replace("Permission;Yes/No", "Right;Has it?")
    (trust / "role.csv").write_text(renamed, encoding="utf-8")
    done = reconciler("attest", "greenfield/till", "--permissions-report", "role.csv", *BY)
    assert done.code == Exit.FAILED
    assert "It has: Module, Right, Has it?." in done.err
    columns = ("--column", "permission=Right", "--column", "granted=Has it?")
    assert reconciler("attest", "greenfield/till", "--permissions-report", "role.csv", *columns, *BY).code == Exit.OK


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (REPORT.replace(";No", ";Perhaps"), "row 6: 'Perhaps' is neither Yes nor No"),
        (REPORT + "x;Third Party Write Back - Meals;No\n", "row 7: 'Third Party Write Back - Meals' is there twice"),
        ("Permission;Granted\nEdit pupils;No\n", "begins with `Third Party Write Back -`"),
    ],
)
def test_a_report_that_does_not_say_is_refused(reconciler: Reconciler, trust: Path, report: str, said: str) -> None:
    """A permission that is not listed is not a No."""
    (trust / "role.csv").write_text(report, encoding="utf-8")
    done = reconciler("attest", "greenfield/till", "--permissions-report", "role.csv", *BY)
    assert (done.code, written(trust)) == (Exit.FAILED, {})
    assert said in done.err


@pytest.mark.parametrize("typed", [["greenfield"], ["*/till"], ["greenfield/till", "writeLicence=bought"]])
def test_a_report_is_for_one_supplier(reconciler: Reconciler, trust: Path, typed: list[str]) -> None:
    """And says nothing else."""
    assert reconciler("attest", *typed, "--permissions-report", "role.csv").code == Exit.USAGE
    assert reconciler("attest", *typed, "--column", "permission=x").code == Exit.USAGE


def test_whom_a_lawful_basis_opens_is_said_before_it_is_written(workspace: Path, reconciler: Reconciler) -> None:
    """Of one school, and of many at once; nothing of a school where people said so before."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text("utf-8")
    basis = "platform: practice, consent: {lawfulBasis: Public Task}}"
    manifest.write_text(text.replace("platform: practice}", basis), "utf-8")
    opens = "opens all students and staff to groupcall, till; sensitive in it: Attendances, Students."
    for place, school in (("greenfield", "greenfield"), ("*", "riverside")):
        done = reconciler("attest", place, "lawfulBasis=Public Task", "--by", "J. Smith")
        assert f"The lawful basis Public Task at {school} {opens}" in " ".join(done.err.split())
    assert "all students" not in reconciler("attest", "*", "lawfulBasis=Public Task", "--by", "J. Smith").err
