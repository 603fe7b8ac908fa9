"""Plan <-> JSON, as `schemas/plan.schema.json` describes it.

One school and one access a line: a plan of 15,000 accesses is written with json's C encoder (which `indent` would
switch off), and two plans compare line by line.

The free text of a saved plan, made again: whoever can write the file must not put words into our mouth.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

from reconciler.codec.plan_from_data import plan_from, time_from
from reconciler.codec.plan_to_data import access_data, school_data, summary_data
from reconciler.codec.review import orphan_data, review_data
from reconciler.errors import InputError
from reconciler.model.aspect import Aspect
from reconciler.model.change import Change
from reconciler.model.entity import entity_key
from reconciler.model.evidence import UnknownReason
from reconciler.model.plan import AccessPlan, Orphan, Plan, SavedPlan, SchoolPlan
from reconciler.model.review import NoReview, Review
from reconciler.planning.plan import with_parts
from reconciler.planning.risk import Sensitivity

FORMAT_VERSION = 2
MOST_VALID_DAYS: Final = 90


def dump(
    plan: Plan,
    *,
    version: str,
    created: datetime | None = None,
    expires: datetime | None = None,
    review: Review | NoReview | None = None,
    orphans: Sequence[Orphan] = (),
) -> str:
    """The plan as JSON text. `version` is the tool's; the times, both with a zone, are written where they are given.

    A review and accounts that are no longer agreed stand beside the plan for whoever reads it: they are no part of what
    is approved, and `parse` leaves them out.
    """
    head: dict[str, Any] = {
        "formatVersion": FORMAT_VERSION,
        "tool": {"name": "reconciler", "version": version},
        "workspace": plan.workspace,
        "fingerprint": plan.fingerprint,
        "complete": plan.complete,
        "interrupted": plan.interrupted,
        "recorded": plan.recorded.isoformat() if plan.recorded else None,
        "summary": summary_data(plan.summary),
        "breaches": [{"limit": b.limit, "count": b.count, "bound": b.bound, "school": b.school} for b in plan.breaches],
    }
    if created:
        head["created"] = created.isoformat()
    if expires:
        head["expires"] = expires.isoformat()
    if review:
        head["review"] = review_data(review)
    if orphans:
        head["orphans"] = [orphan_data(orphan) for orphan in orphans]
    lines = [f"  {_json(key)}: {_json(value)}," for key, value in head.items()]
    lines.append(_array("schools", (school_data(school) for school in plan.schools)) + ",")
    lines.append(_array("accesses", (access_data(access) for access in plan.accesses)))
    return "{\n" + "\n".join(lines) + "\n}\n"


def parse(text: str, what: str = "The plan") -> SavedPlan:
    """The plan that `dump` wrote; raises InputError for anything else, which begins with `what` it is of."""
    try:
        data = json.loads(text)
        if data["formatVersion"] != FORMAT_VERSION:
            raise InputError(
                f"{what} was not read: its format is version {data['formatVersion']}, and this program reads "
                f"version {FORMAT_VERSION}. Make a new one: `reconciler plan --out new-plan.json`."
            )
        return SavedPlan(plan_from(data), time_from(data.get("created")), time_from(data.get("expires")))
    except RecursionError:
        raise InputError(f"{what} was not read: it is nested deeper than any plan that reconciler wrote.") from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{what} was not read: it is no plan that reconciler wrote ({error}). "
            "Make one: `reconciler plan --out new-plan.json`."
        ) from None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _array(name: str, items: Iterable[dict[str, Any]]) -> str:
    rows = ",\n".join(f"    {_json(item)}" for item in items)
    return f'  "{name}": [\n{rows}\n  ]' if rows else f'  "{name}": []'


_Part = TypeVar("_Part", SchoolPlan, AccessPlan)


def in_own_words(plan: Plan, sensitivity: Sensitivity, reasons: Mapping[UnknownReason, str]) -> Plan:
    """The plan with each note and reason computed again. No fingerprint is of them, and a runbook prints them beside
    the clicks. What a service or a person said once is left out."""

    def note(change: Change) -> str:
        return sensitivity.notes.get(entity_key(change.name), "") if change.aspect is Aspect.READ else ""

    def told(part: _Part) -> _Part:
        return replace(
            part,
            changes=tuple(replace(change, note=note(change)) for change in part.changes),
            unknown=tuple(replace(item, reason=reasons[item.why]) for item in part.unknown),
        )

    return with_parts(plan, map(told, plan.schools), map(told, plan.accesses))
