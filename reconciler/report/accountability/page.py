"""A report for people who answer for access, before it is laid out: sections of facts and tables, and what it lacks.

Text, Markdown and HTML lay out the same page.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import NamedTuple

from reconciler.startup import dataclass


class Tone(StrEnum):
    """The look of a cell; each differs by shape as well as by colour."""

    PLAIN = "plain"
    SPECIAL = "special"
    SENSITIVE = "sensitive"
    PERSONAL = "personal"
    LEAK = "leak"
    MISSING = "missing"
    UNSEEN = "unseen"
    AGREED = "agreed"
    WAIVED = "waived"
    ASKED = "asked"
    WORD = "word"
    NOTHING = "nothing"


class PageCell(NamedTuple):
    """One cell of a table: a mark or text, and what stands below it."""

    text: str
    tone: Tone = Tone.PLAIN
    note: str = ""


class PageFact(NamedTuple):
    """A name, and what it is. `Tone.UNSEEN` marks what nothing says."""

    name: str
    text: str
    tone: Tone = Tone.PLAIN


class PageTable(NamedTuple):
    """A table; the first cell of a row names it. `label` is for a reader who does not see it."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[PageCell, ...], ...]


@dataclass(frozen=True, slots=True)
class PageSection:
    """A part of a page below its heading."""

    heading: str
    lead: str = ""
    facts: tuple[PageFact, ...] = ()
    tables: tuple[PageTable, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A whole page.

    title     its heading
    worst     the gravest thing that it has to say, which leads
    lead      the sentences after that
    stamp     when it was made, of what, and how that is known
    gaps      what it does not say
    gap_title the heading of those
    reading   how to read it
    signed    it ends with lines to sign, on paper
    """

    title: str
    worst: PageCell
    lead: str
    stamp: tuple[PageFact, ...]
    sections: tuple[PageSection, ...]
    gaps: tuple[str, ...] = ()
    gap_title: str = ""
    reading: tuple[str, ...] = field(default=())
    signed: bool = False
