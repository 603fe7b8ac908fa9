"""Slips of the keyboard: said where they are made, not where the parser stumbles; what is right stays right."""

from __future__ import annotations

import pytest
import yaml as pyyaml

from reconciler.manifest.text.parsers import FAST_LOADER
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import SourceText
from tests.manifest.workspaces import SCHOOL, SUPPLIER, WORKSPACE, found, load_text

IN_QUOTES = 'Put a text with { or [ in double quotes, like "{supplier}.{school}"'
NOT_A_NAME = (
    "This is not the name of an environment variable."
    " (Never write the password itself here. Write the name alone, without $ or %.)"
)
WHOLE = f"{WORKSPACE}---\n{SCHOOL}---\n{SUPPLIER}"
LONG_SCHOOL = SCHOOL.replace(
    "spec: {schoolId: 12345, platform: scomis}", "spec:\n  schoolId: 12345\n  platform: scomis"
)


def told(text: str) -> list[str]:
    """What is wrong with a workspace of one file, as `line:column message (hint)`, without file and rule."""
    return [line.split(":", 1)[1].replace(line.split()[1] + " ", "", 1) for line in found(load_text(text))]


def supplier(before: str, after: str) -> str:
    """The whole workspace with something else in the supplier."""
    assert before in SUPPLIER
    return WHOLE.replace(SUPPLIER, SUPPLIER.replace(before, after))


def school(before: str, after: str) -> str:
    """The whole workspace, the school written line by line, with something else in the school."""
    assert before in LONG_SCHOOL
    return WHOLE.replace(SCHOOL, LONG_SCHOOL.replace(before, after))


@pytest.mark.parametrize("loader", [FAST_LOADER, pyyaml.SafeLoader])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a:\n  b: {c}.{d}\n  e: f\n", f"2:9 There is something after the closing }}. ({IN_QUOTES})"),
        ("a: {b: {c}.{d}, e: f}\n", f"1:11 There is something after the closing }}. ({IN_QUOTES})"),
        ("a: [b] c\n", f"1:8 There is something after the closing ]. ({IN_QUOTES})"),
        ("a: {b: c.{d}, e: f}\n", f"1:10 {{ is not allowed inside a text. ({IN_QUOTES})"),
        ("a: {env: ${X}}\n", f"1:11 {NOT_A_NAME}"),
        ("a: {env: %X%}\n", f"1:10 {NOT_A_NAME}"),
        (
            "a: 'The school's timetable'\nb: c\n",
            "1:15 The text in quotes ended at the apostrophe."
            " (Write the apostrophe twice, or put the text in double quotes.)",
        ),
        (
            "- 'it' s'\n- b\n",
            "1:6 The text in quotes ended at the apostrophe."
            " (Write the apostrophe twice, or put the text in double quotes.)",
        ),
        (
            'a: ["The "best" one"]\n',
            "1:10 The text in quotes ended at this quote."
            " (Put a text with double quotes in single quotes.)",
        ),
        ("a:\n  schoolId:12345\n  b: c\n", "2:12 A space is missing after the colon. (Write key: value)"),
        ("a:\n  b: c\n\n  d:e\n\n# f\n---\ng: h\n", "4:5 A space is missing after the colon. (Write key: value)"),
        ("a:\n  b: c\n  url:https://x", "3:7 A space is missing after the colon. (Write key: value)"),
        ("a:\n  b:c\n  # d\n  e: f\n", "2:5 A space is missing after the colon. (Write key: value)"),
        ("```yaml\na: b\n```\n",
         "1:1 This line was copied from a page, and is not YAML. (Delete it, and others like it below.)"),
        ("a:\n  - b:c\n    d: e\n", "2:7 A space is missing after the colon. (Write key: value)"),
        *(
            (
                f"a: b\n{ruler}\nc: d\n",
                "2:1 This line does not separate manifests."
                " (Between two manifests, write a line that is only ---)",
            )
            for ruler in ("--", "----", "\u2014", "\u2013\u2013 ", "====", "***")
        ),
        ("a:\n  b: c\n ---\nd: e\n",
         "3:2 This line does not separate manifests. (Between two manifests, write a line that is only ---)"),
    ],
)  # fmt: skip
def test_a_slip_is_said_where_it_was_made(text: str, problem: str, loader: object) -> None:
    """With what to write instead, by either of PyYAML's parsers; the rest of the text is not repeated."""
    _, problems = read(SourceText("a.yaml", text), loader)
    assert [f"{p.origin.line}:{p.origin.column} {p.message} ({p.hint})" for p in problems] == [problem]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: {b: 'c'", "A comma or the closing } is missing."),
        ("a: ['b' 'c']", "A comma or the closing ] is missing."),
        ("a: [{b: c} {d: e}]", "A comma or the closing ] is missing."),
        ('a: {b: {c: d\ne: ["f"]', "A comma or the closing } is missing. It began on line 1."),
        ("a: [b]]", "This line is not in line with those above."),
        ("a: {b: {c}: d}", "A comma or the closing } is missing."),
        ("a: 'b", "A closing quote is missing."),
        ("a: '", "A closing quote is missing."),
        ("a:\n  https://x\n  b: c: d", "A colon is not allowed here."),
        ("-\n- a: b: c", "A colon is not allowed here."),
        ("- a:b\n- c: d: e", "A colon is not allowed here."),
        ("---\n: a: b", "This line is not in line with those above."),
    ],
)
def test_other_mistakes_are_not_taken_for_slips(text: str, message: str) -> None:
    """What resembles a slip and is none keeps its own message."""
    assert [problem.message for problem in read(SourceText("a.yaml", text))[1]] == [message]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            school("schoolId: 12345\n  platform: ", "schoolId:12345\n  platform:"),
            "9:3 `spec` must be a mapping (key: value), but this is a text."
            " (A space is missing after the colon. Write key: value)",
        ),
        (
            WHOLE.replace("schoolId: 1", "schoolId:1"),
            "8:8 `schoolId:12345` is not a key of `spec`. (A space is missing after the colon.)",
        ),
        (
            WHOLE.replace("metadata: {name: ex", "metadata:{name: ex"),
            "3:1 `metadata:{name` is not a key of a manifest. (A space is missing after the colon.)",
        ),
        (
            supplier("gc.{school}", "{school}"),
            f"15:15 `spec.account.username` must be a text, but this is a mapping. ({IN_QUOTES})",
        ),
        (
            supplier('{env: "GROUPCALL_{SCHOOL}"}', "{command: cat pw.txt}"),
            "16:25 `spec.account.password.command` must be a list, but this is a text."
            ' (Write it like [op, read, "op://MIS/groupcall-{school}/password"])',
        ),
        (
            supplier('{env: "GROUPCALL_{SCHOOL}"}', "{keyring: bromcom}"),
            "16:25 `spec.account.password.keyring` must be a mapping (key: value), but this is a text."
            ' (Write it like {service: reconciler, username: "groupcall.{school}"})',
        ),
    ],
)
def test_a_slip_that_is_yaml_all_the_same_is_one_problem(text: str, problem: str) -> None:
    """What parses, and means something else, has the same way out."""
    assert told(text) == [problem]


def test_a_line_of_dashes_that_was_forgotten_is_one_problem() -> None:
    """What follows is read as the manifest that it is, so that nothing else is complained about."""
    text = f"{WORKSPACE}spec: {{extraEntities: report}}\n{SCHOOL}---\n{SUPPLIER}"
    hint = "Write --- on its own line between two manifests."
    assert told(text) == [f"5:1 A line of three dashes is missing before line 5. ({hint})"]
    assert told(
        f"{SCHOOL}kind: Workspace\napiVersion: reconciler/v1\nmetadata: {{name: example}}\n---\n{SUPPLIER}"
    ) == [f"5:1 A line of three dashes is missing before line 5. ({hint})"]
    assert len(told(f"{WORKSPACE}{SCHOOL}{SUPPLIER}")) == 2


def test_what_follows_a_forgotten_line_is_checked_too() -> None:
    """Its problems stand at their places, anchors and merges of the manifest before it included."""
    text = f"{WORKSPACE}spec: &s {{}}\n<<: {{x: 1}}\n{SCHOOL.replace('scomis', 'scomsi, y: *s')}"
    assert [line.split(" (")[0] for line in told(text)] == [
        "5:6 `x` is not a key of a manifest.",
        "6:1 A line of three dashes is missing before line 6.",
        "9:46 This alias names an anchor that is not above it.",
    ]


def test_a_key_that_is_repeated_within_a_manifest_is_no_forgotten_line() -> None:
    """Where nothing but the head has been read, and for any other key, one of the two is to go."""
    for text in (WHOLE.replace("kind: School\n", "kind: School\nkind: School\n"), f"{WHOLE}spec: {{}}\n"):
        assert ["here twice" in line for line in told(text)] == [True]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (school("  schoolId", "\u00a0\u00a0schoolId"), "9:1 There is a no-break space (U+00A0) in the indentation."),
        (school("  platform", " \u00a0platform"), "10:2 There is a no-break space (U+00A0) in the indentation."),
        (school("schoolId: ", "schoolId:\u00a0"), "9:12 There is a no-break space (U+00A0) after the colon."),
        (school("schoolId", "school\u200bId"), "9:9 There is a zero-width space (U+200B) in a key."),
        (school("schoolId", "school\u00adId"), "9:9 There is a soft hyphen (U+00AD) in a key."),
        (school("schoolId", "school\u2060Id"), "9:9 There is a word joiner (U+2060) in a key."),
        (school("schoolId", "school\U000e0049Id"), "9:9 There is an invisible character (U+E0049) in a key."),
        (school("platform:", "platform\u202f:"), "10:11 There is a narrow no-break space (U+202F) in a key."),
        (school("api", "\ufeffapi"), "5:1 There is a byte order mark (U+FEFF) in the indentation."),
        (WHOLE.replace("{schoolId", "{\u00a0schoolId"), "8:8 There is a no-break space (U+00A0) in a key."),
        (WHOLE.replace("{schoolId: ", "{schoolId:\u00a0"), "8:17 There is a no-break space (U+00A0) after the colon."),
    ],
)
def test_a_character_that_cannot_be_seen_is_named(text: str, problem: str) -> None:
    """It is what its file is wrong with, and not the visible text that the parser or the schema blames."""
    assert told(text) == [f"{problem} (Delete it, and type an ordinary space if you need one.)"]


def test_every_line_with_such_a_character_is_told() -> None:
    """All at once; another file's problems are told as ever."""
    text = school("  schoolId: 12345\n  p", "\u00a0 schoolId: 12345\n\u00a0 p")
    assert [line.partition(" ")[0] for line in told(text)] == ["9:1", "10:1"]


def test_characters_that_cannot_be_seen_may_stand_in_texts() -> None:
    """Prose may hold them, at the beginning of a line too; and a mistake elsewhere is told as it is."""
    title = 'entities: [Students]\n  title: "Pay\u00a0& Go\u200b"\n  purpose: >\n    reads:\n    \u00a0much'
    assert told(supplier("entities: [Students]", title)) == []
    title = "entities: [Students]\n  title: Pay,\u00a0Go\n  purpos: x"
    assert [line.split(" (")[0] for line in told(supplier("entities: [Students]", title))] == [
        "19:3 `purpos` is not a key of `spec`."
    ]


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        ("Staff Locations", "A comma is missing: `Staff, Locations`?"),
        ("Students\n    staff", "A comma is missing: `Students, staff`?"),
        ("Student Contacts", "Did you mean `StudentContacts`?"),
        ("Staff Modules", "Write each name as one word, with a comma between two."),
        ("Lunar Modules", "Write each name as one word, with a comma between two."),
    ],
)
def test_two_entities_without_a_comma_are_an_error(names: str, hint: str) -> None:
    """A space in a name is no new name of Bromcom's."""
    text = supplier("[Students]", f"[{names}]")
    assert told(text) == [f"17:14 An entity name cannot contain a space: `{' '.join(names.split())}`. ({hint})"]


def test_the_hint_for_a_username_can_be_copied() -> None:
    """With the quotes that YAML needs there."""
    (line,) = told(supplier("username: gc.{school}", "firstName: Group"))
    assert line.endswith('username: "{supplier}.{school}")')
    assert told(supplier("gc.{school}", '"{supplier}.{school}"')) == []
