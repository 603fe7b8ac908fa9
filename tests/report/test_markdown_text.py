"""Text from outside in Markdown: seen as it is, and nothing more than seen."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from reconciler.report.escape import printable
from reconciler.report.markdown.escape import cell_code, code, html_code, in_html, inline, link, text
from tests.report.test_runbook import HOSTILE

MORE = (
    "</details>",
    "</summary></td></table>",
    "<!--",
    "::set-output name=a::b",
    "##[error]x ##vso[task.setvariable]x",
    "=cmd()",
    "@everyone !12 %1 &1 ~bug $1 deadbeef01",
    "/close",
    "a\\|b",
    "|a|",
    "\\",
    "`a\\",
    "]]> %0A ${{ x }}",
)
ANY = (
    st.text()
    | st.sampled_from([*HOSTILE, *MORE, "half \ud800 a character"])
    | st.text(alphabet="`|\\<>&#@!:/ ax0\n-*_[]()")
)


def rendered(markdown: str) -> html.HtmlElement:
    """The Markdown as GitHub's flavour renders it, tags of HTML included."""
    made = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(markdown)
    return html.document_fromstring(f"<div>{made}</div>")


def seen(root: html.HtmlElement) -> str:
    """What a reader sees, with blanks as one."""
    return " ".join("".join(map(str, root.xpath("//text()"))).split())


def shape(root: html.HtmlElement) -> list[str]:
    """The elements, comments left out."""
    return [str(each.tag) for each in root.iter() if isinstance(each.tag, str)]


@given(ANY)
def test_a_text_is_seen_as_it_is_and_marks_nothing_up(told: str) -> None:
    """On its own line, in a line of ours, and as code: one paragraph, no tag of its own, every character there."""
    for made, own, whole in (
        (f"{text(told)}", [], told.strip()),
        (f"It says {inline(told)}", [], f"It says {told}"),
        (f"It says {code(told)}", ["code"], f"It says {told}"),
    ):
        root = rendered(made)
        assert shape(root) in (["html", "body", "div", "p", *own], ["html", "body", "div"])
        assert seen(root) == " ".join(printable(whole).split())


@given(ANY, ANY)
def test_a_cell_stays_one_cell(told: str, other: str) -> None:
    """Of a table with two columns, whatever stands in them."""
    root = rendered(f"| a | b |\n|---|---|\n| {inline(told)} | {cell_code(other)} |\n")
    assert len(root.xpath("//td")) == 2
    assert shape(root).count("code") <= 1
    assert " ".join(str(root.xpath("//td")[0].text_content()).split()) == " ".join(printable(told).split())


@given(ANY)
def test_a_summary_holds_text_alone(told: str) -> None:
    """It neither ends the fold nor begins a tag."""
    root = rendered(f"<details><summary>{in_html(told)} {html_code(told)}</summary>\n\nafter\n\n</details>\n")
    assert shape(root) == ["html", "body", "div", "details", "summary", "code", "p"]
    assert str(root.xpath("//code")[0].text_content()) == printable(told)


@pytest.mark.parametrize("told", [*HOSTILE, *MORE])
@pytest.mark.parametrize("made", [text, inline, in_html])
def test_nobody_is_called_and_nothing_is_linked(told: str, made: object) -> None:
    """No run of text that a host looks through holds a whole name, issue, change, label, commit or address."""
    assert callable(made)
    root = rendered(f"<div>\n\n{made(told)}\n\n</div>" if made is not in_html else f"<div>{made(told)}</div>")
    runs = [str(run) for run in root.xpath("//text()")]
    assert not [run for run in runs if re.search(r"@\w|[#!]\d|[%&~$]\w|GH-\d|\b[0-9a-f]{7,40}\b|://", run)]


def test_a_link_leads_to_the_web_alone() -> None:
    """What is no address of the web is shown; what would end a link's address is written as a number."""
    assert link("All of it", "https://ci.example.org/a?b=1#c") == "[All of it](<https://ci.example.org/a?b=1#c>)"
    assert (
        link("All of it", "https://ci.example.org/a>)<b> |")
        == "[All of it](<https://ci.example.org/a%3E%29%3Cb%3E%20%7C>)"
    )
    assert link("All of it", "https://ci.example.org/\ud800") == "[All of it](<https://ci.example.org/%5Cud800>)"
    assert link("All of it", "javascript:alert(1)") == "All of it: `javascript:alert(1)`"


def test_a_line_that_would_be_a_command_is_none() -> None:
    """GitLab takes a line that begins with a slash for one, before it reads any Markdown."""
    assert text("/close") == "\\/close"
