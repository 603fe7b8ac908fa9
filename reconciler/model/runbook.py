"""Runbooks: pages of Bromcom, and the steps of a plan on them, click by click."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum

from reconciler.model.address import school_label
from reconciler.model.aspect import FactRef
from reconciler.startup import dataclass


class PageId(StrEnum):
    """The pages in the order in which a school's steps are done: what one makes the next ones need."""

    ROLES = "roles-and-permissions"
    USERS = "system-users"
    THIRD_PARTY = "third-party-access"
    CLOSING = "user-login-details"  # the page of an account again: its ticks go first, while the list still shows it
    PARTNER_APPLICATIONS = "partner-applications"
    DEFAULTS = "administration-defaults"
    STUDENTS = "students"
    STAFF = "staff"
    CONTACTS = "contacts"
    OUTSIDE = "outside"  # not in Bromcom: to tell or to ask somebody
    DISTRIBUTE = "distribute"  # a trust's central users


@dataclass(frozen=True, slots=True)
class Label:
    """A page's name for something. `certain` is False if no source gives the words, and they are our description."""

    text: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    title      the last word of its trail
    trail      the menus to it, outermost first; empty for what is not in Bromcom
    also       other trails that are in use for it
    labels     {our name for it: what the page calls it}
    source     where this is known from
    confirmed  when somebody last compared it with that source
    seconds    how long it takes to open it
    requests   {aspect: what to ask for, and whom}, of what is not in Bromcom
    pace       {kind of click: how many seconds one of them takes on it}
    """

    id: PageId
    title: str
    trail: tuple[str, ...]
    also: tuple[tuple[str, ...], ...]
    labels: Mapping[str, Label]
    source: str
    confirmed: date
    seconds: int
    pace: Mapping[ClickKind, int] = field(default_factory=dict)
    requests: Mapping[str, Request] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """The step that settles a fact outside Bromcom. `{title}`, `{name}` and `{school_id}` stand for those of the task.

    due    the step's title, and `check` the one where nobody knows if anything is to be done
    whom   who is asked, `ask` what is said to them, and `check_ask` the same where nobody knows
    """

    due: str
    check: str
    whom: str
    ask: str
    check_ask: str
    notes: tuple[str, ...]


class ClickKind(StrEnum):
    """The action on the thing with that label."""

    PRESS = "press"  # a button or a link; `value` is the line that it stands on, where each line has one
    CHOOSE = "choose"  # `value` in a list that drops down, or a round button (then `value` is empty)
    TICK = "tick"
    UNTICK = "untick"
    FILL = "fill"  # `value` in a field
    PASSWORD = "password"  # noqa: S105  # a field for the password; `value` says where to take it from, never what it is
    EXPAND = "expand"  # a branch of a tree
    SELECT = "select"  # lines of a list of people: `value` says whose, `label` is the box that takes all of them
    SEE = "see"  # look: the page says this
    TELL = "tell"  # not in Bromcom: to a supplier or a host; `value` is what to say


@dataclass(frozen=True, slots=True)
class Click:
    """One action.

    label     as the page shows it; for `tell`, whom
    optional  where the page has it: what is known of the pages does not settle it
    """

    do: ClickKind
    label: str
    value: str = ""
    optional: bool = False


class Condition(StrEnum):
    """The sight of a page on which a branch is taken."""

    ALWAYS = "always"
    LISTED = "listed"  # where the page lists `name`
    NOT_LISTED = "not-listed"
    JUDGED = "judged"  # where `name`, a clause, is so: no page says it, and it may be nowhere so


@dataclass(frozen=True, slots=True)
class Branch:
    """Clicks in order, and when to take them. `name` is what to look for on the page, or the clause that a person
    judges; empty where it is `always`."""

    clicks: tuple[Click, ...]
    when: Condition = Condition.ALWAYS
    name: str = ""


class Verification(StrEnum):
    """The way in which a step is checked."""

    PROBE = "probe"
    ATTESTATION = "attestation"  # no probe can see it: a person vouches
    NONE = "none"  # it settles no fact: something to tell somebody


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do on a page, for one account (empty: for the school).

    settles  the facts that it makes as declared
    notes    what to know before: warnings, other spellings, why
    seconds  how long a person takes who has the page open
    """

    title: str
    account: str
    ways: tuple[Branch, ...]
    settles: tuple[FactRef, ...]
    proof: Verification
    seconds: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Visit:
    """One page, opened once, and everything to do on it, account by account."""

    page: Page
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> int:
        """The time to open the page and take each step on it."""
        return self.page.seconds + sum(step.seconds for step in self.steps)


@dataclass(frozen=True, slots=True)
class HandOver:
    """The details that a supplier needs to use its account; never the password.

    school_id_called  the supplier's own name for the School ID
    username          empty for a partner application, which has none
    password          the text of the reference to the password (`env NAME`); empty where nobody keeps it
    moved_from        the platform whose address the supplier may still use; empty where the school has not moved
    """

    supplier: str
    title: str
    school_id: int
    school_id_called: str
    read_url: str
    write_url: str
    username: str
    password: str
    moved_from: str = ""


@dataclass(frozen=True, slots=True)
class PageVisit:
    """One page of one school, to be opened now.

    hand_overs  the sheets to hand to suppliers
    number, of  its place among the pages of this run, and how many there are
    title       the school's, may be empty
    can_go_back  something is left to do on the page before
    """

    school: str
    school_id: int
    platform: str
    visit: Visit
    hand_overs: tuple[HandOver, ...]
    number: int
    of: int
    title: str = ""
    can_go_back: bool = False


@dataclass(frozen=True, slots=True)
class SchoolBook:
    """The work at one school, page by page, and the sheets for its suppliers."""

    school: str
    school_id: int
    platform: str
    visits: tuple[Visit, ...]
    hand_overs: tuple[HandOver, ...]
    title: str = ""

    @property
    def called(self) -> str:
        """Its name for people."""
        return school_label(self.title, self.school)

    @property
    def seconds(self) -> int:
        """The time for all of it by hand."""
        return sum(visit.seconds for visit in self.visits)


@dataclass(frozen=True, slots=True)
class CentralOffer:
    """One edit that does the same at many schools of a trust: an offer, beside the steps of each school.

    what        what to change on the central user, in words, one line each
    schools     where it is due
    overwrites  warnings: what else a distribution would change, school by school
    """

    supplier: str
    username: str
    page: Page
    what: tuple[str, ...]
    schools: tuple[str, ...]
    overwrites: tuple[str, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class Runbook:
    """A plan, for hands. `fingerprint` is the plan's; empty if only the manifests are known."""

    workspace: str
    fingerprint: str
    schools: tuple[SchoolBook, ...]
    central: tuple[CentralOffer, ...]

    @property
    def visits(self) -> Iterator[Visit]:
        """Every page to open."""
        return (visit for school in self.schools for visit in school.visits)

    @property
    def steps(self) -> int:
        """The number of steps."""
        return sum(len(visit.steps) for visit in self.visits)

    @property
    def seconds(self) -> int:
        """The time for all of it by hand."""
        return sum(visit.seconds for visit in self.visits)
