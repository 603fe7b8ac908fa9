"""The manifests that pages show are right, and together they show every key that people need to know."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from reconciler.manifest.schema.check import schema_text
from tests.conftest import REPOSITORY
from tests.docs.shown import PAGES, blocks, name_of

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = REPOSITORY / "docs" / "how-to" / "write-manifests.md"


def manifests(page: Path) -> list[dict[str, Any]]:
    """Every manifest in a page's blocks of YAML, as JSON values; what is a part of one, or something else, is none."""
    whole = [block.text for block in blocks(page) if block.language == "yaml" and "apiVersion" in block.text]
    documents = [document for text in whole for document in yaml.safe_load_all(text)]
    values: list[dict[str, Any]] = json.loads(json.dumps(documents, default=str))
    return values


@cache
def schema(kind: str) -> dict[str, Any]:
    """A schema, as `reconciler schema` prints it."""
    loaded: dict[str, Any] = json.loads(schema_text(kind))
    return loaded


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "rules.md" and manifests(page)], ids=name_of)
def test_every_manifest_in_a_page_is_one(page: Path) -> None:
    """By the schema that `reconciler schema manifest` prints."""
    validator = Draft202012Validator(schema("manifest"))
    assert [error.message for manifest in manifests(page) for error in validator.iter_errors(manifest)] == []


@pytest.mark.parametrize("kind", ["Workspace", "School", "Supplier"])
def test_the_guide_shows_every_key(kind: str) -> None:
    """Whoever writes manifests meets each key of `spec` once."""
    shown = {key for manifest in manifests(GUIDE) if manifest["kind"] == kind for key in manifest["spec"]}
    assert shown == set(schema(kind.lower())["properties"]["spec"]["properties"])
