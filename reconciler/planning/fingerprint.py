"""The fingerprint of a plan: two plans with the same work have the same one."""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter
from typing import Final

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Attested, Fact, Known
from reconciler.model.plan import AccessPlan, SchoolPlan, SupplierDetails

_json: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_BY_PLACE: Final = itemgetter(0)
_ALIKE: Final = 1024  # places
_RISKS: Final = {risk: number for number, risk in enumerate(Risk)}
_ACTIONS: Final = {Action.MEND_LOGIN: 0, Action.GRANT: 1, Action.REVOKE: 2, Action.SET: 3}


def fingerprint(workspace: str, schools: Iterable[SchoolPlan], accesses: Iterable[AccessPlan]) -> str:
    """SHA-256 (hex) of a plan's substance: what must change, where, what hands are told for it, and what is unknown and
    of which kind.

    Not in it: where a line stands in a file, the wording of a reason or a note, how much is granted and as it should
    be, limits, and when the snapshot was taken. So moving a manifest's lines leaves it alone, and so does a tick that
    both sides gained; another change, or one less, moves it.
    """
    digest = sha256()
    for piece in _pieces(workspace, schools, accesses):
        digest.update(piece.encode(errors="surrogatepass"))
    return digest.hexdigest()


def _pieces(workspace: str, schools: Iterable[SchoolPlan], accesses: Iterable[AccessPlan]) -> Iterator[str]:
    """One list of JSON, piece by piece: all of it at once takes more memory than a plan."""
    yield f"[{_json(workspace)}"
    changes = _ChangesText()
    for texts in ((_school(each, changes) for each in schools), (_access(each, changes) for each in accesses)):
        before = ",["
        for text in texts:
            yield f"{before}{text}"
            before = ","
        yield "]" if before == "," else ",[]"
    yield "]"


class _ChangesText:
    """The text of a place's changes. Many places have the same ones, which are then held once, and written once."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def __call__(self, changes: tuple[Change, ...]) -> str:
        """They are in an order of their own: the one in which reports tell them follows what the catalogue says of
        entities."""
        if not changes:
            return ""
        if id(changes) not in self._known:
            if len(self._known) >= _ALIKE:
                self._known.clear()
            texts = [text for _, text in sorted(map(_change, changes), key=_BY_PLACE)]
            self._known[id(changes)] = ",".join(texts)
        return self._known[id(changes)]


def _school(s: SchoolPlan, changes: _ChangesText) -> str:
    what = [s.name, s.school_id, s.platform, s.read_url, s.write_url, s.moved_from, _fact(s.reachable)]
    return _joined(what, changes(s.changes), [_unknown(s.unknown)])


def _access(access: AccessPlan, changes: _ChangesText) -> str:
    what = [access.address, access.via, access.name, _particulars(access.particulars), _fact(access.login)]
    return _joined(what, changes(access.changes), [_unknown(access.unknown), sorted(access.reported, key=entity_key)])


def _joined(before: Sequence[object], changes: str, after: Sequence[object]) -> str:
    """One list of JSON, of what stands before the changes, the changes, and what stands after them."""
    return f"{_json(before)[:-1]},[{changes}],{_json(after)[1:]}"


def _particulars(told: SupplierDetails) -> list[object]:
    return [told.title, told.first_name, told.last_name, told.password, told.school_id_called, told.to_tick]


def _fact(fact: Fact[object]) -> list[object]:
    """The value and whose word it is: what a probe found is not the same approval as what a person vouches for."""
    if not isinstance(fact, Known):
        return ["unknown", fact.reason]
    return ["attested" if isinstance(fact.evidence, Attested) else "probed", fact.value]


@lru_cache(100_000)
def _change(c: Change) -> tuple[tuple[object, ...], str]:
    """Its place in the order, and its text; the same one is due at many schools."""
    place = _RISKS[c.risk], _ACTIONS[c.action], entity_key(c.name), c.aspect.value
    return place, _json([c.action, c.aspect, _spelt(c), c.before, c.after, c.risk, bool(c.waived)])


def _spelt(change: Change) -> str:
    """The name without its spelling where that is the service's own, which may be another one tomorrow."""
    return entity_key(change.name) if change.aspect is Aspect.READ else change.name


def _unknown(items: Iterable[UnknownFacts]) -> list[list[object]]:
    return [[item.aspect, item.name, item.facts, item.why] for item in items]
