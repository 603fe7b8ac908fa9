"""Sets of pages for tests: of worlds that are made by hand, by hypothesis, or full of a hostile text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reconciler.model.address import Address, username_key
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.model.plan import Ended, EndReason
from reconciler.model.problem import Origin
from reconciler.pages import PageManifests, page_set
from reconciler.workflow import Selection
from tests.planning.worlds import PROBED, access, account, attested, desired_of, live_of

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.report.pages.page_set import PageSet

NOW = datetime(2026, 11, 24, 6, 2, tzinfo=UTC)


def made(world: tuple[Desired, Live], *, with_usernames: bool = False) -> PageSet:
    """The set of a world, as `site` gathers it."""
    desired, live = world
    manifests = PageManifests(desired, {})
    return page_set(manifests, Selection(), lambda _: live, NOW, "the nightly check", with_usernames=with_usernames)


def hostile(text: str, names: str = "") -> tuple[Desired, Live]:
    """A world with this text wherever text comes from outside; `names` stands for all but usernames, and for what a
    service said."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    other = names or whole
    refused, blind, extra, closed = (
        Address("greenfield", name) for name in (f"refused{other}", f"blind{other}", f"extra{other}", f"closed{other}")
    )
    via = account(whole)
    ended = Ended(EndReason.RETIRED, None, "", Origin("suppliers.yaml", 1, 1))
    desired = desired_of(
        access([f"Declared {other}"], address=refused, via=via),
        access(["Students"], address=blind, via=via),
        access([other], address=extra, via=account(whole, password=False), role=f"Role {other}"),
        replace(access([], address=closed, via=via), ended=ended),
        access(["Students"], address=Address(f"riverside{other}", f"extra{other}"), via=via),
    )
    unknown = Unknown(UnknownReason.UNREADABLE, whole, other)
    said = replace(attested(), by=other, reference=other)
    login = Known(Login.WORKS, said)
    live = live_of(
        {
            refused: LiveAccess(
                Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, whole, other), whole
            ),
            blind: LiveAccess(unknown, unknown),
            extra: LiveAccess(login, Known({"x": f"Extra {other}", "personphotos": "PersonPhotos"}, said)),
            closed: LiveAccess(Known(Login.WORKS, PROBED), Known({}, PROBED)),
        }
    )
    school = LiveSchool(Known(True, PROBED), accounts=Known({username_key(whole + "2"): whole + "2"}, said))
    schools = {"greenfield": school, f"riverside{other}": LiveSchool(Known(False, PROBED), other)}
    titled = {name: replace(each, title=f"{other} School {name}") for name, each in desired.schools.items()}
    return replace(desired, workspace=other, schools=titled), replace(live, schools=schools)
