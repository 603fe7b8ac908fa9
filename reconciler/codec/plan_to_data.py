"""A plan's parts as data, as `schemas/plan.schema.json` describes them."""

from typing import Any

from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Change, UnknownFacts, Waived
from reconciler.model.evidence import Attested, Fact, Known, Probed, Unknown
from reconciler.model.live import Login
from reconciler.model.plan import AccessPlan, AttestedFacts, SchoolPlan, Summary, SupplierDetails
from reconciler.model.problem import Origin

_REACHABLE = {True: "yes", False: "no"}
_SUMMARY = {
    "grant": "grant",
    "revoke": "revoke",
    "mendLogin": "mend_login",
    "set": "set",
    "waived": "waived",
    "attest": "attest",
    "attested": "attested",
    "unknown": "unknown",
    "facts": "facts",
    "known": "known",
    "inSync": "in_sync",
    "accesses": "accesses",
    "reported": "reported",
    "undeclared": "undeclared",
}


def summary_data(summary: Summary) -> dict[str, int]:
    """The counts, under their names in the file."""
    return {key: getattr(summary, name) for key, name in _SUMMARY.items()}


def school_data(school: SchoolPlan) -> dict[str, Any]:
    """One of `schools`."""
    fact = school.reachable
    return {
        "name": school.name,
        "schoolId": school.school_id,
        "platform": school.platform,
        "readUrl": school.read_url,
        "writeUrl": school.write_url,
        "movedFrom": school.moved_from,
        "reachable": _REACHABLE[fact.value] if isinstance(fact, Known) else "unknown",
        "reason": school.reason if isinstance(fact, Known) else fact.text,
        **_how(fact),
        "facts": school.facts,
        "undeclared": school.undeclared,
        **({"recorded": school.recorded.isoformat()} if school.recorded else {}),
        "origin": _origin_data(school.origin),
        "changes": [_change_data(change) for change in school.changes],
        "unknown": [_unseen_data(item) for item in school.unknown],
        "vouched": [_vouched_data(vouch) for vouch in school.vouched],
    }


def access_data(access: AccessPlan) -> dict[str, Any]:
    """One of `accesses`."""
    return {
        "address": str(access.address),
        "school": access.address.school,
        "supplier": access.address.supplier,
        "via": access.via.value,
        "name": access.name,
        "particulars": _particulars_data(access.particulars),
        "login": _login_data(access.login),
        "declared": access.declared,
        "granted": _granted_data(access.granted),
        "readable": access.readable,
        "facts": access.facts,
        "undeclared": access.undeclared,
        "origin": _origin_data(access.origin),
        "inSync": access.in_sync,
        "changes": [_change_data(change) for change in access.changes],
        "unknown": [_unseen_data(item) for item in access.unknown],
        "vouched": [_vouched_data(vouch) for vouch in access.vouched],
        "denied": [_denied_data(denied) for denied in access.denied],
        "reported": list(access.reported),
    }


def _particulars_data(particulars: SupplierDetails) -> dict[str, Any]:
    return {
        "title": particulars.title,
        "firstName": particulars.first_name,
        "lastName": particulars.last_name,
        "password": particulars.password,
        "schoolIdCalled": particulars.school_id_called,
        "toTick": list(particulars.to_tick),
    }


def _how(fact: Fact[object]) -> dict[str, Any]:
    """How a fact is known, or the kind of not knowing it."""
    match fact:
        case Known(_, Probed(call)):
            return {"evidence": call}
        case Known(_, Attested() as word):
            return {"attested": attested_data(word)}
        case Unknown(why, _):
            return {"why": why.value}
        case _:
            raise AssertionError(f"there is no fact like {fact!r}")


def attested_data(word: Attested) -> dict[str, Any]:
    """A person's word, as evidence."""
    return {
        "by": word.by,
        "on": word.on.isoformat(),
        "expires": word.expires.isoformat(),
        "reference": word.reference,
        "origin": _origin_data(word.origin),
    }


def _vouched_data(vouch: AttestedFacts) -> dict[str, Any]:
    return {
        "aspect": vouch.aspect.value,
        "name": vouch.name,
        "facts": vouch.facts,
        "attested": attested_data(vouch.evidence),
    }


def _denied_data(denied: ContradictedClaim) -> dict[str, Any]:
    return {
        "school": denied.subject.school,
        "supplier": denied.subject.supplier,
        "aspect": denied.subject.aspect.value,
        "name": denied.subject.name,
        "said": denied.said,
        "seen": denied.seen,
        "attested": attested_data(denied.evidence),
    }


def _waived_data(waived: Waived) -> dict[str, Any]:
    return {
        "waiver": waived.waiver,
        "by": waived.by,
        "reason": waived.reason,
        "expires": waived.expires.isoformat(),
        "origin": _origin_data(waived.origin),
    }


def _granted_data(fact: Fact[int]) -> dict[str, Any]:
    if isinstance(fact, Known):
        return {"count": fact.value, "reason": "", **_how(fact)}
    return {"count": None, "reason": fact.text, **_how(fact)}


def _login_data(fact: Fact[Login]) -> dict[str, Any]:
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
        "waived": _waived_data(change.waived) if change.waived else None,
    }


def _unseen_data(item: UnknownFacts) -> dict[str, Any]:
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
