"""The days that come soon, in words."""

from datetime import date

from reconciler.model.accountability.coming_date import ComingDate, Urgency, how_near
from reconciler.report.escape import printable


def coming_line(coming: ComingDate, today: date) -> str:
    """Say what happens on a day, and how near it is."""
    level = "Warning" if coming.urgency is Urgency.OVERDUE else "Note"
    return printable(f"{level}: {coming.day} ({how_near(coming.day, today)}): {coming.words}. {coming.remedy}")
