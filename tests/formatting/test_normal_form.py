"""The normal form at the edges: texts that no file of the checkout can hold, and files that have none."""

from __future__ import annotations

import pytest
import yaml

from reconciler.formatting import InvalidYaml, LeftUnchanged, NoManifest, NormalForm, normal_form
from reconciler.formatting.laws import keep_laws
from reconciler.formatting.lexemes import lexemes
from reconciler.formatting.nodes import LeftAlone
from reconciler.manifest.text.source import SourceText
from tests.docs.shown import PAGES, blocks
from tests.formatting.texts import HEAD, UNEVEN, after, meaning
from tests.manifest.workspaces import load_text


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  purpose: |\n      text", "  purpose: |-\n    text\n"),
        ("  purpose: |+\n      text", "  purpose: |-\n    text\n"),
        ("  purpose: >-\n      text", "  purpose: >-\n    text\n"),
        ("  purpose: |\n      text\n", "  purpose: |\n    text\n"),
        ("  purpose: |\n      text\n      \n\n", "  purpose: |\n    text\n"),
        ("  purpose: |+\n      text\n\n\n", "  purpose: |+\n    text\n\n\n"),
        ("  purpose: |\n   text  \n\n     \n", "  purpose: |\n    text  \n\n      \n"),
        ("  purpose: |\n  \n   text\n", "  purpose: |\n\n    text\n"),
        ("  purpose: |\n\n", "  purpose: |\n"),
    ],
)
def test_a_block_of_text_keeps_every_blank_that_is_part_of_it(typed: str, normal: str) -> None:
    """Where the file ends in the middle of its last line too: then the text has no break there."""
    assert after(HEAD + typed) == HEAD + normal
    assert meaning(HEAD + typed) == meaning(HEAD + normal)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("  title: One   \n", "  title: One\n"),
        ("  title: One # a comment  \t\n", "  title: One # a comment\n"),
        ("  title:\tOne\t# a comment\n", "  title: One # a comment\n"),
        ("  title: One # the end", "  title: One # the end\n"),
        ("  title: One\n  # the end", "  title: One\n  # the end\n"),
        ("  title: One\n\n\n\n  via: account\n \n  \n", "  title: One\n\n  via: account\n"),
        ("\n\n  title: One\n", "  title: One\n"),
        ('  title: "One  \n\n     two " # c\n', '  title: "One\n\n    two " # c\n'),
        ("  title: ~\n  purpose:\n  via: # nothing\n", "  title: ~\n  purpose:\n  via: # nothing\n"),
        ("  title: 'Schule am Teich \U0001f600'\n", "  title: Schule am Teich \U0001f600\n"),
        ("  title: 'a\u00a0b'\n", '  title: "a\u00a0b"\n'),
        ("  title: " + "'" + "long " * 100 + "end'\n", "  title: " + "long " * 100 + "end\n"),
    ],
)
def test_lines_end_where_they_say_no_more(typed: str, normal: str) -> None:
    """Blanks at their ends, tabs and rows of blank lines go."""
    assert after(HEAD + typed) == HEAD + normal


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (f"{HEAD}  title: a\n---\nservices: {{}}\n", 7, "this document is not a manifest"),
        (f"%YAML 1.1\n---\n{HEAD}  title: a\n", 1, "a line that begins with % is a directive"),
        (f"{HEAD}  ? |\n    title\n  : a\n", 7, "a key cannot have several lines"),
    ],
)
def test_a_file_that_has_no_normal_form_says_why(text: str, line: int, reason: str) -> None:
    """With the line that it is about."""
    done = normal_form("a.yaml", text.encode())
    assert isinstance(done, LeftUnchanged), done
    assert (done.origin.file, done.origin.line) == ("a.yaml", line)
    assert reason in done.reason


@pytest.mark.parametrize(
    "text", ["", "\n# nothing\n", "a: b\n", "- a\n", "text\n", "kind: Supplier\n", "--- {}\n---\n"]
)
def test_what_holds_no_manifest_is_none_of_our_business(text: str) -> None:
    """However it is written."""
    assert normal_form("a.yaml", text.encode()) == NoManifest()


@pytest.mark.parametrize("content", [b"a: [\n", b"a: 1\na: 2\n", b"\xff\xfea\0", b"\xe9", b"a: \x07\n", b"a: *b\n"])
def test_what_cannot_be_read_is_not_touched(content: bytes) -> None:
    """Its problems say where and why."""
    done = normal_form("a.yaml", content)
    assert isinstance(done, InvalidYaml)
    assert done.problems


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("  title: a # b\n", "  title: a\n", "lose or repeat this comment"),
        ("  title: a # b\n", "  title: a # b\n  # b\n", "lose or repeat this comment"),
        ("  title: a\n", "  title: a # new\n", "lose or repeat this comment"),
        ("  title: a\n", "  title: A\n", "say something else"),
        ("  title: a\n", "  title: a\n  via: account\n", "say something else"),
        ("  title: a\n", "  title: a\n---\n", "say something else"),
        ("  entities: [staff]\n", "  entities: [Students]\n", "say something else"),
        ("  entities: [Staff]\n", "  entities: [staff]\n", "say something else"),
        ("  entities: [staff, students]\n", "  entities: [Students, Staff]\n", "say something else"),
        ("  title:\n", '  title: ""\n', "say something else"),
        ("  title: a\n", "  title: [\n", "not be valid YAML"),
    ],
)
def test_no_text_that_breaks_a_law_is_taken(before: str, after: str, reason: str) -> None:
    """Whatever made it: the check looks at the two texts alone."""
    with pytest.raises(LeftAlone, match=reason):
        keep_laws(SourceText("a.yaml", HEAD + before), SourceText("a.yaml", HEAD + after))


def test_a_number_that_is_put_in_quotes_breaks_a_law() -> None:
    """To the schema it is a text then."""
    school = "apiVersion: reconciler/v1\nkind: School\nmetadata: {name: a}\nspec: {platform: scomis, schoolId: %s}\n"
    with pytest.raises(LeftAlone, match="say something else"):
        keep_laws(SourceText("a.yaml", school % "12345"), SourceText("a.yaml", school % '"12345"'))


def test_two_thousand_suppliers_in_one_file() -> None:
    """Each comes out as it would alone."""
    one = HEAD + "  entities:\n  - staff # why\n  title: 'One'\n"
    assert after("---\n".join([one] * 2000)) == "---\n".join([after(one)] * 2000)


def test_both_parsers_find_the_same() -> None:
    """Where libyaml is missing, PyYAML's own scanner does the work."""
    text = after(UNEVEN) + UNEVEN.replace("# yaml", "---\n# yaml", 1)
    fast, slow = ([str(one) for one in lexemes(text, loader)] for loader in (yaml.CSafeLoader, yaml.SafeLoader))
    strip = [[line.partition("raw=")[2] for line in found] for found in (fast, slow)]
    assert strip[0] == strip[1]
    assert isinstance(normal_form("a.yaml", text.encode()), NormalForm)


def test_the_docs_write_manifests_in_normal_form() -> None:
    """What people copy from there needs no change."""
    shown = [block for page in PAGES if page.name != "rules.md" for block in blocks(page)]
    done = [normal_form(block.place, block.text.encode()) for block in shown if block.language == "yaml"]
    manifests = [one for one in done if isinstance(one, NormalForm)]
    assert manifests
    assert [one.after.text for one in manifests] == [one.before.text for one in manifests]


@pytest.mark.parametrize(
    "line",
    [
        "title: a # \u2028  purpose: b",
        "title: a\u200b",
        "title: 'a\u202e'",
        "title: a\r  purpose: b",
        "title: [a",
    ],
)
def test_what_is_wrong_is_told_in_the_words_of_validate(line: str) -> None:
    """The same fault has the same place and the same way out, whoever finds it."""
    text = f"{HEAD}  {line}\n"
    done = normal_form("reconciler.yaml", text.encode())
    assert isinstance(done, InvalidYaml)
    told = [problem for problem in load_text(text).problems if problem.rule in {"yaml", "file"}]
    assert list(done.problems) == told


def test_what_a_comment_hides_is_told_and_left() -> None:
    """The file is brought into normal form all the same; what ends a line for some readers alone may stay in quotes."""
    done = normal_form("a.yaml", f"{HEAD}  purpose: 'b\u2028c' # d\u200be\n  title: a\n".encode())
    assert isinstance(done, NormalForm)
    assert done.content == f'{HEAD}  title: a\n  purpose: "b\u2028c" # d\u200be\n'
    assert [(one.origin.line, one.origin.column) for one in done.remarks] == [(5, 21)]
