"""Workspaces for the tests of this folder: written as texts, loaded from a real folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from reconciler.manifest import Loaded, load
from reconciler.manifest.lint import Linted, lint

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = date(2026, 12, 1)  # after every day in the examples of rules
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
        return load(Path(folder), TODAY)


def load_text(text: str) -> Loaded:
    """Load a folder whose one file is this."""
    return load_files({"reconciler.yaml": text})


def lint_text(text: str, today: date, *sets: str) -> Linted:
    """Lint a folder whose one file is this, with these sets of advice; all of it where none is named."""
    with TemporaryDirectory() as folder:
        Path(folder, "reconciler.yaml").write_bytes(text.encode())
        return lint(Path(folder), sets or ["strict"], today)


def found(loaded: Loaded) -> list[str]:
    """The problems in one line each."""
    return [
        f"{problem.origin} {problem.rule}: {problem.message}{f' ({problem.hint})' if problem.hint else ''}"
        for problem in loaded.problems
    ]
