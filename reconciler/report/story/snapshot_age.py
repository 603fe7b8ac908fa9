"""The age of a plan that was made from a snapshot, school by school."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from reconciler.codec.snapshot import told_age
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural

_DAY: Final = timedelta(days=1)
_FEW: Final = 3  # schools in a headline
_MOST: Final = 12  # schools with their ages


def last_checked(material: ReportInput) -> str:
    """`Last checked 7 days ago.`, for the headline; empty if everything was checked within a day."""
    ages = _ages(material)
    old = {name: age for name, age in ages.items() if age > _DAY}
    if not old:
        return ""
    youngest, oldest = told_age(min(old.values())), told_age(max(old.values()))
    since = oldest if youngest == oldest else f"{youngest} to {oldest}"
    if len(old) == len(ages):
        return f"Last checked {since} ago."
    where = " and ".join(old) if len(old) <= _FEW else plural(len(old), "school")
    return f"Last checked {since} ago at {where}."


def older_schools(material: ReportInput) -> str:
    """`riverside (3 days), oakwood (7 days)`: the schools that come from an older snapshot, each with its age."""
    ages = _ages(material)
    schools = [
        f"{material.called(school.name)} ({told_age(ages[school.name])})"
        for school in material.plan.schools
        if school.recorded
    ]
    more = f" and {plural(len(schools) - _MOST, 'more school')}" if len(schools) > _MOST else ""
    return ", ".join(schools[:_MOST]) + more


def _ages(material: ReportInput) -> Mapping[str, timedelta]:
    plan, age = material.plan, material.age
    if age is None or plan.recorded is None:
        return {}
    recorded = plan.recorded
    return {school.name: age + (recorded - (school.recorded or recorded)) for school in plan.schools}
