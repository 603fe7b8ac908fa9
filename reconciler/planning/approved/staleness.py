"""Tell if a plan is still what was approved: the same plan, or the part of it that is left to do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.errors import PlanRefused
from reconciler.model.aspect import Action, Aspect
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Fact, Known
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
from reconciler.planning.approved.due import due
from reconciler.planning.approved.outcome import other_account, other_school
from reconciler.planning.approved.remaining import Approval, Bounds, actions


def plan_changes(approved: Plan, fresh: Plan) -> tuple[str, ...]:
    """List what is different now, a line each; empty if the two are the same plan."""
    if approved.fingerprint == fresh.fingerprint:
        return ()
    lines = list(_moved(_parts(approved), _parts(fresh)))
    if approved.workspace != fresh.workspace:
        lines.insert(0, f"the plan is of the workspace {approved.workspace}, and this is {fresh.workspace}")
    return tuple(lines) or ("the plan differs in something that none of its lines shows",)


def unapproved(approved: Plan, fresh: Plan, bounds: Bounds | None = None) -> tuple[str, ...]:
    """List what is due now without approval, and what now belongs to another school or account, a line each. Approved
    work that is done since may be missing."""
    approval = Approval(approved, fresh, bounds)
    now = actions(fresh)
    return tuple(
        f"{subject}: was not approved" for subject in due(fresh) if not approval.covers(subject, now.get(subject))
    ) + tuple(_contrary(_parts(approved), _parts(fresh)))


def refuse_other_school(schools: Iterable[SchoolPlan]) -> None:
    """Raise PlanRefused if another school answers in the place of one of these: no clicks may be guided there."""
    wrong = [
        f"{school.name} (School ID {school.school_id}, {change.origin or school.origin}) "
        f"has no school with URN {school.urn}"
        for school in schools
        for change in school.changes
        if change.aspect is Aspect.RIGHT_SCHOOL
    ]
    if wrong:
        raise PlanRefused(
            f"Another school answers: {'; '.join(wrong)}. Nothing was changed. "
            "Correct schoolId, or the declared urn, then make a new plan: `reconciler plan --deep --out plan.json`."
        )


def _parts(plan: Plan) -> dict[str, SchoolPlan | AccessPlan]:
    parts: dict[str, SchoolPlan | AccessPlan] = {school.name: school for school in plan.schools}
    return parts | {str(access.address): access for access in plan.accesses}


def _moved(
    approved: Mapping[str, SchoolPlan | AccessPlan], fresh: Mapping[str, SchoolPlan | AccessPlan]
) -> Iterator[str]:
    for place in sorted(approved.keys() | fresh.keys()):
        before, now = approved.get(place), fresh.get(place)
        if before is None:
            yield f"{place}: is not in the approved plan"
        elif now is None:
            yield f"{place}: the manifests no longer have it"
        else:
            yield from (f"{place}: {line}" for line in _differences(_lines(before), _lines(now)))


def _differences(before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    yield from (f"was approved, but is no longer so: {line}" for line in before if line not in now)
    yield from (f"is new: {line}" for line in now if line not in before)


def _lines(part: SchoolPlan | AccessPlan) -> list[str]:
    """The substance of a part in words, a line for each thing that the fingerprint is of."""
    lines = [
        f"{change.action.value} {change.aspect.value} {change.name} ({change.before} -> {change.after})"
        + (", waived" if change.waived else "")
        for change in part.changes
    ]
    lines += [f"{item.aspect.value} {item.name} unknown ({item.why.value})" for item in part.unknown]
    if isinstance(part, AccessPlan):
        lines += [f"{part.via.value} {part.name}", _known("login", part.login)]
        lines += [f"to tick: {name}" for name in part.particulars.to_tick]
        lines += [f"{what}: {text}" for what, text in _told_of(part) if text]
        lines += [f"reported: {name}" for name in part.reported]
    else:
        lines += [f"School ID {part.school_id} on {part.platform}", _known("reachable", part.reachable)]
        lines += [f"read service {part.read_url}", f"write service {part.write_url}"]
        lines += [f"moved from {part.moved_from}"] if part.moved_from else []
    return lines


def _told_of(access: AccessPlan) -> tuple[tuple[str, str], ...]:
    """What hands are told of a supplier and its account, each with what it is."""
    details = access.particulars
    return (
        ("title", details.title),
        ("first name", details.first_name),
        ("last name", details.last_name),
        ("password kept as", details.password),
        ("School ID called", details.school_id_called),
    )


def _known(what: str, fact: Fact[object]) -> str:
    if not isinstance(fact, Known):
        return f"{what} unknown"
    return f"{what} {fact.value} ({type(fact.evidence).__name__.lower()})"


def _contrary(
    approved: Mapping[str, SchoolPlan | AccessPlan], fresh: Mapping[str, SchoolPlan | AccessPlan]
) -> Iterator[str]:
    """List what now belongs to another school or account, and facts that need another action than was approved: a grant
    that became a revoke, another value."""
    for place, now in fresh.items():
        before = approved.get(place)
        if before is None:
            continue
        meant = _meant_otherwise(before, now)
        if meant:
            yield f"{place}: {meant}"
        yield from (f"{place}: {line}" for line in _other_ticks(before, now))
        ways: dict[tuple[Aspect, str], tuple[Action, str]] = {
            (change.aspect, entity_key(change.name)): (change.action, change.after) for change in before.changes
        }
        for change in now.changes:
            way = ways.get((change.aspect, entity_key(change.name)))
            if way and way != (change.action, change.after):
                yield (
                    f"{place} {change.aspect.value} {change.name}: "
                    f"approved: {way[0].value} to {way[1]}; now: {change.action.value} to {change.after}"
                )


def _other_ticks(before: SchoolPlan | AccessPlan, now: SchoolPlan | AccessPlan) -> Iterator[str]:
    """What is to be ticked by now, where nobody sees what is ticked, and what is to be ticked no more."""
    if not (isinstance(before, AccessPlan) and isinstance(now, AccessPlan)):
        return
    approved, due_now = before.particulars.to_tick, now.particulars.to_tick
    if approved and due_now:
        approved_keys, wanted = set(map(entity_key, approved)), set(map(entity_key, due_now))
        yield from (f"to tick {name}: was not approved" for name in due_now if entity_key(name) not in approved_keys)
        yield from (
            f"to tick {name}: was approved, but is no longer declared"
            for name in approved
            if entity_key(name) not in wanted
        )


def _meant_otherwise(before: SchoolPlan | AccessPlan, now: SchoolPlan | AccessPlan) -> str:
    if isinstance(before, AccessPlan):
        return other_account(before, now) if isinstance(now, AccessPlan) else ""
    return "" if isinstance(now, AccessPlan) else other_school(before, now)
