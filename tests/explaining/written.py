"""Workspaces of two schools and one supplier, written from data and read as `explain` reads them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from reconciler.errors import ManifestError
from reconciler.explaining.workspace import explained_workspace

if TYPE_CHECKING:
    from reconciler.explaining.workspace import ExplainedWorkspace

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def document(kind: str, name: str, spec: dict[str, Any]) -> str:
    """One manifest; JSON is YAML, so that every key has a place."""
    data = {"apiVersion": "reconciler/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    return json.dumps(data, indent=1) + "\n"


def explained(workspace: dict[str, Any], supplier: dict[str, Any]) -> ExplainedWorkspace | None:
    """The workspace; None where a rule or a schema refuses its manifests."""
    documents = [document("Workspace", "example", workspace), document("Supplier", "groupcall", supplier)]
    for number, school in enumerate(("greenfield", "riverside")):
        documents.append(document("School", school, {"schoolId": 12345 + number, "platform": "scomis"}))
    with TemporaryDirectory() as folder:
        Path(folder, "reconciler.yaml").write_text("---\n".join(documents), encoding="utf-8")
        try:
            return explained_workspace(Path(folder), NOW)
        except ManifestError:
            return None
