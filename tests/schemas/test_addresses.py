"""Schemas by URL: each lies where its `$id` says, an editor that fetches them there understands manifests, and whoever
has them as files fetches nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urljoin

import pytest

from reconciler.codec.plan_file import FORMAT_VERSION
from reconciler.manifest.schema.check import API_VERSION, KINDS, SCHEMAS, schema_file, schema_text
from tests.conftest import REPOSITORY
from tests.schemas.editor import NEEDS_SERVER, Editor, ask, editor, labels, place
from tests.schemas.test_language_server import FILES, SUPPLIER
from tests.schemas.test_schemas import parts
from tests.test_published import ADDRESS, found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

HOST = "https://raw.githubusercontent.com"
BASE = f"{ADDRESS.replace('https://github.com', HOST)}/main/schemas/"
TEXTS = {name: (REPOSITORY / "schemas" / schema_file(name)).read_text(encoding="utf-8") for name in SCHEMAS}
Settings: TypeAlias = "dict[str, dict[str, Any]]"
WITHOUT_STORE: Settings = {
    "yaml": {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True}
}
ENTRY = json.loads((REPOSITORY / ".ci" / "schemastore.json").read_text(encoding="utf-8"))


def test_the_id_of_a_schema_is_the_address_of_its_file() -> None:
    """On the branch that is released from. No file lies there that is no schema of ours."""
    assert {name: json.loads(text)["$id"] for name, text in TEXTS.items()} == {
        name: BASE + schema_file(name) for name in SCHEMAS
    }
    files = {file.relative_to(REPOSITORY / "schemas").as_posix() for file in REPOSITORY.glob("schemas/**/*.json")}
    assert files == {schema_file(name) for name in SCHEMAS}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_version_in_an_address_is_that_of_the_format(name: str) -> None:
    """So that whoever asked for version 1 never gets another; what names no version has the first."""
    properties = json.loads(TEXTS[name]).get("properties", {})
    said = [properties[key]["const"] for key in ("apiVersion", "formatVersion") if "const" in properties.get(key, {})]
    (version,) = said or [1]
    assert schema_file(name).startswith(f"v{str(version).removeprefix('reconciler/v')}/")
    assert name != "plan" or version == FORMAT_VERSION
    assert (name not in {*map(str.lower, KINDS), "manifest"}) or version == API_VERSION


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_reference_leads_to_a_schema(name: str) -> None:
    """Resolved against the `$id`, as the standard has it, and on the disk alike."""
    schema = json.loads(TEXTS[name])
    references = {part["$ref"] for _, part in parts(schema) if not str(part.get("$ref", "#")).startswith("#")}
    assert {urljoin(schema["$id"], reference) for reference in references} <= {BASE + schema_file(n) for n in SCHEMAS}
    assert references if name in {"manifest", "journal", "outcomes"} else not references


def test_every_address_of_a_file_is_that_of_one() -> None:
    """In docs and workflows too: what we tell people to fetch is there."""
    addresses = set(found(f"{BASE.removesuffix('schemas/')}[[:alnum:]_./-]+"))
    assert json.loads(TEXTS["manifest"])["$id"] in addresses
    assert [each for each in addresses if not (REPOSITORY / each.partition("/main/")[2]).is_file()] == []


class Served(ThreadingHTTPServer):
    """A server in the place of raw.githubusercontent.com, and the paths that it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), partial(Asked, directory=str(folder)))

    @property
    def host(self) -> str:
        """What stands in an address in the place of HOST."""
        return f"http://127.0.0.1:{self.server_port}"


class Asked(SimpleHTTPRequestHandler):
    """A file, as GitHub gives it: JSON is plain text."""

    extensions_map = {".json": "text/plain; charset=utf-8"}  # noqa: RUF012  # as in the base class
    server: Served

    def log_message(self, *_: Any) -> None:
        """Keep the path."""
        self.server.asked.append(self.path)

    def do_CONNECT(self) -> None:  # named so by the base class
        """Refuse to be a proxy: that it was asked is what a test wants to know."""
        self.send_error(502)


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve a folder until the end."""
    with Served(folder) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Served]:
    """The schemas where a reader of the repository's raw address finds them; only the host is another."""
    with serving(tmp_path / "web") as server:
        for name, text in {**TEXTS, "": json.dumps({"version": 1, "schemas": [ENTRY]})}.items():
            address = BASE + schema_file(name) if name else f"{HOST}/catalog.json"
            file = tmp_path / "web" / address.removeprefix(f"{HOST}/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text.replace(HOST, server.host), encoding="utf-8")
        yield server


def helped(session: Editor, folder: Path, ending: str, text: str) -> None:
    """Assert that an editor completes, explains and checks Supplier `groupcall` in files with a text."""
    wrong, empty = text.replace("  title:", "  tittle:"), text.replace("extraEntities: report", "extraEntities: ")
    description = json.loads(TEXTS["supplier"])["properties"]["spec"]["properties"]["title"]["description"]
    in_right, in_wrong, in_empty = ((folder / f"{name}{ending}").as_uri() for name in ("right", "wrong", "empty"))
    session.open(in_right, text)
    assert session.diagnostics(in_right) == []
    assert description in json.dumps(ask(session, "textDocument/hover", in_right, place(text, "  tit")))
    session.open(in_wrong, wrong)
    found = session.diagnostics(in_wrong)
    session.open(in_empty, empty)
    offered = labels(ask(session, "textDocument/completion", in_empty, place(empty, "extraEntities: ")))
    assert [("tittle" in each["message"], each["range"]["start"]["line"]) for each in found] == [
        (True, place(wrong, "tittle")["line"])
    ]
    assert {"revoke", "report", "ignore"} <= offered


def manifests(schema: str, documents: Iterable[str]) -> str:
    """The text of a file in which every document names its schema."""
    return "---\n".join(f"# yaml-language-server: $schema={schema}\n{document}" for document in documents)


@NEEDS_SERVER
def test_an_editor_that_fetches_a_schema_helps(published: Served, tmp_path: Path) -> None:
    """By the modeline of the docs. The schema of a kind is one file; that of all leads to the others, once each."""
    path = BASE.removeprefix(HOST)
    with editor(WITHOUT_STORE) as session:
        for name, fetched in (("supplier", ["supplier"]), ("several", ["manifest", *map(str.lower, KINDS)])):
            schema, documents = FILES[name]
            helped(session, tmp_path, f".{name}.yaml", manifests(f"{published.host}{path}v1/{schema}", documents))
            assert {path + schema_file(each) for each in fetched} == set(published.asked)
            assert len(set(published.asked)) == len(published.asked)


@NEEDS_SERVER
def test_an_editor_finds_the_schema_in_the_store(published: Served, tmp_path: Path) -> None:
    """By the name of a file alone, with our entry for SchemaStore; a file of any other name is left alone."""
    store = {"enable": True, "url": f"{published.host}/catalog.json"}
    other = (tmp_path / "reconciler.yaml").as_uri()
    with editor({"yaml": {**WITHOUT_STORE["yaml"], "schemaStore": store}}) as session:
        helped(session, tmp_path, ".bromcom.yaml", SUPPLIER)
        session.open(other, "kind: Deployment\n")
        assert session.diagnostics(other) == []


@NEEDS_SERVER
def test_an_editor_with_the_printed_schema_fetches_nothing(published: Served, tmp_path: Path) -> None:
    """`reconciler schema manifest` prints one file that is enough, where no network is."""
    printed = schema_text("manifest").replace(HOST, published.host)
    (tmp_path / "manifest.schema.json").write_text(printed, encoding="utf-8")
    with editor(WITHOUT_STORE) as session:
        helped(session, tmp_path, ".yaml", manifests("manifest.schema.json", FILES["several"][1]))
    assert published.asked == []


VALIDATING = """
import json, sys, warnings
from jsonschema import Draft202012Validator
import jsonschema_rs
warnings.simplefilter("ignore")
for text in json.load(sys.stdin):
    try:
        jsonschema_rs.validator_for(json.loads(text)).is_valid({"apiVersion": "reconciler/v1", "kind": "School"})
    except ValueError as error:
        print(type(error).__name__)
    try:
        Draft202012Validator(json.loads(text)).is_valid({"apiVersion": "reconciler/v1", "kind": "School"})
    except Exception as error:
        print(type(error).__name__)
"""
CHECKING = """
from reconciler.manifest.schema.check import KINDS, check_schema
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import SourceText
for kind in KINDS:
    text = f"apiVersion: reconciler/v1\\nkind: {kind}\\nspec: {{unknown: 1}}"
    assert check_schema(kind, read(SourceText("a", text))[0][0]).problems
"""


def proxied(tmp_path: Path, program: str, schemas: list[str]) -> tuple[list[str], list[str]]:
    """Run a program where every fetch goes through a proxy; what it printed, and what the proxy was asked for."""
    with serving(tmp_path) as server:
        run = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(schemas),
            env={
                **os.environ,
                **dict.fromkeys(("HTTPS_PROXY", "https_proxy"), server.host),
                "NO_PROXY": "",
                "no_proxy": "",
            },
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout.split(), server.asked


def test_no_validator_fetches_a_schema(tmp_path: Path) -> None:
    """Both validators would: a file with references, put before them as it lies in the repository, shows it. What
    `reconciler schema` prints, and what the program checks manifests with, leads nowhere."""
    refused, asked = proxied(tmp_path, VALIDATING, [TEXTS["manifest"]])
    assert (len(refused), len(asked) >= 2) == (2, True), (refused, asked)
    assert proxied(tmp_path, VALIDATING + CHECKING, [schema_text(name) for name in SCHEMAS]) == ([], [])


def test_the_entry_for_schemastore_is_one() -> None:
    """By the rules of its catalogue: these keys and no other, no full stop, no word `schema`, names that are ours."""
    assert ENTRY.keys() == {"name", "description", "fileMatch", "url", "versions"}
    for text in (ENTRY["name"], ENTRY["description"]):
        assert re.fullmatch(r"[^\n]*[^\s,.-]", text)
        assert "schema" not in text.lower()
    assert ENTRY["url"] == json.loads(TEXTS["manifest"])["$id"]
    assert ENTRY["versions"] == {API_VERSION.rpartition("/")[2]: ENTRY["url"]}
    assert all(re.fullmatch(r"\*\.bromcom\.ya?ml", pattern) for pattern in ENTRY["fileMatch"])
