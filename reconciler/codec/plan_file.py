"""Plan <-> JSON, as `schemas/v2/plan.schema.json` describes it.

One school and one access a line: a plan of 15,000 accesses is written with json's C encoder (which `indent` would
switch off), and two plans compare line by line.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple, TypeVar

from reconciler.codec.json_types import NUMBER, Key, Misfit, at, by_type, inline, record, why_not_data
from reconciler.codec.plan import ACCESS, APPLIED, HEAD, ORPHAN, PLAN, SCHOOL, review_data
from reconciler.errors import InputError
from reconciler.model.accountability.coming_date import ComingDate
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.entity import entity_key
from reconciler.model.evidence import TO_ATTEST, UnknownReason
from reconciler.model.plan import AccessPlan, Orphan, Plan, SavedPlan, SchoolPlan
from reconciler.model.review import AppliedRevision, NoReview, Review
from reconciler.model.shard import PlanPart
from reconciler.planning.accounts import unclaimed
from reconciler.planning.plan import with_parts
from reconciler.planning.refused_login import NO_LOGIN_WORKED
from reconciler.planning.risk import Sensitivity
from reconciler.startup import pattern

FORMAT_VERSION = 2
_BEGINNING: Final = pattern(r'\s*\{\s*"formatVersion":\s*\d+,\s*"tool":\s*\{\s*"name":\s*"reconciler"')
MOST_VALID_DAYS: Final = 90
PART: Final = by_type(PlanPart)
COMING: Final = by_type(ComingDate)
_SAVED: Final = record(SavedPlan, inline("plan", PLAN), Key("created", late=True), Key("expires", late=True))


class BesidePlan(NamedTuple):
    """The rest of a report on a plan: a review, the accounts no longer agreed, the work since the last apply, the whole
    that it is a part of, and the days that come soon."""

    review: Review | NoReview | None = None
    orphans: Sequence[Orphan] = ()
    applied: AppliedRevision | None = None
    part: PlanPart | None = None
    coming: Sequence[ComingDate] = ()


NOTHING_BESIDE: Final = BesidePlan()


def dump(
    plan: Plan,
    *,
    version: str,
    created: datetime | None = None,
    expires: datetime | None = None,
    beside: BesidePlan = NOTHING_BESIDE,
) -> str:
    """The plan as JSON text, all of it at once; see `pieces`."""
    return "".join(pieces(plan, version=version, created=created, expires=expires, beside=beside))


def pieces(
    plan: Plan,
    *,
    version: str,
    created: datetime | None = None,
    expires: datetime | None = None,
    beside: BesidePlan = NOTHING_BESIDE,
) -> Iterator[str]:
    """The plan as JSON text, made piece by piece. `version` is the tool's; the times, both with a zone, are written
    where they are given.

    What is `beside` is for readers alone: no approval is of it, and `parse` drops it.
    """
    head: dict[str, Any] = {"formatVersion": FORMAT_VERSION, "tool": {"name": "reconciler", "version": version}}
    head |= HEAD.dump(plan)
    if created:
        head["created"] = created.isoformat()
    if expires:
        head["expires"] = expires.isoformat()
    if beside.review:
        head["review"] = review_data(beside.review)
    if beside.orphans:
        head["orphans"] = [ORPHAN.dump(orphan) for orphan in beside.orphans]
    if beside.applied:
        head["applied"] = APPLIED.dump(beside.applied)
    if beside.part:
        head["part"] = PART.dump(beside.part)
    if beside.coming:
        head["comingDates"] = [COMING.dump(coming) for coming in beside.coming]
    yield "{\n"
    for key, value in head.items():
        yield f"  {_json(key)}: "
        yield from _value(value)
        yield ",\n"
    yield from _array("schools", map(SCHOOL.dump, plan.schools))
    yield ",\n"
    yield from _array("accesses", map(ACCESS.dump, plan.accesses))
    yield "\n}\n"


def begins_as_plan(text: str) -> bool:
    """Tell if a file begins as one that `pieces` wrote, in whichever version."""
    return _BEGINNING.match(text) is not None


def parse(text: str, what: str = "the plan") -> SavedPlan:
    """The plan that `dump` wrote; raises InputError for anything else, which names `what` it is of."""
    try:
        data = json.loads(text)
        refuse_other_version(data)
        saved = _SAVED.load(data)
        refuse_impossible(saved.plan)
    except (RecursionError, ValueError) as error:
        raise InputError(
            f"Cannot read {what}: {why_not_data(error)}. Make a new plan: `reconciler plan --out plan.json`."
        ) from None
    return saved


def refuse_other_version(data: Any) -> None:
    """Raise Misfit for a plan of a format that this program does not read."""
    version = at("formatVersion", NUMBER, data)
    if version != FORMAT_VERSION:
        raise Misfit(f"has format version {version}, and this reconciler reads version {FORMAT_VERSION}")


def refuse_impossible(plan: Plan) -> None:
    """Raise Misfit for a plan that cannot be, or whose counts or fingerprint do not follow from the rest of it."""
    names = [school.name for school in plan.schools]
    addresses = [access.address for access in plan.accesses]
    if twice := [str(name) for name, number in Counter([*names, *addresses]).items() if number > 1]:
        raise Misfit(f"has {twice[0]} twice")
    if lost := {address.school for address in addresses} - set(names):
        raise Misfit(f"lacks {min(lost)}, which `accesses` names", "schools")
    parts: tuple[SchoolPlan | AccessPlan, ...] = (*plan.schools, *plan.accesses)
    unknown = (item for part in parts for item in part.unknown)
    if any(item.aspect is Aspect.REACHABLE and item.why in TO_ATTEST for item in unknown):
        raise Misfit("asks a person to confirm that a service answers, which nobody can")
    made = with_parts(plan, plan.schools, plan.accesses)
    if (plan.summary, plan.fingerprint) != (made.summary, made.fingerprint):
        raise Misfit("was changed by hand: its counts or its fingerprint do not fit its changes")


_json: Final = json.JSONEncoder(ensure_ascii=False).encode
_AT_ONCE: Final = 200  # items in a piece


def _value(value: object) -> Iterator[str]:
    """The text of a value. An iterator in it is a list, whose items are made as they are written."""
    if isinstance(value, Iterator):
        yield "["
        yield from _items(value, "", ", ")
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        for number, (key, item) in enumerate(value.items()):
            yield f"{', ' if number else ''}{_json(key)}: "
            yield from _value(item)
        yield "}"
    else:
        yield _json(value)


def _array(name: str, items: Iterator[dict[str, Any]]) -> Iterator[str]:
    """A list with a line for each item."""
    yield f'  "{name}": ['
    end = ""
    for piece in _items(items, "\n    ", ","):
        yield piece
        end = "\n  "
    yield f"{end}]"


def _items(items: Iterator[object], before: str, comma: str) -> Iterator[str]:
    """Items with what stands before each and between them, many to a piece."""
    between = ""
    while some := [f"{before}{_json(item)}" for item in islice(items, _AT_ONCE)]:
        yield between + comma.join(some)
        between = comma


_Part = TypeVar("_Part", SchoolPlan, AccessPlan)


def in_own_words(plan: Plan, sensitivity: Sensitivity, reasons: Mapping[UnknownReason, str]) -> Plan:
    """The plan with each note and reason made again: no fingerprint covers them, and a runbook prints them beside the
    clicks, so that a person who can write the file must not choose their words."""

    def note(part: SchoolPlan | AccessPlan, change: Change) -> str:
        if change.aspect is Aspect.READ:
            return sensitivity.notes.get(entity_key(change.name), "")
        if isinstance(part, SchoolPlan) and (change.action, change.aspect) == (Action.REVOKE, Aspect.ACCOUNT):
            return unclaimed(part.school_id, change.name)
        return NO_LOGIN_WORKED if NO_LOGIN_WORKED in change.note else ""

    def reworded(part: _Part) -> _Part:
        return replace(
            part,
            changes=tuple(replace(change, note=note(part, change)) for change in part.changes),
            unknown=tuple(replace(item, reason=reasons[item.why]) for item in part.unknown),
        )

    return with_parts(plan, map(reworded, plan.schools), map(reworded, plan.accesses))
