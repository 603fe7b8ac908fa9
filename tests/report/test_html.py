"""A plan as a page of HTML: one file, all of the plan, and nothing in it that a name made."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from lxml import html

from reconciler.report.escape import printable
from reconciler.report.pages.plan import render_html
from reconciler.report.story.differences import alike_places
from reconciler.report.story.sections import every_section
from reconciler.report.story.story import story
from tests.report import changes
from tests.report.test_markdown import SCENES, materials
from tests.report.test_markdown_text import MORE
from tests.report.test_runbook import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.report.input import ReportInput
    from tests.conftest import Golden


def page_of(made: ReportInput) -> html.HtmlElement:
    """The page, parsed."""
    return html.document_fromstring(render_html(made))


def shape(root: html.HtmlElement) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """Every element with its attributes, but for the words that a cell is explained with."""
    return [
        (str(each.tag), tuple((str(k), str(v)) for k, v in each.attrib.items() if k != "title")) for each in root.iter()
    ]


@pytest.mark.parametrize("name", ["change", "drift", "in-sync"])
def test_a_page_of_every_kind(name: str, golden: Golden) -> None:
    """The story first, then all schools and suppliers at one look, then all of it."""
    golden(f"{name}.html", render_html(SCENES[name]()))


@pytest.mark.parametrize("name", SCENES)
def test_a_page_needs_no_script_and_no_network(name: str) -> None:
    """One file: nothing in it is fetched, nothing runs, and its policy lets its own one style in and nothing else."""
    root = page_of(SCENES[name]())
    assert not list(root.iter("script", "link", "img", "iframe", "object", "form", "input"))
    assert not [e for e in root.iter() if set(e.attrib) & {"src", "srcset", "action", "onclick", "onload", "style"}]
    assert all(str(a.get("href")).startswith("#") for a in root.iter("a"))
    (style,) = root.iter("style")
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    digest = b64encode(sha256(str(style.text).encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("name", SCENES)
def test_every_link_finds_its_place_and_headings_are_in_order(name: str) -> None:
    """Each id once; a heading is never more than one level below the one before; every table has a caption."""
    root = page_of(SCENES[name]())
    ids = [str(e.get("id")) for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert {str(a.get("href"))[1:] for a in root.iter("a")} <= set(ids)
    levels = [int(str(e.tag)[1]) for e in root.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(table.find("caption") is not None for table in root.iter("table"))
    assert all(th.get("scope") in ("col", "row") for th in root.iter("th"))


@given(materials())
def test_all_of_any_plan_is_on_the_page(made: ReportInput) -> None:
    """Each chapter of the story, each access, each difference, and a cell for each school and supplier."""
    root = page_of(made)
    headings = {str(each.text_content()) for each in root.iter("h2")}
    told = story(made)
    assert {chapter.heading for chapter in told.chapters} <= headings
    assert len(root.xpath("//details[@class='branch']")) == len(made.plan.accesses)
    assert len(root.xpath("//table[contains(@class, 'matrix')]//td/a")) == len(made.plan.accesses) + len(
        made.plan.schools
    )
    code = {str(each.text_content()) for each in root.iter("code")}
    names = {printable(change.name) for alike in alike_places(made) for change in alike.changes}
    assert names <= code | {"Public Task", "bought"}


@pytest.mark.parametrize("text", [*HOSTILE, *MORE])
@pytest.mark.parametrize("scene", [changes.hostile, changes.hostile_base])
def test_text_from_outside_is_text(scene: Callable[[str], ReportInput], text: str) -> None:
    """The page has the same elements and attributes whatever the names are, and the names stand in it as text."""
    first = "a" if text < "greenfield" else "x"  # so that the schools keep their order
    harmless = first + "".join(char if char == " " else "x" for char in text[1:])
    assert shape(page_of(scene(text))) == shape(page_of(scene(harmless)))
    assert printable(text) in {str(each.text_content()) for each in page_of(scene(text)).iter("code")}


@pytest.mark.parametrize("text", [*HOSTILE, *MORE])
def test_text_from_outside_steers_no_terminal(text: str) -> None:
    """A page is looked at in terminals too: control characters are shown as their numbers, in attributes as well."""
    told = render_html(changes.hostile(text))
    assert printable(told.replace("\n", "")) == told.replace("\n", "")
    assert not re.search(r"^::", told, re.MULTILINE)


def test_a_state_has_words_beside_its_colour_and_its_sign() -> None:
    """In the matrix each cell says in words what its sign means."""
    root = page_of(changes.everything())
    cells = root.xpath("//table[contains(@class, 'matrix')]//td/a")
    assert all(str(cell.xpath("string(span[@class='vh'])")) for cell in cells)
    assert {str(cell.xpath("string(span[@aria-hidden])")) for cell in cells} >= {"✓", "?", "⚠ ▲2 □10", "~1"}


def test_the_same_state_gives_the_same_bytes() -> None:
    """Twice the same."""
    assert render_html(changes.everything()) == render_html(changes.everything())


def test_a_page_of_a_host_is_bounded_and_says_so() -> None:
    """The riskiest sections are on it, what is not shown is counted and to be had, and every link finds its place."""
    made = changes.huge(105, 25)
    told = render_html(made)
    assert len(told.encode()) < 6_000_000
    root = page_of(made)
    ids = {str(each.get("id")) for each in root.iter() if each.get("id")}
    assert {str(each.get("href"))[1:] for each in root.iter("a")} <= ids
    found = [*every_section(made)]
    shown = {int(name.removeprefix("at-")) for name in ids if name.startswith("at-")}
    hidden = [section for number, section in enumerate(found) if number not in shown]
    notes = [str(each.text_content()) for each in root.iter("p") if each.get("class") == "small quiet"]
    (note,) = [text for text in notes if "not shown" in text]
    assert note.startswith(f"{len(hidden)} sections not shown here, none riskier than those shown.")
    assert "--format json=report.json" in note
    riskiest = min(section.rank for section in hidden)
    assert all(found[number].rank <= riskiest for number in shown if found[number].supplier)


def test_the_page_of_a_trust_is_whole() -> None:
    """75 schools with 25 suppliers each: every access and every link is there, however much it is."""
    told = render_html(changes.huge(75, 25, 8))
    assert told.count('<details class="branch"') == 75 * 25
    assert "not shown" not in told
