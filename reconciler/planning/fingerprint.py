"""The fingerprint of a plan: two plans with the same work have the same one."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Attested, Fact, Known
from reconciler.model.plan import AccessPlan, SchoolPlan, SupplierDetails

_RISKS: Final = {risk: number for number, risk in enumerate(Risk)}
_ACTIONS: Final = {Action.MEND_LOGIN: 0, Action.GRANT: 1, Action.REVOKE: 2, Action.SET: 3}


def fingerprint(workspace: str, schools: Iterable[SchoolPlan], accesses: Iterable[AccessPlan]) -> str:
    """SHA-256 (hex) of a plan's substance: what must change, where, what hands are told for it, and what is unknown and
    of which kind.

    Not in it: where a line stands in a file, the wording of a reason or a note, how much is granted and as it should
    be, limits, and when the snapshot was taken. So moving a manifest's lines leaves it alone, and so does a tick that
    both sides gained; another change, or one less, moves it.
    """
    digest = sha256(f"[{_json(workspace)},".encode(errors="surrogatepass"))
    for items, after in ((map(_school, schools), ","), (map(_access, accesses), "]")):
        digest.update(b"[")
        for number, item in enumerate(items):  # one at a time: the text of a fleet is a hundred megabytes
            digest.update(f"{',' if number else ''}{_json(item)}".encode(errors="surrogatepass"))
        digest.update(f"]{after}".encode())
    return digest.hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _school(school: SchoolPlan) -> list[object]:
    return [
        school.name,
        school.school_id,
        school.platform,
        school.read_url,
        school.write_url,
        school.moved_from,
        _fact(school.reachable),
        _changes(school.changes),
        _unknown(school.unknown),
    ]


def _access(access: AccessPlan) -> list[object]:
    return [
        access.address,
        access.via,
        access.name,
        _particulars(access.particulars),
        _fact(access.login),
        _changes(access.changes),
        _unknown(access.unknown),
        sorted(access.reported, key=entity_key),
    ]


def _particulars(told: SupplierDetails) -> list[object]:
    return [told.title, told.first_name, told.last_name, told.password, told.school_id_called, told.to_tick]


def _fact(fact: Fact[object]) -> list[object]:
    """The value and whose word it is: what a probe found is not the same approval as what a person vouches for."""
    if not isinstance(fact, Known):
        return ["unknown", fact.reason]
    return ["attested" if isinstance(fact.evidence, Attested) else "probed", fact.value]


def _changes(changes: Iterable[Change]) -> list[list[object]]:
    """In an order of their own: the one in which reports tell them follows what the catalogue says of entities."""
    ordered = sorted(changes, key=lambda c: (_RISKS[c.risk], _ACTIONS[c.action], entity_key(c.name), c.aspect.value))
    return [[c.action, c.aspect, _spelt(c), c.before, c.after, c.risk, bool(c.waived)] for c in ordered]


def _spelt(change: Change) -> str:
    """The name without its spelling where that is the service's own, which may be another one tomorrow."""
    return entity_key(change.name) if change.aspect is Aspect.READ else change.name


def _unknown(items: Iterable[UnknownFacts]) -> list[list[object]]:
    return [[item.aspect, item.name, item.facts, item.why] for item in items]
