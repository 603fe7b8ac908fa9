"""What earlier drift runs saw and this one did not: it stays in the report until somebody sees it again.

Not seen this time, and different when it was last seen:
  greenfield/groupcall  - StudentProtectionRegister  seen on 2026-11-28 · child protection
"""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.model.aspect import Aspect
from reconciler.model.drift_news import BlindSpot, Place, Sighting
from reconciler.model.review import DifferenceKey
from reconciler.planning.ranking import Rank
from reconciler.report.escape import printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import KINDS, SIGNS, plural
from reconciler.report.rich_text import Part
from reconciler.report.story.headline import Point
from reconciler.report.style import Paint, Style

_PLACES: Final = 10  # that are named one by one


def recalled_points(material: ReportInput) -> Iterator[Point]:
    """The line under the headline on what was not seen for long."""
    if material.recalled.blind_spots:
        yield Point("Not seen for several nights", (Part(_lasting(material.recalled.blind_spots)),))


def recalled_lines(material: ReportInput, paint: Paint) -> Iterator[str]:
    """The same as text, what matters most first."""

    def rank(key: DifferenceKey, sighting: Sighting) -> Rank:
        return material.rank(sighting.change, key.school, key.supplier)

    if material.recalled.sightings:
        yield "Not seen this time, and different when it was last seen:"
    for key, sighting in sorted(material.recalled.sightings.items(), key=lambda item: (rank(*item), item[0])):
        change = sighting.change
        place = f"{key.school}/{key.supplier}" if key.supplier else key.school
        name = change.name if change.aspect is Aspect.READ else f"{KINDS[change.aspect]} {change.name}"
        sign, tone = SIGNS[change.action]
        note = f" · {printable(change.note)}" if change.note else ""
        named = paint(f"{sign} {printable(name)}", tone)
        yield f"  {printable(place)}  {named}  seen on {sighting.seen.isoformat()}{note}"
    if material.recalled.blind_spots:
        told = f"Not seen for several nights: {printable(_lasting(material.recalled.blind_spots))}"
        yield paint(told, Style.UNKNOWN)
    if material.recalled.sightings or material.recalled.blind_spots:
        yield ""


def _lasting(spots: Mapping[Place, BlindSpot]) -> str:
    """The places, a school's own standing for its accesses, and since when."""
    schools = {place.school for place in spots if not place.supplier}
    shown = [place for place in spots if not place.supplier or place.school not in schools]
    told = [f"{place} (since {spots[place].since.isoformat()})" for place in shown[:_PLACES]]
    more = len(shown) - len(told)
    return ", ".join(told) + (f" and {plural(more, 'more place')}." if more else ".")
