"""The machine does not decide what is valid: with and without libyaml every text has the same verdict and data, and
what readers of YAML 1.2 take for something else is refused."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.formatting import InvalidYaml, normal_form
from reconciler.manifest.text.hidden_characters import with_hidden
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import BadTextError, SourceText, decode
from tests.formatting.texts import HEAD
from tests.manifest.test_one_mistake import SUPPLIERS

LOADERS = [yaml.CSafeLoader, yaml.SafeLoader]
QUESTION = "YAML readers disagree about a ? between brackets."
COLON = "YAML readers disagree about a colon without a space after it."
MARK = "YAML readers disagree about where this mark ends."
TAB = "This line is indented with a tab."
DIRECTIVE = "Manifests do not use directives (lines that begin with %)."


def verdict(text: str, loader: Any) -> list[Any] | None:
    """The data of a text; None for one that is refused."""
    try:
        source = SourceText("a.yaml", decode(text.encode()))
    except BadTextError:
        return None
    documents, problems = read(source, loader)
    return None if with_hidden(source, problems) else [document.data for document in documents]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a:\n\t- b\n", "2:1", TAB),
        ("a: b\n\t\nc: d\n", "2:1", TAB),
        ("a: b\n \t# c\n", "2:2", TAB),
        ("a: [\n\tb]\n", "2:1", TAB),
        ("a: b\n  \tc\n", "2:3", TAB),
        ("a: |\n  \tb\n", "2:3", TAB),
        ("a: |\n \t\n  b\n", "2:2", TAB),
        ("%FOO bar\n---\na: b\n", "1:1", DIRECTIVE),
        ("%YAML 1.3\n---\na: b\n", "1:1", DIRECTIVE),
        ("%YAML 1.1#\n---\na: b\n", "1:1", DIRECTIVE),
        ("%YAML\t1.1\n---\na: b\n", "1:1", DIRECTIVE),
        ("%TAG ! tag:x,2026:\n---\na: b\n", "1:1", DIRECTIVE),
        ("a: b\n...\n%YAML 1.2\n---\na: b\n", "3:1", DIRECTIVE),
        ("{ ?foo: bar }\n", "1:3", QUESTION),
        ("a: [?x]\n", "1:5", QUESTION),
        ("a: {b: why?}\n", "1:8", QUESTION),
        ("a: [b?c]\n", "1:5", QUESTION),
        ("a: {b:}\n", "1:6", COLON),
        ("a: {b:, c: d}\n", "1:6", COLON),
        ("a: {b:[c]}\n", "1:6", COLON),
        ("a: ># b\n  c\n", "1:4", "YAML readers disagree about what follows | or > directly."),
        ("a: |\t\n  b\n", "1:4", "YAML readers disagree about what follows | or > directly."),
        ("a: &b:c d\n", "1:4", MARK),
        ("a: {b: !!str, c: d}\n", "1:8", MARK),
    ],
)
def test_what_readers_disagree_about_is_refused(text: str, place: str, message: str, loader: Any) -> None:
    """By either parser; where one of the two gets so far, with the place and in the same words."""
    _, problems = read(SourceText("a.yaml", text), loader)
    assert problems
    told = f"{problems[0].origin.line}:{problems[0].origin.column}", problems[0].message
    others = [read(SourceText("a.yaml", text), other)[1][0] for other in LOADERS]
    assert told == (place, message) or message in {other.message for other in others}
    assert problems[0].hint


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a:\tb\t# c\nd:\t[e,\tf]\t\n", {"a": "b", "d": ["e", "f"]}),
        ("a: b\tc \t d\n", {"a": "b\tc \t d"}),
        ("a: 'b\n  \tc'\n# \td\n", {"a": "b c"}),
        ("a: | \t\n  b\n  \tc\n", {"a": "b\n\tc\n"}),
        ("--- \t\na: b\n", {"a": "b"}),
        ("# c\n%YAML 1.1\n---\na: b\n", {"a": "b"}),
        ("%YAML 1.2 # c\n---\na: b\n", {"a": "b"}),
        ('a: {b: "why?", "c":[d]}\n', {"a": {"b": "why?", "c": ["d"]}}),
        ("a: why?\nb: 50% of it\nc: http://x?y=z\n", {"a": "why?", "b": "50% of it", "c": "http://x?y=z"}),
        ("a: [http://x:1, b:c]\n", {"a": ["http://x:1", "b:c"]}),
        ("? a\n: b\n", {"a": "b"}),
        ("a: &b c\nd: [*b, {e: *b}]\n", {"a": "c", "d": ["c", {"e": "c"}]}),
        ("a: > # b\n  c\n", {"a": "c\n"}),
    ],
)
def test_what_they_agree_about_is_read(text: str, data: Any, loader: Any) -> None:
    """Tabs between two things on a line, marks in texts, and the usual directive."""
    assert verdict(text, loader) == [data]


@pytest.mark.parametrize("text", ["{ ?foo: bar }", "&a:b c", "[x?]"])
def test_fmt_changes_nothing_that_another_reader_takes_for_something_else(text: str) -> None:
    """It leaves such a file alone, in the words of `validate`."""
    assert isinstance(normal_form("a.yaml", f"{HEAD}  title: {text}\n".encode()), InvalidYaml)


PIECES = st.sampled_from(
    ["a", "b: ", "- ", "\n", "  ", "{", "}", "[", "]", ", ", ": ", "'", '"', "&x ", "*x", "<<: ", "|\n", ">-\n",
     "# c\n", "---\n", "...\n", "?", "? ", "!t ", "!!str ", "\u00e9", "~", "1", "\t", " \t", "%", "%YAML 1.2\n",
     ":", "-", ",", "#", " ", ">", "|", "!", "&", "*", "@", "`", "\\", "\u2028", "\x85", "\ufeff", "'x'", '"y"',
     "\r\n", "|2\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("".join))
@example("a: b\t\nseq:\t\n - a\t\nc: d\t#X\n")
@example('"\\UFFFFFFFF"')
@example('a: "\\ud800"')
@example("!\t# c\n# c\n0%# c\n")
@example("|\t")
def test_every_text_has_one_verdict(text: str) -> None:
    """Whichever parser is there."""
    assert verdict(text, yaml.CSafeLoader) == verdict(text, yaml.SafeLoader)


@given(st.integers(0, len(SUPPLIERS) - 1), st.integers(0, 3), PIECES, st.integers(0, len(SUPPLIERS) - 1), PIECES)
def test_every_damaged_manifest_has_one_verdict(first: int, gone: int, piece: str, second: int, other: str) -> None:
    """With something typed into it, and something lost."""
    text = SUPPLIERS[:first] + piece + SUPPLIERS[first + gone :]
    text = text[:second] + other + text[second:]
    assert verdict(text, yaml.CSafeLoader) == verdict(text, yaml.SafeLoader)


def test_without_libyaml_the_other_parser_is_taken() -> None:
    """A machine that lacks it says the same."""
    program = (
        "import yaml\n"
        "del yaml.CSafeLoader\n"
        "from reconciler.manifest.text.source import SourceText\n"
        "from reconciler.manifest.text.reader import read\n"
        "for text in ('a:\\tb\\t# c', 'a: {b: why?}', '%FOO\\n---\\na: b'):\n"
        "    documents, problems = read(SourceText('a', text))\n"
        "    print([document.data for document in documents], len(problems))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines() == ["[{'a': 'b'}] 0", "[] 1", "[] 1"], run.stderr
