"""The clicks of one page, by our names for its labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.model.runbook import Click, Do, Proof, Step, Way, When

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.model.aspect import Subject
    from reconciler.model.runbook import Page


@dataclass(frozen=True, slots=True)
class Form:
    """A page, as something to work on. `name` is always our name of a label; other texts are what the page lists."""

    page: Page

    def label(self, name: str) -> str:
        """What the page calls it."""
        return self.page.labels[name].text

    def press(self, name: str, *, line: str = "", optional: bool = False) -> Click:
        """A button or a link; `line` is the line of a list that it stands on."""
        return Click(Do.PRESS, self.label(name), line, optional=optional)

    def choose(self, name: str, value: str = "") -> Click:
        """`value` from a list that drops down; without one, a round button."""
        return Click(Do.CHOOSE, self.label(name), value)

    def fill(self, name: str, value: str) -> Click:
        """A field."""
        return Click(Do.FILL, self.label(name), value)

    def password(self, name: str, kept: str) -> Click:
        """A field for a password; `kept` is the text of the reference to it, empty where nobody keeps it."""
        return Click(Do.PASSWORD, self.label(name), kept)

    def tick(self, name: str, *, optional: bool = False) -> Click:
        """A box to tick."""
        return Click(Do.TICK, self.label(name), optional=optional)

    def untick(self, name: str, *, optional: bool = False) -> Click:
        """A box to leave or to make empty."""
        return Click(Do.UNTICK, self.label(name), optional=optional)

    def expand(self, name: str) -> Click:
        """A branch of a tree."""
        return Click(Do.EXPAND, self.label(name))

    def see(self, name: str, *, optional: bool = False) -> Click:
        """A message or a state. Where the words are ours alone, the page may well say it in others."""
        label = self.page.labels[name]
        return Click(Do.SEE, label.text, optional=optional or not label.certain)

    def step(
        self,
        title: str,
        account: str,
        ways: Iterable[Way],
        settles: Iterable[Subject],
        proof: Proof,
        notes: Iterable[str] = (),
    ) -> Step:
        """The step, with the time of its longest way."""
        ways = tuple(ways)
        settles = tuple(settles)
        seconds = max(sum(self.page.pace.get(click.do, 0) for click in way.clicks) for way in ways)
        return Step(title, account, ways, settles, proof, seconds, tuple(note for note in notes if note))


def always(*clicks: Click) -> Way:
    """The one way to do it."""
    return Way(clicks)


def listed(name: str, *clicks: Click) -> Way:
    """The way where the page lists `name`."""
    return Way(clicks, When.LISTED, name)


def not_listed(name: str, *clicks: Click) -> Way:
    """The way where the page does not list `name`."""
    return Way(clicks, When.NOT_LISTED, name)


def line(name: str) -> Click:
    """The line of a list that shows `name`."""
    return Click(Do.PRESS, name)


def tell(whom: str, what: str) -> Click:
    """Something to say to somebody outside Bromcom."""
    return Click(Do.TELL, whom, what)
