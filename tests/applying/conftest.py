"""The trust example, drifted as its seed says, on a sandbox of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.server import serve
from tests.applying.practice import Practice, practice_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """A workspace and its live side."""
    with serve() as sandbox:
        yield practice_in(tmp_path / "trust", sandbox)
