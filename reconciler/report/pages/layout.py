"""The frame of every page: its policy, its header with the navigation, its stamp."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from reconciler.report.html.templates import filled, page_parts
from reconciler.report.labels import COMMIT, plural
from reconciler.report.pages import links
from reconciler.report.pages.links import Links
from reconciler.report.pages.page_set import LiveApp, PageSet

# Files of our own alone: no script and no style inside, nothing of anyone else's server. It works from `file:` too.
_STATIC: Final = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'none'"
_LIVE: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
)
# In the order of the navigation: {address: its name}.
NAVIGATION: Final = {
    links.OVERVIEW: "Overview",
    links.SCHOOLS: "Schools",
    links.SUPPLIERS: "Suppliers",
    links.REGISTER: "Register",
    links.PLAN: "Plan",
    links.CATALOGUE: "Catalogue",
}


class PageFrame(NamedTuple):
    """The values around a page, which need not be of a set.

    plan  the fingerprint of the plan that it is about; may be empty
    live  the running app; None for files
    """

    workspace: str
    version: str
    plan: str
    live: LiveApp | None


class PageHead(NamedTuple):
    """A page's own part of the frame.

    address  where it is, relative to the overview
    title    for the window, the worst first
    section  the address of the navigation's entry that it belongs to
    """

    address: str
    title: str
    section: str


def laid_out(template: str, page_set: PageSet, head: PageHead, **values: Any) -> str:
    """A page of the set, in its frame; the same bytes for the same state."""
    frame = PageFrame(
        page_set.stamp.workspace, page_set.report.version, page_set.report.plan.fingerprint, page_set.live
    )
    around = framed(frame, head)
    # Else there is no such page.
    around["navigation"] |= {links.REVIEW: "Changes"} if page_set.review else {}
    around["navigation"] |= {links.JOURNAL: "Journal"} if page_set.with_usernames else {}
    return filled(f"pages/{template}", **{**around, "set": page_set, "stamp": tuple(stamp_facts(page_set)), **values})


def framed(frame: PageFrame, head: PageHead) -> dict[str, Any]:
    """The values that the frame of a page needs, and those for its parts."""
    return {
        "frame": frame,
        "head": head,
        "links": Links(head.address),
        "navigation": {**NAVIGATION, **(frame.live.navigation if frame.live else {})},
        "policy": _LIVE if frame.live else _STATIC,
        "parts": page_parts(),
        "plural": plural,
        "day": day,
    }


def stamp_facts(page_set: PageSet) -> Iterator[tuple[str, str, bool]]:
    """(name, value, if it is a code) of what stands on every page, and on paper."""
    stamp = page_set.stamp
    yield "Checked", moment(stamp.checked) if stamp.checked else "not yet", False
    warned = f", {plural(stamp.warnings, 'warning')}" if stamp.warnings else ""
    yield "Manifests", f"{f'commit {stamp.commit[:COMMIT]}' if stamp.commit else 'no commit has them'}{warned}", False
    if stamp.checked:
        yield "Compared by", stamp.compared_by, False
        yield "Plan", page_set.report.plan.fingerprint[:COMMIT], True


def day(value: date) -> str:
    """`29 November 2026`."""
    return f"{value.day} {value:%B %Y}"


def short_day(value: date) -> str:
    """`29 Nov 2026`, for a table."""
    return f"{value.day} {value:%b %Y}"


def moment(value: datetime) -> str:
    """`Sunday 29 November 2026, 06:02 UTC`, or with another offset from it."""
    offset = value.utcoffset() or timedelta()
    sign, minutes = "-" if offset < timedelta() else "+", abs(offset) // timedelta(minutes=1)
    hours = f"{sign}{minutes // 60:02}:{minutes % 60:02}" if minutes else ""
    return f"{value:%A} {day(value)}, {value:%H:%M} UTC{hours}"
