"""Histories by hypothesis: subjects, what they could read, what plans said of them, on a few nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from hypothesis import strategies as st

from reconciler.history.timeline import spells
from reconciler.model.address import SchoolDatabase
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import UnknownFacts
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

if TYPE_CHECKING:
    from reconciler.history.history import ObservedHistory
    from reconciler.history.past import Past

FIRST: Final = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
NAMES: Final = (
    "Attendances", "Classes", "PersonPhotos", "SENStudents", "Staff", "StudentContacts", "Students", "StudentsInCare",
)  # fmt: skip
SUBJECTS: Final = tuple(
    Subject(
        SchoolDatabase(12345 + school, "http://127.0.0.1/read"),
        f"school-{school}",
        f"supplier-{number}",
        f"user-{number}",
    )
    for school in range(3)
    for number in range(3)
)
# What the history tells: {(time, subject): what was seen}.
Told: TypeAlias = "dict[tuple[int, Subject], object]"

ACCESS_VIEWS = st.one_of(
    st.builds(
        lambda names, login: AccessView(ViewEvidence.ASKED, tuple(sorted(names)), login),
        st.sets(st.sampled_from(NAMES)),
        st.just(Login.WORKS),
    ),
    st.builds(
        lambda names: AccessView(
            ViewEvidence.CONFIRMED, tuple(sorted(names)), by="J. Smith", on=date(2026, 2, 3), until=date(2027, 2, 3)
        ),
        st.sets(st.sampled_from(NAMES)),
    ),
    st.builds(
        lambda reason: AccessView(ViewEvidence.UNKNOWN, reason=reason),
        st.sampled_from((UnknownReason.UNREACHABLE, UnknownReason.LOGIN_REFUSED, UnknownReason.NO_PASSWORD)),
    ),
)


def plan_view(states: dict[str, DifferenceStatus | None]) -> PlanView:
    """A plan that found these entities too much, or (None) could not check them."""
    differences = tuple(
        SeenDifference(Action.REVOKE, Aspect.READ, name, "granted", "absent", status)
        for name, status in sorted(states.items())
        if status
    )
    unknown = tuple(
        UnknownFacts(Aspect.READ, name, 1, UnknownReason.UNREACHABLE, "", None)
        for name, status in sorted(states.items())
        if status is None
    )
    return PlanView(10, differences, unknown, (Aspect.LOGIN, Aspect.READ))


PLAN_VIEWS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from((None, *DifferenceStatus)), max_size=4).map(
    plan_view
)


def run(hours: int, views: dict[Subject, AccessView], plans: dict[Subject, PlanView]) -> ObservedRun:
    """A run, so many hours after the first night."""
    return ObservedRun(FIRST + timedelta(hours=hours), views, plans, whole=len(plans) == len(SUBJECTS))


RUNS = st.lists(
    st.builds(
        run,
        st.integers(0, 240).map(lambda half_days: 12 * half_days),
        st.dictionaries(st.sampled_from(SUBJECTS), ACCESS_VIEWS, max_size=9),
        st.dictionaries(st.sampled_from(SUBJECTS), PLAN_VIEWS, max_size=9),
    ),
    max_size=8,
)


def told(history: ObservedHistory, past: Past) -> tuple[Told, Told]:
    """All that a history tells, of each time and subject."""
    found: tuple[Told, Told] = ({}, {})
    for into, track, decode in (
        (found[0], past.readings, history.reading),
        (found[1], past.comparisons, history.comparison),
    ):
        for number, points in track.timeline.points.items():
            for first, last, state in spells(points, track.times(number)):
                for at in track.times(number):
                    if first <= at <= last:
                        into[at, history.subjects[number]] = decode(state)
    return found
