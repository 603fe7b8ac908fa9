"""Whatever the manifests: the normal form of a normal form is itself, it says the same, and it has every comment."""

from __future__ import annotations

import re

from hypothesis import assume, example, given
from hypothesis import strategies as st

from reconciler.attestation.write import document_of
from reconciler.formatting import LeftUnchanged, NormalForm, normal_form
from reconciler.manifest.text.hidden_characters import with_hidden
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import SourceText
from tests.attestation.test_write import vouching
from tests.formatting.texts import UNEVEN, after, meaning
from tests.manifest.test_fuzz import DEBRIS

LINES = UNEVEN.splitlines()
KEY = re.compile(r"\s*(?:-\s+)*[\"']?([\w<]+)[\"']?:")
ENDS = st.sampled_from(["\n", "", "\n\n", "\n  ", " # the end"])
# (before which line, what): a comment on a line of its own, so deep; one at the end of the line; or a blank line
REMARKS = st.lists(
    st.tuples(st.integers(0, len(LINES)), st.sampled_from([" #", "\t#", "    #", "alone", "blank"]), st.integers(0, 9)),
    max_size=12,
)


def remarked(remarks: list[tuple[int, str, int]], end: str) -> str:
    """UNEVEN with these comments, each with a number of its own, and this end."""
    lines = list(LINES)
    for number, (place, what, depth) in sorted(enumerate(remarks), key=lambda remark: -remark[1][0]):
        if what == "blank":
            lines.insert(place, " " * depth)
        elif what == "alone":
            lines.insert(place, f"{' ' * depth}# remark {number}.")
        elif place < len(lines):
            lines[place] += f"{what} remark {number}."
    return "\n".join(lines) + end


def readable(text: str) -> str:
    """The text, where its comments do not stand in the way of its YAML, as in the middle of a text of two lines."""
    source = SourceText("reconciler.yaml", text)
    assume(not with_hidden(source, read(source)[1]))  # what `normal_form` calls invalid, without making one
    return text


@given(REMARKS, ENDS)
@example([], "\n")
def test_every_comment_is_there_once_on_the_line_of_its_key(remarks: list[tuple[int, str, int]], end: str) -> None:
    """Comments anywhere in manifests, at the end of lines or between them, stay; those behind a key stay behind it."""
    text = readable(remarked(remarks, end))
    new = after(text)
    for number, (_, what, _) in enumerate(remarks):
        remark = f"# remark {number}."
        assert new.count(remark) == text.count(remark)
        old_line, new_line = (next((line for line in t.splitlines() if remark in line), "") for t in (text, new))
        key = KEY.match(old_line)
        if key is not None and what != "alone" and "{" not in old_line.replace("{name", "").replace("{schoolId", ""):
            found = KEY.match(new_line)
            assert found is not None, new
            assert found[1] == key[1], new


@given(REMARKS, ENDS)
@example([], "\n")
def test_a_workspace_says_the_same_in_normal_form(remarks: list[tuple[int, str, int]], end: str) -> None:
    """The same is desired and the same is wrong, but for places and the spelling of entities."""
    text = readable(remarked(remarks, end))
    assert meaning(after(text)) == meaning(text)


@given(st.lists(st.tuples(st.integers(0, len(UNEVEN)), st.integers(0, 8), DEBRIS), min_size=1, max_size=4))
def test_damaged_manifests_keep_what_they_say(damages: list[tuple[int, int, str]]) -> None:
    """Manifests with pieces cut out and debris put in are brought into normal form, or left alone; and no law is ever
    broken that only the last check finds."""
    text = UNEVEN
    for place, length, debris in damages:
        text = text[:place] + debris + text[place + length :]
    done = normal_form("reconciler.yaml", text.encode())
    if isinstance(done, NormalForm):
        assert meaning(after(text)) == meaning(text)
    elif isinstance(done, LeftUnchanged):
        assert "normal form" not in done.reason, text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
@example("see https://example.org, and 'this'")
@example("2026-11-24")
@example("yes")
@example("a, b")
def test_what_attest_writes_is_in_normal_form(text: str) -> None:
    """Whatever somebody vouches with: the two write texts alike."""
    document = document_of(vouching({"permissions": (text, text * 9)}, by=text, evidence=text), "word")
    assert after(document) == document
