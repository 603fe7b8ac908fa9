"""A sandbox with two small schools, on a free port, for every test anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.server import SandboxServer, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

TWO_SCHOOLS = Path(__file__).with_name("two_schools.yaml")


@pytest.fixture
def two_schools() -> Path:
    """The seed of the fixture `sandbox`."""
    return TWO_SCHOOLS


@pytest.fixture
def sandbox(two_schools: Path) -> Iterator[SandboxServer]:
    """A running sandbox."""
    with serve(two_schools) as server:
        yield server


@pytest.fixture
def reference(shared: Path) -> Path:
    """The folder with the service's real contract and a captured answer."""
    return shared / "reference"
