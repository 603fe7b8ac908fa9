"""Reports of least privilege and of an access log as JSON: schemas `access-report` and `usage-report`."""

from datetime import datetime
from typing import Any

from reconciler.model.accountability.access_log import AccessUse, UsageReport
from reconciler.model.accountability.least_privilege import (
    AccessPrivileges,
    AccessReport,
    AccountUse,
    EntityCalls,
    EntityPrivilege,
    LogPeriod,
)
from reconciler.model.evidence import Attested, Unknown
from reconciler.model.history import Since
from reconciler.report.escape import json_text


def render_access_json(report: AccessReport) -> str:
    """Render who can read what; null is what is not known, or what there is not."""
    return json_text(
        {
            "formatVersion": 1,
            "workspace": report.workspace,
            "recorded": _time(report.recorded),
            "filters": report.filters,
            "log": report.log or None,
            "accesses": [_access(access) for access in report.accesses],
            "unclaimed": [{"school": school, "account": username} for school, username in report.unclaimed],
        }
    )


def render_usage_json(report: UsageReport) -> str:
    """Render what a log says; null is an account that it is not about."""
    return json_text(
        {
            "formatVersion": 1,
            "workspace": report.workspace,
            "file": report.file,
            "calls": report.calls,
            "period": _period(report.period),
            "accesses": [_use(access) for access in report.accesses],
            "unclaimed": [
                {"school": each.school, "account": each.account, "last": _time(each.last), "calls": each.calls}
                for each in report.unclaimed
            ],
        }
    )


def since_data(since: Since | None) -> dict[str, Any] | None:
    """Since when something is so; null if it is not, or not known."""
    if since is None:
        return None
    return {"first": _time(since.first), "notBefore": _time(since.before), "nightsNotKnown": since.unseen}


def _access(access: AccessPrivileges) -> dict[str, Any]:
    evidence = access.evidence
    is_unknown, is_word = isinstance(evidence, Unknown), isinstance(evidence, Attested)
    listing = access.listing
    return {
        "school": access.address.school,
        "schoolTitle": access.school_title,
        "supplier": access.address.supplier,
        "title": access.title,
        "account": access.account,
        "known": "unknown" if is_unknown else "confirmed" if is_word else "asked",
        "reason": evidence.redacted_text if isinstance(evidence, Unknown) else None,
        "confirmedBy": evidence.by if isinstance(evidence, Attested) else None,
        "granted": access.granted,
        "log": _account_use(access.use),
        "list": {"name": listing.name, "complete": listing.complete} if listing else None,
        "peers": list(access.peers),
        "ended": {"reason": access.ended.reason.value, "day": str(access.ended.day) if access.ended.day else None}
        if access.ended
        else None,
        "entities": [_entity(entity) for entity in access.shown],
    }


def _entity(entity: EntityPrivilege) -> dict[str, Any]:
    about = entity.about
    return {
        "name": about.name,
        "category": about.category or None,
        "people": list(about.people) if about.is_known else None,
        "sensitivity": about.sensitivity,
        "declared": entity.declared is not None,
        "origin": str(entity.declared) if entity.declared else None,
        "granted": entity.granted.value,
        "since": since_data(entity.since),
        "called": entity.called.value,
        "lastCall": _time(entity.calls.last) if entity.calls else None,
        "calls": entity.calls.calls if entity.calls else None,
        "listed": entity.listed.value,
        "peers": entity.peers._asdict() if entity.peers else None,
        "doubts": [doubt.value for doubt in entity.doubts],
    }


def _use(access: AccessUse) -> dict[str, Any]:
    return {
        "school": access.address.school,
        "supplier": access.address.supplier,
        "title": access.title,
        "account": access.account,
        "log": _account_use(access.use),
        "called": list(map(_calls, access.called)),
        "undeclared": list(map(_calls, access.undeclared)),
        "neverCalled": list(access.never),
    }


def _account_use(use: AccountUse | None) -> dict[str, Any] | None:
    return {**_period(use.period), "lastCall": _time(use.last), "calls": use.calls} if use else None


def _calls(calls: EntityCalls) -> dict[str, Any]:
    return {"name": calls.name, "last": _time(calls.last), "calls": calls.calls}


def _period(period: LogPeriod) -> dict[str, Any]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat(), "days": period.days}


def _time(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
