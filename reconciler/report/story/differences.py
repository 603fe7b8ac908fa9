"""Differences and unknown facts of a plan -> rows: the part of a report on how things are in Bromcom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import entity_key
from reconciler.model.evidence import UnknownReason
from reconciler.model.plan import Plan
from reconciler.model.review import Cause, Edit, LiveStatus, ManifestField, Topic
from reconciler.planning.facts import ROWS, identity
from reconciler.planning.ranking import BESIDE, Kind, Rank, of_change, of_reported, of_unknown
from reconciler.planning.risk import Sensitivity
from reconciler.report.input import ReportInput
from reconciler.report.labels import LABELS
from reconciler.report.labels import waived as waived_said
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.phrases import SELF_EXPLANATORY, UNKNOWN_REASONS, Phrase, change_phrase
from reconciler.report.story.rows import Entry, Row, Weight, rows
from reconciler.startup import dataclass

_HANDS: Final = {
    Action.GRANT: "to tick by hand",
    Action.REVOKE: "to untick by hand",
    Action.MEND_LOGIN: "to fix by hand",
    Action.SET: "to set by hand",
}
_OF_WAY_IN: Final = {Action.GRANT: "to give by hand", Action.REVOKE: "to close by hand"}
_OF_ROLES: Final = {Action.GRANT: "to give by hand", Action.REVOKE: "to take away by hand"}
_OF_ACCOUNTS: Final = {Action.GRANT: "to find or create", Action.REVOKE: "to decide"}
REPORTED: Final = "only reported"


class ReportedDifference(NamedTuple):
    """One change of a plan at its place; `supplier` is empty for a school's own. `cause` is None without a review."""

    school: str
    supplier: str
    change: Change
    cause: Cause | None


class AlikePlaces(NamedTuple):
    """Schools at which a supplier has the same differences, of the same causes, and the same requests of the change
    under review; `supplier` is empty for what is the schools' own."""

    supplier: str
    changes: tuple[Change, ...]
    causes: tuple[Cause | None, ...]
    edits: tuple[Edit, ...]
    schools: list[str]

    def differences(self) -> Iterator[ReportedDifference]:
        """Those of one of them, those that are waived too."""
        for change, cause in zip(self.changes, self.causes, strict=True):
            yield ReportedDifference(self.schools[0], self.supplier, change, cause)


def alike_places(material: ReportInput) -> Collection[AlikePlaces]:
    """The places with differences. What is told of all of them at once is told in a fraction of the time."""
    edits = material.edits_by_place()
    places = [(school.name, "", school.changes) for school in material.plan.schools if school.changes]
    places += [(*access.address, access.changes) for access in material.plan.accesses if access.changes]
    alike: dict[object, AlikePlaces] = {}
    for school, supplier, changes in places:
        causes, its = material.causes_at(changes, school, supplier), edits.get((school, supplier), ())
        key = supplier, id(changes), causes, id(its)
        if key not in alike:
            alike[key] = AlikePlaces(supplier, changes, causes, its, [])
        alike[key].schools.append(school)
    return alike.values()


class DifferenceRows(NamedTuple):
    """Rows of differences, each difference in one of them.

    follows   caused by this change, and in none of its edits
    before    already different before this change
    over      too much access, if nothing is under review; so are the next three
    missing   missing access
    logins    refused logins
    other     settings that differ
    pending   asked for by the manifests, and not carried out yet
    accepted  accepted by a waiver
    reported  not a difference: extra entities that the manifests want reported only
    """

    follows: tuple[Row, ...]
    before: tuple[Row, ...]
    over: tuple[Row, ...]
    missing: tuple[Row, ...]
    logins: tuple[Row, ...]
    other: tuple[Row, ...]
    pending: tuple[Row, ...]
    accepted: tuple[Row, ...]
    reported: tuple[Row, ...]


_CHAPTERS: Final = {
    Kind.STRANGER: "other",
    Kind.TOO_MUCH: "over",
    Kind.REFUSED: "logins",
    Kind.SETTING: "other",
    Kind.MISSING: "missing",
    Kind.ACCEPTED: "accepted",
}


def difference_entries(material: ReportInput) -> Mapping[str, Collection[Entry]]:
    """The differences by field of DifferenceRows. One that many schools have is one entry."""
    told: dict[str, dict[object, Entry]] = {name: {} for name in DifferenceRows._fields}
    for alike in alike_places(material):
        edited, names = _edited(alike.edits), list(map(material.called, alike.schools))
        for each in alike.differences():
            chapter = _chapter(each, edited, material)
            if chapter:
                key = each.supplier, each.change, each.cause
                entry = told[chapter].get(key) or told[chapter].setdefault(key, _told(each, material))
                entry.schools.extend(names)
    for access in material.plan.accesses:
        for name in access.reported:
            school, supplier = access.address
            told["reported"][school, supplier, name] = _reported(school, supplier, name, material.sensitivity)
    return {name: entries.values() for name, entries in told.items()}


def difference_rows(entries: Mapping[str, Collection[Entry]], *, finely: bool = False) -> DifferenceRows:
    """The differences, as rows."""
    return DifferenceRows(**{name: rows(its, finely=finely) for name, its in entries.items()})


def _chapter(each: ReportedDifference, edited: AbstractSet[tuple[Topic, str]], material: ReportInput) -> str:
    """Name the field of a difference; empty if an edit shows it already."""
    if each.cause is None or each.change.waived:
        return _CHAPTERS[of_change(each.change, material.sensitivity).kind]
    if each.cause is Cause.PENDING:
        return "pending"
    if each.cause is not Cause.THIS_CHANGE:
        return "before"
    aspect = ManifestField.ACCESS if each.change.action is Action.MEND_LOGIN else each.change.aspect
    return "" if (aspect, _key(aspect, each.change.name)) in edited else "follows"


def _key(topic: Topic, name: str) -> str:
    return "" if topic is ManifestField.ACCESS else identity(topic, entity_key(name))


def _edited(edits: Iterable[Edit]) -> AbstractSet[tuple[Topic, str]]:
    """The edits with work left to do."""
    return {(edit.topic, _key(edit.topic, edit.name)) for edit in edits if edit.standing is LiveStatus.PENDING}


def _told(each: ReportedDifference, material: ReportInput) -> Entry:
    change = each.change
    note = change.note
    if change.waived:
        note = "; ".join(filter(None, (note, waived_said(change.waived))))
    return Entry(
        supplier=each.supplier,
        topic=change.aspect,
        weight=_weight(change),
        rank=of_change(change, material.sensitivity, each.cause),
        said=change_phrase(change),
        note=note,
        schools=[],
        state=state_said(each),
        apart=change.action is Action.MEND_LOGIN,
    )


def state_said(each: ReportedDifference) -> str:
    """Say what to do about a difference, and if this change is not its only cause."""
    if each.change.waived:
        return "accepted for now"
    if each.change.aspect is Aspect.RIGHT_SCHOOL:
        return LABELS[Aspect.RIGHT_SCHOOL].due
    aspect = each.change.aspect
    hands = _HANDS if aspect is Aspect.READ else {**_HANDS, **_OF_ROLES}
    hands = {**hands, **_OF_ACCOUNTS} if aspect is Aspect.ACCOUNT else hands
    hands = {**hands, **_OF_WAY_IN} if ROWS[aspect].way_in else hands
    both = ", and changed again here" if each.cause is Cause.BOTH else ""
    return hands[each.change.action] + both


def _weight(change: Change) -> Weight:
    is_unclaimed = (change.action, change.aspect) == (Action.REVOKE, Aspect.ACCOUNT)
    if change.aspect in (Aspect.LAWFUL_BASIS, Aspect.CONSENT_ENFORCED, Aspect.RIGHT_SCHOOL) or is_unclaimed:
        return Weight.LOUD
    if change.aspect is Aspect.READ and change.risk is Risk.HIGH:
        return Weight.SENSITIVE
    is_extra = change.action is Action.REVOKE and change.aspect in (Aspect.ROLE, Aspect.WRITE)
    return Weight.WRITES if is_extra else Weight.ORDINARY


def _reported(school: str, supplier: str, name: str, sensitivity: Sensitivity) -> Entry:
    said = Phrase("can read", (Part(name, Mark.VALUE),), "which is not agreed")
    note = sensitivity.note(entity_key(name))
    weight = Weight.SENSITIVE if note else Weight.ORDINARY
    return Entry(supplier, Aspect.READ, weight, of_reported(name, sensitivity), said, note, [school], REPORTED)


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """The facts that are unknown for one reason.

    words    the reason in our words; `reasons` are more exact ones, sorted
    facts    their number
    places   the schools and accesses, sorted
    rank     facts that only a person can check come last
    """

    words: str
    reasons: tuple[str, ...]
    facts: int
    places: tuple[str, ...]
    rank: Rank


def unknown_rows(plan: Plan) -> tuple[UnknownRow, ...]:
    """Unknown facts by reason; those that only a person can check come last."""
    found: defaultdict[UnknownReason, list[tuple[str, UnknownFacts]]] = defaultdict(list)
    for place, unknown in _unknown(plan):
        for item in unknown:
            found[item.why].append((place, item))
    made = (
        UnknownRow(
            UNKNOWN_REASONS[why],
            tuple(sorted({item.reason for _, item in its if item.why not in SELF_EXPLANATORY})),
            sum(item.facts for _, item in its),
            tuple(sorted({place for place, _ in its})),
            of_unknown([item for _, item in its]),
        )
        for why, its in found.items()
    )
    return tuple(sorted(made, key=lambda each: (each.rank, each.words)))


def _unknown(plan: Plan) -> Iterator[tuple[str, Iterable[UnknownFacts]]]:
    yield from ((school.name, school.unknown) for school in plan.schools)
    yield from ((str(access.address), access.unknown) for access in plan.accesses)


def recalled(material: ReportInput) -> tuple[Row, ...]:
    """Differences of earlier nights that this one could not check."""
    return rows(
        _told(ReportedDifference(key.school, key.supplier, sighting.change, None), material)._replace(
            schools=[material.called(key.school)],
            state=f"{'not carried out yet when ' if sighting.pending else ''}seen on {sighting.seen.isoformat()}, "
            "could not be checked this time",
        )
        for key, sighting in material.recalled.sightings.items()
    )


def denied(material: ReportInput) -> tuple[Row, ...]:
    """Attestations that a probe contradicts."""
    return rows(
        Entry(
            supplier=access.address.supplier,
            topic=word.subject.aspect,
            weight=Weight.ORDINARY,
            rank=BESIDE,
            said=Phrase(
                f"a person confirmed {LABELS[word.subject.aspect].topic}",
                (Part(word.said, Mark.VALUE), Part("; but "), Part(word.seen, Mark.VALUE)),
            ),
            note=f"{word.evidence.by}, {word.evidence.on.date().isoformat()}",
            schools=[material.called(access.address.school)],
            state="contradicted",
        )
        for access in material.plan.accesses
        for word in access.denied
    )
