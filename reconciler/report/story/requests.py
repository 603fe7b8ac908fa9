"""Requests of a change under review -> rows by chapter: the part of a report that an approver decides on."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from reconciler.model.aspect import Aspect, Risk
from reconciler.model.entity import entity_key
from reconciler.model.plan import Plan
from reconciler.model.review import (
    AcceptedDifference,
    Edit,
    Edits,
    Effect,
    LiveStatus,
    ManifestField,
    PlaceEdits,
    Topic,
)
from reconciler.planning.facts import ROWS, WRITING
from reconciler.planning.ranking import of_edit
from reconciler.report.input import ReportInput
from reconciler.report.story.phrases import UNKNOWN_REASONS, edit_phrase, status_phrase
from reconciler.report.story.rows import Entry, Row, Weight, rows

_BESIDE: Final = (ManifestField.WAIVER, ManifestField.WORD, ManifestField.ROUND)
_LOUD: Final = frozenset(
    {
        ManifestField.SERVICE,
        ManifestField.ACCOUNT,
        ManifestField.PASSWORD,
        ManifestField.PURPOSE,
        ManifestField.DOWNSTREAM,
    }
)
_APART: Final = frozenset({ManifestField.ACCESS, ManifestField.ACCOUNT, ManifestField.PASSWORD, ManifestField.SERVICE})


class RequestedChanges(NamedTuple):
    """The rows of a change: more access, other changes, less access, what it accepts, confirmations, and rounds."""

    more: tuple[Row, ...]
    other: tuple[Row, ...]
    less: tuple[Row, ...]
    accepted: tuple[Row, ...]
    vouched: tuple[Row, ...]
    decided: tuple[Row, ...]


def requested_entries(material: ReportInput) -> Mapping[Topic | Effect, Collection[Entry]]:
    """The edits by chapter; the plan has the reasons for what is unknown. One that many schools have is one entry."""
    entries = _Entries(material)
    alike: dict[object, tuple[PlaceEdits, tuple[str, ...], list[str]]] = {}
    for place in material.edits.places:
        whys = entries.whys(place)
        found = alike.setdefault((place.supplier, bool(place.school), id(place.edits), whys), (place, whys, []))
        found[-1].append(material.called(place.school))
    chapters: dict[Topic | Effect, dict[object, Entry]] = {kind: {} for kind in (*Effect, *_BESIDE)}
    for (school, supplier, edits), whys, schools in alike.values():
        for shared, why in zip(edits, whys, strict=True):
            edit = Edit(school, supplier, *shared[2:])
            chapter = edit.topic if edit.topic in _BESIDE and not _leaves_open(edit) else edit.effect
            told, key = chapters[chapter], (*edit[1:-1], why)
            entry = told.get(key) or told.setdefault(key, entries.entry(edit, why))
            entry.schools.extend(schools)
    return {kind: its.values() for kind, its in chapters.items()}


def requested_changes(entries: Mapping[Topic | Effect, Collection[Entry]], *, finely: bool = False) -> RequestedChanges:
    """The same as rows."""
    return RequestedChanges(
        *(rows(entries[kind], finely=finely) for kind in (Effect.MORE, Effect.OTHER, Effect.LESS, *_BESIDE))
    )


class _Entries:
    """Turns edits into entries, with the plan's reasons for what is unknown at their places."""

    def __init__(self, material: ReportInput) -> None:
        plan, self._sensitivity = material.plan, material.sensitivity
        whys = [((school.name, ""), school.unknown) for school in plan.schools]
        whys += [((access.address.school, access.address.supplier), access.unknown) for access in plan.accesses]
        self._whys: Mapping[tuple[str, str], Mapping[tuple[Aspect, str], str]] = {
            place: {(item.aspect, entity_key(item.name)): UNKNOWN_REASONS[item.why] for item in unknown}
            for place, unknown in whys
            if unknown
        }

    def entry(self, edit: Edit, why: str) -> Entry:
        """An edit, without its school; of a waiver, what it accepts is the topic."""
        accepted = edit.after or edit.before
        return Entry(
            supplier=edit.supplier,
            topic=accepted.aspect if isinstance(accepted, AcceptedDifference) else edit.topic,
            weight=_weight(edit),
            rank=of_edit(edit, self._sensitivity),
            said=edit_phrase(edit),
            note=edit.note,
            schools=[],
            state=status_phrase(edit),
            why=why,
            apart=edit.topic in _APART,
        )

    def whys(self, place: PlaceEdits) -> tuple[str, ...]:
        """For each edit the reason that it could not be checked; empty if it was, or was out of scope."""
        reasons = self._whys.get((place.school, place.supplier))
        if not reasons:
            return ("",) * len(place.edits)
        return tuple(_why(edit, reasons) if edit.standing is LiveStatus.UNKNOWN else "" for edit in place.edits)


def _why(edit: Edit, reasons: Mapping[tuple[Aspect, str], str]) -> str:
    if edit.topic is ManifestField.ACCESS:
        return next((why for (aspect, _), why in reasons.items() if ROWS[aspect].way_in), "")
    assert isinstance(edit.topic, Aspect)
    return reasons.get((edit.topic, entity_key(edit.name))) or reasons.get((edit.topic, "*"), "")


def _leaves_open(edit: Edit) -> bool:
    """Tell if a waiver lets a supplier keep access that is not agreed."""
    return edit.topic is ManifestField.WAIVER and edit.effect is Effect.MORE


def _weight(edit: Edit) -> Weight:
    if (edit.topic in _LOUD and edit.risk is Risk.HIGH) or (
        edit.topic is Aspect.LAWFUL_BASIS and edit.effect is Effect.MORE
    ):
        return Weight.LOUD
    if edit.risk is Risk.HIGH and (edit.topic is Aspect.READ or _leaves_open(edit)):
        return Weight.SENSITIVE
    if edit.effect is not Effect.MORE:
        return Weight.ORDINARY
    if edit.topic is ManifestField.ACCESS:
        return Weight.NEW
    return Weight.WRITES if edit.topic in WRITING else Weight.ORDINARY


def titles(edits: Edits, plan: Plan) -> Mapping[str, str]:
    """{supplier: its title}, with those that come or go."""
    changed = {edit.supplier: edit.name for edit in edits.where(lambda edit: edit.topic is ManifestField.ACCESS)}
    return changed | {access.address.supplier: access.particulars.title for access in plan.accesses}
