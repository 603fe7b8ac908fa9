"""A character that a reviewer cannot see is refused, or it changes nothing that is meant."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.invisible import BLANKS, HIDDEN, called, hidden_in, shows_nothing
from reconciler.manifest.text.hidden_characters import hidden
from reconciler.manifest.text.source import SourceText
from reconciler.model.problem import Origin
from tests.manifest.workspaces import SCHOOL, WORKSPACE, found, lint_text, load_text

DAY = date(2026, 11, 24)
TITLE, PURPOSE = "Groupcall Xporter", "Moves data; see the 'notes'"
USERNAME, ENTITIES, REFERENCE = "gc.{school}", "[Students, 'Staff']", '{env: "GROUPCALL_{SCHOOL}"}'
SUPPLIER = f"""\
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: groupcall}}
spec: # what it should have
  title: {TITLE}
  purpose: "{PURPOSE}"
  account:
    username: gc.{{school}}
    password: {{env: "GROUPCALL_{{SCHOOL}}"}}
  entities: [Students, 'Staff'] # nothing else
  writeBack:
    role: |-
      Till
    permissions:
      - Attendance
"""
WHOLE = f"{WORKSPACE}---\n{SCHOOL}---\n{SUPPLIER}"
ODD = HIDDEN.findall("".join(map(chr, range(0x110000))))
NAMED = ["\x85", "\u2028", "\u2029", "\ufeff", "\u200b", "\u00a0", "\u202e", "\u2066", "\u00ad", "\u3000", "\ufe0f"]


def bare(value: Any) -> Any:
    """What is desired, without places, and with the texts for people as they look."""
    if isinstance(value, Origin):
        return None
    if isinstance(value, str):
        seen = HIDDEN.sub("", value)
        return seen if seen in {TITLE, PURPOSE} else value
    if is_dataclass(value):
        return [bare(getattr(value, field.name)) for field in fields(value)]
    if hasattr(value, "items"):
        return [(bare(key), bare(part)) for key, part in value.items()]
    return [bare(part) for part in value] if isinstance(value, (tuple, list)) else value


MEANT = bare(load_text(WHOLE).desired)


@given(st.integers(0, len(WHOLE)), st.sampled_from(NAMED) | st.sampled_from(ODD))
@example(WHOLE.index(" # nothing") + 10, "\u2028")
@example(WHOLE.index("entities"), "\ufeff")
@example(WHOLE.index("gc.{school}") + 2, "\u200b")
def test_what_cannot_be_seen_changes_nothing_or_is_refused(place: int, character: str) -> None:
    """Wherever in a file it stands, and whichever it is; the place that is told is its own, or is on its line."""
    loaded = load_text(WHOLE[:place] + character + WHOLE[place:])
    if loaded.desired is not None:
        assert bare(loaded.desired) == MEANT
    elif not (place == 0 and character == "\ufeff"):
        line = WHOLE.count("\n", 0, place) + 1
        assert line in {problem.origin.line for problem in loaded.problems}, found(loaded)


@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.sampled_from(NAMED)), max_size=4))
def test_both_parsers_find_the_same_ones_at_the_same_places(put_in: list[tuple[int, str]]) -> None:
    """Which of them is there is no reason for another verdict, nor for another line."""
    text = WHOLE
    for place, character in put_in:
        text = text[:place] + character + text[place:]
    source = SourceText("a.yaml", text)
    fast, slow = hidden(source, yaml.CSafeLoader), hidden(source, yaml.SafeLoader)
    if max(len(fast), len(slow)) == len(hidden_in(text)):  # neither stopped at a mistake
        assert fast == slow


def supplier(before: str, after: str) -> list[str]:
    """What is wrong with the workspace where its supplier says something else, without the file."""
    assert before in SUPPLIER
    return [
        line.partition(":")[2]
        for line in found(load_text(SUPPLIER.replace(before, after) + f"---\n{WORKSPACE}---\n{SCHOOL}"))
    ]


ORDINARY = "Delete it, and type an ordinary space if you need one."


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_what_ends_a_line_for_some_is_refused_but_in_quotes(character: str) -> None:
    """A comment would end there for one reader, and go on for another; lines are counted as editors count them."""
    name = called(character)
    hidden_key = f"nothing else{character}  extraEntities: ignore"
    assert supplier("nothing else", hidden_key) == [f"10:47 yaml: There is {name} in a comment. ({ORDINARY})"]
    assert supplier(TITLE, f"Groupcall{character}Xporter")[0].startswith(f"5:19 yaml: There is {name} outside quotes.")
    assert supplier(PURPOSE, f"Moves{character}data") == []
    (below,) = supplier(f'{PURPOSE}"', f'Moves{character}data"\n  purpos: x')
    assert below.startswith("7:3 schema: `purpos` is not a key")


@pytest.mark.parametrize("character", ["\u202e", "\u2067"])
def test_what_turns_a_line_around_is_refused_everywhere(character: str) -> None:
    """Behind it a line is not read in the order in which it is; as a number it is seen."""
    name = called(character)
    (told,) = supplier("nothing else", f"nothing {character}else")
    assert told == f"10:43 yaml: There is {name} in a comment. ({ORDINARY})"
    (told,) = supplier(PURPOSE, f"Moves {character}data")
    assert told.startswith(f"6:19 yaml: There is {name} in a text in quotes.")
    assert supplier(PURPOSE, f"Moves \\u{ord(character):04x}data") == []


@pytest.mark.parametrize(
    ("before", "after", "place", "stray", "named"),
    [
        (USERNAME, "gc.{school}\u00a0", "8:26", "a no-break space (U+00A0)", "account.username"),
        (USERNAME, "gc\u200b.{school}", "8:17", "a zero-width space (U+200B)", "account.username"),
        (USERNAME, '"gc.{school} "', "8:15", "a space", "account.username"),
        (USERNAME, '" gc"', "8:15", "a space", "account.username"),
        (USERNAME, "gc\tx", "8:17", "a tab (U+0009)", "account.username"),
        (USERNAME, "|\n      gc", "8:15", "a line break (U+000A)", "account.username"),
        (USERNAME, "\u201cgc\u201d", "8:15", "a left double quotation mark (U+201C)", "account.username"),
        (USERNAME, "gc\u2013x", "8:17", "an en dash (U+2013)", "account.username"),
        (USERNAME, "gc\u2011x", "8:17", "a non-breaking hyphen (U+2011)", "account.username"),
        (USERNAME, "\u2032gc\u2032", "8:15", "a prime (U+2032)", "account.username"),
        (
            USERNAME,
            "\u00abgc\u00bb",
            "8:15",
            "a left-pointing double angle quotation mark (U+00AB)",
            "account.username",
        ),
        (USERNAME, "o\ufb03ce", "8:16", "a Latin small ligature ffi (U+FB03)", "account.username"),
        (USERNAME, "g\u0441", "8:16", "a Cyrillic small letter es (U+0441)", "account.username"),
        (USERNAME, '"gc\\u00a0"', "8:15", "a no-break space (U+00A0)", "account.username"),
        (ENTITIES, "[Students, Staff\u200b]", "10:29", "a zero-width space (U+200B)", "entities[2]"),
        (ENTITIES, "[Students, \u201cStaff\u201d]", "10:24", "a left double quotation mark (U+201C)", "entities[2]"),
        ("- Attendance", "- 'Attendance '", "15:9", "a space", "writeBack.permissions[1]"),
        ("Till\n", "Till\u2019s\n", "12:11", "a right single quotation mark (U+2019)", "writeBack.role"),
        (REFERENCE, "{env: \u201cPW\u201d}", "9:21", "a left double quotation mark (U+201C)", "account.password.env"),
        (REFERENCE, '{file: "C:\\temp\\new.txt"}', "9:22", "a tab (U+0009)", "account.password.file"),
        (REFERENCE, '{command: [op, "a\u200b"]}', "9:32", "a zero-width space (U+200B)", "account.password.command[2]"),
        (f'"{PURPOSE}"', '"a\\e[2Jb"', "6:12", "a control character (U+001B)", "purpose"),
    ],
)
def test_what_is_sent_or_compared_has_nothing_stray_in_it(
    before: str, after: str, place: str, stray: str, named: str
) -> None:
    """The character, its place and the key are told, and nothing else of that text."""
    (told,) = supplier(before, after)
    assert told.startswith(f"{place} stray-character: There is {stray} ")
    assert f" `spec.{named}`. (" in told


@pytest.mark.parametrize("key", ["by", "reason"])
@pytest.mark.parametrize("typed", ['" "', "'\u00a0'", '"\\u200b"', '"\u2800"'])
def test_nobody_vouches_or_accepts_with_a_text_that_shows_nothing(key: str, typed: str) -> None:
    """A name of invisible characters is the name of nobody."""
    waiver = (
        "apiVersion: reconciler/v1\nkind: Waiver\nmetadata: {name: w}\nspec:\n  schools: [greenfield]\n"
        "  supplier: groupcall\n  changes: [{action: revoke, name: Staff}]\n"
        "  reason: x\n  by: y\n  expires: 2027-03-31\n"
    )
    attestation = (
        "apiVersion: reconciler/v1\nkind: Attestation\nmetadata: {name: w}\nspec:\n  school: greenfield\n"
        '  supplier: groupcall\n  date: 2026-11-24\n  expires: 2027-11-24\n  facts: {roles: ["Third\\u00a0Party "]}\n'
        "  by: y\n"
    )
    value = {"by": "y", "reason": "x"}[key]
    if key == "by":
        (problem,) = load_text(f"{WHOLE}---\n{attestation.replace('by: y', f'by: {typed}')}").problems
        assert problem.message == "`spec.by` contains nothing visible."
    (problem,) = load_text(f"{WHOLE}---\n{waiver.replace(f'{key}: {value}', f'{key}: {typed}')}").problems
    assert problem.message == f"`spec.{key}` contains nothing visible."


@pytest.mark.parametrize("key", ['"write\\u200bBack"', "\u201cwriteBack\u201d", "writ\u0435Back"])
def test_a_key_is_what_it_looks_like(key: str) -> None:
    """In quotes and with an escape too."""
    (told,) = supplier("writeBack", key)
    assert " stray-character: There is a" in told
    assert " in a key. (" in told


def test_a_program_is_given_whatever_its_argument_is() -> None:
    """Its text may have several lines, and spaces where they are meant."""
    assert supplier(REFERENCE, '{command: [python, -c, "import x\\n\\tprint(x) "]}') == []


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ('"C:\\temp\\new.txt"', "'C:\\temp\\new.txt'"),
        ('"D:\\new\\remote"', "'D:\\new\\remote'"),
    ],
)
def test_a_path_in_double_quotes_has_a_way_out_that_works(typed: str, written: str) -> None:
    """In double quotes `\\t` is a tab; in single ones it is what it looks like."""
    (told,) = supplier(REFERENCE, f"{{file: {typed}}}")
    assert "Use single quotes, where a backslash is a backslash" in told
    assert supplier(REFERENCE, f"{{file: {written}}}") == []


@pytest.mark.parametrize("path", ["C:\\Users\\me", "C:\\me", "C:\\xampp", "\\\\server\\share"])
@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
def test_a_backslash_that_begins_nothing_is_told_as_that(path: str, loader: Any) -> None:
    """Whatever letter is behind it, by either parser, and never as a quote that is missing."""
    from reconciler.manifest.text.reader import read

    (problem,) = read(SourceText("a.yaml", f'a: {{file: "{path}"}}\n'), loader)[1]
    assert problem.message == "A backslash cannot be followed by this character."
    assert read(SourceText("a.yaml", f"a: {{file: '{path}'}}\n"), loader)[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "⚠️ mind",
        "👨‍👩‍👧",
        "1️⃣ first",
        "🏴󠁧󠁢󠁷󠁬󠁳󠁿 Wales",
        "❤️‍🔥",
        "Ysgol Tŷ Gŵyr",
        "O\u2019Brien",
        "naïve \u2013 \u201cquoted\u201d",
    ],
)
def test_pictures_and_other_languages_are_texts_like_any_other(text: str) -> None:
    """In a title, quoted or not, and in a comment."""
    assert supplier(TITLE, text) == []
    assert supplier(TITLE, f'"{text}"') == []
    assert supplier("nothing else", text) == []
    assert shows_nothing(text) is False


def test_lint_names_what_a_comment_hides() -> None:
    """As advice: it changes nothing there."""
    text = WHOLE.replace("nothing else", "nothing\u200b else").replace("what it", "what\u00a0it")
    told = [
        f"{one.origin.line}:{one.origin.column} {one.message}"
        for one in lint_text(text, DAY).problems
        if one.rule == "hidden-in-comment"
    ]
    assert told == [
        "13:13 There is a no-break space (U+00A0) in a comment.",
        "19:42 There is a zero-width space (U+200B) in a comment.",
    ]
    assert load_text(text).problems == ()


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u00a0\u3000", "\u2800\ufeff", "\n\t"])
def test_a_text_of_such_characters_alone_shows_nothing(text: str) -> None:
    """An empty name is none, however many characters it has."""
    assert shows_nothing(text)


def test_every_such_character_has_a_name() -> None:
    """With its number, and an article that fits."""
    for character in [*ODD, *BLANKS]:
        name = called(character)
        assert name.split()[0] in {"a", "an"}
        assert name.endswith(f"(U+{ord(character):04X})")
