"""A plan's parts, and a review, <-> data as `schemas/v2/plan.schema.json` describes it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, assert_never

from reconciler.codec.json_types import (
    NUMBER,
    OBJECT,
    TEXT,
    Codec,
    Key,
    KeyGroup,
    at,
    by_type,
    choice,
    derived,
    inline,
    keyed,
    listed,
    paired,
    record,
)
from reconciler.model.address import Address
from reconciler.model.aspect import FactRef
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.evidence import Attested, Evidence, Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Login
from reconciler.model.plan import AccessPlan, AttestedFacts, Breach, Orphan, Plan, SchoolPlan, Summary
from reconciler.model.review import AppliedRevision, Cause, DifferenceKey, Edit, NoReview, Review, value_text

_WORD: Final = record(Attested, "by", "on", "expires", "reference", "origin", Key("counts", sparse=True))
FACT_REF: Final = by_type(FactRef)
ORPHAN: Final = record(Orphan, "school", "supplier", "title", "way_in", Key("replaced", late=True), "since")
SUMMARY: Final = record(Summary, *(Key(name, late=name == "undeclared") for name in Summary.__dataclass_fields__))


def _evidence_data(evidence: Evidence) -> dict[str, Any]:
    return {"evidence": evidence.call} if isinstance(evidence, Probed) else {"attested": _WORD.dump(evidence)}


def _evidence_from(data: Mapping[str, Any]) -> Evidence:
    return Probed(at("evidence", TEXT, data)) if "evidence" in data else at("attested", _WORD, data)


EVIDENCE: Final = Codec(_evidence_data, _evidence_from)  # the operation that told, or a person's word


def _fact(key: str, value: Codec[Any], unknown: str | None) -> Codec[Fact[Any]]:
    """A fact. Under the key is its value, or `unknown`; beside it how it is known, or the reason why not."""

    def dump(fact: Fact[Any]) -> dict[str, Any]:
        if isinstance(fact, Known):
            return {key: value.dump(fact.value), "reason": "", **_evidence_data(fact.evidence)}
        return {key: unknown, "reason": fact.text, "why": fact.reason.value}

    def load(data: Any) -> Fact[Any]:
        if OBJECT.load(data).get(key, ...) == unknown:
            return Unknown(at("why", by_type(UnknownReason), data), at("reason", TEXT, data))
        return Known(at(key, value, data), _evidence_from(data))

    return Codec(dump, load)


_YES_NO: Final = Codec({True: "yes", False: "no"}.__getitem__, choice({"yes": True, "no": False}).load)
_REACHABLE: Final = _fact("reachable", _YES_NO, "unknown")


def _right_school_data(school: SchoolPlan) -> dict[str, Any]:
    return {} if school.right_school is None else {"rightSchool": _YES_NO.dump(school.right_school)}


def _right_school_from(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"right_school": at("rightSchool", _YES_NO, data) if "rightSchool" in data else None}


def _reachable_data(school: SchoolPlan) -> dict[str, Any]:
    data = _REACHABLE.dump(school.reachable)
    return {**data, "reason": school.reason} if isinstance(school.reachable, Known) else data


def _reachable_from(data: Mapping[str, Any]) -> dict[str, Any]:
    reachable = _REACHABLE.load(data)
    return {"reachable": reachable, "reason": "" if isinstance(reachable, Unknown) else at("reason", TEXT, data)}


_ADDRESS: Final = by_type(Address)
# Many accesses have the same change, so its data is made once; nothing alters it.
_CHANGE: Final = Codec(lru_cache(100_000)(by_type(Change).dump), by_type(Change).load)
_CHANGES: Final = (
    Key("changes", codec=listed(_CHANGE)),
    Key("unknown", codec=listed(record(UnknownFacts, "aspect", "name", "reason", "why", "facts", "origin"))),
    Key("vouched", codec=listed(record(AttestedFacts, "aspect", "name", "facts", Key("evidence", "attested")))),
)
_DENIED: Final = record(ContradictedClaim, inline("subject", FACT_REF), "said", "seen", Key("evidence", "attested"))
SCHOOL: Final = record(
    SchoolPlan,
    *("name", "school_id", "platform", "read_url", "write_url", "moved_from"),
    KeyGroup(_reachable_data, _reachable_from),
    *("facts", Key("undeclared", late=True), Key("recorded", sparse=True), Key("title", sparse=True)),
    *(Key("urn", sparse=True), KeyGroup(_right_school_data, _right_school_from), "origin"),
    *_CHANGES,
)
ACCESS: Final = record(
    AccessPlan,
    derived("address", lambda access: str(access.address)),
    inline("address", _ADDRESS),
    *("via", "name", "particulars", Key("login", codec=_fact("status", by_type(Login), "unknown"))),
    *("declared", Key("granted", codec=_fact("count", NUMBER, None)), "readable", "facts"),
    *(
        Key("undeclared", late=True),
        Key("ended", sparse=True),
        "origin",
        derived("inSync", lambda access: access.in_sync),
    ),
    *_CHANGES,
    *(Key("denied", codec=listed(_DENIED)), "reported"),
)
_BREACH: Final = record(Breach, "limit", "count", "bound", "school", Key("perhaps", sparse=True))
_HEAD: Final = (
    *("workspace", "fingerprint", derived("complete", lambda plan: plan.complete), "interrupted", "recorded"),
    *(Key("summary", codec=SUMMARY), Key("breaches", codec=listed(_BREACH))),
)
HEAD: Final = record(Plan, *_HEAD)
PLAN: Final = record(Plan, *_HEAD, Key("schools", codec=listed(SCHOOL)), Key("accesses", codec=listed(ACCESS)))
_VALUE: Final = Codec(value_text, TEXT.load)
_EDIT: Final = record(
    Edit,
    *("school", "supplier", "topic", "name", Key("before", codec=_VALUE), Key("after", codec=_VALUE)),
    *("effect", "risk", "standing", "note", "origin"),
)
_DIFFERENCE: Final = record(DifferenceKey, "school", "supplier", "action", "aspect", Key("key", "name"))
_CAUSE: Final = paired(_DIFFERENCE, keyed("cause", by_type(Cause)))
_PENDING: Final = Codec(lambda keys: [_DIFFERENCE.dump(key) for key in sorted(keys)], listed(_DIFFERENCE).load)
APPLIED: Final = record(AppliedRevision, "revision", "commit", Key("pending", codec=_PENDING))


def review_data(review: Review | NoReview) -> dict[str, Any]:
    """A review as data, whose lists are made as they are read; one of an unreadable base has no edits and no causes."""
    match review:
        case Review(base, commit):
            return {
                "base": base,
                "commit": commit,
                "unread": "",
                "passed": review.passed,
                "edits": map(_EDIT.dump, review.edits),
                "causes": map(_CAUSE.dump, review.causes.items()),
            }
        case NoReview(base, commit, reason):
            return {"base": base, "commit": commit, "unread": reason, "passed": 0, "edits": [], "causes": []}
        case _:
            assert_never(review)
