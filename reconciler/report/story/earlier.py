"""Differences of earlier drift runs that this one could not check: they stay in the report until they are seen again.

Different when last seen, not checked this time:
  greenfield/groupcall  too much StudentProtectionRegister  seen on 2026-11-28 · child protection
"""

from collections.abc import Iterator, Mapping
from typing import Final

from reconciler.model.aspect import Aspect
from reconciler.model.drift_news import BlindSpot, Place, Sighting
from reconciler.model.review import Cause, DifferenceKey
from reconciler.planning.ranking import Rank
from reconciler.report.escape import printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import CAUSES, DIFFERENCES, KINDS, plural
from reconciler.report.rich_text import Part
from reconciler.report.story.headline import Point
from reconciler.report.style import Paint, Style

_PLACES: Final = 10  # by name; more are counted


def recalled_points(material: ReportInput) -> Iterator[Point]:
    """The line under the headline on places that could not be checked for several nights."""
    if material.recalled.blind_spots:
        yield Point("Not checked for several nights", (Part(_lasting(material.recalled.blind_spots)),))


def recalled_lines(material: ReportInput, paint: Paint) -> Iterator[str]:
    """The same as text, the worst first."""

    def rank(key: DifferenceKey, sighting: Sighting) -> Rank:
        return material.rank(sighting.change, key.school, key.supplier)

    if material.recalled.sightings or material.recalled.blind_spots:
        yield ""
    if material.recalled.sightings:
        yield "Different when last seen, not checked this time:"
    for key, sighting in sorted(material.recalled.sightings.items(), key=lambda item: (rank(*item), item[0])):
        change = sighting.change
        place = f"{key.school}/{key.supplier}" if key.supplier else key.school
        name = change.name if change.aspect is Aspect.READ else f"{KINDS[change.aspect]} {change.name}"
        label = DIFFERENCES[change.action]
        note = f" · {CAUSES[Cause.PENDING]}" if sighting.pending else ""
        note += f" · {printable(change.note)}" if change.note else ""
        named = paint(f"{label.word} {printable(name)}", label.style)
        yield f"  {printable(place)}  {named}  seen on {sighting.seen.isoformat()}{note}"
    if material.recalled.blind_spots:
        places = printable(_lasting(material.recalled.blind_spots))
        yield paint(f"Not checked for several nights: {places}", Style.ATTENTION)


def _lasting(spots: Mapping[Place, BlindSpot]) -> str:
    """The places with their dates; a school stands for its accesses."""
    schools = {place.school for place in spots if not place.supplier}
    shown = [place for place in spots if not place.supplier or place.school not in schools]
    listed = [f"{place} (since {spots[place].since.isoformat()})" for place in shown[:_PLACES]]
    more = len(shown) - len(listed)
    return ", ".join(listed) + (f" and {plural(more, 'more place')}." if more else ".")
