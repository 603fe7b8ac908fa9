"""Data of a plan file -> the plan. What is missing, or is of another type, raises KeyError, TypeError or ValueError."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from reconciler.model.address import Address
from reconciler.model.change import Action, Aspect, Change, Risk, Unseen
from reconciler.model.fact import Attested, Known, Probed, Unknown, Why
from reconciler.model.live import Login
from reconciler.model.origin import Origin
from reconciler.model.plan import AccessPlan, Breach, Particulars, Plan, SchoolPlan, Via, Vouched
from reconciler.model.subject import Subject
from reconciler.model.waiver import Waived
from reconciler.model.word import Denied
from reconciler.planning.plan import plan_of
from reconciler.planning.plan_to_data import summary_data

if TYPE_CHECKING:
    from reconciler.model.fact import Evidence, Fact


def plan_from(data: dict[str, Any]) -> Plan:
    """The plan, with its counts and its fingerprint computed anew: a file that says otherwise was changed by hand."""
    plan = plan_of(
        workspace=data["workspace"],
        schools=tuple(_school(school) for school in data["schools"]),
        accesses=tuple(_access(access) for access in data["accesses"]),
        breaches=tuple(Breach(b["limit"], b["count"], b["bound"], b["school"]) for b in data["breaches"]),
        recorded=datetime.fromisoformat(data["recorded"]) if data["recorded"] else None,
        interrupted=data["interrupted"],
    )
    if (data["fingerprint"], data["summary"]) != (plan.fingerprint, summary_data(plan.summary)):
        raise ValueError("its counts or its fingerprint are not those of its changes, so it was changed by hand")
    return plan


def _school(data: dict[str, Any]) -> SchoolPlan:
    reachable: Fact[bool]
    if data["reachable"] == "unknown":
        reachable = Unknown(Why(data["why"]), data["reason"])
    else:
        reachable = Known({"yes": True, "no": False}[data["reachable"]], evidence_from(data))
    return SchoolPlan(
        name=data["name"],
        school_id=data["schoolId"],
        platform=data["platform"],
        read_url=data["readUrl"],
        write_url=data["writeUrl"],
        moved_from=data["movedFrom"],
        reachable=reachable,
        reason="" if isinstance(reachable, Unknown) else data["reason"],
        changes=tuple(_change(change) for change in data["changes"]),
        unknown=tuple(_unseen(item) for item in data["unknown"]),
        vouched=tuple(_vouched(vouch) for vouch in data["vouched"]),
        facts=data["facts"],
    )


def _access(data: dict[str, Any]) -> AccessPlan:
    login, granted = data["login"], data["granted"]
    return AccessPlan(
        address=Address(data["school"], data["supplier"]),
        via=Via(data["via"]),
        name=data["name"],
        particulars=_particulars(data["particulars"]),
        login=Unknown(Why(login["why"]), login["reason"])
        if login["status"] == "unknown"
        else Known(Login(login["status"]), evidence_from(login)),
        declared=data["declared"],
        granted=Unknown(Why(granted["why"]), granted["reason"])
        if granted["count"] is None
        else Known(granted["count"], evidence_from(granted)),
        changes=tuple(_change(change) for change in data["changes"]),
        unknown=tuple(_unseen(item) for item in data["unknown"]),
        vouched=tuple(_vouched(vouch) for vouch in data["vouched"]),
        denied=tuple(_denied(denied) for denied in data["denied"]),
        reported=tuple(data["reported"]),
        readable=data["readable"],
        facts=data["facts"],
    )


def _particulars(data: dict[str, Any]) -> Particulars:
    return Particulars(
        title=data["title"],
        first_name=data["firstName"],
        last_name=data["lastName"],
        password=data["password"],
        school_id_called=data["schoolIdCalled"],
        to_tick=tuple(data["toTick"]),
    )


def evidence_from(data: dict[str, Any]) -> Evidence:
    """The operation in `evidence`, or the word in `attested`."""
    return Probed(data["evidence"]) if "evidence" in data else _attested(data["attested"])


def _attested(data: dict[str, Any]) -> Attested:
    return Attested(
        by=data["by"],
        on=datetime.fromisoformat(data["on"]),
        expires=date.fromisoformat(data["expires"]),
        reference=data["reference"],
        origin=_place(data["origin"]),
    )


def _vouched(data: dict[str, Any]) -> Vouched:
    return Vouched(Aspect(data["aspect"]), data["name"], data["facts"], _attested(data["attested"]))


def _denied(data: dict[str, Any]) -> Denied:
    subject = Subject(data["school"], data["supplier"], Aspect(data["aspect"]), data["name"])
    return Denied(subject, data["said"], data["seen"], _attested(data["attested"]))


def _waived(data: dict[str, Any]) -> Waived:
    return Waived(
        waiver=data["waiver"],
        by=data["by"],
        reason=data["reason"],
        expires=date.fromisoformat(data["expires"]),
        origin=_place(data["origin"]),
    )


def _change(data: dict[str, Any]) -> Change:
    return Change(
        action=Action(data["action"]),
        aspect=Aspect(data["aspect"]),
        name=data["name"],
        before=data["before"],
        after=data["after"],
        risk=Risk(data["risk"]),
        note=data["note"],
        origin=_origin(data["origin"]),
        waived=_waived(data["waived"]) if data["waived"] else None,
    )


def _unseen(data: dict[str, Any]) -> Unseen:
    return Unseen(
        aspect=Aspect(data["aspect"]),
        name=data["name"],
        facts=data["facts"],
        why=Why(data["why"]),
        reason=data["reason"],
        origin=_origin(data["origin"]),
    )


def _origin(data: dict[str, Any] | None) -> Origin | None:
    return _place(data) if data else None


def _place(data: dict[str, Any]) -> Origin:
    return Origin(data["file"], data["line"], data["column"])


def time_from(text: str | None) -> datetime | None:
    """A time with its zone; None where the file holds none."""
    if text is None:
        return None
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"the time {text} has no zone")
    return time
