"""Each folder of cases: a file as somebody typed it, and as it is in normal form."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Golden
from tests.formatting.texts import after, meaning

CASES = Path(__file__).with_name("cases")
NAMES = sorted(folder.name for folder in CASES.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_brought_into_normal_form(name: str, request: pytest.FixtureRequest) -> None:
    """It becomes what stands beside it, says what it said, and is not changed again."""
    before = (CASES / name / "before.yaml").read_text(encoding="utf-8")
    new = after(before)
    assert meaning(new) == meaning(before)
    Golden(CASES / name, bless=bool(request.config.getoption("--bless")))("after.yaml", new)
