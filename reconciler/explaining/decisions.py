"""The decisions of rounds on an access, and the round that waits for one."""

from collections.abc import Iterable, Iterator

from reconciler.model.address import Address
from reconciler.model.attestation import Decision, ReviewedAccess, Round
from reconciler.model.entity import entity_key
from reconciler.model.explanation import ExplainedRow
from reconciler.report.labels import plural


def round_rows(rounds: Iterable[Round], address: Address, entity: str) -> Iterator[ExplainedRow]:
    """A row for each round that has the access, the newest last; with an entity's key, only what is about it."""
    for reviewed in rounds:
        access = reviewed.accesses.get(address)
        if access is None:
            continue
        doubts = [f"{name} ({', '.join(why)})" for name, why in access.doubts.items() if _is_about(name, entity)]
        looked = [_evidence(access), f"to look at again: {', '.join(doubts)}" if doubts else ""]
        if access.decision:
            yield ExplainedRow(
                reviewed.name,
                (_decided(access.decision),),
                "; ".join(filter(None, (access.decision.reason, *looked))),
                reviewed.origin,
            )
        elif reviewed.closed is None:
            asked = f"asked of {', '.join(reviewed.reviewers)}" if reviewed.reviewers else ""
            decide = f"`reconciler round decide {address} keep --reason TEXT --round {reviewed.name}`"
            detail = "; ".join(filter(None, (asked, *looked, decide)))
            yield ExplainedRow(reviewed.name, (f"not decided yet, due on {reviewed.due}",), detail, reviewed.origin)


def _is_about(name: str, entity: str) -> bool:
    return not entity or entity_key(name) == entity


def _decided(decision: Decision) -> str:
    kept = f" to {', '.join(decision.entities)}" if decision.entities else ""
    return f"{decision.choice.value}{kept}, decided by {decision.by} on {decision.decided}"


def _evidence(access: ReviewedAccess) -> str:
    """The knowledge on which it was, or is to be, decided."""
    reads = f"could read {plural(len(access.reads), 'entity', 'entities')}, " if access.reads is not None else ""
    return f"{reads}{access.known}"
