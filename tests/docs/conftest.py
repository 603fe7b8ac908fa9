"""The command line in this process, for whoever does what a page says."""

from __future__ import annotations

from tests.cli.conftest import reconciler as reconciler  # a fixture
