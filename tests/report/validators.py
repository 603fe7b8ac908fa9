"""What judges reports by the rules of their formats; `.ci/run` installs it."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

MULTITOOL = os.environ.get("SARIF_MULTITOOL")
JUNIT_XSD = os.environ.get("JUNIT_XSD")

needs_multitool = pytest.mark.skipif(
    MULTITOOL is None, reason="SARIF_MULTITOOL names no validator: see npm_programs in .ci/run"
)
needs_junit_xsd = pytest.mark.skipif(
    JUNIT_XSD is None, reason="JUNIT_XSD names no schema of JUnit: see junit_schema in .ci/run"
)


def complaints_of_multitool(sarif: str, folder: Path) -> Collection[str]:
    """What SARIF's own validator has against a log, by its rules and by those of GitHub; notes are left out."""
    assert MULTITOOL
    file, found = folder / "report.sarif", folder / "found.sarif"
    file.write_text(sarif, encoding="utf-8")
    arguments = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--kind", "Fail", "--log", "ForceOverwrite"]
    ran = subprocess.run(
        [MULTITOOL, "validate", str(file), "--output", str(found), *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},  # it needs no ICU for this
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (run,) = json.loads(found.read_text(encoding="utf-8-sig"))["runs"]
    return {f"{result['ruleId']}: {result['message']}" for result in run.get("results", ())}


def complaints_of_jenkins(junit: str) -> str:
    """What the schema that Jenkins checks JUnit reports with has against one; nothing where it takes it."""
    assert JUNIT_XSD
    schema = etree.XMLSchema(etree.parse(JUNIT_XSD))
    return "" if schema.validate(etree.fromstring(junit.encode("utf-8"))) else str(schema.error_log)
