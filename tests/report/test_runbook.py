"""A runbook as people read it, in its three formats."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import html
from markdown_it import MarkdownIt

from reconciler.catalogue.pages import pages
from reconciler.model.runbook import (
    Branch,
    CentralOffer,
    Click,
    ClickKind,
    Condition,
    HandOver,
    PageId,
    Runbook,
    SchoolBook,
    Step,
    Verification,
    Visit,
)
from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef
from reconciler.report.effort import about, effort
from reconciler.report.escape import printable
from reconciler.report.labels import manifest_wording
from reconciler.report.runbooks.html import render_runbook_html
from reconciler.report.runbooks.markdown import render_runbook_markdown
from reconciler.report.runbooks.text import (
    render_hand_over_text,
    render_offer_text,
    render_runbook_text,
    render_visit_text,
)
from reconciler.report.style import Style
from reconciler.runbook import make_runbook
from tests.runbook.scenes import everything

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.secret import SecretRef
    from tests.conftest import Golden

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></textarea>",
    "**bold** _it_ `code` [a](http://evil.invalid) ![i](x)",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "``` fence ```",
    "`",
    "| a | b |",
    "&lt;b&gt; &amp;",
    "http://evil.invalid www.evil.invalid :smile: ~~gone~~ $x$",
    "\x1b[31mred\x9b2J",
    "line\nbreak\r\n\u2028and",
    "\u202egnp.sotohP\u202c",
    "{{ 7 * 7 }} {% raw %}",
    "@team GH-1 gh-2 #12 j.smith@example.invalid",
    "-->",
    "Ünïcödé 名前 \U0001f600",
)
EMPTY = Runbook("example", "0" * 64, (), ())


@pytest.fixture(scope="module")
def whole() -> Runbook:
    """The runbook of the plan that asks for every kind of step."""
    return make_runbook(everything(), pages())


def hostile(text: str) -> Runbook:
    """A runbook with this text wherever text comes from manifests or from the service."""
    clicks = tuple(Click(do, text, text) for do in ClickKind) + (Click(ClickKind.TICK, text),) * 3
    ways = (
        Branch(clicks),
        Branch(clicks, Condition.LISTED, text),
        Branch((), Condition.LISTED, text),
        Branch(clicks, Condition.NOT_LISTED, text),
    )
    step = Step(text, text, ways, (), Verification.PROBE, 10, (text, text))
    sheet = HandOver(text, text, 1, text, text, text, text, text, text)
    page = pages()[PageId.USERS]
    book = SchoolBook(text, 1, text, (Visit(page, (step,)),), (sheet,))
    offer = CentralOffer(text, text, pages()[PageId.DISTRIBUTE], (text,), (text, text), (text, text), 1)
    return Runbook(text, "0" * 64, (book, book), (offer,))


def test_every_kind_of_step(whole: Runbook, golden: Golden) -> None:
    """Each kind once, as text, as a task list, and as a page."""
    golden("runbook.txt", render_runbook_text(whole))
    golden("runbook.md", render_runbook_markdown(whole))
    golden("runbook.html", render_runbook_html(whole))


def test_nothing_to_do_is_one_sentence() -> None:
    """In every format, and without an estimate."""
    for render in (render_runbook_text, render_runbook_markdown, render_runbook_html):
        assert "There is nothing to do by hand." in render(EMPTY)
    assert effort(EMPTY.schools) == ""


def test_one_page_alone_reads_as_it_does_in_the_whole(whole: Runbook) -> None:
    """Somebody who is led from page to page sees the same words, and so do offers and sheets."""
    told = render_runbook_text(whole)
    for visit in whole.visits:
        assert render_visit_text(visit) in told
    for offer in whole.central:
        assert render_offer_text(offer) in told
    for school in whole.schools:
        assert all(render_hand_over_text(sheet) in told for sheet in school.hand_overs)


def test_a_narrow_terminal_breaks_lines_and_loses_no_word(whole: Runbook) -> None:
    """No line is wider than the terminal but one that is a single long word; the words are the same."""
    wide, narrow = render_runbook_text(whole), render_runbook_text(whole, columns=60)
    assert wide.split() == narrow.split()
    assert not [line for line in narrow.splitlines() if len(line) > 60 and " " in line.strip() and "  " not in line]


def test_colour_is_the_callers(whole: Runbook) -> None:
    """Taking the paint away gives the plain text."""

    def paint(text: str, tone: Style) -> str:
        return f"<{tone.value}>{text}</{tone.value}>"

    painted = render_runbook_text(whole, paint=paint)
    for tone in Style:
        painted = painted.replace(f"<{tone.value}>", "").replace(f"</{tone.value}>", "")
    assert painted == render_runbook_text(whole)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("render", [render_runbook_text, render_runbook_markdown, render_runbook_html])
def test_text_from_outside_steers_no_terminal(render: Callable[[Runbook], str], text: str) -> None:
    """Every control character is shown as its number, and no line is added: files are read in terminals too."""
    told = render(hostile(text))
    assert printable(told.replace("\n", "")) == told.replace("\n", "")
    assert len(told.splitlines()) == len(render(hostile("harmless")).splitlines())


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_outside_is_text_in_html(text: str) -> None:
    """The page has the same elements and attributes whatever the names are, and the names stand in it as text."""

    def shape(runbook: Runbook) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
        root = html.document_fromstring(render_runbook_html(runbook))
        return [(str(e.tag), tuple((str(k), str(v)) for k, v in e.attrib.items())) for e in root.iter()]

    assert shape(hostile(text)) == shape(hostile("harmless"))
    root = html.document_fromstring(render_runbook_html(hostile(text)))
    assert printable(text) in {"".join(map(str, each.itertext())) for each in root.iter("code")}


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_outside_is_text_in_markdown(text: str) -> None:
    """The same paragraphs, lists and marks whatever the names are, and no link, image or HTML of theirs."""

    def shape(runbook: Runbook) -> list[str]:
        parsed = MarkdownIt("gfm-like", {"linkify": False}).parse(render_runbook_markdown(runbook))
        found = []
        for token in parsed:
            inner = [child.type for child in token.children or () if child.content not in ("<!-- -->",)]
            inner = [kind for kind in inner if kind not in ("text", "text_special")]
            found += [f"{token.type} {token.tag}", *inner]
        return found

    assert shape(hostile(text)) == shape(hostile("harmless"))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_outside_makes_no_link_and_no_emoji_in_markdown(text: str) -> None:
    """A bare address becomes a link in GitHub's flavour: outside code its signs are escaped."""
    bare = re.sub("`+[^`]+`+", "", render_runbook_markdown(hostile(text)))
    assert not re.search(r"(?<!\\):(?=[^\s*])|www\.(?<!\\\.)[a-z]", bare)


def test_a_posted_task_list_calls_nobody() -> None:
    """GitHub finds names and issues in the text that is left without its marks: none is whole there, nor lost."""
    parsed = MarkdownIt("gfm-like", {"linkify": False}).parse(
        render_runbook_markdown(hostile("@team GH-1 #12 j.smith@example.invalid"))
    )
    runs = [child.content for token in parsed for child in token.children or () if child.type.startswith("text")]
    assert not [run for run in runs if re.search(r"@\w|#\d|GH-\d", run)]
    assert "@team GH-1 #12 j.smith@example.invalid" in "".join(runs)


def test_a_page_needs_no_script_and_no_network(whole: Runbook) -> None:
    """One file: nothing in it is fetched, and nothing runs."""
    root = html.document_fromstring(render_runbook_html(whole))
    assert not list(root.iter("script", "link", "img", "iframe", "object"))
    assert not [e for e in root.iter() if set(e.attrib) & {"src", "srcset", "action", "onclick", "onload", "style"}]
    assert all(str(a.get("href")).startswith("#") for a in root.iter("a"))
    ids = [str(e.get("id")) for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert not {str(a.get("href"))[1:] for a in root.iter("a")} - set(ids)
    boxes = list(root.iter("input"))
    assert len(boxes) > whole.steps
    assert not [box for box in boxes if getattr(box.getparent(), "tag", "") != "label"]


def test_every_step_stands_in_every_format(whole: Runbook) -> None:
    """Nothing is lost: each step's title, what to know before it, and each label and value of its clicks."""
    page = " ".join("".join(map(str, html.document_fromstring(render_runbook_html(whole)).itertext())).split())
    told = render_runbook_text(whole)
    marked = render_runbook_markdown(whole).replace("\\", "")
    for text in (page, told, marked):
        for visit in whole.visits:
            for step in visit.steps:
                assert step.title in text
                assert all(note in text for note in step.notes)
                for click in (click for way in step.ways for click in way.clicks):
                    assert click.label in text
                    assert (
                        manifest_wording(click.value) if click.do is ClickKind.PASSWORD and click.value else click.value
                    ) in text


def visit_of(*steps: Step) -> Visit:
    """The page System Users with these steps."""
    return Visit(pages()[PageId.USERS], steps)


def step_of(title: str, account: str, *notes: str) -> Step:
    """A step of one click."""
    return Step(title, account, (Branch((Click(ClickKind.PRESS, "Save"),)),), (), Verification.PROBE, 10, notes)


def test_what_many_steps_warn_of_is_said_once_a_page() -> None:
    """Before them all, with the accounts where it is not about all of them; what one step alone says stays with it."""
    made = visit_of(
        step_of("One", "till", "the first", "of both", "of all", "of both too"),
        step_of("Two", "library", "of both", "of all", "of both too"),
        step_of("Three", "groupcall", "of all"),
    )
    assert [line.strip() for line in render_visit_text(made).splitlines() if "! " in line or "For " in line] == [
        "! of all",
        "For till, library:",
        "! of both",
        "! of both too",
        "! the first",
    ]
    book = SchoolBook("greenfield", 12345, "scomis", (made,), ())
    for render in (render_runbook_markdown, render_runbook_html):
        told = render(Runbook("example", "0" * 64, (book,), ()))
        assert [told.count(note) for note in ("of both too", "of all", "the first", "For ")] == [1, 1, 1, 1]
        assert told.index("of all") < told.index("For ") < told.index("of both")


def test_what_steps_without_an_account_warn_of_stays_with_them() -> None:
    """At the top of the page nobody could tell which of its steps it is about."""
    made = visit_of(step_of("One", "", "of two"), step_of("Two", "", "of two"), step_of("Three", ""))
    assert render_visit_text(made).count("        ! of two\n") == 2


def test_which_words_are_ours_is_said_once(whole: Runbook) -> None:
    """With the sources at the end of a runbook; somebody who is led from page to page is told with the page."""
    for render in (render_runbook_text, render_runbook_markdown, render_runbook_html):
        assert render(whole).count("; our best guess") == 7  # one for each kind of page with such words
        assert render(whole).count("they are listed at the end") == 1
    visit = next(visit for visit in whole.visits if visit.page.id is PageId.ROLES)
    assert "Our best guess" not in render_visit_text(visit)
    told = render_visit_text(visit, with_guesses=True)
    assert told.endswith("""Our best guess at the labels: "Module", "Role Saved".\n""")


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        (EnvRef("TILL_PASSWORD"), "under TILL_PASSWORD, in the environment or the file of --env-file"),
        (FileRef("/run/secrets/till"), "in the file /run/secrets/till"),
        (KeyringRef("bromcom", "till.greenfield"), "in the keyring, under bromcom till.greenfield"),
        (CommandRef(("op", "read", "op://school/till")), "where the program op takes it from"),
    ],
    ids=str,
)
def test_where_a_password_is_kept_is_said_in_words(reference: SecretRef, told: str) -> None:
    """On the step and on the sheet, for each way to keep it."""
    assert manifest_wording(str(reference)) == told
    step = Step(
        "New", "till", (Branch((Click(ClickKind.PASSWORD, "Password", str(reference)),)),), (), Verification.PROBE, 10
    )
    assert f'Type the password into "Password"; it is kept {told}.' in render_visit_text(visit_of(step))
    sheet = HandOver("till", "Till", 12345, "School ID", "read", "write", "till", str(reference))
    assert f"not on this sheet; it is kept {told}\n" in render_hand_over_text(sheet)


def test_an_address_on_a_sheet_is_never_broken(whole: Runbook) -> None:
    """It is copied from there: its row is as long as it is, however narrow the terminal."""
    for sheet in whole.schools[0].hand_overs:
        assert render_hand_over_text(sheet, columns=40) == render_hand_over_text(sheet)


def test_it_ends_with_how_to_prove_it(whole: Runbook) -> None:
    """Somebody who did all of it from paper is told what is left: to vouch, and to verify."""
    for render in (render_runbook_text, render_runbook_markdown, render_runbook_html):
        told = render(whole)
        assert "reconciler attest" in told
        assert "reconciler verify plan.json" in told
        assert "reconciler verify" not in render(EMPTY)


def test_the_estimate_is_the_sum_of_what_each_school_is_told() -> None:
    """Each is rounded up: whoever adds up the schools finds what stands at the top."""
    step = replace(step_of("One", "till"), seconds=50)  # with the page 65 seconds, so about 2 minutes
    books = tuple(SchoolBook(name, 1, "scomis", (visit_of(step),), ()) for name in "abc")
    made = Runbook("example", "0" * 64, books, ())
    assert {about(book.seconds) for book in books} == {"about 2 minutes"}
    assert effort(made.schools) == "About 6 minutes by hand on 3 pages."


def test_an_estimate_is_rounded_up_and_in_words() -> None:
    """Seconds by fives, then minutes, then hours with minutes."""
    assert [about(seconds) for seconds in (0, 1, 6, 55, 59, 60, 61, 119, 3540, 3600, 3601, 7800)] == [
        "about 5 seconds",
        "about 5 seconds",
        "about 10 seconds",
        "about 55 seconds",
        "about 1 minute",
        "about 1 minute",
        "about 2 minutes",
        "about 2 minutes",
        "about 59 minutes",
        "about 1 hour",
        "about 1 hour 1 minute",
        "about 2 hours 10 minutes",
    ]


def test_the_estimate_of_a_runbook_counts_the_pages_of_each_school(whole: Runbook) -> None:
    """Pages of Bromcom, and none where everything is outside it."""
    assert effort(whole.schools).startswith("About ")
    opened = sum(bool(visit.page.trail) for visit in whole.visits)
    assert effort(whole.schools).endswith(f" by hand on {opened} pages.")
    outside = [visit for visit in whole.schools[0].visits if visit.page.id is PageId.OUTSIDE]
    only = replace(whole, schools=(replace(whole.schools[0], visits=tuple(outside)),))
    assert effort(only.schools).endswith(" by hand outside Bromcom.")
