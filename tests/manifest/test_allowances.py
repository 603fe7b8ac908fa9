"""Comments that waive advice: for a time, for a reason, and nothing but advice."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.linting.suppressions import Suppression, Suppressions, suppressions_in
from reconciler.manifest.text.source import SourceText
from reconciler.model.problem import DeclaredValue, Origin, Problem, Severity
from tests.manifest.workspaces import SCHOOL, WORKSPACE, lint_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from reconciler.manifest.lint import Linted

TODAY = date(2026, 11, 24)
ALLOW = "# reconciler: allow person-photos until 2027-08-31: they print library cards"


def manifest(spec: str, name: str = "{name: groupcall}") -> str:
    """A workspace with one supplier."""
    head = f"apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {name}\nspec:\n"
    account = '  account: {username: "gc.{school}"}\n'
    return f"{WORKSPACE}---\n{SCHOOL}---\n{head}{account}{spec}"


def told(linted: Linted, *rules: str) -> list[str]:
    """The problems of these rules, each `rule: message (hint)`; of photographs and of comments where none is named."""
    wanted = rules or ("person-photos", "allowance", "allowance-unused")
    return [f"{one.rule}: {one.message} ({one.hint})" for one in linted.problems if one.rule in wanted]


@pytest.mark.parametrize(
    "spec",
    [
        f"  entities: [Students, PersonPhotos] {ALLOW}\n",
        f"  {ALLOW}\n  entities: [Students, PersonPhotos]\n",
        f"  entities:\n    - Students\n    - PersonPhotos {ALLOW}\n",
        f"  entities:\n    - Students\n    {ALLOW}\n    - PersonPhotos\n",
        f"  # They asked for it.\n  {ALLOW}\n  # It is known.\n  entities:\n  - Students\n  - PersonPhotos\n",
        f"  entities: {ALLOW}\n    - PersonPhotos\n",
        f"  entities: [Students, {ALLOW}\n    PersonPhotos]\n",
        f"  entities: [Students,\n    PersonPhotos] {ALLOW}\n",
        f"  purpose: > {ALLOW}\n    shows faces\n  {ALLOW}\n  entities: [PersonPhotos]\n",
        f"  overrides:\n    {ALLOW}\n    - schools: [greenfield]\n      entities:\n        add: [PersonPhotos]\n",
    ],
)
def test_a_comment_waives_advice_on_what_begins_beside_or_below_it(spec: str) -> None:
    """At the end of a line, or on a line of its own above; the advice is told apart, with the reason."""
    linted = lint_text(manifest(spec), TODAY)
    assert [one for one in told(linted) if not one.startswith("allowance-unused")] == []
    (waived,) = linted.waived
    assert waived.rule == "person-photos"
    assert waived.hint == "Allowed until 2027-08-31: they print library cards"


@pytest.mark.parametrize(
    "spec",
    [
        f"  {ALLOW}\n\n  entities: [PersonPhotos]\n",
        f"  {ALLOW}\n  extraEntities: revoke\n  entities: [PersonPhotos]\n",
        f"  entities:\n    - Students {ALLOW}\n    - PersonPhotos\n",
        f"  entities: [PersonPhotos]\n  {ALLOW}\n",
        f"  entities: [PersonPhotos]\n  {ALLOW}",
    ],
)
def test_a_comment_somewhere_else_waives_nothing_and_is_told(spec: str) -> None:
    """The advice stays, and the comment is advice of its own."""
    linted = lint_text(manifest(spec), TODAY)
    assert sorted(one.partition(":")[0] for one in told(linted)) == ["allowance-unused", "person-photos"]
    assert linted.waived == ()


@pytest.mark.parametrize(
    "spec",
    [
        f"  purpose: 'We say {ALLOW}'\n  entities: [PersonPhotos]\n",
        f"  purpose: |\n    {ALLOW}\n  entities: [PersonPhotos]\n",
        f'  purpose: "one\n    {ALLOW}"\n  entities: [PersonPhotos]\n',
        "  # reconciler: this is what we tell parents\n  entities: [PersonPhotos]\n",
        "  # reconciler: all of it is needed\n  entities: [PersonPhotos]\n",
        "  # see `# reconciler: allow`\n  entities: [PersonPhotos]\n",
        "  # We do not allow person-photos until the summer.\n  entities: [PersonPhotos]\n",
        "  # Until reconciler can allow that, ask the office.\n  entities: [PersonPhotos]\n",
        "  # person-photos is what lint says of this.\n  entities: [PersonPhotos]\n",
        f"  # Reconciler{ALLOW[12:]}\n  entities: [PersonPhotos]\n",
        f"  # reconciler ignore{ALLOW[19:]}\n  entities: [PersonPhotos]\n",
    ],
)
def test_what_is_no_such_comment_waives_nothing(spec: str) -> None:
    """Texts with a `#`, and remarks that happen to begin with our name, are left alone."""
    linted = lint_text(manifest(spec), TODAY)
    assert [one.partition(":")[0] for one in told(linted)] == ["person-photos"]


def test_several_rules_are_waived_by_one_comment() -> None:
    """Each is named; one that finds nothing is told at its own place."""
    spec = "  # reconciler: allow person-photos, flat-view, no-contact until 2027-01-01: asked for\n"
    linted = lint_text(manifest(f"{spec}  entities: [PersonPhotos, StudentFlatView]\n"), TODAY)
    assert sorted(one.rule for one in linted.waived) == ["flat-view", "person-photos"]
    (idle,) = [one for one in linted.problems if one.rule == "allowance-unused"]
    assert "no-contact" in idle.message
    assert idle.line[idle.origin.column - 1 :].startswith("no-contact")


def test_what_is_not_judged_is_not_called_unused() -> None:
    """A set without the rule says nothing of the comment; nor does a run that could not read everything."""
    spec = f"  {ALLOW.replace('person-photos', 'no-contact')}\n  title: x\n"
    assert told(lint_text(manifest(spec), TODAY, "default")) == []
    assert told(lint_text(manifest(f"{spec}  purpos: x\n"), TODAY)) == []


@pytest.mark.parametrize("days", [0, 1, -1, -400])
def test_an_allowance_counts_on_its_last_day_and_not_after(days: int) -> None:
    """Then the advice is back, and says until when it was allowed."""
    until = TODAY + timedelta(days=days)
    spec = f"  entities: [PersonPhotos] # reconciler: allow person-photos until {until}: cards\n"
    linted = lint_text(manifest(spec), TODAY)
    assert len(linted.waived) == (days >= 0)
    if days < 0:
        (advice,) = told(linted)
        assert f"It was allowed until {until}" in advice


@pytest.mark.parametrize(
    ("comment", "message", "pointed_at"),
    [
        ("# reconciler: allow person-photos", "does not say until when", "# reconciler"),
        ("# reconciler: allow person-photos: cards", "does not say until when", "# reconciler"),
        ("# reconciler: allow person-photos until", "does not say until when", "# reconciler"),
        ("# reconciler: allow person-photos until easter: cards", "does not say until when", "# reconciler"),
        ("# reconciler: allow person-photos until 31.8.2027: cards", "does not say until when", "# reconciler"),
        (
            "# reconciler: allow person-photos until 2027-02-30: cards",
            "The date 2027-02-30 does not exist.",
            "# reconciler",
        ),
        ("# reconciler: allow person-photos until 2027-08-31", "gives no reason", "# reconciler"),
        ("# reconciler: allow person-photos until 2027-08-31:", "gives no reason", "# reconciler"),
        ("# reconciler: allow person-photos until 2027-08-31 cards", "gives no reason", "# reconciler"),
        ("# reconciler: allow until 2027-08-31: cards", "does not name the advice", "# reconciler"),
        ("# reconciler: allow", "does not name the advice", "# reconciler"),
        ("#reconciler:allow person-photos until easter: cards", "does not say until when", "#reconciler"),
        ("# reconciler: allow person-photo until 2027-08-31: cards", "no advice `person-photo`", "person-photo until"),
        ("# reconciler: allow unknown-entity until 2027-08-31: new", "is not advice", "unknown-entity"),
        ("# reconciler: allow schema until 2027-08-31: new", "is not advice", "schema"),
        ("# reconciler: allow allowance-unused until 2027-08-31: new", "is not advice", "allowance-unused"),
    ],
)
def test_a_comment_that_lacks_something_is_a_problem_with_its_place(
    comment: str, message: str, pointed_at: str
) -> None:
    """A warning, which says how to mend it; the advice stays."""
    linted = lint_text(manifest(f"  entities: [PersonPhotos] {comment}\n"), TODAY)
    problems = [one for one in linted.problems if one.rule == "allowance"]
    assert any(message in one.message for one in problems), problems
    assert all(one.severity is Severity.WARNING and one.hint for one in problems)
    first = next(one for one in problems if message in one.message)
    assert first.line[first.origin.column - 1 :].startswith(pointed_at)
    assert any(one.rule == "person-photos" for one in linted.problems)


def test_a_good_rule_beside_an_unknown_one_is_waived_all_the_same() -> None:
    """One mistake costs no more than itself."""
    spec = "  entities: [PersonPhotos] # reconciler: allow person-photos, photos until 2027-08-31: cards\n"
    linted = lint_text(manifest(spec), TODAY)
    assert [one.rule for one in linted.waived] == ["person-photos"]
    assert told(linted) == ["allowance: There is no advice `photos`. (Did you mean `person-photos`?)"]


def test_no_error_and_no_warning_is_waived() -> None:
    """Neither is said less for a comment that names it."""
    spec = "  entities: [Frobnications] # reconciler: allow unknown-entity until 2027-08-31: it is new\n"
    linted = lint_text(manifest(spec), TODAY)
    assert [one.rule for one in linted.loaded.problems] == ["unknown-entity"]
    assert "unknown-entity" in [one.rule for one in linted.problems]


def test_advice_on_a_whole_manifest_is_waived_beside_its_name() -> None:
    """Where the advice stands, so that one comment is of one supplier."""
    text = manifest(f"  title: x\n  {ALLOW}\n").replace(ALLOW, "")
    spared = text.replace("{name: groupcall}", "{name: groupcall} # reconciler: allow no-contact until 2027-01-01: new")
    assert "no-contact" in [one.rule for one in lint_text(text, TODAY).problems]
    linted = lint_text(spared, TODAY)
    assert "no-contact" not in [one.rule for one in linted.problems]
    assert [one.rule for one in linted.waived] == ["no-contact"]


def test_a_password_that_stands_in_a_reason_is_not_shown() -> None:
    """What a manifest holds by mistake is hidden in what is told of a comment too."""
    text = manifest(
        "  entities: [PersonPhotos] # reconciler: allow person-photos until 2027-08-31: it is hunter22-secret\n"
    )
    text = text.replace('username: "gc.{school}"', 'username: "gc.{school}", password: hunter22-secret')
    linted = lint_text(text, TODAY)
    assert "hunter22" not in repr(linted.waived) + repr(linted.problems)
    assert linted.waived


ANCHORED = [
    f"  bundles:\n    one: &p [PersonPhotos] {ALLOW}\n  entities: [bundle: one]\n  overrides:\n"
    "  - {schools: [greenfield], entities: {add: *p}}\n",
    f"  bundles:\n    one: &p [PersonPhotos] {ALLOW}\n    two: *p\n  entities: [bundle: one, bundle: two]\n",
    f"  overrides:\n  - schools: [greenfield]\n    entities: {{add: &p [PersonPhotos]}} {ALLOW}\n  entities: *p\n",
    f"  overrides:\n  - &o\n    schools: [greenfield]\n    entities: {{add: [PersonPhotos]}} {ALLOW}\n  - *o\n",
    f"  overrides:\n  - &o\n    schools: [greenfield]\n    entities: {{add: [PersonPhotos]}} {ALLOW}\n"
    "  - {<<: *o, schools: [greenfield]}\n",
]


@pytest.mark.parametrize("spec", ANCHORED)
def test_what_is_allowed_at_an_anchor_is_not_allowed_at_its_aliases(spec: str) -> None:
    """Each use has a place of its own, and needs a reason of its own."""
    linted = lint_text(manifest(spec), TODAY)
    lines = manifest(spec).splitlines()
    (waived,) = linted.waived
    assert "&" in lines[waived.origin.line - 1] or "&" in lines[waived.origin.line - 3]
    (left,) = [one for one in linted.problems if one.rule == "person-photos"]
    assert "*" in lines[left.origin.line - 1]


@pytest.mark.parametrize("spec", ANCHORED)
def test_what_is_allowed_at_an_alias_is_waived_there(spec: str) -> None:
    """By a comment at the end of its line."""
    lines = manifest(spec).splitlines()
    number = next(number for number, line in enumerate(lines) if "*" in line)
    lines[number] += f" {ALLOW}"
    linted = lint_text("\n".join(lines), TODAY)
    assert [one for one in told(linted) if one.startswith("person-photos")] == []
    assert len(linted.waived) == 2


def test_a_platform_that_is_an_alias_is_allowed_by_itself() -> None:
    """Plain http of one platform is not that of another."""
    allow = "# reconciler: allow http-allowed until 2027-08-31: a new server is bought"
    urls = "readUrl: http://a.example/r.asmx, writeUrl: http://a.example/w.asmx, allowHttp: true"
    platforms = f"spec:\n  platforms:\n    one: &h {{{urls}}} {allow}\n    two: *h\n"
    linted = lint_text(manifest("  entities: [Students]\n").replace(WORKSPACE, WORKSPACE + platforms), TODAY)
    assert [one.rule for one in linted.waived] == ["http-allowed"]
    (left,) = [one for one in linted.problems if one.rule == "http-allowed"]
    assert left.line == "    two: *h"


def test_what_was_typed_is_told_in_a_few_words() -> None:
    """A name as long as a file is not printed whole, nor is such a reason."""
    comments = f"# reconciler: allow {'x' * 200_000} until 2027-08-31: cards\n  {ALLOW}{'y' * 200_000}\n"
    linted = lint_text(manifest(f"  {comments}  entities: [PersonPhotos]\n"), TODAY)
    assert len(linted.waived) == 1
    for one in (*linted.problems, *linted.waived):
        assert len(one.message) + len(one.hint) < 1_000


@pytest.mark.parametrize("said", ["pw=hunter22", "hunter22", "hunter22 until 2027-08-31: x", "PersonPhotos until x"])
def test_a_password_in_a_comment_is_not_repeated(said: str) -> None:
    """Neither as a reason, nor where a rule was to be."""
    reason = manifest("  entities: [PersonPhotos] # reconciler: allow person-photos until 2027-08-31: pwd: hunter22\n")
    linted = lint_text(reason, TODAY)
    assert linted.waived
    assert "hunter22" not in repr(linted)
    linted = lint_text(manifest(f"  entities: [PersonPhotos] # reconciler: allow pass={said}\n"), TODAY)
    assert "hunter22" not in repr(linted.problems)


COMMENT = "  # reconciler: allow person-photos, no-contact until 2027-08-31: cards\n"


def steps(run: Callable[[], object]) -> int:
    """How many lines of Python a call runs through."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Callable[..., Any]:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "text",
    [
        lambda number: f"{COMMENT * number}  entities: [PersonPhotos]\n",
        lambda number: f"{COMMENT}  entities:\n" + "  - PersonPhotos\n" * number,
        lambda number: f"{COMMENT * number}  entities:\n" + "  - PersonPhotos\n" * number,
        lambda number: "  entities:\n" + f"  - PersonPhotos{COMMENT}" * number,
    ],
    ids=["comments above one line", "one above many lines", "many above many lines", "one on each line"],
)
def test_what_comments_cost_grows_with_their_number_alone(text: Callable[[int], str]) -> None:
    """Ten times as many take about ten times as many steps, and not a hundred times."""
    few, many = (allowed(manifest(text(number))) for number in (30, 300))
    assert steps(many) < 15 * steps(few)


def allowed(text: str) -> Callable[[], object]:
    """Looking up, for photographs on every line of a file, what allows them, and what allows nothing."""
    source = SourceText("a.yaml", text)
    lines = range(1, len(source.lines) + 1)
    photos = [Problem("person-photos", Severity.ADVICE, Origin("a.yaml", line, 1), "") for line in lines]

    def run() -> None:
        found, _ = suppressions_in(source, {"person-photos", "no-contact"}, set())
        allowances = Suppressions(found, photos)
        assert [one for one in map(allowances.of, photos) if one is not None]
        list(allowances.unused({"person-photos", "no-contact"}))

    return run


@given(
    st.lists(st.integers(0, 12), max_size=12, unique=True),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6), st.integers(0, 3)), max_size=8),
)
def test_of_several_allowances_the_one_that_holds_longest_counts(
    lines: list[int], spans: list[tuple[int, int, int]]
) -> None:
    """Whichever way their lines lie over each other; and those that are of no advice are unused."""
    photos = [Problem("person-photos", Severity.ADVICE, Origin("a.yaml", line, 1), "") for line in lines]
    given_ = [
        Suppression(
            DeclaredValue("person-photos", Origin("a.yaml", 1, number)),
            TODAY + timedelta(days),
            "x",
            range(start, start + size),
        )
        for number, (start, size, days) in enumerate(spans)
    ]
    allowances = Suppressions(given_, photos)
    for photo in photos:
        own = [one.until for one in given_ if photo.origin.line in one.lines]
        found = allowances.of(photo)
        assert (found.until if found else None) == max(own, default=None)
        assert found is None or photo.origin.line in found.lines
    idle = [one.rule.origin for one in given_ if not any(line in one.lines for line in lines)]
    assert [one.origin for one in allowances.unused({"person-photos"})] == idle
