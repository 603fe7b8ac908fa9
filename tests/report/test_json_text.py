"""JSON that may be printed anywhere."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from reconciler.report.escape import json_text


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_it_is_the_same_data(data: object) -> None:
    """Whatever is escaped reads back as it was."""
    assert json.loads(json_text(data)) == data


def test_no_line_of_it_is_a_command_and_no_half_of_a_character_is_left() -> None:
    """GitHub and Azure Pipelines find theirs anywhere in a line; a file of UTF-8 holds whole characters alone."""
    hostile = ["##vso[task.setvariable variable=x]y", "a ###[error]", "::error::", "\ud800", "name 名前"]
    text = json_text(hostile)
    assert "##" not in text.replace("#\\u0023#", "")
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())
    assert "名前" in text.encode("utf-8").decode("utf-8")
    assert json.loads(text) == hostile
