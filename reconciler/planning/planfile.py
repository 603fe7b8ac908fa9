"""Plan <-> JSON, as `schemas/plan.schema.json` describes it.

One school and one access a line: a plan of 15,000 accesses is written with json's C encoder (which `indent` would
switch off), and two plans compare line by line.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reconciler.errors import InputError
from reconciler.model.address import Address
from reconciler.model.change import Action, Aspect, Change, Risk, Unseen
from reconciler.model.fact import Known, Probed, Unknown, Why
from reconciler.model.live import Login
from reconciler.model.origin import Origin
from reconciler.model.plan import AccessPlan, Breach, Plan, SchoolPlan, Summary
from reconciler.planning.plan import plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.model.fact import Fact

FORMAT_VERSION = 1
_REACHABLE = {True: "yes", False: "no"}


def dump(plan: Plan, *, version: str, created: datetime | None = None) -> str:
    """The plan as JSON text. `version` is the tool's; `created` is written only where it is given."""
    head: dict[str, Any] = {
        "formatVersion": FORMAT_VERSION,
        "tool": {"name": "reconciler", "version": version},
        "workspace": plan.workspace,
        "fingerprint": plan.fingerprint,
        "complete": plan.complete,
        "interrupted": plan.interrupted,
        "recorded": plan.recorded.isoformat() if plan.recorded else None,
        "summary": _summary_data(plan.summary),
        "breaches": [{"limit": b.limit, "count": b.count, "bound": b.bound} for b in plan.breaches],
    }
    if created:
        head["created"] = created.isoformat()
    lines = [f"  {_json(key)}: {_json(value)}," for key, value in head.items()]
    lines.append(_array("schools", (_school_data(school) for school in plan.schools)) + ",")
    lines.append(_array("accesses", (_access_data(access) for access in plan.accesses)))
    return "{\n" + "\n".join(lines) + "\n}\n"


def parse(text: str) -> Plan:
    """The plan that `dump` wrote; raises InputError for anything else."""
    try:
        data = json.loads(text)
        if data["formatVersion"] != FORMAT_VERSION:
            raise InputError(
                f"The plan was not read: its format is version {data['formatVersion']}, and this program reads "
                f"version {FORMAT_VERSION}. Make the plan again."
            )
        return _plan(data)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"The plan was not read: it is no plan that reconciler wrote ({error}).") from None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _array(name: str, items: Iterable[dict[str, Any]]) -> str:
    rows = ",\n".join(f"    {_json(item)}" for item in items)
    return f'  "{name}": [\n{rows}\n  ]' if rows else f'  "{name}": []'


def _summary_data(summary: Summary) -> dict[str, int]:
    return {
        "grant": summary.grant,
        "revoke": summary.revoke,
        "mendLogin": summary.mend_login,
        "attest": summary.attest,
        "unknown": summary.unknown,
        "facts": summary.facts,
        "known": summary.known,
        "inSync": summary.in_sync,
        "accesses": summary.accesses,
        "reported": summary.reported,
    }


def _school_data(school: SchoolPlan) -> dict[str, Any]:
    fact = school.reachable
    return {
        "name": school.name,
        "schoolId": school.school_id,
        "platform": school.platform,
        "reachable": _REACHABLE[fact.value] if isinstance(fact, Known) else "unknown",
        "reason": school.reason if isinstance(fact, Known) else fact.text,
        **_how(fact),
        "facts": school.facts,
        "unknown": [_unseen_data(item) for item in school.unknown],
    }


def _access_data(access: AccessPlan) -> dict[str, Any]:
    return {
        "address": str(access.address),
        "school": access.address.school,
        "supplier": access.address.supplier,
        "username": access.username,
        "login": _login_data(access.login),
        "declared": access.declared,
        "granted": access.granted,
        "readable": access.readable,
        "facts": access.facts,
        "inSync": access.in_sync,
        "changes": [_change_data(change) for change in access.changes],
        "unknown": [_unseen_data(item) for item in access.unknown],
        "reported": list(access.reported),
    }


def _how(fact: Fact[object]) -> dict[str, str]:
    """How a fact is known, or the kind of not knowing it."""
    return {"evidence": fact.evidence.call} if isinstance(fact, Known) else {"why": fact.why.value}


def _login_data(fact: Fact[Login]) -> dict[str, str]:
    if isinstance(fact, Known):
        return {"status": fact.value.value, "reason": "", **_how(fact)}
    return {"status": "unknown", "reason": fact.text, **_how(fact)}


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "action": change.action.value,
        "aspect": change.aspect.value,
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "risk": change.risk.value,
        "note": change.note,
        "origin": _origin_data(change.origin),
        "waived": change.waived,
    }


def _unseen_data(item: Unseen) -> dict[str, Any]:
    return {
        "aspect": item.aspect.value,
        "name": item.name,
        "reason": item.reason,
        "why": item.why.value,
        "facts": item.facts,
        "origin": _origin_data(item.origin),
    }


def _origin_data(origin: Origin | None) -> dict[str, Any] | None:
    return {"file": origin.file, "line": origin.line, "column": origin.column} if origin else None


def _plan(data: dict[str, Any]) -> Plan:
    """The plan, with its counts and its fingerprint computed anew: a file that says otherwise was changed by hand."""
    plan = plan_of(
        workspace=data["workspace"],
        schools=tuple(_school(school) for school in data["schools"]),
        accesses=tuple(_access(access) for access in data["accesses"]),
        breaches=tuple(Breach(b["limit"], b["count"], b["bound"]) for b in data["breaches"]),
        recorded=datetime.fromisoformat(data["recorded"]) if data["recorded"] else None,
        interrupted=data["interrupted"],
    )
    if (data["fingerprint"], data["summary"]) != (plan.fingerprint, _summary_data(plan.summary)):
        raise ValueError("its counts or its fingerprint are not those of its changes, so it was changed by hand")
    return plan


def _school(data: dict[str, Any]) -> SchoolPlan:
    reachable: Fact[bool]
    if data["reachable"] == "unknown":
        reachable = Unknown(Why(data["why"]), data["reason"])
    else:
        reachable = Known({"yes": True, "no": False}[data["reachable"]], Probed(data["evidence"]))
    return SchoolPlan(
        name=data["name"],
        school_id=data["schoolId"],
        platform=data["platform"],
        reachable=reachable,
        reason="" if isinstance(reachable, Unknown) else data["reason"],
        unknown=tuple(_unseen(item) for item in data["unknown"]),
        facts=data["facts"],
    )


def _access(data: dict[str, Any]) -> AccessPlan:
    login = data["login"]
    return AccessPlan(
        address=Address(data["school"], data["supplier"]),
        username=data["username"],
        login=Unknown(Why(login["why"]), login["reason"])
        if login["status"] == "unknown"
        else Known(Login(login["status"]), Probed(login["evidence"])),
        declared=data["declared"],
        granted=data["granted"],
        changes=tuple(_change(change) for change in data["changes"]),
        unknown=tuple(_unseen(item) for item in data["unknown"]),
        reported=tuple(data["reported"]),
        readable=data["readable"],
        facts=data["facts"],
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
        waived=data["waived"],
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
    return Origin(data["file"], data["line"], data["column"]) if data else None
