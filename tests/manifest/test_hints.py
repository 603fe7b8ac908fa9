"""A hint that is printed validates when it is pasted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.catalogue import entities
from reconciler.manifest.schema.remedies import as_typed
from reconciler.manifest.text.reader import read
from reconciler.manifest.text.source import SourceText
from reconciler.model.problem import Severity
from tests.manifest.workspaces import SCHOOL, SUPPLIER, WORKSPACE, load_files, load_text

if TYPE_CHECKING:
    from reconciler.model.problem import Problem

OTHER_SCHOOL = (
    "apiVersion: reconciler/v1\nkind: School\nmetadata: {name: riverside}\nspec: {schoolId: 12346, platform: scomis}\n"
)
BODY = SUPPLIER.replace("  entities: [Students]\n", "")
REFERENCE = '{env: "GROUPCALL_{SCHOOL}"}'


def workspace(supplier: str) -> str:
    """A whole workspace with this supplier."""
    return f"{supplier}---\n{WORKSPACE}---\n{SCHOOL}---\n{OTHER_SCHOOL}"


def replaced(text: str, line: int, column: int, new: str) -> str:
    """The text with the value that begins at a place, and the lines of it below, written anew."""
    lines = text.split("\n")
    start = lines[line - 1][: column - 1]
    end = line
    while lines[end].strip() and not re.match(r"\s*(\w+:|---)", lines[end]):  # the value goes on there
        end += 1
    bare = r"[^,}\]\n#]*" if start.count("[") + start.count("{") > start.count("]") + start.count("}") else ".*"
    rest = re.match(rf"(\[[^\]]*\]|\{{[^}}]*\}}|'[^']*'|\"[^\"]*\"|{bare})(.*)", lines[line - 1][column - 1 :])
    assert rest is not None
    return "\n".join([*lines[: line - 1], f"{start}{new}{rest[2]}", *lines[end:]])


# What stands in a hint to be pasted: the whole value, an item, a whole name.
PASTED = (
    re.compile(r"(?:[Ww]rite it as a list|to make separate names): (?P<value>.*)"),
    re.compile(r"Write it like (?P<value>\{.*\}|\[.*\]|.+?)(?:,| or |$)"),
    re.compile(r"A comma is missing: `(?P<value>.*)`\?"),
    re.compile(r"Did you mean `(?P<value>[^`]*)`\?"),
    re.compile(r"Remove the quotes: (?P<value>\S+)"),
    re.compile(r"Write one of: (?P<value>\w+)"),
    re.compile(r"^Write (?P<value>[a-z]+)$"),
    re.compile(r"Write (?:- )?(?P<value>[A-Z]\w*)$"),
    re.compile(r"^(?P<gone>Remove the key)"),
)


def mended(text: str, problem: Problem) -> str | None:
    """The text with the hint of a problem pasted; None where there is nothing to paste."""
    for pattern in PASTED:
        found = pattern.search(problem.hint)
        if found and found.groupdict().get("gone"):
            return "\n".join(line for number, line in enumerate(text.split("\n"), 1) if number != problem.origin.line)
        if found:
            return replaced(text, problem.origin.line, problem.origin.column, found["value"])
    return None


@pytest.mark.parametrize(
    "lines",
    [
        "entities:\n    Students\n    Staff",
        "entities: Students Staff",
        "entities: Students, Staff",
        "entities: 'Students, Staff'",
        "entities:\n    -Students\n    -Staff",
        "entities:\n    \u2013 Students\n    \u2013 Staff",
        "entities: ['Students, Staff']",
        "entities: [Students Staff]",
        "entities:\n  - name: Students\n  - Staff",
        "entities:\n  - Students: true\n  - Staff",
        "entities: [{name: Students}, Staff]",
        "entities: [Studnets]",
        "schools: greenfield",
        "schools: greenfield riverside",
        "schools: all",
        "schools: [greenfeild]",
        "writeBack: {role: x, permissions: Dinner Money}",
        "writeBack:\n    role: x\n    permissions:\n      Dinner Money\n      Attendance",
        "writeBack: {role: x, permissions: 'a: b, [c]'}",
        "consent: {needs: students}",
        "contractEnd: 31/08/2027",
        "reviewBy: next year",
        "extraEntities: reprot",
        "extraEntities: never",
        "entities: none",
        "entities:\n    1. Students\n    2. Staff",
        "entities: {Students: true}",
        "schools: {labels: primary}",
        "schools: [{name: greenfield}]",
        "writeBack: None",
        "writeBack: Attendance",
        "writeBack: [Attendance]",
        "writeBack: false",
        "writeBack: {role: x, permissions: none}",
        "writeBack: {role: x, licence: none}",
        "overrides: [{schools: [greenfield], writeBack: Attendance}]",
    ],
)
def test_a_hint_for_a_supplier_can_be_pasted(lines: str) -> None:
    """In the place that is told; then nothing is wrong any more."""
    text = workspace(f"{BODY}  {lines}\n")
    (problem,) = load_text(text).problems
    pasted = mended(text, problem)
    assert pasted is not None, problem.hint
    assert [one.message for one in load_text(pasted).problems if one.severity is Severity.ERROR] == [], pasted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (REFERENCE, "{env:PW}"),
        (REFERENCE, "{file:pw.txt}"),
        (REFERENCE, "{command: cat pw.txt}"),
        (REFERENCE, "{keyring: bromcom}"),
        ("platform: scomis", "platform: scomsi"),
        ("schoolId: 12345", "schoolId: '12345'"),
        ("labels: {phase: primary}", "labels: primary"),
        ("kind: School", "kind: Shool"),
    ],
)
def test_a_hint_for_a_value_can_be_pasted(before: str, after: str) -> None:
    """Whatever it is of."""
    text = workspace(f"{BODY}  entities: [Students]\n").replace(before, after, 1)
    (problem, *_) = load_text(text).problems
    pasted = mended(text, problem)
    if pasted is not None:
        assert load_text(pasted).desired is not None, pasted
    else:
        assert problem.hint == ""


@pytest.mark.parametrize(
    ("lines", "place", "told"),
    [
        (
            "entities:\n<<<<<<< HEAD\n  - Students\n=======\n  - Staff\n>>>>>>> main",
            "9:1",
            "A merge is unfinished here, up to line 13."
            " (Keep what is right of the two sides, and delete lines 9, 11 and 13.)",
        ),
        (
            "entities:\n  - Students\n    - Staff\n    - Locations",
            "10:5",
            "YAML reads this line as part of the item above it. (Begin every item with - in the same column.)",
        ),
        (
            "entities:\n   - Students\n  - Staff",
            "10:3",
            "This line is not in line with those above. (Begin each item with - in the same column.)",
        ),
        (
            "entities:\n  \u2013 Students\n  \u2013 Staff",
            "10:3",
            "A list item begins with -, but this is an en dash (U+2013). (Type - and a space.)",
        ),
        (
            "entities:\n  - Students\n  \u2014 Staff",
            "10:3",
            "A list item begins with -, but this is an em dash (U+2014). (Type - and a space.)",
        ),
        (
            "entities:\n<<<<<<< HEAD\n  - Students\n||||||| 1cdaa84\n=======\n  - Staff\n>>>>>>> main",
            "9:1",
            "A merge is unfinished here, up to line 14."
            " (Keep what is right between them, and delete lines 9, 11, 12 and 14.)",
        ),
        (
            "entities: [\n  Students,\n<<<<<<< HEAD\n  Staff,\n=======\n  Rooms,\n>>>>>>> main\n  ]",
            "10:1",
            "A merge is unfinished here, up to line 14."
            " (Keep what is right of the two sides, and delete lines 10, 12 and 14.)",
        ),
        (
            "entities:\n  - Students\n>>>>>>> main",
            "10:1",
            "This line is left over from a merge. (Delete it, and check the lines around it.)",
        ),
        (
            "entities:\n  - Students\n  -Staff",
            "10:4",
            "A space is missing after the -. (Write - and a space before each item.)",
        ),
        (
            "entities:\n  - Students\n  \u25aa Staff",
            "10:3",
            "A list item begins with -, but this is a black small square (U+25AA). (Type - and a space.)",
        ),
        (
            "entities:\n  - Students\n  \uf0b7 Staff",
            "10:3",
            "A list item begins with -, but this is a sign of a font (U+F0B7). (Type - and a space.)",
        ),
        (
            "entities:\n  - Students\n  -\tStaff",
            "10:4",
            "This line is indented with a tab. (Use spaces, not Tab.)",
        ),
        (
            "title\uff1a Till\n  entities: [Students]",
            "8:8",
            "This is a fullwidth colon (U+FF1A), not a colon. (Type : and a space.)",
        ),
        (
            "entities:\n  * Students\n  * Staff",
            "9:3",
            "A list item begins with -, but this is an asterisk (U+002A). (Type - and a space.)",
        ),
    ],
)
def test_a_slip_in_a_list_is_told_as_that(lines: str, place: str, told: str) -> None:
    """Where it was made, with no more of the list than the line."""
    (problem,) = load_text(workspace(f"{BODY}  {lines}\n")).problems
    assert f"{problem.origin.line}:{problem.origin.column}" == place
    assert f"{problem.message} ({problem.hint})" == told


LINE_EACH = "Write each name on its own line, with - and a space before it."


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("entities:\n    Students:\n    Staff:", "Write it as a list: [Students, Staff]"),
        ("entities: [[Students]]", "A list cannot be an item of another list: write out its items here."),
        ("entities:\n  -", "Write a text or a mapping (key: value), or remove the item."),
        ("entities: [{bundle:x}]", "A space is missing after the colon."),
        ("writeBack: {role: x, permissions: none}", "For none, write it as a list: []"),
        ("entities:\n  - Students, Staff", LINE_EACH),
        ("entities:\n  - Students Staff", LINE_EACH),
        ("entities:\n  - 'Students; Staff'", LINE_EACH),
        ("entities: '*'", "List each one: there is no word for all."),
        ("entities: all", "List each one: there is no word for all."),
        ("schools: none", "Name at least one school."),
    ],
)
def test_a_hint_in_words_says_what_to_type(lines: str, told: str) -> None:
    """Where there is nothing that could be pasted at the place."""
    assert [one.hint for one in load_text(workspace(f"{BODY}  {lines}\n")).problems] == [told]


def test_a_label_whose_colon_has_no_space_is_told_as_that() -> None:
    """Not as a label that nothing is written for."""
    (problem,) = load_text(WHOLE.replace("{phase: primary}", "{phase:primary}")).problems
    assert (problem.message, problem.hint) == ("A space is missing after the colon.", "Write key: value")


@pytest.mark.parametrize("label", ["'phase '", '" phase"'])
def test_a_space_at_the_end_of_a_label_s_name_is_told(label: str) -> None:
    """No supplier that names the label would be at the school."""
    (problem,) = load_text(WHOLE.replace("{phase: primary}", f"{{{label}: primary}}")).problems
    assert (problem.rule, problem.hint) == ("stray-character", "Remove it.")


@pytest.mark.parametrize("number", ["\uff11\uff12", "\u0661\u0662", "' 12'", "12,345"])
def test_a_number_is_not_told_to_be_pasted_that_is_none(number: str) -> None:
    """Digits of other alphabets are no digits to a schema."""
    assert "remove the quotes" not in str(load_text(WHOLE.replace("12345", number)).problems)


@pytest.mark.parametrize("limit", ["none", "10", "[10, 30%]"])
def test_a_limit_that_is_no_mapping_is_told_how_one_is_written(limit: str) -> None:
    """With count and share."""
    text = WHOLE.replace(
        "metadata: {name: example}\n", f"metadata: {{name: example}}\nspec: {{limits: {{revoke: {limit}}}}}\n"
    )
    (problem,) = load_text(text).problems
    assert problem.hint == "Write it like {count: 10, share: 30%}"
    assert (
        load_text(replaced(text, problem.origin.line, problem.origin.column, "{count: 10, share: 30%}")).problems == ()
    )


def test_a_list_of_75_names_is_not_quoted() -> None:
    """Neither as one item, nor as one text."""
    names = sorted(entity.name for entity in entities().values())[:75]
    deeper = "\n    - ".join(names)
    for lines in (f"entities:\n  - {deeper}", "entities:\n    " + "\n    ".join(names)):
        for problem in load_text(workspace(f"{BODY}  {lines}\n")).problems:
            assert len(f"{problem.message} {problem.hint}") < 250


def test_a_reference_in_no_braces_is_told_as_that() -> None:
    """Not as a text that wants quotes, which would make a password of it."""
    (problem,) = load_text(workspace(BODY.replace(REFERENCE, "env: PW"))).problems
    assert (problem.message, problem.hint) == (
        "A reference to a password needs braces.",
        "Write it like {env: NAME}",
    )


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, max_size=4))
def test_a_list_as_it_is_typed_is_that_list(items: list[str]) -> None:
    """Whatever characters its texts have; what cannot be seen is written as it is, and is told of in its turn."""
    seen = ["".join(filter(str.isprintable, item)) for item in items]
    documents, problems = read(SourceText("a.yaml", f"a: {as_typed(seen)}\n"))
    assert problems == []
    assert documents[0].data == {"a": seen}


WHOLE = workspace(f"{BODY}  entities: [Students]\n")


@pytest.mark.parametrize(
    "copy",
    [
        "all - Copy.yaml",
        "all - Copy (2).yaml",
        "all (1).yaml",
        "all copy.yaml",
        "all copy 3.yaml",
        "Copy of all.yaml",
        "Copy (2) of all.yaml",
        "all.bak.yaml",
        "all_old.yaml",
        "all(1).yaml",
        "all - Copy - Copy.yaml",
        "all - Backup.yaml",
        "all.yaml.bak.yaml",
        "all_LOCAL_4711.yaml",
        "all_conflict-20261124-120000.yaml",
        "all.sync-conflict-20261124-120000-ABCDEFG.yaml",
        "all [Recovered].yaml",
        "all (Autosaved).yaml",
        "old/all.yaml",
        "Backup/all.yaml",
        "all (J. Smith's conflicted copy 2026-11-24).yaml",
    ],
)
def test_a_copy_is_asked_about_and_the_original_is_not_blamed(copy: str) -> None:
    """However programs and people call a copy."""
    (problem,) = load_files({"all.yaml": WHOLE, copy: WHOLE}).problems
    assert (problem.origin, problem.message) == (
        (copy, 1, 1),
        "This file looks like a copy of `all.yaml`, and declares the same.",
    )


def test_a_folder_of_copies_is_asked_about_file_by_file() -> None:
    """Its files have the names of the originals."""
    files = {"reconciler.yaml": WORKSPACE, "s/a.yaml": SCHOOL, "s - Copy/a.yaml": SCHOOL, "p.yaml": SUPPLIER}
    (problem,) = load_files(dict(files)).problems
    assert problem.message == "This file looks like a copy of `s/a.yaml`, and declares the same."


def test_a_file_that_is_only_called_like_a_copy_is_none() -> None:
    """It declares something else, or what it would be a copy of is not there."""
    rest = f"{WORKSPACE}---\n{SUPPLIER}"
    assert load_files({"all.yaml": rest, "school.yaml": SCHOOL, "school (2).yaml": OTHER_SCHOOL}).problems == ()
    assert load_files({"all.yaml": rest, "school (2).yaml": SCHOOL}).problems == ()


def test_a_mistake_in_a_copied_file_is_told_of_the_original() -> None:
    """And of the copy, that it is one."""
    wrong = WHOLE.replace("entities:", "entites:")
    assert [one.origin.file for one in load_files({"all.yaml": wrong, "all (1).yaml": wrong}).problems] == [
        "all (1).yaml",
        "all.yaml",
    ]


def test_what_an_alias_repeats_is_told_with_both_places() -> None:
    """Of the alias, and of what it repeats."""
    override = "overrides: [{schools: [greenfield], entities: {add: *names}}]"
    (problem,) = load_text(workspace(f"{BODY}  entities: &names [Students]\n  {override}\n")).problems
    assert (problem.origin.line, problem.origin.column) == (9, 55)
    assert problem.message == "`Students` is listed twice. The first is at reconciler.yaml:8:21."


@pytest.mark.parametrize("typed", ["hunter22", "0o17", "0x1F", "017", "15", "1.5", "1e3", "true", "no", ".inf", "'~'"])
@pytest.mark.parametrize("holder", ["supplier", "override", "workspace"])
def test_a_password_is_one_whatever_it_looks_like(typed: str, holder: str) -> None:
    """A number to some readers of YAML is refused like any text, by the same rule, and shown nowhere."""
    text = WHOLE.replace(REFERENCE, typed)
    if holder == "override":
        override = f"overrides: [{{schools: [greenfield], account: {{password: {typed}}}}}]"
        text = workspace(f"{BODY}  entities: [Students]\n  {override}\n")
    elif holder == "workspace":
        text = WHOLE.replace("{name: example}\n", f"{{name: example}}\nspec: {{account: {{password: {typed}}}}}\n")
    (problem,) = load_text(text).problems
    assert problem.rule == "plain-text-password"
    assert typed not in f"{problem.message}{problem.line}" or len(typed) < 3
