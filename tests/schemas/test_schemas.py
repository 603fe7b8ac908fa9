"""The schemas themselves: valid, closed, explained, and the same to both validators."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
import yaml
from jsonschema import Draft202012Validator

from reconciler.catalogue import platforms
from reconciler.manifest.resolving.attestations import FACT as GONE
from reconciler.manifest.resolving.waivers import ASPECTS
from reconciler.manifest.schema.check import KINDS, SCHEMAS, schema_file, schema_text
from reconciler.manifest.workspace.documents import VARIABLE
from reconciler.model.aspect import Action
from reconciler.planning.facts import FACT_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

AJV = os.environ.get("AJV")
OURS = [*(kind.lower() for kind in KINDS), "manifest"]


def parts(schema: Any, way: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema, with the way to it."""
    if isinstance(schema, dict):
        yield way, schema
        for key, value in schema.items():
            if key not in {"examples", "default", "enum", "const"}:
                yield from parts(value, f"{way}/{key}")
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value, way)


@pytest.mark.parametrize("kind", OURS)
def test_a_schema_is_valid_and_complete_in_itself(kind: str) -> None:
    """What `reconciler schema KIND` prints is a 2020-12 schema that needs no other file."""
    schema = json.loads(schema_text(kind))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    school = {"apiVersion": "reconciler/v1", "kind": "School", "metadata": {"name": "a"}}
    for check in (Draft202012Validator(schema).is_valid, jsonschema_rs.validator_for(schema).is_valid):
        assert not check(school)
        assert check({**school, "spec": {"schoolId": 1, "platform": "scomis"}}) is (kind in {"school", "manifest"})


def test_there_is_no_schema_of_another_kind() -> None:
    """A kind that does not exist is a KeyError."""
    with pytest.raises(KeyError):
        schema_text("../secrets")


@pytest.mark.skipif(AJV is None, reason="AJV names no script: see npm_programs in .ci/run")
def test_ajv_takes_every_schema_in_its_strict_mode() -> None:
    """The validator that editors and web pages use refuses what may be a mistake in a schema, unless it is told not
    to: several types at once, a keyword of another type, one that it does not know."""
    program = (
        f"const Ajv = require({AJV!r}).default;\n"
        "const schemas = JSON.parse(require('fs').readFileSync(0, 'utf8'));\n"
        "for (const name of Object.keys(schemas)) {\n"
        "  const ajv = new Ajv({strict: true, formats: {'date-time': true, date: true}});\n"
        "  for (const other of Object.keys(schemas)) if (other != name) ajv.addSchema(schemas[other]);\n"
        "  try { ajv.compile(schemas[name]); } catch (error) { console.log(name, error.message); }\n"
        "}\n"
    )
    texts = {name: files("reconciler.schemas").joinpath(schema_file(name)).read_text("utf-8") for name in SCHEMAS}
    schemas = json.dumps({name: json.loads(text) for name, text in texts.items()})
    run = subprocess.run(["node", "-e", program], input=schemas, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_every_key_is_a_text_to_every_reader_of_yaml() -> None:
    """YAML 1.1, which many other programs read, takes `on`, `no`, `y` and their like for booleans."""
    for kind in KINDS:
        for way, part in parts(json.loads(schema_text(kind.lower()))):
            for key in part.get("properties", {}) if not way.endswith("/properties") else ():
                assert key not in {"y", "n"}, f"{way}: {key}"
                assert yaml.safe_load(key) == key, f"{way}: {key}"


@pytest.mark.parametrize("kind", [kind.lower() for kind in KINDS])
def test_no_mapping_takes_keys_that_nobody_knows(kind: str) -> None:
    """Every schema with properties is closed, so that a mistyped key is always found."""
    for way, part in parts(json.loads(schema_text(kind))):
        if "properties" in part and not way.endswith("/properties"):
            assert part.get("additionalProperties") is False, way


@pytest.mark.parametrize("kind", [kind.lower() for kind in KINDS])
def test_every_key_is_explained(kind: str) -> None:
    """A key has a title, and one below `spec` a description, for an editor to show."""
    schema = json.loads(schema_text(kind))
    for way, part in parts(schema):
        for key, value in part.get("properties", {}).items() if not way.endswith("/properties") else ():
            told = {**schema["$defs"][value["$ref"].rpartition("/")[2]], **value} if "$ref" in value else value
            assert told.get("title"), f"{way}: {key}"
            assert told.get("description") or key in {"spec", "metadata"}, f"{way}: {key}"


@pytest.mark.parametrize("name", sorted({*SCHEMAS} - {*OURS}))
def test_every_key_of_what_we_write_is_explained(name: str) -> None:
    """Who reads such a file with a program has nothing else to go by."""
    schema = json.loads(files("reconciler.schemas").joinpath(schema_file(name)).read_text(encoding="utf-8"))
    for way, part in parts(schema):
        for key, value in part.get("properties", {}).items() if not way.endswith("/properties") else ():
            assert value.get("description"), f"{way}: {key}"


def test_every_example_is_allowed() -> None:
    """The examples and defaults of a schema are valid under it."""
    for kind in KINDS:
        schema = json.loads(schema_text(kind.lower()))
        for way, part in parts(schema):
            examples = [*part.get("examples", []), *([part["default"]] if "default" in part else [])]
            for example in examples if not way.endswith("/properties") else ():
                assert Draft202012Validator({**part, "$defs": schema.get("$defs", {})}).is_valid(example), way


def test_where_the_fast_validator_is_missing_the_other_does_the_work() -> None:
    """Without a wheel of jsonschema_rs the same documents are allowed and refused."""
    program = (
        "import sys; sys.modules['jsonschema_rs'] = None\n"
        "from reconciler.manifest.schema.check import check_schema\n"
        "from reconciler.manifest.text.source import SourceText\n"
        "from reconciler.manifest.text.reader import read\n"
        "for name in ('a', 'A'):\n"
        "    text = 'apiVersion: reconciler/v1\\nkind: Workspace\\nmetadata: {name: ' + name + '}'\n"
        "    print(check_schema('Workspace', read(SourceText('a', text))[0][0])[0])\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.stdout.split() == ["True", "False"], run.stderr


@pytest.mark.parametrize("kind", ["workspace", "supplier"])
def test_a_variable_has_the_same_form_to_editors_and_to_us(kind: str) -> None:
    """What an editor marks as no name of a variable is what is hidden as a password."""
    password = json.loads(schema_text(kind))["$defs"]["password"]
    assert password["properties"]["env"]["pattern"] == VARIABLE


def test_the_built_in_platforms_are_offered() -> None:
    """Editors offer the platforms that the catalogue knows."""
    spec = json.loads(schema_text("school"))["properties"]["spec"]["properties"]
    for holder in (spec, spec["movedFrom"]["properties"]):
        assert holder["platform"]["examples"] == list(platforms())


def test_the_facts_that_a_person_can_vouch_for_are_those_of_the_schema() -> None:
    """With what can be said of each, in the same order."""
    facts = json.loads(schema_text("attestation"))["properties"]["spec"]["properties"]["facts"]["properties"]
    assert facts.pop(GONE)["enum"] == ["gone"]  # it is of no access that the manifests declare
    consent = facts.pop("consent")["properties"]
    facts.update({f"consent.{kind}": fact for kind, fact in consent.items()})
    words = {key: next(iter(fact.get("anyOf", [fact]))) for key, fact in facts.items()}  # counts stand beside them
    assert {key: tuple(word.get("enum", ())) for key, word in words.items()} == {
        key: fact.row.choices for key, fact in FACT_KEYS.items()
    }
    assert list(facts) == list(FACT_KEYS)


def test_a_waiver_takes_what_a_plan_can_ask_for() -> None:
    """Every action, and every aspect that goes with one."""
    spec = json.loads(schema_text("waiver"))["properties"]["spec"]["properties"]
    change = spec["changes"]["items"]["properties"]
    assert set(change["action"]["enum"]) == set(Action)
    assert set(change["aspect"]["enum"]) == {aspect for aspects in ASPECTS.values() for aspect in aspects}


def test_schools_are_selected_in_one_way() -> None:
    """A Waiver selects them as a Supplier does."""
    supplier, waiver = (json.loads(schema_text(kind))["$defs"]["schools"] for kind in ("supplier", "waiver"))
    assert supplier == waiver
