"""A plan as text for people: what differs, line by line, and what was not seen.

greenfield  School 12345 on scomis
  groupcall  login works · 73 of 75 entities granted · 1 not declared
    + Students     read   suppliers/groupcall.yaml:14
    - PersonPhotos read   granted, not declared · photographs of pupils
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from reconciler.model.change import Action, Aspect
from reconciler.model.fact import Known, Why
from reconciler.model.live import Login
from reconciler.report.paint import Tone, plain
from reconciler.report.printable import printable
from reconciler.report.summary import summary_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from reconciler.model.change import Change, Unseen
    from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
    from reconciler.report.paint import Paint
    from reconciler.report.summary import Wording

_DECLARED_AS = {
    Aspect.REACHABLE: "school",
    Aspect.LOGIN: "login",
    Aspect.READ: "read",
    Aspect.ROLE: "role",
    Aspect.WRITE: "write-back",
    Aspect.LAWFUL_BASIS: "lawful basis",
    Aspect.CONSENT: "consent of",
}
_NAME_WIDTH = 36


def render_text(plan: Plan, wording: Wording, *, paint: Paint = plain, created: datetime | None = None) -> str:
    """The plan for people. Schools and accesses with nothing to say are counted, not listed."""
    accesses = {school: list(group) for school, group in groupby(plan.accesses, key=lambda a: a.address.school)}
    width = max((len(school.name) for school in plan.schools), default=0)
    lines: list[str] = []
    quiet_schools = quiet_accesses = 0
    for school in plan.schools:
        its = accesses.get(school.name, [])
        told = list(_school(school, its, width, paint))
        if told:
            lines += told
        else:
            quiet_schools += 1
            quiet_accesses += len(its)
    if lines and quiet_schools:
        lines += [
            paint(
                f"{_count(quiet_schools, 'school')} with {_count(quiet_accesses, 'access', 'accesses')} in sync",
                Tone.QUIET,
            )
        ]
    if lines:
        lines.append("")
    lines += summary_lines(plan, wording, paint, created)
    return "\n".join(lines) + "\n"


def _school(school: SchoolPlan, accesses: list[AccessPlan], width: int, paint: Paint) -> Iterator[str]:
    """The school's line and those of its accesses; nothing where there is nothing to say."""
    down = isinstance(school.reachable, Known) and not school.reachable.value
    lines = [line for access in accesses for line in _access(access, down, paint)]
    unseen = [line for item in school.unknown for line in _unseen(item, paint, indent="  ")]
    if not (lines or unseen or down):
        return
    title = f"{school.name:<{width}}"
    state = ""
    if down:
        blind = sum(1 for access in accesses if access.unknown)
        state = f"  unreachable: {printable(school.reason)}; {_count(blind, 'access', 'accesses')} unknown"
    yield f"{paint(title, Tone.SCHOOL)}  School {school.school_id} on {school.platform}{paint(state, Tone.UNKNOWN)}"
    yield from unseen
    yield from lines
    quiet = sum(1 for access in accesses if access.in_sync and not access.reported)
    if quiet and lines:
        yield paint(f"  {_count(quiet, 'access', 'accesses')} in sync", Tone.QUIET)


def _access(access: AccessPlan, school_down: bool, paint: Paint) -> Iterator[str]:
    """Nothing for an access in sync, nor for one whose school does not answer: the school's line says that."""
    unknown = [item for item in access.unknown if not (school_down and item.aspect in (Aspect.LOGIN, Aspect.READ))]
    if not (access.changes or unknown or access.reported):
        return
    yield f"  {access.address.supplier}  {_headline(access, paint)}"
    for change in access.changes:
        yield _change(change, paint)
    for item in unknown:
        yield from _unseen(item, paint, indent="    ")
    for name in access.reported:
        yield paint(f"    · {_name(name)} read   granted, not declared; reported only", Tone.QUIET)


def _headline(access: AccessPlan, paint: Paint) -> str:
    parts = [_login(access, paint)]
    if access.granted is not None:
        missing = sum(1 for change in access.changes if change.action is Action.GRANT)
        extra = sum(1 for change in access.changes if change.action is Action.REVOKE)
        parts.append(f"{access.declared - missing} of {_count(access.declared, 'entity', 'entities')} granted")
        if extra:
            parts.append(f"{extra} not declared")
    if access.readable is not None:
        parts.append(f"{access.readable} really read")
    return " · ".join(parts)


def _login(access: AccessPlan, paint: Paint) -> str:
    if not isinstance(access.login, Known):
        return paint("login unknown", Tone.UNKNOWN)
    match access.login.value:
        case Login.WORKS:
            return "login works"
        case Login.REFUSED:
            return paint("login refused", Tone.BROKEN)
        case _:
            assert_never(access.login.value)


def _change(change: Change, paint: Paint) -> str:
    match change.action:
        case Action.GRANT:
            where = str(change.origin.file) + f":{change.origin.line}" if change.origin else ""
            about = " · ".join(filter(None, (printable(where), printable(change.note))))
            return f"{paint('    + ' + _name(change.name), Tone.GRANT)} read   {about}".rstrip()
        case Action.REVOKE:
            about = " · ".join(filter(None, ("granted, not declared", printable(change.note))))
            return f"{paint('    - ' + _name(change.name), Tone.REVOKE)} read   {about}"
        case Action.MEND_LOGIN:
            line = f"{paint('    ! ' + _name('account ' + change.name), Tone.BROKEN)} login  {printable(change.note)}"
            return line.rstrip()
        case _:
            assert_never(change.action)


def _unseen(item: Unseen, paint: Paint, *, indent: str) -> Iterator[str]:
    """An unknown's line. What follows from a refused login is said by the login's own line."""
    if item.why is Why.LOGIN_REFUSED:
        return
    what = _count(item.facts, "entity", "entities") if item.name == "*" else f"{_DECLARED_AS[item.aspect]} {item.name}"
    yield f"{paint(indent + '? ' + _name(what), Tone.UNKNOWN)} {printable(item.reason)}"


def _name(name: str) -> str:
    return f"{printable(name):<{_NAME_WIDTH}}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
