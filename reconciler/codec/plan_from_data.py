"""Data of a plan file -> the plan. What is missing, or is of another type, raises KeyError, TypeError or ValueError."""

from datetime import date, datetime
from typing import Any

from reconciler.codec.json_types import boolean, number, text, texts
from reconciler.codec.plan_to_data import summary_data
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, FactRef, Risk
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Change, UnknownFacts, Waived
from reconciler.model.evidence import TO_ATTEST, Attested, Evidence, Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Login
from reconciler.model.plan import AccessPlan, AttestedFacts, Breach, Plan, SchoolPlan, SupplierDetails, Via
from reconciler.model.problem import Origin
from reconciler.planning.plan import plan_of


def plan_from(data: dict[str, Any]) -> Plan:
    """The plan, with its counts and its fingerprint computed anew: a file that says otherwise was changed by hand."""
    plan = plan_of(
        workspace=text(data["workspace"]),
        schools=tuple(_school(school) for school in data["schools"]),
        accesses=tuple(_access(access) for access in data["accesses"]),
        breaches=tuple(
            Breach(text(b["limit"]), number(b["count"]), text(b["bound"]), text(b["school"])) for b in data["breaches"]
        ),
        recorded=datetime.fromisoformat(data["recorded"]) if data["recorded"] else None,
        interrupted=boolean(data["interrupted"]),
    )
    _refuse_impossible(plan)
    if (data["fingerprint"], {"undeclared": 0} | data["summary"]) != (plan.fingerprint, summary_data(plan.summary)):
        raise ValueError("its counts or its fingerprint are not those of its changes, so it was changed by hand")
    return plan


def _refuse_impossible(plan: Plan) -> None:
    """Raise ValueError for what no plan holds: an access of no school, one place twice, a service for hands to mend."""
    names = [school.name for school in plan.schools]
    addresses = [access.address for access in plan.accesses]
    if len(names) != len(set(names)) or len(addresses) != len(set(addresses)):
        raise ValueError("a school or an access stands there twice")
    lost = next((address for address in addresses if address.school not in names), None)
    if lost:
        raise ValueError(f"the school of {lost} is missing")
    unknown = [item for school in plan.schools for item in school.unknown]
    unknown += [item for access in plan.accesses for item in access.unknown]
    if any(item.aspect is Aspect.REACHABLE and item.why in TO_ATTEST for item in unknown):
        raise ValueError("nobody can vouch for a service that answers")


def _school(data: dict[str, Any]) -> SchoolPlan:
    reachable: Fact[bool]
    if data["reachable"] == "unknown":
        reachable = Unknown(UnknownReason(data["why"]), text(data["reason"]))
    else:
        reachable = Known({"yes": True, "no": False}[data["reachable"]], evidence_from(data))
    return SchoolPlan(
        name=text(data["name"]),
        school_id=number(data["schoolId"]),
        platform=text(data["platform"]),
        read_url=text(data["readUrl"]),
        write_url=text(data["writeUrl"]),
        moved_from=text(data["movedFrom"]),
        reachable=reachable,
        reason="" if isinstance(reachable, Unknown) else text(data["reason"]),
        changes=tuple(_change(change) for change in data["changes"]),
        unknown=tuple(_unseen(item) for item in data["unknown"]),
        vouched=tuple(_vouched(vouch) for vouch in data["vouched"]),
        facts=number(data["facts"]),
        origin=_place(data["origin"]),
        undeclared=number(data.get("undeclared", 0)),
        recorded=time_from(data.get("recorded")),
    )


def _access(data: dict[str, Any]) -> AccessPlan:
    login, granted = data["login"], data["granted"]
    return AccessPlan(
        address=Address(text(data["school"]), text(data["supplier"])),
        via=Via(data["via"]),
        name=text(data["name"]),
        particulars=_particulars(data["particulars"]),
        login=Unknown(UnknownReason(login["why"]), text(login["reason"]))
        if login["status"] == "unknown"
        else Known(Login(login["status"]), evidence_from(login)),
        declared=number(data["declared"]),
        granted=Unknown(UnknownReason(granted["why"]), text(granted["reason"]))
        if granted["count"] is None
        else Known(number(granted["count"]), evidence_from(granted)),
        changes=tuple(_change(change) for change in data["changes"]),
        unknown=tuple(_unseen(item) for item in data["unknown"]),
        vouched=tuple(_vouched(vouch) for vouch in data["vouched"]),
        denied=tuple(_denied(denied) for denied in data["denied"]),
        reported=texts(data["reported"]),
        readable=None if data["readable"] is None else number(data["readable"]),
        facts=number(data["facts"]),
        origin=_place(data["origin"]),
        undeclared=number(data.get("undeclared", 0)),
    )


def _particulars(data: dict[str, Any]) -> SupplierDetails:
    return SupplierDetails(
        title=text(data["title"]),
        first_name=text(data["firstName"]),
        last_name=text(data["lastName"]),
        password=text(data["password"]),
        school_id_called=text(data["schoolIdCalled"]),
        to_tick=texts(data["toTick"]),
    )


def evidence_from(data: dict[str, Any]) -> Evidence:
    """The operation in `evidence`, or the word in `attested`."""
    return Probed(text(data["evidence"])) if "evidence" in data else _attested(data["attested"])


def _attested(data: dict[str, Any]) -> Attested:
    return Attested(
        by=text(data["by"]),
        on=datetime.fromisoformat(data["on"]),
        expires=date.fromisoformat(data["expires"]),
        reference=text(data["reference"]),
        origin=_place(data["origin"]),
    )


def _vouched(data: dict[str, Any]) -> AttestedFacts:
    return AttestedFacts(Aspect(data["aspect"]), text(data["name"]), number(data["facts"]), _attested(data["attested"]))


def _denied(data: dict[str, Any]) -> ContradictedClaim:
    subject = FactRef(text(data["school"]), text(data["supplier"]), Aspect(data["aspect"]), text(data["name"]))
    return ContradictedClaim(subject, text(data["said"]), text(data["seen"]), _attested(data["attested"]))


def _waived(data: dict[str, Any]) -> Waived:
    return Waived(
        waiver=text(data["waiver"]),
        by=text(data["by"]),
        reason=text(data["reason"]),
        expires=date.fromisoformat(data["expires"]),
        origin=_place(data["origin"]),
    )


def _change(data: dict[str, Any]) -> Change:
    return Change(
        action=Action(data["action"]),
        aspect=Aspect(data["aspect"]),
        name=text(data["name"]),
        before=text(data["before"]),
        after=text(data["after"]),
        risk=Risk(data["risk"]),
        note=text(data["note"]),
        origin=_origin(data["origin"]),
        waived=_waived(data["waived"]) if data["waived"] else None,
    )


def _unseen(data: dict[str, Any]) -> UnknownFacts:
    return UnknownFacts(
        aspect=Aspect(data["aspect"]),
        name=text(data["name"]),
        facts=number(data["facts"]),
        why=UnknownReason(data["why"]),
        reason=text(data["reason"]),
        origin=_origin(data["origin"]),
    )


def _origin(data: dict[str, Any] | None) -> Origin | None:
    return _place(data) if data else None


def _place(data: dict[str, Any]) -> Origin:
    return Origin(text(data["file"]), number(data["line"]), number(data["column"]))


def time_from(text: str | None) -> datetime | None:
    """A time with its zone; None where the file holds none."""
    if text is None:
        return None
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"the time {text} has no zone")
    return time
