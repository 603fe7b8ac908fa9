"""A page as a person sees it: its text, and its controls by their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NO_FIELDS = ("checkbox", "radio", "hidden", "submit", "button")
_UNSEEN = "visually-hidden"  # the class of words that are for a screen reader alone


class NotSeen(Exception):
    """The page shows no such thing, or several; the message says what it shows instead."""


class PageView:
    """The visible parts of a page, and the links of its menu. A closed branch hides its contents."""

    def __init__(self, address: str, body: bytes) -> None:
        """Read the HTML of a page; one that has no main part shows nothing."""
        self.address = address
        root = etree.fromstring(body, etree.HTMLParser(encoding="utf-8"))
        main = root.find(".//main")
        self._root = root
        self._main = etree.Element("main") if main is None else main

    @property
    def title(self) -> str:
        """Its heading."""
        return next((text(heading) for heading in self._main.iter("h1")), "")

    @property
    def complaint(self) -> str:
        """The error that it shows; empty if there is none."""
        return " ".join(text(element) for element in self._main.iterfind(".//*[@role='alert']"))

    def menu(self) -> dict[str, str]:
        """{what the menu calls a page: its address}."""
        return {text(link): link.get("href", "") for link in self._root.iterfind(".//nav//a")}

    def links(self) -> dict[str, str]:
        """{what a link says: its address}."""
        return {text(link): link.get("href", "") for link in self._main.iter("a") if _is_shown(link)}

    def lists(self, name: str) -> bool:
        """Return True if a table or drop-down list has a row of this name, in any case of letters."""
        lines = (*self._main.iterfind(".//tbody//th"), *self._main.iter("option"))
        return name.casefold() in (text(line).casefold() for line in lines)

    def says(self, words: str) -> None:
        """Look for the whole text of an element, such as a message or a state; raises NotSeen."""
        texts = [text(element) for element in self._main.iter(etree.Element) if _is_shown(element)]
        if words.casefold() not in (spoken.casefold() for spoken in texts):
            messages = [text(element) for element in self._main.iterfind(".//*[@role='status']")]
            raise NotSeen(f"the page does not say {words!r}{_listed('; its message is', messages)}")

    def button(self, label: str, line: str = "") -> Element:
        """A button, a link or a branch's name; `line` is the name of the line that it stands on."""
        within = _one("line of a table", line, self._lines()) if line else self._main
        shown = [element for element in within.iter("a", "button", "summary") if _is_shown(element)]
        return _one("button or link", label, ((_words_of(element), element) for element in shown))

    def branch(self, label: str) -> Element:
        """A branch of a tree: the element that opens."""
        shown = [element for element in self._main.iter("summary") if _is_shown(element)]
        summary = _one("branch", label, ((_words_of(element), element) for element in shown))
        return next(summary.iterancestors("details"))

    def box(self, label: str) -> Element:
        """A box to tick."""
        return self._control("box", label, (box for box in self._main.iter("input") if box.get("type") == "checkbox"))

    def boxes_of_lines(self, cell: str) -> list[Element]:
        """The boxes on the lines of a table that have a cell with just these words."""
        lines = (row for cells, row in self._lines() if cell in cells)
        return [box for row in lines for box in row.iter("input") if box.get("type") == "checkbox"]

    def round_button(self, label: str) -> Element:
        """A round button."""
        buttons = (button for button in self._main.iter("input") if button.get("type") == "radio")
        return self._control("round button", label, buttons)

    def drop_down(self, label: str) -> Element:
        """A list that drops down."""
        return self._control("list", label, self._main.iter("select"))

    def field(self, label: str, *, secret: bool = False) -> Element:
        """A field to write in; a secret one is for a password, and no other is."""
        fields = (
            field
            for field in self._main.iter("input")
            if field.get("type") not in _NO_FIELDS
            and field.get("readonly") is None
            and (field.get("type") == "password") is secret
        )
        return self._control("field for a password" if secret else "field", label, fields)

    def _control(self, what: str, label: str, controls: Iterable[Element]) -> Element:
        return _one(what, label, ((self._labels_of(control), control) for control in controls if _is_shown(control)))

    def _labels_of(self, control: Element) -> Sequence[str]:
        """The labels of a control: the text that it points to, a label that points to it, or the label around it."""
        own = control.get("id", "")
        pointed = control.get("aria-labelledby", "").split()
        labels = [*control.iterancestors("label")]
        labels += [label for label in self._main.iter("label") if own and label.get("for") == own]
        labels += [element for element in self._main.iter(etree.Element) if element.get("id") in pointed]
        return [text(label) for label in labels]

    def _lines(self) -> Iterator[tuple[Sequence[str], Element]]:
        for row in self._main.iterfind(".//tbody/tr"):
            yield [text(cell) for cell in row.iter("th", "td")], row


def text(element: Element) -> str:
    """The text of an element, on one line."""
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def options(drop_down: Element) -> Iterator[tuple[Sequence[str], Element]]:
    """The choices of a list that drops down, by what they say."""
    return (([text(option)], option) for option in drop_down.iter("option"))


def choice(drop_down: Element, value: str) -> Element:
    """The choice of a list that says `value`; raises NotSeen."""
    return _one("choice", value, options(drop_down))


def _one(what: str, label: str, candidates: Iterable[tuple[Sequence[str], Element]]) -> Element:
    """The one thing of this label: written the same, or else the same but for capitals. Raises NotSeen."""
    things = list(candidates)
    same = [thing for labels, thing in things if label in labels]
    alike = [thing for labels, thing in things if label.casefold() in (other.casefold() for other in labels)]
    chosen = same or alike
    if len(chosen) != 1:
        shown = [labels[0] for labels, _ in things if labels]
        number = f"there are {len(chosen)} of them" if chosen else f"there is no {what} {label!r}"
        raise NotSeen(f"{number}{_listed('; there are', shown)}")
    return chosen[0]


def _listed(before: str, names: Sequence[str]) -> str:
    return f"{before} {', '.join(map(repr, names))}" if names else ""


def _words_of(element: Element) -> Sequence[str]:
    """The visible label of a button, and its label for a screen reader."""
    for_the_ear = text(element)
    unseen = " ".join(text(part) for part in element.iter(etree.Element) if part.get("class") == _UNSEEN)
    return [for_the_ear.removesuffix(unseen).strip(), for_the_ear]


def _is_shown(element: Element) -> bool:
    """Return True if it is visible: not in a closed branch, not hidden, and not for browsers without scripts alone."""
    if element.get("type") == "hidden" or element.get("hidden") is not None:
        return False
    inside = element
    for around in element.iterancestors():
        closed = around.tag == "details" and around.get("open") is None and inside.tag != "summary"
        if closed or around.tag == "noscript":
            return False
        inside = around
    return True
