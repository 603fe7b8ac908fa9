"""A Difference -> its changes: named and judged."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Final

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.desired import Access, Account, School
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Attested, Fact, Known
from reconciler.model.live import LiveAccess, LiveSchool
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.planning import canonical
from reconciler.planning.accounts import unclaimed
from reconciler.planning.diff import AccessDiff, ValueDifference
from reconciler.planning.facts import CHOICES, HIDDEN, READABLE
from reconciler.planning.risk import Sensitivity, risk

_CANARIES: Final = {
    (Aspect.CONSENT_ENFORCED, READABLE): "a person who withheld consent is readable, so everything may be open",
    (Aspect.CONSENT_ENFORCED, HIDDEN): "consent is enforced, so the lawful basis in Bromcom is Consent",
}


class EntityChanges:
    """The changes of entities, each made once: many accesses have the same one."""

    def __init__(self, sensitivity: Sensitivity) -> None:
        self.grant: Callable[[DeclaredValue], Change] = cache(partial(_grant, sensitivity))
        self.revoke: Callable[[str], Change] = cache(partial(_revoke, sensitivity))


def changes(
    access: Access, live: LiveAccess, difference: AccessDiff, entities: EntityChanges, school: LiveSchool
) -> tuple[Change, ...]:
    """The changes that remove the difference. People's counts are told beside them."""
    result = [entities.grant(access.entities[key]) for key in difference.missing]
    if difference.extra:
        assert isinstance(live.entities, Known)  # what is not known has no extras
        result += [entities.revoke(live.entities.value[key]) for key in difference.extra]
    result += [_counted(_value(access, live, value), school) for value in difference.values]
    return tuple(result)


def changes_of_school(school: School, live: LiveSchool, difference: AccessDiff) -> tuple[Change, ...]:
    """The changes that remove the difference in a school's own facts."""
    return tuple(_counted(_value_of_school(school, live, value), live) for value in difference.values)


def _counted(change: Change, school: LiveSchool) -> Change:
    fact = school.fact(change.aspect, change.name)
    counts = fact.evidence.counts if isinstance(fact, Known) and isinstance(fact.evidence, Attested) else ""
    return replace(change, note=counts) if counts else change


def _value_of_school(school: School, live: LiveSchool, value: ValueDifference) -> Change:
    match value.path:
        case (canonical.RIGHT_SCHOOL,):
            return _right_school(school, value)
        case (canonical.ACCOUNTS, key) if value.before is None:
            return _held(Action.GRANT, Aspect.ACCOUNT, school.claims[key].value, school.claims[key].origin)
        case (canonical.ACCOUNTS, key):
            change = _not_declared(Aspect.ACCOUNT, live.accounts, key)
            return replace(change, note=unclaimed(school.school_id, change.name))
        case _:
            return _choice(school, value)


def _grant(sensitivity: Sensitivity, declared: DeclaredValue) -> Change:
    key = entity_key(declared.value)
    return Change(
        action=Action.GRANT,
        aspect=Aspect.READ,
        name=declared.value,
        before="absent",
        after="granted",
        risk=risk(Action.GRANT, Aspect.READ, key, sensitivity),
        note=sensitivity.note(key),
        origin=declared.origin,
    )


def _revoke(sensitivity: Sensitivity, name: str) -> Change:
    key = entity_key(name)
    return Change(
        action=Action.REVOKE,
        aspect=Aspect.READ,
        name=name,
        before="granted",
        after="absent",
        risk=risk(Action.REVOKE, Aspect.READ, key, sensitivity),
        note=sensitivity.note(key),
        origin=None,
    )


def _value(access: Access, live: LiveAccess, value: ValueDifference) -> Change:
    """The change of one leaf: its path says what it is, as `normal.comparable` wrote it."""
    match value.path:
        case (canonical.ACCOUNT, "login"):
            return _close(access, value) if access.ended else _mend(access, live, value)
        case (canonical.ROLES, key) if value.before is None:
            assert access.role  # the one that is wanted
            return _held(Action.GRANT, Aspect.ROLE, access.role.value, access.role.origin)
        case (canonical.ROLES, key):
            return _not_declared(Aspect.ROLE, live.roles, key)
        case (canonical.PERMISSIONS, key) if value.before is None:
            return _held(Action.GRANT, Aspect.WRITE, access.permissions[key].value, access.permissions[key].origin)
        case (canonical.PERMISSIONS, key):
            return _not_declared(Aspect.WRITE, live.permissions, key)
        case _:
            return _choice(access, value)


def _choice(part: Access | School, value: ValueDifference) -> Change:
    """The change of a choice: `("writeLicence",)`, or `("consent", "students")` where it has kinds."""
    key, *kind = value.path
    row = CHOICES[key]
    declared = next(each for each in row.declared(part) if not kind or each.value == kind[0])
    if Action.GRANT in row.actions:
        ended = isinstance(part, Access) and part.ended
        action, origin = (Action.REVOKE, ended.origin) if ended else (Action.GRANT, declared.origin)
        return _held(action, row.aspect, declared.value, origin)
    made = _set(row.aspect, declared.value, value, declared.origin)
    return replace(made, note=_CANARIES.get((row.aspect, made.before), ""))


def _right_school(school: School, value: ValueDifference) -> Change:
    """Another school answers, and most likely since `schoolId` is mistyped."""
    made = _set(Aspect.RIGHT_SCHOOL, str(school.urn), value, school.school_id_origin or school.origin)
    return replace(made, note=f"another school answers: check schoolId {school.school_id} first, then urn")


def _close(access: Access, value: ValueDifference) -> Change:
    assert isinstance(access.via, Account)  # nothing else has a login
    assert access.ended
    held = _held(Action.REVOKE, Aspect.LOGIN, access.via.username.value, access.ended.origin)
    return replace(held, before=value.before or "", after=value.after or "")


def _mend(access: Access, live: LiveAccess, value: ValueDifference) -> Change:
    assert isinstance(access.via, Account)  # nothing else has a login
    assert value.before  # both records hold it, or neither does
    assert value.after
    username = access.via.username
    return Change(
        action=Action.MEND_LOGIN,
        aspect=Aspect.LOGIN,
        name=username.value,
        before=value.before,
        after=value.after,
        risk=risk(Action.MEND_LOGIN, Aspect.LOGIN),
        note=live.refusal,
        origin=username.origin,
    )


def _not_declared(aspect: Aspect, fact: Fact[Mapping[str, str]], key: str) -> Change:
    assert isinstance(fact, Known)  # what is not known has no extras
    return _held(Action.REVOKE, aspect, fact.value[key], None)


def _held(action: Action, aspect: Aspect, name: str, origin: Origin | None) -> Change:
    before, after = ("absent", "granted") if action is Action.GRANT else ("granted", "absent")
    return Change(action, aspect, name, before, after, risk(action, aspect), "", origin)


def _set(aspect: Aspect, name: str, value: ValueDifference, origin: Origin | None) -> Change:
    assert value.before  # both records hold it, or neither does
    assert value.after
    return Change(Action.SET, aspect, name, value.before, value.after, risk(Action.SET, aspect), "", origin)
