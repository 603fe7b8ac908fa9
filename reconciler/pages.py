"""The story of the pages: manifests and live side -> everything that a set of pages is made of.

`site` writes it as files, and the app serves it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, TypeVar

from reconciler import __version__
from reconciler.accountability.privileges import Comparison, privileges
from reconciler.accountability.register import register_of
from reconciler.catalogue import entities
from reconciler.catalogue.details import entity_details
from reconciler.errors import ManifestError
from reconciler.git.checkout import folder_in_repository
from reconciler.journal.file import read_journal
from reconciler.manifest.load import loaded
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.manifest.workspace.reading import read_folder
from reconciler.model.accountability.least_privilege import AccessReport, PublishedList
from reconciler.model.accountability.register import Register
from reconciler.model.desired import Desired
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Fact, Unknown, UnknownReason
from reconciler.model.history import HistorySummary
from reconciler.model.journal import JournalEntry
from reconciler.model.live import Live, LiveAccess
from reconciler.model.plan import Plan
from reconciler.model.problem import Problem
from reconciler.model.review import Review
from reconciler.planning.validity.coming_dates import coming_dates
from reconciler.report.effort import effort
from reconciler.report.input import ReportInput, ReportKind
from reconciler.report.pages.page_set import HORIZON, PageSet, Stamp
from reconciler.report.pages.usernames import (
    HIDDEN,
    history_without_usernames,
    register_without_usernames,
    review_without_usernames,
    without_usernames,
)
from reconciler.review import Base, commit_of, plan_of_change
from reconciler.startup import dataclass
from reconciler.state_folder.paths import journal_of
from reconciler.workflow import (
    Selection,
    as_of,
    books,
    not_asked,
    plan_and_live,
    sensitivity,
    warnings_among,
)

_T = TypeVar("_T")
_NOT_YET: Final = Unknown(UnknownReason.NOT_ASKED, "Bromcom was not asked yet")


@dataclass(frozen=True, slots=True)
class PageManifests:
    """A workspace as it was read for pages.

    desired   as it counts now
    written   the same as written, with the attestations of a moment to come
    listings  {supplier: the published list that its manifest names}
    commit    in hex; empty if no commit has these manifests just so
    folder    in its repository, with `/`; empty if that is the top, or not known
    journal   of what was done by hand from this folder
    warnings  about the manifests, as `validate` has them
    """

    desired: Desired
    written: Desired
    listings: Mapping[str, PublishedList]
    commit: str = ""
    folder: str = ""
    journal: tuple[JournalEntry, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """Manifests, and how Bromcom stands to them.

    live            completed with what people confirmed
    with_usernames  pages may have them, and a service's own words, which may name people; else those are not here
    """

    desired: Desired
    live: Live
    plan: Plan
    with_usernames: bool


def compare(desired: Desired, live: Live, now: datetime, *, with_usernames: bool) -> Compared:
    """Compare manifests with the live side that was read for them."""
    plan, attested = plan_and_live(desired, live if with_usernames else _redacted(live), now.date())
    return Compared(desired, attested, plan, with_usernames)


def manifests_for_pages(workspace: Path, now: datetime) -> PageManifests:
    """Read the manifests; raises ManifestError if they are wrong."""
    reading = read_folder(workspace, {})
    result = loaded(reading, now.date())
    if result.desired is None:
        raise ManifestError(result.problems)
    desired = as_of(result.desired, now)
    listings, commit = published_lists(reading.manifests), commit_of(workspace, desired, now)
    journal = tuple(read_journal(journal_of(workspace)).entries)
    warnings = warnings_among(result.problems)
    return PageManifests(desired, result.desired, listings, commit, folder_in_repository(workspace), journal, warnings)


def published_lists(manifests: Manifests) -> Mapping[str, PublishedList]:
    """{supplier: the published list that its manifest names}."""
    return {
        supplier.name: PublishedList(
            supplier.profile.profile.name,
            supplier.profile.profile.complete,
            frozenset(entity_key(name.value) for name in supplier.profile.entities),
        )
        for supplier in manifests.suppliers
        if supplier.profile
    }


def page_set(
    manifests: PageManifests,
    compared: Compared,
    now: datetime,
    compared_by: str,
    history: HistorySummary | None = None,
) -> PageSet:
    """Make everything that pages are made of. Without usernames nothing of a set has one."""
    desired, live, plan, with_usernames = compared.desired, compared.live, compared.plan, compared.with_usernames
    shown = plan if with_usernames else without_usernames(plan)
    comparison = Comparison(desired, live, {}, manifests.listings, entity_details)
    accesses = privileges(comparison, desired.accesses.keys(), lambda _: True)
    if not with_usernames:
        accesses = tuple(replace(access, account=HIDDEN) for access in accesses)
    checked = live.recorded or now

    @cache
    def register() -> Register:
        found = register_of(desired, live, plan, entity_details, checked)
        return found if with_usernames else register_without_usernames(found)

    return PageSet(
        report=ReportInput(
            shown,
            ReportKind.PLAN,
            __version__,
            sensitivity(),
            effort=cache(lambda: effort(books(plan))),
            age=now - live.recorded if live.recorded else None,
            created=checked,
            folder=manifests.folder,
        ),
        access=AccessReport(desired.workspace, live.recorded, "", "", accesses),
        make_register=register,
        stamp=Stamp(checked.astimezone(), manifests.commit, desired.workspace, compared_by, len(manifests.warnings)),
        today=now.date(),
        ends=coming_dates(desired, now.date(), HORIZON),
        history=history if with_usernames or history is None else history_without_usernames(history),
        journal=manifests.journal if with_usernames else (),
        catalogue=tuple(entity_details(entity.name) for entity in entities().values()),
        with_usernames=with_usernames,
    )


def declared_pages(manifests: PageManifests, now: datetime) -> PageSet:
    """Make what pages are made of from the manifests alone: nothing was asked, so nothing live is known but what people
    confirmed. It is for what the manifests say, and no page of it may judge."""
    live = not_asked(manifests.desired, _NOT_YET)
    made = page_set(manifests, compare(manifests.desired, live, now, with_usernames=True), now, "")
    return replace(made, stamp=replace(made.stamp, checked=None))


def with_review(
    made: PageSet, written: Desired, base: Base, selection: Selection, live: Live, now: datetime
) -> PageSet:
    """Add the review of a change of the manifests to a set; `live` is what was read, without what people confirmed."""
    plan, review = plan_of_change(written, base, selection, lambda _: live, now)
    left = review.orphans if isinstance(review, Review) else ()
    if isinstance(review, Review) and not made.with_usernames:
        review = review_without_usernames(review, plan, made.report.plan)
    by_hand = cache(lambda: effort(books(plan), left))
    return replace(made, review=replace(made.report, review=review, effort=by_hand))


def _redacted(live: Live) -> Live:
    """The live side with our own sentences alone where something is unknown or refused."""
    return replace(live, accesses={address: _redacted_access(access) for address, access in live.accesses.items()})


def _redacted_access(access: LiveAccess) -> LiveAccess:
    return replace(
        access,
        refusal="",
        login=_own_words(access.login),
        entities=_own_words(access.entities),
        columns={name: _own_words(fact) for name, fact in access.columns.items()} if access.columns else {},
    )


def _own_words(fact: Fact[_T]) -> Fact[_T]:
    return Unknown(fact.reason, fact.redacted_text) if isinstance(fact, Unknown) else fact
