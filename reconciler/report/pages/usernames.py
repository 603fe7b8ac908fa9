"""A plan without the usernames of accounts: more people see pages than may look into Bromcom's list of users."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, TypeVar

from reconciler.model.accountability.register import Register, SchoolFact
from reconciler.model.aspect import Aspect
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import entity_key
from reconciler.model.history import HistorySummary, Since
from reconciler.model.plan import APPLICATION, AttestedFacts, Plan, Via
from reconciler.model.review import (
    AcceptedDifference,
    Cause,
    Claim,
    DifferenceKey,
    Edit,
    Edits,
    EditValue,
    ManifestField,
    PlacedCauses,
    Review,
)
from reconciler.model.secret import CommandRef, FileRef, KeyringRef

HIDDEN: Final = "(username not shown)"
_BY_USERNAME: Final = (Aspect.LOGIN, Aspect.ACCOUNT)  # of these the name of a fact is a username

# Of these the value of an edit is a username, unless it is a partner application.
_OF_USERNAMES: Final = (ManifestField.ACCESS, ManifestField.ACCOUNT)
_SOURCES: Final = {KeyringRef: "keyring entry", CommandRef: "command", FileRef: "file"}

_F = TypeVar("_F", Change, UnknownFacts, AttestedFacts)


def without_usernames(plan: Plan) -> Plan:
    """The same plan with words in the place of each username, and without what was said of a login or an account."""
    schools = [
        replace(
            school,
            changes=tuple(_hidden_changes(school.changes)),
            unknown=tuple(_hidden(school.unknown)),
            vouched=tuple(_hidden(school.vouched)),
        )
        for school in plan.schools
    ]
    accesses = [
        replace(
            access,
            name=HIDDEN if access.via is Via.ACCOUNT else access.name,
            changes=tuple(_hidden_changes(access.changes)),
            unknown=tuple(_hidden(access.unknown)),
            vouched=tuple(_hidden(access.vouched)),
        )
        for access in plan.accesses
    ]
    return replace(plan, schools=tuple(schools), accesses=tuple(accesses))


def register_without_usernames(register: Register) -> Register:
    """The same register without the names of the accounts that people listed."""

    def hidden(fact: SchoolFact) -> SchoolFact:
        return fact._replace(name=HIDDEN) if fact.aspect is Aspect.ACCOUNT and fact.name else fact

    return replace(register, facts={school: tuple(map(hidden, facts)) for school, facts in register.facts.items()})


def history_without_usernames(history: HistorySummary) -> HistorySummary:
    """The same summary with one key for each difference that has a username."""
    hidden = entity_key(HIDDEN)
    different: dict[DifferenceKey, Since] = {}
    for key, since in history.different.items():
        shown = key._replace(key=hidden) if key.aspect in _BY_USERNAME else key
        different[shown] = min(different.get(shown, since), since, key=lambda each: each.first)
    return replace(history, different=different)


def review_without_usernames(review: Review, plan: Plan, shown: Plan) -> Review:
    """The same review, without those of its edits and of accounts that it leaves; `shown` is `plan` without them."""
    alike: dict[int, tuple[Edit, ...]] = {}  # places share their edits, and go on to
    for place in review.edits.places:
        alike.setdefault(id(place.edits), tuple(map(_hidden_edit, place.edits)))
    orphans = (o if o.way_in.startswith(APPLICATION) else replace(o, way_in="") for o in review.orphans)
    return replace(
        review,
        edits=Edits(place._replace(edits=alike[id(place.edits)]) for place in review.edits.places),
        causes=_HiddenCauses(review, plan, shown),
        orphans=tuple(orphans),
    )


class _HiddenCauses(PlacedCauses):
    """The causes of a plan without usernames: place by place those of the plan as it was."""

    def __init__(self, review: Review, plan: Plan, shown: Plan) -> None:
        self._at = {place: review.causes_at(changes, *place) for place, changes in _changes(plan) if changes}
        self._causes = {
            DifferenceKey.of(change, *place): cause
            for place, changes in _changes(shown)
            for change, cause in zip(changes, self.at(*place), strict=True)
        }

    def at(self, school: str, supplier: str) -> tuple[Cause, ...]:
        """One for each difference of the plan there, in its order."""
        return self._at.get((school, supplier), ())

    def __getitem__(self, key: DifferenceKey) -> Cause:
        return self._causes[key]

    def __iter__(self) -> Iterator[DifferenceKey]:
        return iter(self._causes)

    def __len__(self) -> int:
        return len(self._causes)


def _changes(plan: Plan) -> Iterator[tuple[tuple[str, str], tuple[Change, ...]]]:
    yield from (((school.name, ""), school.changes) for school in plan.schools)
    yield from ((access.address, access.changes) for access in plan.accesses)


def _hidden_edit(edit: Edit) -> Edit:
    is_named = edit.topic in _BY_USERNAME or any(
        isinstance(value, Claim | AcceptedDifference) and value.aspect in _BY_USERNAME
        for value in (edit.before, edit.after)
    )
    before, after = (_hidden_value(edit, value) for value in (edit.before, edit.after))
    if before == after and before != edit.before:
        before, after = "", f"another {after}"
    shown = edit._replace(before=before, after=after)
    return shown._replace(name=HIDDEN, note="") if is_named else shown


def _hidden_value(edit: Edit, value: EditValue) -> EditValue:
    match value:
        case str() if value and edit.topic in _OF_USERNAMES:
            return HIDDEN
        case KeyringRef() | CommandRef() | FileRef():
            return f"{_SOURCES[type(value)]} (not shown)"
        case Claim(aspect=aspect) if aspect in _BY_USERNAME:
            return replace(value, name=value.name and HIDDEN, values=(HIDDEN,) if value.values else ())
        case AcceptedDifference(aspect=aspect) if aspect in _BY_USERNAME:
            return replace(value, name=HIDDEN)
        case _:
            return value


def _hidden(facts: Iterable[_F]) -> Iterable[_F]:
    for fact in facts:
        is_shown = fact.aspect not in _BY_USERNAME or fact.name == "*"
        yield fact if is_shown else replace(fact, name=HIDDEN)


def _hidden_changes(changes: Iterable[Change]) -> Iterable[Change]:
    for change in _hidden(changes):
        yield replace(change, note="") if change.name == HIDDEN else change
