"""The steps of a plan, grouped by school and page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.model.page import Page
    from reconciler.model.step import Step


@dataclass(frozen=True, slots=True)
class Visit:
    """One page, opened once, and everything to do on it, account by account."""

    page: Page
    steps: tuple[Step, ...]

    @property
    def seconds(self) -> int:
        """How long it takes: to open the page, and each step on it."""
        return self.page.seconds + sum(step.seconds for step in self.steps)


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a supplier must be given to use its account; never the password.

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
class SchoolBook:
    """What is to do for one school, page by page, and the sheets for its suppliers."""

    school: str
    school_id: int
    platform: str
    visits: tuple[Visit, ...]
    hand_overs: tuple[HandOver, ...]

    @property
    def seconds(self) -> int:
        """How long all of it takes by hand."""
        return sum(visit.seconds for visit in self.visits)


@dataclass(frozen=True, slots=True)
class Central:
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
    """A plan, for hands. `fingerprint` is the plan's."""

    workspace: str
    fingerprint: str
    schools: tuple[SchoolBook, ...]
    central: tuple[Central, ...]

    @property
    def visits(self) -> Iterator[Visit]:
        """Every page to open."""
        return (visit for school in self.schools for visit in school.visits)

    @property
    def steps(self) -> int:
        """How many things there are to do."""
        return sum(len(visit.steps) for visit in self.visits)

    @property
    def seconds(self) -> int:
        """How long all of it takes by hand."""
        return sum(visit.seconds for visit in self.visits)
