"""YAML as people type it: texts stay what was typed, places are kept, and tricks are refused."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.text.parsers import FAST_LOADER
from reconciler.manifest.text.reader import DEEPEST, read
from reconciler.manifest.text.source import SourceText
from tests.manifest.workspaces import SCHOOL, SUPPLIER, WORKSPACE, found, load_files, load_text

if TYPE_CHECKING:
    from reconciler.manifest.text.document import Document


def one(text: str) -> Document:
    """The one document of a text in which nothing is wrong."""
    documents, problems = read(SourceText("a.yaml", text))
    assert problems == []
    (document,) = documents
    return document


def wrong(text: str) -> list[str]:
    """What is wrong with a text, in one line each."""
    _, problems = read(SourceText("a.yaml", text))
    return [f"{problem.origin.line}:{problem.origin.column} {problem.message}" for problem in problems]


@pytest.mark.parametrize(
    "typed", ["no", "10:30", "2026-01-01", "1_000", "012", "0x1F", "1e3", "12345", "True", "<<", "="]
)
def test_a_plain_text_stays_what_was_typed(typed: str) -> None:
    """Nothing is taken for a number, a date or a truth value by its looks."""
    assert one(f"key: {typed}").data == {"key": typed}


@pytest.mark.parametrize("typed", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_a_missing_value_unless_it_is_quoted(typed: str) -> None:
    """The forms of YAML 1.2 for nothing are nothing; in quotes they are texts."""
    assert one(f"key: {typed}").data == {"key": None}
    assert one(f"key: '{typed}'").data == {"key": typed}


def test_a_number_is_read_where_the_schema_wants_one_and_only_there() -> None:
    """`schoolId` is a number, and a label of the same look a text."""
    school = SCHOOL.replace("primary", "2026").replace("name: greenfield", "name: 007")
    desired = load_text(f"{WORKSPACE}---\n{school}").desired
    assert desired is not None
    assert desired.schools["007"].school_id == 12345


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ('"12345"', "`spec.schoolId` must be a whole number, but this is a text. (Remove the quotes: 12345)"),
        ("1_000", "`spec.schoolId` must be a whole number, but this is a text. (Use digits only.)"),
        ("12.0", "`spec.schoolId` must be a whole number, but this is a text. (Use digits only.)"),
        ("0", "`spec.schoolId` cannot be less than 1. (Look up the School ID in Bromcom.)"),
        ("030071", "`spec.schoolId` begins with a zero. (Remove the zero, or check the number.)"),
        ('"01234"', "`spec.schoolId` begins with a zero. (Remove the zero, or check the number.)"),
        ("00", "`spec.schoolId` begins with a zero. (Remove the zero, or check the number.)"),
        ("9" * 400, "`spec.schoolId` must be a whole number, but this is a text. (Use digits only.)"),
        ("", "`spec.schoolId` has no value. (Write a whole number, or remove the key.)"),
        ("[1]", "`spec.schoolId` must be a whole number, but this is a list."),
    ],
)
def test_what_is_no_number_is_a_problem(typed: str, message: str) -> None:
    """Quotes, YAML 1.1 forms and fractions are refused, with the way out."""
    loaded = load_text(f"{WORKSPACE}---\n{SCHOOL.replace('schoolId: 12345', f'schoolId: {typed}')}")
    assert found(loaded) == [f"reconciler.yaml:8:18 schema: {message}"]


def test_a_name_does_not_end_in_a_line_break() -> None:
    """A name written as a block is refused, though `$` matches before a last line break in some languages."""
    loaded = load_text(WORKSPACE.replace("{name: example}", "\n  name: |\n    example\n"))
    assert [line.partition(": ")[2].partition(" (")[0] for line in found(loaded)] == ["There is a line break"]


@pytest.mark.parametrize("name", ["con", "nul", "prn", "aux", "com1", "com9", "lpt1", "lpt9"])
@pytest.mark.parametrize(("manifest", "own"), [(SCHOOL, "greenfield"), (SUPPLIER, "groupcall")])
def test_a_name_that_windows_keeps_for_itself_is_refused(name: str, manifest: str, own: str) -> None:
    """Files are named after schools and suppliers, and there no file can be called so, with whatever ending."""
    loaded = load_text(f"{WORKSPACE}---\n{manifest.replace(own, name)}")
    told = "`metadata.name` is a name that Windows reserves. (Files are named after it, so choose a longer name.)"
    assert told in [line.partition("schema: ")[2] for line in found(loaded)]


@pytest.mark.parametrize("name", ["con-school", "com", "com10", "nulls", "lpt"])
def test_a_name_that_begins_like_one_is_a_name(name: str) -> None:
    """Only the whole name is kept."""
    assert load_text(f"{WORKSPACE}---\n{SCHOOL.replace('greenfield', name)}").desired is not None


def test_soap_may_be_written_without_quotes() -> None:
    """`soap: 1.2` is not a fraction."""
    platform = "{readUrl: https://a.example/r, writeUrl: https://a.example/w, soap: 1.2, allowHttp: true}"
    school = SCHOOL.replace("scomis", "own")
    desired = load_text(f"{WORKSPACE}spec: {{platforms: {{own: {platform}}}}}\n---\n{school}").desired
    assert desired is not None
    assert (desired.schools["greenfield"].platform.soap, desired.schools["greenfield"].platform.allow_http) == (
        "1.2",
        True,
    )


def test_places_are_those_of_the_text() -> None:
    """Every key and value knows its line and column, behind an alias and a merge too."""
    document = one("a: &x {b: 1}\nc:\n  - *x\n  - {<<: *x, d: 2}\n")
    data = document.data
    assert document.key(data, "c") == ("a.yaml", 2, 1)
    assert document.value(data["c"], 0) == ("a.yaml", 3, 5)
    assert document.value(data["c"][0], "b") == ("a.yaml", 1, 11)
    assert document.key(data["c"][1], "b") == ("a.yaml", 1, 8)
    assert document.value(data["c"][1], "d") == ("a.yaml", 4, 17)


def test_a_key_may_have_an_anchor() -> None:
    """A name that is a key can be repeated as a value."""
    assert one("&name groupcall: 1\nsame: *name\n").data == {"groupcall": "1", "same": "groupcall"}


def test_merge_keys_fill_in_what_is_not_said() -> None:
    """What a mapping says itself wins, then the first of several sources."""
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {x: 0, <<: [*a, *b]}\n"
    assert one(text).data["c"] == {"x": "0", "y": "1", "z": "2"}
    assert wrong("a: {<<: 1}") == ["1:5 << takes a mapping, or a list of mappings."]


def test_duplicate_keys_are_refused_with_both_places() -> None:
    """Of two equal keys neither silently wins."""
    assert wrong("a: 1\nb: 2\n'a': 3\n") == ["3:1 This key is here twice. The first is at line 1, column 1."]
    assert len(wrong("a: {b: 1, b: 2, <<: {}, <<: {}}")) == 2


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!secret", "!!int", "!!binary", "!!set"])
def test_tags_are_refused(tag: str) -> None:
    """No tag makes anything else of a value, and none is quietly ignored."""
    assert wrong(f"a: {tag} '1'") == ["1:4 Manifests do not use tags such as !name."]
    assert wrong(f"a: {tag} [1]") == ["1:4 Manifests do not use tags such as !name."]
    assert wrong("a: !!str 1\nb: !!map {}\nc: !!seq []\nd: ! x") == []


def test_an_alias_bomb_is_refused() -> None:
    """Aliases may repeat values, not multiply them without end."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (problem,) = wrong("\n".join(lines))
    assert "Aliases repeat more than 100,000 values" in problem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &a [*a]", "1:8 This alias is inside the value that it repeats."),
        ("a: *b", "1:4 This alias names an anchor that is not above it."),
        ("a: &a x\n*a : b", "2:1 An alias (*name) cannot be a key."),
        ("{a: b}: c", "1:1 A key must be a plain word."),
        ("[" * (DEEPEST + 1), f"1:{DEEPEST + 1} This is nested more than {DEEPEST} levels deep."),
        (
            "a: &a [[[]]]\nb: " + "[" * (DEEPEST - 2) + "*a",
            f"2:{DEEPEST + 2} With this alias the nesting is more than {DEEPEST} levels deep.",
        ),
    ],
)
def test_what_cannot_be_data_is_refused(text: str, message: str) -> None:
    """Circles, unknown anchors, keys that are no words and endless nesting have a problem each."""
    assert wrong(text) == [message]


def test_nesting_that_the_parser_itself_refuses_is_called_that() -> None:
    """Newer parsers have a bound of their own, and read ahead: they may meet it before we meet ours."""
    (problem,) = wrong("[" * 40_000)
    assert "nested" in problem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b: c", "1:5 A colon is not allowed here."),
        ("a:\n\t- b", "2:1 This line is indented with a tab."),
        ("a: 'b", "1:6 A closing quote is missing."),
        ("a:\n- b\nc: [d\n", "3:6 A comma or the closing ] is missing."),
        ("a: {b: c\n", "1:9 A comma or the closing } is missing."),
        ("a: @b", "1:4 This character is not allowed here."),
        ('a: "\\q"', "1:5 A backslash cannot be followed by this character."),
        ("a: 1\nb\nc: 2", "3:1 A colon is missing. It began on line 2."),
        ("a: - b", "1:4 A list cannot begin here."),
        ("- a\nb: c", "2:1 This line is not in line with those above. It began on line 1."),
    ],
)
def test_a_syntax_error_is_said_in_plain_words(text: str, message: str) -> None:
    """The parser's jargon is translated, and the place is inside the file."""
    assert wrong(text) == [message]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a: é".encode("utf-16"), "a.yaml:1:1 file: This file is UTF-16, not UTF-8."),
        ("a: é".encode("utf-16-le"), "a.yaml:1:1 file: This file is UTF-16, not UTF-8."),
        (
            "a: b\nc: é".encode("cp1252"),
            "a.yaml:2:4 file: This character is not UTF-8. The file may be in an old Windows encoding.",
        ),
        (b"a: b\nc: \x00d", "a.yaml:2:4 file: The control character U+0000 is not allowed."),
        (b"a: b\r\nc: d\x1b[2J", "a.yaml:2:5 file: The control character U+001B is not allowed."),
    ],
)
def test_a_file_that_is_no_text_is_a_problem(content: bytes, message: str) -> None:
    """Wrong encodings and control characters are named, where they are."""
    loaded = load_files({"reconciler.yaml": WORKSPACE, "a.yaml": content})
    assert [line.split(" (")[0] for line in found(loaded)] == [message]


def test_a_byte_order_mark_and_windows_lines_do_no_harm() -> None:
    """Files that Notepad wrote load like any other, with the same places."""
    text = f"{WORKSPACE}---\n{SCHOOL}---\n{SUPPLIER}"
    plain = load_text(text)
    windows = load_files({"reconciler.yaml": b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()})
    assert plain.desired is not None
    assert windows == plain


def test_deep_nesting_does_not_crash_the_interpreter() -> None:
    """Forty thousand brackets, in which PyYAML's own composer dies of a segmentation fault, are one problem."""
    program = (
        "from reconciler.manifest.text.source import SourceText\n"
        "from reconciler.manifest.text.reader import read\n"
        "for text in ('[' * 40000, '{a: ' * 40000, '- ' * 40000, '? ' * 40000, '[' * 40000 + ']' * 40000):\n"
        "    print(len(read(SourceText('a', text))[1]))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.split()) == (0, ["1"] * 5), run.stderr


PIECES = st.sampled_from(
    [
        "a",
        "b: ",
        "- ",
        "\n",
        "  ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        ": ",
        "'",
        '"',
        "&x ",
        "*x",
        "<<: ",
        "|\n",
        "# c\n",
        "---\n",
        "?",
        "!t ",
        "é",
        "~",
        "1",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_both_parsers_of_pyyaml_give_the_same(text: str) -> None:
    """Where libyaml is missing the pure parser reads the same data at the same places, or finds it wrong too."""
    fast, fast_problems = read(SourceText("a", text), FAST_LOADER)
    pure, pure_problems = read(SourceText("a", text), pyyaml.SafeLoader)
    if not fast_problems and not pure_problems:
        assert [document.data for document in fast] == [document.data for document in pure]
        places = [[document.origin for document in documents if document.data] for documents in (fast, pure)]
        assert places[0] == places[1]
