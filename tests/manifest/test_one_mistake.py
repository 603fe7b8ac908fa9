"""One mistake is one problem, and hides no other: what is missing because of it is not complained about."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.manifest.key_paths import key_places
from tests.manifest.workspaces import SCHOOL, SUPPLIER, WORKSPACE, found, load_files

if TYPE_CHECKING:
    from collections.abc import Callable

# Everything in it leans on something else, so that whatever is lost would be missed somewhere.
RECONCILER = """\
apiVersion: reconciler/v1
kind: Workspace
metadata:
  name: example
spec:
  platforms:
    own:
      readUrl: http://a.example/TPReadOnlyDataService.asmx
      writeUrl: http://a.example/TPWriteDataService.asmx
      soap: "1.2"
      allowHttp: true
  limits:
    revoke:
      count: 10
      share: 30%
      perSchool:
        count: 2
        share: 50%
  extraEntities: report
  account:
    username: "{supplier}"
    password:
      env: X
  register:
    controller: Example Trust
    dpo: J. Smith
    icoNumber: ZA123456
    securityMeasures: Named accounts
  knownEntities:
  - Rockets
  exclude:
  - x.yaml
"""
SCHOOLS = """\
apiVersion: reconciler/v1
kind: School
metadata:
  name: greenfield
  labels:
    phase: primary
spec:
  schoolId: 1
  platform: own
  consent:
    lawfulBasis: Consent
  movedFrom:
    platform: scomis
    exports:
    - groupcall
---
apiVersion: reconciler/v1
kind: School
metadata:
  name: riverside
  labels:
    phase: primary
spec:
  schoolId: 2
  platform: own
---
apiVersion: reconciler/v1
kind: School
metadata:
  name: hilltop
spec:
  schoolId: 3
  platform: scomis
"""
SUPPLIERS = """\
apiVersion: reconciler/v1
kind: Supplier
metadata:
  name: groupcall
spec:
  title: Groupcall
  purpose: Much
  processing:
    role: processor
    basis: Public Task
    condition: Article 9(2)(g)
    retention: A year
    transfers: none
    dpia: 2026-09-01
    agreement: Signed
  downstream:
  - name: Reading Scheme
    purpose: Recommends books
    receipt: R1
  schoolIdName: MIS OrgID
  schools:
    labels:
      phase: primary
  account:
    firstName: Group
    lastName: Call
    username: shared
    password:
      keyring:
        service: a
        username: b
  bundles:
    attendance:
    - Attendances
  entities:
  - Rockets
  - Students
  - bundle: attendance
  writeBack:
    role: r
    permissions:
    - Attendance
    licence: bought
  consent:
    needs:
    - students
  extraEntities: report
  overrides:
  - schools:
    - greenfield
    account:
      username: gc
    entities:
      add:
      - PersonPhotos
      remove:
      - Students
    writeBack:
      permissions:
      - Dinner
  - schools:
    - riverside
    entities:
      remove:
      - Rockets
---
apiVersion: reconciler/v1
kind: Supplier
metadata:
  name: till
spec:
  schools:
  - greenfield
  - riverside
  account:
    username: shared
  entities:
  - Rockets
  overrides:
  - schools:
      labels:
        phase: primary
    account:
      username: till
---
apiVersion: reconciler/v1
kind: Supplier
metadata:
  name: meals
spec:
  schools:
  - greenfield
  - hilltop
  overrides:
  - schools:
    - greenfield
    - riverside
    extraEntities: ignore
  - schools:
    - hilltop
    - riverside
    extraEntities: report
---
apiVersion: reconciler/v1
kind: Supplier
metadata:
  name: loans
spec:
  via: partner-application
  application: Loans
  overrides:
  - schools:
    - greenfield
    application: More loans
  - schools:
    - hilltop
    via: account
    account:
      username: loans
"""
WORDS = """\
apiVersion: reconciler/v1
kind: Attestation
metadata:
  name: greenfield-groupcall
spec:
  school: greenfield
  supplier: groupcall
  by: J. Smith
  date: 2026-11-24
  expires: 2027-11-24
  evidence: ticket 4711
  facts:
    login: works
    entities:
    - Rockets
    roles:
    - r
    permissions:
    - Attendance
    writeLicence: bought
    partnerApplication: granted
    oldExport: connected
---
apiVersion: reconciler/v1
kind: Attestation
metadata:
  name: greenfield
spec:
  school: greenfield
  by: J. Smith
  date: 2026-11-24
  expires: 2027-11-24
  facts:
    lawfulBasis: Consent
    consent:
      students: set
      staff: not set
      contacts: set
---
apiVersion: reconciler/v1
kind: Attestation
metadata:
  name: hilltop
spec:
  school: hilltop
  by: J. Smith
  date: 2026-11-24
  expires: 2027-11-24
  facts:
    lawfulBasis: Public Task
---
apiVersion: reconciler/v1
kind: Waiver
metadata:
  name: photos
spec:
  schools:
    labels:
      phase: primary
  supplier: groupcall
  changes:
  - action: revoke
    aspect: write
    name: Dinner
  - action: mend-login
  reason: much
  by: J. Smith
  expires: 2027-11-24
---
apiVersion: reconciler/v1
kind: Waiver
metadata:
  name: basis
spec:
  schools:
  - hilltop
  changes:
  - action: set
    aspect: lawful-basis
    name: Public Task
    before: Consent
  reason: much
  by: J. Smith
  expires: 2027-11-24
"""
FILES = {"reconciler.yaml": RECONCILER, "schools.yaml": SCHOOLS, "suppliers.yaml": SUPPLIERS, "words.yaml": WORDS}
FREE = {
    "own",
    "phase",
    "attendance",
    "apiVersion",
    "kind",
}  # names of somebody's choice; and what no manifest is without
KEYS = [
    pytest.param(file, place.start, place.key, id=path)
    for file, text in FILES.items()
    for path, place in key_places(text).items()
    if place.key not in FREE
]
SLIPS: dict[str, Callable[[str], str]] = {
    "a letter too few": lambda key: key[:-1],
    "two letters swapped": lambda key: key[1] + key[0] + key[2:],
    "another word": lambda _: "qqqq",
}


def loaded_with(file: str, text: str) -> list[str]:
    """The problems of the workspace with something else in one file."""
    return found(load_files({**FILES, file: text}))


def test_the_workspace_of_these_tests_is_right() -> None:
    """So that each problem below comes of the mistake that was made there."""
    assert found(load_files(FILES)) == []


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize(("file", "start", "key"), KEYS)
def test_a_mistyped_key_is_the_one_problem(file: str, start: int, key: str, slip: str) -> None:
    """Whatever the key was to say: nothing is complained about because it is not there."""
    text = FILES[file]
    line = text.count("\n", 0, start) + 1
    problems = loaded_with(file, text[:start] + SLIPS[slip](key) + text[start + len(key) :])
    rules = {problem.split()[1] for problem in problems}
    assert rules == {"schema:"}, problems
    assert any(problem.startswith(f"{file}:{line}:") for problem in problems), problems


@pytest.mark.parametrize(("file", "start", "key"), KEYS)
def test_a_key_without_a_value_is_the_one_problem(file: str, start: int, key: str) -> None:
    """The same where the key is right, and what belongs to it was commented out."""
    lines = FILES[file].splitlines(keepends=True)
    at = FILES[file].count("\n", 0, start)
    below = itertools.takewhile(
        lambda line: _belongs(line, start - FILES[file].rfind("\n", 0, start) - 1), lines[at + 1 :]
    )
    rest = lines[at + 1 + len(list(below)) :]
    problems = loaded_with(file, "".join([*lines[:at], f"{lines[at].partition(':')[0]}:\n", *rest]))
    assert {problem.split()[1] for problem in problems} == {"schema:"}, problems


def _belongs(line: str, column: int) -> bool:
    """Whether a line belongs to the value of a key in that column: it stands deeper, or is an item right below."""
    depth = len(line) - len(line.lstrip(" "))
    return depth > column or (depth == column and line.lstrip(" ").startswith("- "))


@pytest.mark.parametrize("value", ["zz", "[zz]", "{zz: zz}"])
@pytest.mark.parametrize(("file", "start", "key"), KEYS)
def test_a_key_that_stands_twice_is_not_taken_at_its_word(file: str, start: int, key: str, value: str) -> None:
    """One of the two is lost, and no rule goes by the other."""
    text = FILES[file]
    line_start = text.rfind("\n", 0, start) + 1
    indent = " " * (start - line_start)
    lines = text[line_start:].splitlines(keepends=True)
    below = list(itertools.takewhile(lambda line: _belongs(line, start - line_start), lines[1:]))
    before = text[:line_start] + "".join([lines[0], *below])
    problems = loaded_with(file, f"{before}{indent}{key}: {value}\n{text[len(before) :]}")
    place = f"{file}:{before.count(chr(10)) + 1}:"
    assert any(problem.startswith(place) and " yaml: " in problem for problem in problems), problems
    assert all(problem.startswith(place) or " schema: " in problem for problem in problems), problems


def test_a_mistyped_username_is_the_one_problem_where_no_default_stands_in_for_it() -> None:
    """The account has a name, and it is known where."""
    supplier = SUPPLIER.replace("username", "usernme")
    assert [line.split()[1] for line in found(load_files({"r.yaml": f"{WORKSPACE}---\n{SCHOOL}---\n{supplier}"}))] == [
        "schema:"
    ]


@pytest.mark.parametrize(
    "mistake",
    [
        SUPPLIER.replace("spec:", "spec:\n  titel: x"),
        SUPPLIER.replace("spec:", "spec:\n  title: [x]"),
        SUPPLIER.replace("name: groupcall", "name: Group call"),
        SUPPLIER.replace("entities: [Students]", "entities: Students"),
        SUPPLIER.replace('{env: "GROUPCALL_{SCHOOL}"}', "hunter2-hunter2"),
        SUPPLIER.replace("spec:", "spec:\n  title: x\n  title: y"),
        SCHOOL.replace("platform", "plattform").replace("greenfield", "riverside"),
        SCHOOL.replace("12345", "a").replace("greenfield", "riverside"),
    ],
)
def test_a_mistake_in_one_manifest_hides_none_in_another(mistake: str) -> None:
    """A mistyped entity and an unknown school of another supplier are told with it."""
    other = SUPPLIER.replace("call", "pay").replace("gc.", "gp.").replace("[Students]", "[Studnts]\n  schools: [onne]")
    problems = found(load_files({"r.yaml": WORKSPACE, "s.yaml": SCHOOL, "a.yaml": mistake, "b.yaml": other}))
    assert [problem.split()[1] for problem in problems if problem.startswith("b.yaml")] == [
        "unknown-entity:",
        "unknown-school:",
    ]
    assert len([problem for problem in problems if problem.startswith("a.yaml")]) == 1


def test_a_mistyped_key_hides_nothing_else_in_its_manifest() -> None:
    """What the key was to say is known from its neighbours, so that the rest can be looked at."""
    supplier = SUPPLIER.replace("[Students]", "[Studnts, {bundle: b}]\n  titel: x\n  schools: [onne]")
    problems = found(load_files({"r.yaml": WORKSPACE, "s.yaml": SCHOOL, "a.yaml": supplier}))
    assert [problem.split()[1] for problem in problems] == [
        "unknown-entity:",
        "unknown-bundle:",
        "schema:",
        "unknown-school:",
    ]


@pytest.mark.parametrize(
    "wrong", ["entities: Students", "extraEntities: Report", "overrides: [{schools: [a]}]", "account: x", "bundles: []"]
)
def test_a_value_that_cannot_be_read_hides_nothing_beside_it(wrong: str) -> None:
    """The rest of its manifest is looked at, and what the value was to say is not missed."""
    head, _, _ = SUPPLIER.partition("spec:")
    supplier = f"{head}spec:\n  {wrong}\n  schools: [onne]\n"
    problems = found(load_files({"r.yaml": WORKSPACE, "s.yaml": SCHOOL, "a.yaml": supplier}))
    assert {problem.split(" (")[0] for problem in problems if "schema:" not in problem} == {
        "a.yaml:6:13 unknown-school: There is no school `onne`."
    }
    assert len(problems) == 2


@pytest.mark.parametrize("name", ["password", "account"])
def test_a_platform_with_an_odd_name_is_read_like_any(name: str) -> None:
    """Its value is no account's password, whatever it is called."""
    workspace = f"{WORKSPACE}spec: {{platforms: {{{name}: x}}}}\n"
    problems = found(load_files({"r.yaml": workspace, "s.yaml": SCHOOL, "a.yaml": SUPPLIER}))
    assert [problem.split(":")[:2] for problem in problems] == [["r.yaml", "4"]]


def test_a_mistyped_key_of_the_workspace_leaves_the_others_known() -> None:
    """`limit` is not `knownEntities`."""
    supplier = SUPPLIER.replace("[Students]", "[Studnts]")
    for key, rules in {"limit": ["schema:", "unknown-entity:"], "knownEntites": ["schema:"]}.items():
        workspace = f"{WORKSPACE}spec: {{{key}: [Rockets]}}\n"
        problems = found(load_files({"r.yaml": workspace, "s.yaml": SCHOOL, "t.yaml": supplier}))
        assert [problem.split()[1] for problem in problems] == rules


def test_a_file_that_cannot_be_read_may_hold_what_is_missing() -> None:
    """No school, no supplier and no Workspace is missed while anything may stand there."""
    for selector in ("[riverside]", "{labels: {phase: secondary}}"):
        supplier = SUPPLIER.replace("spec:", f"spec:\n  schools: {selector}")
        for broken in ("a: [", b"\xff\xfe", SCHOOL.replace("School", "Schol")):
            files: dict[str, str | bytes] = {"s.yaml": SCHOOL, "t.yaml": supplier, "x.yaml": broken}
            assert {problem.split(":")[0] for problem in found(load_files(files))} == {"x.yaml"}


def test_a_school_that_is_refused_may_have_the_labels_that_are_missed() -> None:
    """Its name is read all the same."""
    supplier = SUPPLIER.replace("spec:", "spec:\n  schools: {labels: {phase: secondary}}")
    refused = SCHOOL.replace("primary", "secondary").replace("12345", "x").replace("greenfield", "riverside")
    files = {"r.yaml": WORKSPACE, "s.yaml": SCHOOL, "t.yaml": supplier, "x.yaml": refused}
    assert {problem.split(":")[0] for problem in found(load_files(files))} == {"x.yaml"}


def test_at_a_school_whose_labels_are_lost_nothing_is_missed() -> None:
    """An override that keeps two accounts apart may hold there."""
    till = SUPPLIER.replace("groupcall", "till").replace("gc.{school}", "gc.greenfield")
    apart = f"{till}  overrides: [{{schools: {{labels: {{phase: primary}}}}, account: {{username: till}}}}]\n"
    files = {"r.yaml": WORKSPACE, "s.yaml": SCHOOL, "t.yaml": SUPPLIER, "u.yaml": apart}
    assert found(load_files(files)) == []
    problems = found(load_files({**files, "s.yaml": SCHOOL.replace("labels", "lables")}))
    assert [problem.split()[1] for problem in problems] == ["schema:"]


def test_a_supplier_whose_labels_are_lost_may_be_at_every_school() -> None:
    """No school is told that nobody is there."""
    supplier = SUPPLIER.replace("spec:", "spec:\n  schools: {labels: {phase: primary}, labels: {phase: secondary}}")
    problems = found(load_files({"r.yaml": WORKSPACE, "s.yaml": SCHOOL, "t.yaml": supplier}))
    assert [problem.split()[1] for problem in problems] == ["yaml:"]


@pytest.mark.parametrize(
    "supplier",
    [
        "vai: partner-application, application: A",
        "via: partner-application, aplication: A",
        "account: {username: a}, application: A, overrides: [{schools: [greenfield], vai: partner-application}]",
        "via: partner-application, application: A, writeBack: {role: R}, "
        "overrides: [{schools: [greenfield], vai: account}]",
    ],
)
def test_how_a_supplier_gets_in_is_not_guessed_from_what_is_mistyped(supplier: str) -> None:
    """Neither a username, nor an application, nor an account is missed."""
    till = f"apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {{name: till}}\nspec: {{{supplier}}}\n"
    problems = found(load_files({"r.yaml": WORKSPACE, "s.yaml": SCHOOL, "t.yaml": till}))
    assert [problem.split()[1] for problem in problems] == ["schema:"]


def test_a_date_that_stands_twice_is_not_taken_at_its_word() -> None:
    """An attestation does not expire before a day on which it may not have been given."""
    word = (
        "apiVersion: reconciler/v1\nkind: Attestation\nmetadata: {name: a}\nspec: {school: greenfield, by: J. Smith, "
        "date: 2026-11-24, date: 2028-11-24, expires: 2027-11-24, facts: {lawfulBasis: Consent}}\n"
    )
    problems = found(load_files({"r.yaml": WORKSPACE, "s.yaml": SCHOOL, "t.yaml": SUPPLIER, "w.yaml": word}))
    assert [problem.split()[1] for problem in problems] == ["yaml:"]
