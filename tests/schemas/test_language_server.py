"""The real yaml-language-server, driven over stdio as an editor drives it, understands our schemas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reconciler.catalogue import entities
from reconciler.manifest.schema.check import schema_text
from tests.conftest import REPOSITORY
from tests.schemas.editor import NEEDS_SERVER, ask, editor, labels, place

if TYPE_CHECKING:
    from pathlib import Path

SCHEMAS = REPOSITORY / "schemas" / "v1"

pytestmark = NEEDS_SERVER

SUPPLIER = """\
apiVersion: reconciler/v1
kind: Supplier
metadata:
  name: groupcall
spec:
  title: Groupcall Xporter
  extraEntities: report
  entities:
    - Students
"""
SCHOOL = """\
apiVersion: reconciler/v1
kind: School
metadata:
  name: greenfield
spec:
  schoolId: 12345
  platform: scomis
"""
ATTESTATION = """\
apiVersion: reconciler/v1
kind: Attestation
metadata:
  name: greenfield-groupcall-2026-11-24
spec:
  school: greenfield
  supplier: groupcall
  by: J. Smith
  date: 2026-11-24
  expires: 2027-11-24
  facts:
    writeLicence: bought
"""
WAIVER = """\
apiVersion: reconciler/v1
kind: Waiver
metadata:
  name: photos
spec:
  schools: [greenfield]
  supplier: groupcall
  changes:
    - action: revoke
      name: PersonPhotos
  reason: The till needs them
  by: J. Smith
  expires: 2027-03-31
"""
# One document under its own schema, and the same as the second of a file of several under the schema of all kinds.
FILES = {
    "supplier": ("supplier.schema.json", [SUPPLIER]),
    "several": ("manifest.schema.json", [SCHOOL, ATTESTATION, SUPPLIER, WAIVER]),
}


@pytest.fixture(params=FILES)
def manifest(request: pytest.FixtureRequest) -> str:
    """Manifests with a modeline that names the schema as a file; the server wants one in every document."""
    schema, documents = FILES[request.param]
    modeline = f"# yaml-language-server: $schema={(SCHEMAS / schema).as_uri()}\n"
    return "---\n".join(modeline + document for document in documents)


def test_a_manifest_that_is_right_has_no_diagnostic(manifest: str, tmp_path: Path) -> None:
    """What `reconciler validate` accepts, the editor accepts."""
    uri = (tmp_path / "a.yaml").as_uri()
    with editor() as session:
        session.open(uri, manifest)
        assert session.diagnostics(uri) == []


def test_a_wrong_key_is_marked_where_it_stands(manifest: str, tmp_path: Path) -> None:
    """A mistyped key gets a diagnostic on its line."""
    text = manifest.replace("  title:", "  tittle:")
    uri = (tmp_path / "a.yaml").as_uri()
    with editor() as session:
        session.open(uri, text)
        found = session.diagnostics(uri)
    assert [(entry["range"]["start"]["line"], "tittle" in entry["message"]) for entry in found] == [
        (place(text, "tittle")["line"], True)
    ]


def test_keys_are_completed(manifest: str, tmp_path: Path) -> None:
    """On an empty line below `spec` the editor offers the keys that are not there yet."""
    text = manifest.replace("  extraEntities: report\n", "  \n")
    uri = (tmp_path / "a.yaml").as_uri()
    with editor() as session:
        session.open(uri, text)
        offered = labels(ask(session, "textDocument/completion", uri, place(text, "Groupcall Xporter\n  ")))
    assert {"purpose", "schools", "account", "bundles", "writeBack", "consent", "extraEntities"} <= offered


def test_values_are_completed(manifest: str, tmp_path: Path) -> None:
    """Behind a key with few values the editor offers them."""
    text = manifest.replace("extraEntities: report", "extraEntities: ")
    uri = (tmp_path / "a.yaml").as_uri()
    with editor() as session:
        session.open(uri, text)
        offered = labels(ask(session, "textDocument/completion", uri, place(text, "extraEntities: ")))
    assert {"revoke", "report", "ignore"} <= offered


def test_hovering_over_a_key_explains_it(manifest: str, tmp_path: Path) -> None:
    """The hover help is the description in our schema."""
    schema = json.loads((SCHEMAS / "supplier.schema.json").read_text(encoding="utf-8"))
    description = schema["properties"]["spec"]["properties"]["title"]["description"]
    uri = (tmp_path / "a.yaml").as_uri()
    with editor() as session:
        session.open(uri, manifest)
        hover = ask(session, "textDocument/hover", uri, place(manifest, "  tit"))
    assert description in json.dumps(hover)


@pytest.mark.parametrize("schema", ["attestation", "waiver", "manifest"])
def test_what_people_vouch_for_and_accept_is_helped_with_too(schema: str, tmp_path: Path) -> None:
    """Dates need no quotes, a date that is none is marked, facts and actions are offered, and keys are explained."""
    modeline = f"# yaml-language-server: $schema={(SCHEMAS / f'{schema}.schema.json').as_uri()}\n"
    documents = {"attestation": [ATTESTATION], "waiver": [WAIVER], "manifest": [ATTESTATION, WAIVER]}[schema]
    text = "---\n".join(modeline + document for document in documents)
    right, wrong, empty = ((tmp_path / f"{name}.yaml").as_uri() for name in ("right", "wrong", "empty"))
    wrong_text = text.replace("  expires: 2027-", "  expires: 27-")
    empty_text = text.replace("writeLicence: bought", "writeLicence: ").replace("action: revoke", "action: ")
    with editor() as session:
        session.open(right, text)
        assert session.diagnostics(right) == []
        hover = json.dumps(ask(session, "textDocument/hover", right, place(text, "  expi")))
        session.open(wrong, wrong_text)
        marked = {entry["range"]["start"]["line"] for entry in session.diagnostics(wrong)}
        session.open(empty, empty_text)
        offered: set[str] = set()
        for sign in ("writeLicence: ", "action: "):
            if sign in empty_text:
                offered |= labels(ask(session, "textDocument/completion", empty, place(empty_text, sign)))
    assert marked == {n for n, line in enumerate(wrong_text.splitlines()) if line.startswith("  expires")}
    assert "The last day on which" in hover
    assert offered >= ({"bought", "missing"} if ATTESTATION in documents else set())
    assert offered >= ({"grant", "revoke", "mend-login", "set"} if WAIVER in documents else set())


def test_every_known_entity_is_offered_and_explained(tmp_path: Path) -> None:
    """In the schema that `reconciler schema` prints: with its sentence, and names of others are right all the same."""
    schema = tmp_path / "supplier.schema.json"
    schema.write_text(schema_text("supplier"), encoding="utf-8")
    text = f"# yaml-language-server: $schema={schema.as_uri()}\n{SUPPLIER}    - SENStudents\n    - SomethingNew\n"
    right, empty = ((tmp_path / f"{name}.yaml").as_uri() for name in ("right", "empty"))
    with editor() as session:
        session.open(right, text)
        assert session.diagnostics(right) == []
        hover = json.dumps(ask(session, "textDocument/hover", right, place(text, "- SENStu")))
        session.open(empty, text.replace("- SENStudents", "- "))
        completion = ask(session, "textDocument/completion", empty, place(text, "Students\n    - "))
    items = completion["items"] if isinstance(completion, dict) else completion
    offered = {item["label"].strip('"'): item.get("documentation") for item in items}
    known = {entity.name: entity.holds for entity in entities().values()}
    assert known.items() <= offered.items()
    assert known["SENStudents"] in hover
