"""The history of a trust over a year: the size of its file, and how long its questions take.

75 schools with 25 suppliers each, 60 entities an access. What changes: a tick in every thousand accesses a night, half
of them mended within a fortnight; a school in a hundred is down on a night, and one login in two thousand is refused.
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Final

from reconciler.catalogue.details import entity_details
from reconciler.history.answers import EntityView, access_past, on_day, summary_of
from reconciler.history.file import HistoryFile
from reconciler.history.nights import nights
from reconciler.history.open_differences import differences
from reconciler.history.past import Past
from reconciler.model.address import Address, SchoolDatabase
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import UnknownFacts
from reconciler.model.entity import Care
from reconciler.model.evidence import UnknownReason
from reconciler.model.history import (
    AccessView,
    DifferenceStatus,
    ObservedRun,
    PlanView,
    SeenDifference,
    Subject,
    ViewEvidence,
)
from reconciler.model.live import Login
from tests.benchmarks.figures import Figure, at_most

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SUPPLIERS, ENTITIES = 25, 60
_FIRST: Final = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)
_DOWN: Final = AccessView(ViewEvidence.UNKNOWN, reason=UnknownReason.UNREACHABLE)
_REFUSED: Final = AccessView(ViewEvidence.UNKNOWN, login=Login.REFUSED, reason=UnknownReason.LOGIN_REFUSED)
_SEEN: Final = (Aspect.LOGIN, Aspect.READ)
_TO_ATTEST: Final = tuple(
    UnknownFacts(aspect, "*", 1, UnknownReason.NO_PROBE, "", None) for aspect in (Aspect.ROLE, Aspect.WRITE)
)


@dataclass
class Trust:
    """A trust that changes from night to night; what is agreed stays."""

    schools: int
    chance: random.Random = field(default_factory=lambda: random.Random(20261130))
    extra: dict[Subject, dict[str, int]] = field(default_factory=dict)  # {access: {entity too much: its last night}}

    def __post_init__(self) -> None:
        """Give each supplier a list that its schools share, and some schools one of their own."""
        names = [f"Entity{number:03}" for number in range(300)]
        lists = [self.chance.sample(names, ENTITIES) for _ in range(SUPPLIERS)]
        self.names = names
        self.agreed: dict[Subject, tuple[str, ...]] = {}
        for school in range(self.schools):
            database = SchoolDatabase(10_000 + school, "https://cloudmis.example/read.asmx")
            for number, own in enumerate(lists):
                subject = Subject(
                    database, f"school-{school:02}", f"supplier-{number:02}", f"supplier-{number:02}.{school}"
                )
                missing = self.chance.sample(own, self.chance.choice((0, 0, 0, 1, 2)))
                self.agreed[subject] = tuple(sorted(set(own) - set(missing)))

    def nights(self, number: int) -> Iterator[ObservedRun]:
        """Return so many nights, one a day."""
        for night in range(number):
            yield self._night(night)

    def _night(self, night: int) -> ObservedRun:
        down = {school for school in range(self.schools) if self.chance.random() < 0.01}
        views: dict[Subject, AccessView] = {}
        plans: dict[Subject, PlanView] = {}
        for subject, agreed in self.agreed.items():
            extra = self.extra.setdefault(subject, {})
            if self.chance.random() < 0.001:
                until = night + self.chance.choice((3, 14, 1000))
                extra[self.chance.choice(self.names)] = until
            for name in [name for name, until in extra.items() if until < night]:
                del extra[name]
            if subject.database.school_id - 10_000 in down:
                views[subject], plans[subject] = _DOWN, _UNSEEN
            elif self.chance.random() < 0.0005:
                views[subject], plans[subject] = _REFUSED, _UNSEEN
            else:
                views[subject] = AccessView(ViewEvidence.ASKED, tuple(sorted({*agreed, *extra})), Login.WORKS)
                plans[subject] = _plan(tuple(sorted(set(extra) - set(agreed))))
        return ObservedRun(_FIRST + timedelta(days=night), views, plans, whole=True)


def _plan(extra: tuple[str, ...]) -> PlanView:
    differences = (
        SeenDifference(Action.REVOKE, Aspect.READ, name, "granted", "absent", DifferenceStatus.OPEN) for name in extra
    )
    return PlanView(ENTITIES + 10, tuple(differences), _TO_ATTEST, _SEEN)


_UNSEEN: Final = PlanView(
    ENTITIES + 10, (), (UnknownFacts(Aspect.READ, "*", ENTITIES, UnknownReason.UNREACHABLE, "", None), *_TO_ATTEST), ()
)


def measure(*, quick: bool) -> list[Figure]:
    """Fill a file night by night, then ask it everything, each time from the file."""
    schools, days = (5, 20) if quick else (75, 365)
    with tempfile.TemporaryDirectory() as folder:
        file = HistoryFile(Path(folder) / "history.sqlite", "trust", hidden=False)
        trust, slowest = Trust(schools), 0.0
        for run in trust.nights(days):
            started = process_time()
            file.add([run])
            slowest = max(slowest, process_time() - started)
        size = file.path.stat().st_size / 1e6
        last = trust._night(days)
        quiet = ObservedRun(_FIRST + timedelta(days=days - 1, hours=1), *_as_last(file, last), whole=True)
        file.add([quiet])
        grown = file.path.stat().st_size - size * 1e6
        questions = _questions(file, days)
        lowest = {what: min(_seconds(ask) for _ in range(3)) * 1000 for what, ask in questions.items()}
    return [
        at_most(f"{schools} x {SUPPLIERS} accesses x {days} nights", size, "MB", 20),
        at_most("a night without change adds", grown, "bytes", 4096),
        Figure("the slowest night to add", slowest * 1000, "ms"),
        *(at_most(what, time, "ms", 200) for what, time in lowest.items()),
    ]


def _as_last(file: HistoryFile, like: ObservedRun) -> tuple[dict[Subject, AccessView], dict[Subject, PlanView]]:
    """What the last night of the file saw, again."""
    history = file.read()
    numbers = {subject: number for number, subject in history.subjects.items()}
    return (
        {each: history.reading(history.readings.points[numbers[each]][-1][1]) for each in like.readings},
        {each: history.comparison(history.comparisons.points[numbers[each]][-1][1]) for each in like.comparisons},
    )


def _questions(file: HistoryFile, days: int) -> dict[str, Callable[[], object]]:
    day = date(2026, 1, 1) + timedelta(days=days // 2)
    everything = EntityView(entity_details, lambda _: True)
    one = EntityView(entity_details, lambda about: about.name == "Entity007")

    def trend() -> object:
        past = Past(file.read())
        return nights(past, lambda _: False, differences(past).hidden)

    return {
        "history show": lambda: access_past(Past(file.read()), Address("school-01", "supplier-02"), entity_details),
        "history at, one entity": lambda: on_day(Past(file.read()), day, lambda _: True, one),
        "history at, everything": lambda: on_day(Past(file.read()), day, lambda _: True, everything),
        "history trend": trend,
        "all that the pages show": lambda: summary_of(Past(file.read()), lambda key: Care.SPECIAL.name == key),
    }


def _seconds(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return process_time() - started
