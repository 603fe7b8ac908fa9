"""Workspaces for the tests of this folder: written as texts, loaded from a real folder."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from reconciler.manifest import Loaded, load

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKSPACE = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {name: example}
"""
SCHOOL = """\
apiVersion: reconciler/v1
kind: School
metadata: {name: greenfield, labels: {phase: primary}}
spec: {schoolId: 12345, platform: scomis}
"""
SUPPLIER = """\
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: groupcall}
spec:
  account:
    username: gc.{school}
    password: {env: "GROUPCALL_{SCHOOL}"}
  entities: [Students]
"""


def load_files(files: Mapping[str, str | bytes]) -> Loaded:
    """Load a folder with these files, `{name: content}`."""
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return load(Path(folder))


def load_text(text: str) -> Loaded:
    """Load a folder whose one file is this."""
    return load_files({"reconciler.yaml": text})


def found(loaded: Loaded) -> list[str]:
    """The problems in one line each."""
    return [
        f"{problem.origin} {problem.rule}: {problem.message}{f' ({problem.hint})' if problem.hint else ''}"
        for problem in loaded.problems
    ]
