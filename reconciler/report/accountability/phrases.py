"""The words of reports of least privilege, for the people who approve."""

from collections import Counter
from datetime import datetime
from typing import Final

from reconciler.model.accountability.least_privilege import (
    AccessPrivileges,
    AccessReport,
    Doubt,
    EntityPrivilege,
    LogPeriod,
    Truth,
)
from reconciler.model.evidence import Attested, Unknown
from reconciler.model.history import Since
from reconciler.model.plan import EndReason
from reconciler.report.labels import plural

_PAIR: Final = 2
CAN_READ: Final = {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: "could not be checked"}


def how_known(access: AccessPrivileges) -> str:
    """Tell how it is known what an access can read, or why it is not."""
    match access.evidence:
        case Unknown() as unknown:
            return f"could not be checked: {unknown.redacted_text}"
        case Attested(by=by, on=on):
            return f"confirmed by {by} on {on:%Y-%m-%d}"
        case _:
            return "asked"


def view(report: AccessReport) -> str:
    """Tell where the live side comes from."""
    if report.recorded is None:
        return "Bromcom was asked for this report."
    return f"As the snapshot of {report.recorded:%Y-%m-%d %H:%M} UTC has it; Bromcom was not asked again."


def days_of(period: LogPeriod) -> str:
    """Tell what days a log is about."""
    return f"{period.first} to {period.last}, {plural(period.days, 'day')}"


def last_call(access: AccessPrivileges, entity: EntityPrivilege) -> str:
    """Tell when an entity was last called. No day is told of one that a log lacks: it may be too short."""
    if access.use is None:
        return "no log"
    if entity.calls:
        return f"{entity.calls.last:%Y-%m-%d}"
    return "not called" if entity.called is Truth.NO else f"not in the log's {plural(access.use.period.days, 'day')}"


def in_list(access: AccessPrivileges, entity: EntityPrivilege) -> str:
    """Tell if the published list has an entity."""
    if access.listing is None:
        return "no list named"
    words = {Truth.YES: "yes", Truth.NO: "no", Truth.UNKNOWN: "not known: the list is not whole"}
    return words[entity.listed]


def others(entity: EntityPrivilege) -> str:
    """Tell how many other schools give an entity, of those that answered."""
    return f"{entity.peers.granting} of {entity.peers.answered}" if entity.peers else "none answered"


def peers_of(access: AccessPrivileges) -> str:
    """Tell how many entities other schools give this supplier; empty if none answered."""
    if not access.peers:
        return ""
    answered, middle = len(access.peers), access.peers[(len(access.peers) - 1) // 2]
    number, schools = Counter(access.peers).most_common(1)[0]
    if schools * 2 > answered:
        return f"{schools} of {plural(answered, 'other school')} give{'s' if schools == 1 else ''} {number}"
    if answered == _PAIR:
        return f"2 other schools give {access.peers[0]} and {access.peers[1]}"
    return f"{answered} other schools give {access.peers[0]} to {access.peers[-1]}, {middle} in the middle"


def end_of(access: AccessPrivileges) -> str:
    """Tell when an access ended, or is to begin."""
    if access.ended is None:
        return ""
    verb = "begins" if access.ended.reason is EndReason.NOT_YET else "ended"
    return f"{verb} on {access.ended.day}" if access.ended.day else verb


def doubt(access: AccessPrivileges, entity: EntityPrivilege, reason: Doubt) -> str:
    """Tell one reason to look at an entity again."""
    match reason:
        case Doubt.CALLED_UNDECLARED:
            return f"called until {last_call(access, entity)}, and not agreed"
        case Doubt.NOT_DECLARED:
            return f"can be read, and the access {end_of(access)}" if access.ended else "can be read, and is not agreed"
        case Doubt.NOT_CALLED:
            days = access.use.period.days if access.use else 0
            return f"not called in {plural(days, 'day')}"
        case Doubt.NOT_LISTED:
            return f"not in its published list {access.listing.name if access.listing else ''}".rstrip()
        case Doubt.FEW_PEERS:
            return f"given by {others(entity)} other schools"


def day_of(time: datetime) -> str:
    """A day of UTC."""
    return f"{time:%Y-%m-%d}"


def since_when(since: Since) -> str:
    """Tell since when something is so, and how sure that is."""
    begun = f"since {day_of(since.first)}"
    if since.before is None:
        begun += " or earlier"
    elif since.before.date() != since.first.date():
        begun += f" (not on {day_of(since.before)})"
    return f"{begun}, not checked on {plural(since.unseen, 'night')}" if since.unseen else begun
