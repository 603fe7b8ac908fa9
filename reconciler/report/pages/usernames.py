"""A plan without the usernames of accounts: more people see pages than may look into Bromcom's list of users."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, TypeVar

from reconciler.model.accountability.register import Register, SchoolFact
from reconciler.model.aspect import Aspect
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.entity import entity_key
from reconciler.model.history import HistorySummary, Since
from reconciler.model.plan import AttestedFacts, Plan, Via
from reconciler.model.review import DifferenceKey

HIDDEN: Final = "(username not shown)"
_BY_USERNAME: Final = (Aspect.LOGIN, Aspect.ACCOUNT)  # of these the name of a fact is a username

_F = TypeVar("_F", Change, UnknownFacts, AttestedFacts)


def without_usernames(plan: Plan) -> Plan:
    """The same plan with words in the place of each username, and without what was said of a login or an account."""
    schools = [
        replace(
            school,
            changes=tuple(_hidden_changes(school.changes)),
            unknown=tuple(_hidden(school.unknown)),
            vouched=tuple(_hidden(school.vouched)),
        )
        for school in plan.schools
    ]
    accesses = [
        replace(
            access,
            name=HIDDEN if access.via is Via.ACCOUNT else access.name,
            changes=tuple(_hidden_changes(access.changes)),
            unknown=tuple(_hidden(access.unknown)),
            vouched=tuple(_hidden(access.vouched)),
        )
        for access in plan.accesses
    ]
    return replace(plan, schools=tuple(schools), accesses=tuple(accesses))


def register_without_usernames(register: Register) -> Register:
    """The same register without the names of the accounts that people listed."""

    def hidden(fact: SchoolFact) -> SchoolFact:
        return fact._replace(name=HIDDEN) if fact.aspect is Aspect.ACCOUNT and fact.name else fact

    return replace(register, facts={school: tuple(map(hidden, facts)) for school, facts in register.facts.items()})


def history_without_usernames(history: HistorySummary) -> HistorySummary:
    """The same summary with one key for each difference that has a username."""
    hidden = entity_key(HIDDEN)
    different: dict[DifferenceKey, Since] = {}
    for key, since in history.different.items():
        shown = key._replace(key=hidden) if key.aspect in _BY_USERNAME else key
        different[shown] = min(different.get(shown, since), since, key=lambda each: each.first)
    return replace(history, different=different)


def _hidden(facts: Iterable[_F]) -> Iterable[_F]:
    for fact in facts:
        is_shown = fact.aspect not in _BY_USERNAME or fact.name == "*"
        yield fact if is_shown else replace(fact, name=HIDDEN)


def _hidden_changes(changes: Iterable[Change]) -> Iterable[Change]:
    for change in _hidden(changes):
        yield replace(change, note="") if change.name == HIDDEN else change
