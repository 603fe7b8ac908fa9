"""A practice person: follows one step of a runbook on the practice pages over HTTP, by what the pages show alone.

It knows nothing of the pages but what stands on them, and does nothing that the step does not say. Whatever it cannot
do as it is said is a HandsError: a step never succeeds by accident. Import it where it is used: it brings lxml.
"""

from collections.abc import Callable, Sequence

from reconciler.errors import ReconcilerError
from reconciler.model.runbook import Branch, Click, ClickKind, Condition, Page, Step
from reconciler.sandbox.operator.browsing import Browser, BrowsingSession, NoPage, PageRefused
from reconciler.sandbox.operator.page_view import NotSeen, PageView

SCHOOLS = "/practice/"


class HandsError(ReconcilerError):
    """A step could not be followed on the practice pages: says which click of which step, where, and what is there."""


class PracticeHands:
    """A person at the sandbox at `url`, such as `http://127.0.0.1:8765`.

    passwords  gives the practice password for the text of a reference (`env GROUPCALL_GREENFIELD_PASSWORD`); the text
               is empty where nobody keeps the password, and any will do
    tell       is called with whom and what, for what is not in Bromcom; without it, such a click is a HandsError
    """

    def __init__(
        self, url: str, passwords: Callable[[str], str], tell: Callable[[str, str], None] | None = None
    ) -> None:
        self._browser = Browser(url)
        self._passwords = passwords
        self._tell = tell

    def do(self, school_id: int, page: Page, step: Step) -> None:
        """Open the page by the school's menu, and follow the step on it; raises HandsError.

        Which of the step's ways are taken is judged by the page as it opens. A page without a trail is none of
        Bromcom's: nothing is opened, and there is nothing to do there but to tell.
        """
        place = f"step {step.title!r} at school {school_id}"
        try:
            sight = self._open(school_id, page) if page.trail else PageView("", b"<main></main>")
        except (NotSeen, NoPage) as error:
            raise HandsError(f"{place}: page {page.title!r}: {error}") from None
        ways = [way for way in step.ways if _is_taken(way, sight)]
        if not ways:
            raise HandsError(f"{place}: page {page.title!r}: none of its ways fits what the page lists")
        sitting = BrowsingSession(self._browser, sight, self._passwords)
        for way in ways:
            self._follow(sitting, way.clicks, place)
        if sitting.unsent is not None:
            raise HandsError(f"{place}: the step ends, and {sitting.unsent[1]} was not saved")

    def _follow(self, sitting: BrowsingSession, clicks: Sequence[Click], place: str) -> None:
        for number, click in enumerate(clicks, 1):
            on = sitting.sight.title
            try:
                if click.do is ClickKind.TELL and self._tell is not None:
                    self._tell(click.label, click.value)
                else:
                    sitting.click(click)
            except (NotSeen, PageRefused, NoPage) as error:
                if click.optional and isinstance(error, NotSeen):
                    continue
                place = f"click {number}, {click.do} {click.label!r}, on the page {on!r}"
                raise HandsError(f"{place}: {place}: {error}") from None

    def _open(self, school_id: int, page: Page) -> PageView:
        """A page, by its link in the school's menu."""
        schools = self._browser.look(SCHOOLS).links()
        home = next((to for says, to in schools.items() if says.endswith(f" School {school_id}")), None)
        if home is None:
            raise NotSeen(f"there is no school {school_id}; there are {', '.join(schools)}")
        menu = self._browser.look(home).menu()
        for trail in (page.trail, *page.also):
            if trail[-1] in menu:
                return self._browser.look(menu[trail[-1]])
        raise NotSeen(f"the menu has no page of this name; it has {', '.join(menu)}")


def _is_taken(way: Branch, sight: PageView) -> bool:
    match way.when:
        case Condition.ALWAYS:
            return True
        case Condition.LISTED:
            return sight.lists(way.name)
        case Condition.NOT_LISTED:
            return not sight.lists(way.name)
