"""The clicks of one page, by our names for its labels."""

from collections.abc import Iterable

from reconciler.model.aspect import FactRef
from reconciler.model.runbook import Branch, Click, ClickKind, Condition, Page, Step, Verification
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """A page, as something to work on. `name` is always our name of a label; other texts are what the page lists."""

    page: Page

    def label(self, name: str) -> str:
        """The page's own word for `name`."""
        return self.page.labels[name].text

    def press(self, name: str, *, line: str = "", optional: bool = False) -> Click:
        """A button or a link; `line` is the line of a list that it stands on."""
        return Click(ClickKind.PRESS, self.label(name), line, optional=optional)

    def choose(self, name: str, value: str = "") -> Click:
        """`value` from a list that drops down; without one, a round button."""
        return Click(ClickKind.CHOOSE, self.label(name), value)

    def fill(self, name: str, value: str) -> Click:
        """A field."""
        return Click(ClickKind.FILL, self.label(name), value)

    def password(self, name: str, kept: str) -> Click:
        """A field for a password. `kept` is the text of the reference to it; empty if it is not stored."""
        return Click(ClickKind.PASSWORD, self.label(name), kept)

    def tick(self, name: str, *, optional: bool = False) -> Click:
        """A box to tick."""
        return Click(ClickKind.TICK, self.label(name), optional=optional)

    def untick(self, name: str, *, optional: bool = False) -> Click:
        """A box to leave or make empty."""
        return Click(ClickKind.UNTICK, self.label(name), optional=optional)

    def expand(self, name: str) -> Click:
        """A branch of a tree."""
        return Click(ClickKind.EXPAND, self.label(name))

    def see(self, name: str, *, optional: bool = False) -> Click:
        """A message or a state. If its words are our guess, the page may use others."""
        label = self.page.labels[name]
        return Click(ClickKind.SEE, label.text, optional=optional or not label.certain)

    def step(
        self,
        title: str,
        account: str,
        ways: Iterable[Branch],
        settles: Iterable[FactRef],
        proof: Verification,
        notes: Iterable[str] = (),
    ) -> Step:
        """A step that takes as long as its longest branch."""
        ways = tuple(ways)
        settles = tuple(settles)
        seconds = max(sum(self.page.pace.get(click.do, 0) for click in way.clicks) for way in ways)
        return Step(title, account, ways, settles, proof, seconds, tuple(note for note in notes if note))


def always(*clicks: Click) -> Branch:
    """The one way to do it."""
    return Branch(clicks)


def listed(name: str, *clicks: Click) -> Branch:
    """The branch to take if the page lists `name`."""
    return Branch(clicks, Condition.LISTED, name)


def not_listed(name: str, *clicks: Click) -> Branch:
    """The branch to take if the page does not list `name`."""
    return Branch(clicks, Condition.NOT_LISTED, name)


def judged(clause: str, *clicks: Click) -> Branch:
    """The branch to take if a person finds that the clause is so."""
    return Branch(clicks, Condition.JUDGED, clause)


def line(name: str) -> Click:
    """The row for `name` in a list."""
    return Click(ClickKind.PRESS, name)


def tell(whom: str, what: str) -> Click:
    """A message to people outside Bromcom."""
    return Click(ClickKind.TELL, whom, what)
