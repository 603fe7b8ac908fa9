"""A practice person, who follows one step of a runbook on the practice pages over HTTP.

It sees only what the pages show, and does only what the step says. Anything else is a HandsError: a step never succeeds
by accident. Import it where it is used: it brings lxml.
"""

from collections.abc import Callable, Sequence

from reconciler.errors import ReconcilerError
from reconciler.model.runbook import Branch, Click, ClickKind, Condition, Page, Step
from reconciler.sandbox.operator.browsing import Browser, BrowsingSession, NoPage, PageRefused
from reconciler.sandbox.operator.page_view import NotSeen, PageView

SCHOOLS = "/practice/"


class HandsError(ReconcilerError):
    """A step could not be followed on the practice pages; the message names the click and what the page shows."""


class PracticeHands:
    """A person at the sandbox at `url`, such as `http://127.0.0.1:8765`.

    passwords  gives the practice password for the text of a reference (`env GROUPCALL_GREENFIELD_PASSWORD`); an empty
               text means that the password is not stored, and any will do
    tell       gets (recipient, message) for steps outside Bromcom; without it, such a click is a HandsError
    """

    def __init__(
        self, url: str, passwords: Callable[[str], str], tell: Callable[[str, str], None] | None = None
    ) -> None:
        self._browser = Browser(url)
        self._passwords = passwords
        self._tell = tell

    def do(self, school_id: int, page: Page, step: Step) -> None:
        """Open the page by the school's menu, and follow the step on it; raises HandsError.

        The page decides, as it opens, which branches are taken. A page without a trail is outside Bromcom: nothing is
        opened, and there are only messages to send.
        """
        place = f"step {step.title!r} at school {school_id}"
        try:
            view = self._open(school_id, page) if page.trail else PageView("", b"<main></main>")
        except (NotSeen, NoPage) as error:
            raise HandsError(f"{place}: page {page.title!r}: {error}") from None
        ways = [way for way in step.ways if _is_taken(way, view)]
        if not ways:
            raise HandsError(f"{place}: page {page.title!r}: no branch of the step fits what the page lists")
        session = BrowsingSession(self._browser, view, self._passwords)
        for way in ways:
            self._follow(session, way.clicks, place)
        if session.unsent is not None:
            raise HandsError(f"{place}: the step ends, but {session.unsent[1]} was not saved")

    def _follow(self, session: BrowsingSession, clicks: Sequence[Click], place: str) -> None:
        for number, click in enumerate(clicks, 1):
            title = session.page.title
            try:
                if click.do is ClickKind.TELL and self._tell is not None:
                    self._tell(click.label, click.value)
                else:
                    session.click(click)
            except (NotSeen, PageRefused, NoPage) as error:
                if click.optional and isinstance(error, NotSeen):
                    continue
                clicked = f"click {number}, {click.do} {click.label!r}, on the page {title!r}"
                raise HandsError(f"{place}: {clicked}: {error}") from None

    def _open(self, school_id: int, page: Page) -> PageView:
        """A page, by its link in the school's menu."""
        schools = self._browser.look(SCHOOLS).links()
        home = next((to for says, to in schools.items() if says.endswith(f" School {school_id}")), None)
        if home is None:
            raise NotSeen(f"there is no school {school_id}, only {', '.join(schools)}")
        menu = self._browser.look(home).menu()
        for trail in (page.trail, *page.also):
            if trail[-1] in menu:
                return self._browser.look(menu[trail[-1]])
        raise NotSeen(f"the menu has no page of this name, only {', '.join(menu)}")


def _is_taken(way: Branch, view: PageView) -> bool:
    match way.when:
        case Condition.ALWAYS:
            return True
        case Condition.LISTED:
            return view.lists(way.name)
        case Condition.NOT_LISTED:
            return not view.lists(way.name)
        case Condition.JUDGED:
            return False  # nobody practises with people of whom it is so
