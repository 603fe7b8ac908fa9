"""Whatever the files hold, loading never raises, and every problem stands inside its file."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reconciler.manifest.load import load_files as load_contents
from reconciler.manifest.schema.check import schema_text
from reconciler.manifest.text.secret_masking import split_lines
from reconciler.model.problem import Severity
from tests.manifest.workspaces import SCHOOL, SUPPLIER, WORKSPACE, lint_text, load_files
from tests.planning.worlds import TODAY

if TYPE_CHECKING:
    from reconciler.manifest import Loaded

FULL_SUPPLIER = """\
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: groupcall}
spec:
  title: Groupcall
  schools: {labels: {phase: primary}}
  account: &account
    firstName: Group
    username: gc.{school}
    password: {keyring: {service: x, username: "{SCHOOL}"}}
  bundles:
    attendance: [Attendances, "AttendanceSessions"]
  entities:
    - Students
    - {bundle: attendance}
  writeBack: {role: r, permissions: [Attendance]}
  consent: {needs: [students]}
  extraEntities: report
  overrides:
    - schools: [greenfield]
      account: {password: {command: [op, read]}}
      entities: {add: [PersonPhotos], remove: [Students]}
"""
FULL_WORKSPACE = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {name: example}
spec:
  platforms:
    own: {readUrl: https://a.example/r, writeUrl: https://a.example/w, soap: "1.2", allowHttp: true}
  limits: {revoke: {count: 10, share: 30%}}
  account: {username: "{supplier}"}
  knownEntities: [Rockets]
  exclude: ["x.yaml"]
"""
FULL_ATTESTATION = """\
apiVersion: reconciler/v1
kind: Attestation
metadata: {name: word}
spec:
  school: greenfield
  supplier: groupcall
  by: J. Smith
  date: 2026-11-24T12:30:05Z
  expires: 2027-11-24
  facts: {roles: [Third Party, r], permissions: [], writeLicence: bought}
"""
FULL_WAIVER = """\
apiVersion: reconciler/v1
kind: Waiver
metadata: {name: accepted}
spec:
  schools: {labels: {phase: primary}}
  supplier: groupcall
  changes:
    - {action: revoke, name: PersonPhotos}
    - {action: mend-login}
  reason: much
  by: J. Smith
  expires: 2027-03-31
"""
ALL = f"{FULL_WORKSPACE}---\n{SCHOOL}---\n{FULL_SUPPLIER}---\n{FULL_ATTESTATION}---\n{FULL_WAIVER}"
ADVISED = ALL.replace("spec:\n", "spec: # reconciler: allow no-contact, flat-view until 2028-01-01: we know\n")
DEBRIS = st.sampled_from(
    ["\n", "\t", " ", "- ", ": ", "{", "}", "[", "]", '"', "'", "&a ", "*account", "*a", "<<: *account\n", "!x ", "|",
     "#", "# reconciler: allow person-photos until 2028-01-01: x\n", " until ", "2027-02-30",
     "---\n", "null", "~", "true", "12", "{{", "{x}", "\x00", "\x85", "\u2028", "é", "😀", "password: x\n", "? ", "...",
     "apiVersion: reconciler/v1\n", "kind: School\n", "\u00a0", "\u200b", "\ufeff", "x:y\n", "--\n", "'s ", "${X}"]
)  # fmt: skip


def check_places(loaded: Loaded, files: dict[str, str | bytes]) -> None:
    """Every problem stands at a place that its file has; there is a desired side exactly where nothing is an error."""
    for problem in loaded.problems:
        if problem.rule == "workspace-missing":
            continue
        content = files[problem.origin.file]
        text = content if isinstance(content, str) else content.decode("utf-8-sig", errors="replace")
        lines = split_lines(text)
        assert 1 <= problem.origin.line <= len(lines)
        assert 1 <= problem.origin.column <= len(lines[problem.origin.line - 1]) + 1
    assert (loaded.desired is None) == any(problem.severity is Severity.ERROR for problem in loaded.problems)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """A file of any bytes never raises."""
    files: dict[str, str | bytes] = {"reconciler.yaml": WORKSPACE, "a.yaml": content}
    check_places(load_files(files), files)


@given(st.lists(st.tuples(st.integers(0, len(ALL)), st.integers(0, 8), DEBRIS), min_size=1, max_size=4))
def test_damaged_manifests_are_read_or_refused(damages: list[tuple[int, int, str]]) -> None:
    """Manifests with pieces cut out and debris put in never raise."""
    text = ALL
    for place, length, debris in damages:
        text = text[:place] + debris + text[place + length :]
    files: dict[str, str | bytes] = {"all.yaml": text}
    check_places(load_files(files), files)


@given(st.lists(st.tuples(st.integers(0, len(ADVISED)), st.integers(0, 8), DEBRIS), max_size=3))
def test_damaged_manifests_are_linted_or_refused(damages: list[tuple[int, int, str]]) -> None:
    """Advice and the comments that waive it never raise either, and stand inside the file."""
    text = ADVISED
    for place, length, debris in damages:
        text = text[:place] + debris + text[place + length :]
    linted = lint_text(text, date(2027, 3, 1))
    files: dict[str, str | bytes] = {"reconciler.yaml": text}
    check_places(linted.loaded, files)
    check_places(replace(linted.loaded, problems=(*linted.problems, *linted.waived)), files)


WORDS = st.sampled_from(["", "x", "name", "Students", "12", "30%", "revoke", "https://a.example", "{school}"])


def keys_of(schema: Any) -> set[str]:
    """Every key that a schema knows, at any depth."""
    if not isinstance(schema, (dict, list)):
        return set()
    own = schema.get("properties", {}) if isinstance(schema, dict) else ()
    parts = schema.values() if isinstance(schema, dict) else schema
    return set(own).union(*map(keys_of, parts))


# The keys that rules ask for, so that one may stand where its schema does not know it: `overrides` in a Workspace.
KEYS_OF_ALL_KINDS = keys_of(json.loads(schema_text("manifest")))
KEYS = WORDS | st.sampled_from(sorted(KEYS_OF_ALL_KINDS))
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 99999) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


def containers(data: Any) -> list[Any]:
    """Every mapping and list inside data, itself included."""
    if not isinstance(data, (dict, list)):
        return []
    parts = data.values() if isinstance(data, dict) else data
    return [data, *(container for part in parts for container in containers(part))]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Any]:
    """(kind, a manifest as data) with up to three things changed, added or taken away."""
    kind, data = copy.deepcopy(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(0, 3))):
        container: Any = draw(st.sampled_from(containers(data)))
        keys: list[Any] = list(container) if isinstance(container, dict) else list(range(len(container)))
        way: str = draw(st.sampled_from(["take away", "add"]))
        if keys and way == "take away":
            del container[draw(st.sampled_from(keys))]
        elif isinstance(container, dict):
            container[draw(KEYS | st.sampled_from([str(key) for key in keys] or ["x"]))] = draw(DATA)
        else:
            container.append(draw(DATA))
    return kind, data


VALID: list[tuple[str, dict[str, Any]]] = [
    ("workspace", {"apiVersion": "reconciler/v1", "kind": "Workspace", "metadata": {"name": "example"}, "spec": {
        "platforms": {"own": {"readUrl": "x", "writeUrl": "y", "soap": "1.1", "allowHttp": False}},
        "limits": {"revoke": {"count": 1, "share": "30%", "perSchool": {"count": 2}}},
        "account": {"username": "x", "password": {"env": "X"}}}}),
    ("school", {"apiVersion": "reconciler/v1", "kind": "School", "metadata": {"name": "a", "labels": {"x": "y"}},
                "spec": {"schoolId": 1, "platform": "scomis", "consent": {"lawfulBasis": "Consent"},
                         "movedFrom": {"platform": "bromcom-cloud", "exports": ["a"]}}}),
    ("supplier", {"apiVersion": "reconciler/v1", "kind": "Supplier", "metadata": {"name": "a"}, "spec": {
        "schools": ["x"], "account": {"username": "x", "password": {"command": ["a", "b"]}}, "bundles": {"b": ["X"]},
        "entities": ["Y", {"bundle": "b"}], "writeBack": {"role": "r"}, "consent": {"needs": ["staff"]},
        "overrides": [{"schools": {"labels": {"x": "y"}}, "entities": {"add": ["Z"]}}]}}),
    ("supplier", {"apiVersion": "reconciler/v1", "kind": "Supplier", "metadata": {"name": "a"}, "spec": {
        "via": "partner-application", "application": "A", "writeBack": {"licence": "bought"}, "schoolIdName": "ID",
        "overrides": [{"schools": ["a"], "via": "account"}]}}),
    ("attestation", {"apiVersion": "reconciler/v1", "kind": "Attestation", "metadata": {"name": "a"}, "spec": {
        "school": "a", "supplier": "b", "by": "J", "date": "2026-11-24", "expires": "2027-11-24", "evidence": "x",
        "facts": {"login": "works", "entities": ["X"], "roles": [], "permissions": ["Y"], "writeLicence": "missing",
                  "partnerApplication": "not granted", "oldExport": "connected"}}}),
    ("attestation", {"apiVersion": "reconciler/v1", "kind": "Attestation", "metadata": {"name": "a"}, "spec": {
        "school": "a", "by": "J", "date": "2026-11-24T01:02Z", "expires": "2027-11-24",
        "facts": {"lawfulBasis": "Consent", "consent": {"students": "set", "contacts": "not set"}}}}),
    ("waiver", {"apiVersion": "reconciler/v1", "kind": "Waiver", "metadata": {"name": "a"}, "spec": {
        "schools": ["a"], "supplier": "b", "reason": "x", "by": "J", "expires": "2027-11-24",
        "changes": [{"action": "set", "aspect": "consent", "name": "staff"}, {"action": "mend-login"}]}}),
]  # fmt: skip
CHECKS = {kind: json.loads(schema_text(kind)) for kind, _ in VALID}
FAST = {kind: jsonschema_rs.validator_for(schema) for kind, schema in CHECKS.items()}
SLOW = {kind: Draft202012Validator(schema) for kind, schema in CHECKS.items()}


@given(mutated())
def test_both_validators_agree(manifest: tuple[str, Any]) -> None:
    """The fast validator says yes exactly where the explaining one does."""
    kind, data = manifest
    assert FAST[kind].is_valid(data) is SLOW[kind].is_valid(data)


@given(mutated())
def test_mutated_data_is_loaded_or_explained(manifest: tuple[str, Any]) -> None:
    """Data that is valid YAML and no valid manifest has its problems, none is lost for want of words, and no rule and
    no advice meets what its schema refused."""
    kind, data = manifest
    first = WORKSPACE if kind != "workspace" else ""
    text = json.dumps(data, indent=1)
    files: dict[str, str | bytes] = {"a.yaml": first, "b.yaml": text}
    loaded = load_files(files)
    check_places(loaded, files)
    assert all("breaks a rule of its schema" not in problem.message for problem in loaded.problems)
    linted = lint_text(f"{first}---\n{text}\n", date(2027, 3, 1))
    assert (linted.loaded.desired is None) == (loaded.desired is None)


@pytest.mark.parametrize(
    "manifest",
    [
        "kind: Workspace, metadata: {name: a}, spec: {%s}",
        "kind: School, metadata: {name: a}, spec: {schoolId: 1, platform: scomis, %s}",
        "kind: Supplier, metadata: {name: a}, spec: {entities: [Students], %s}",
        "kind: Attestation, metadata: {name: a}, spec: {school: a, by: J, date: 2026-11-24, expires: 2027-11-24, "
        "facts: {}, %s}",
        "kind: Waiver, metadata: {name: a}, spec: {schools: [a], supplier: b, reason: x, by: J, expires: 2027-11-24, "
        "changes: [], %s}",
    ],
)
def test_no_rule_meets_what_a_schema_refused(manifest: str) -> None:
    """Any key of any kind, with whatever below it: what the schema refuses is told, and is nothing to any rule."""
    for key in sorted(KEYS_OF_ALL_KINDS):
        for value in ("", "x", "[x]", "{x: y}", "{username: [x]}", "[{schools: [a], writeBack: x, account: {}}]"):
            text = f"{{apiVersion: reconciler/v1, {manifest % f'{key}: {value}'}}}"
            check_places(load_contents({"reconciler.yaml": text.encode()}, ".", TODAY), {"reconciler.yaml": text})


def test_the_manifests_that_are_damaged_here_are_right() -> None:
    """Undamaged, they load."""
    loaded = load_files({"all.yaml": ALL.replace("PersonPhotos], remove: [Students]", "PersonPhotos]")})
    assert loaded.problems == ()
    assert load_files({"all.yaml": f"{WORKSPACE}---\n{SCHOOL}---\n{SUPPLIER}"}).desired is not None
