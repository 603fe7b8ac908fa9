"""Accesses that begin or end soon, for a nightly job: a person has work in Bromcom then."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from reconciler.model.desired import Desired
from reconciler.report.escape import printable
from reconciler.report.labels import plural


def turning_accesses(desired: Desired, today: date, days: int) -> Iterator[str]:
    """Say which suppliers' accesses begin, or have their last day, within so many days."""
    turns = Counter(
        (access.next_turn, access.title, access.ended is not None)
        for access in desired.accesses.values()
        if access.next_turn and 0 <= (access.next_turn - today).days <= days
    )
    for (day, title, begins), schools in sorted(turns.items()):
        turn = "begins on" if begins else "has its last day on"
        yield f"Note: the access of {printable(title)} at {plural(schools, 'school')} {turn} {day}."
