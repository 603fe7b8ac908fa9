"""One edit for many schools of a trust: an offer, where the same change of the same user is due in two or more."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from reconciler.model.account import username_key
from reconciler.model.change import Action, Aspect
from reconciler.model.page import PageId
from reconciler.model.runbook import Central
from reconciler.model.step import Do

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.model.page import Page
    from reconciler.model.plan import Plan
    from reconciler.runbook.work import AccessWork, SchoolWork

# What a distribution carries to the schools: a user, its ticks and its roles.
_WORDS: Mapping[tuple[Aspect, Action], str] = {
    (Aspect.LOGIN, Action.MEND_LOGIN): "make the login of {} work",
    (Aspect.READ, Action.GRANT): "tick {}",
    (Aspect.READ, Action.REVOKE): "untick {}",
    (Aspect.ROLE, Action.GRANT): "give it the role {}",
}
_OVERWRITES = (
    "Distributing OVERWRITES the ticks and roles that this user has in each school it goes to, those included that a "
    "school set itself. Choose the schools, and plan again afterwards."
)
_PASSWORDS = (
    "Whether a distribution carries the user's password is not known: the plan afterwards shows whether it logs in."
)


class _Edit(NamedTuple):
    """One change of a user, the same wherever it is due. Sorts as it is listed."""

    aspect: Aspect
    key: str
    action: Action


class _User(NamedTuple):
    supplier: str
    key: str


def centrals(plan: Plan, works: Iterable[SchoolWork], pages: Mapping[PageId, Page]) -> tuple[Central, ...]:
    """The offers, by supplier and username. Each school's own steps stay: nobody has to take an offer."""
    accesses: defaultdict[_User, list[AccessWork]] = defaultdict(list)
    for school in works:
        for access in school.accesses:
            if access.has_account:
                accesses[_User(access.plan.address.supplier, username_key(access.plan.name))].append(access)
    having: defaultdict[_User, list[str]] = defaultdict(list)
    for found in plan.accesses:
        having[_User(found.address.supplier, username_key(found.name))].append(found.address.school)
    offers = (_offer(group, having[user], pages[PageId.DISTRIBUTE]) for user, group in sorted(accesses.items()))
    return tuple(offer for offer in offers if offer)


def _offer(accesses: Sequence[AccessWork], having: Sequence[str], page: Page) -> Central | None:
    """What is due at two schools or more; `having` are all schools of the plan in which the supplier has this user."""
    due: defaultdict[_Edit, list[str]] = defaultdict(list)
    words: dict[_Edit, str] = {}
    for access in accesses:
        for task in access.tasks:
            if task.action and (task.subject.aspect, task.action) in _WORDS:
                edit = _Edit(task.subject.aspect, username_key(task.name), task.action)
                due[edit].append(access.plan.address.school)
                words.setdefault(edit, _WORDS[edit.aspect, edit.action].format(task.name))
    shared = {edit: due[edit] for edit in sorted(due) if len(due[edit]) > 1}
    if not shared:
        return None
    first = accesses[0].plan
    return Central(
        supplier=first.address.supplier,
        username=first.name,
        page=page,
        what=tuple(words[edit] for edit in shared),
        schools=tuple(sorted({school for schools in shared.values() for school in schools})),
        overwrites=tuple(_warnings(shared, words, having)),
        seconds=page.seconds + len(shared) * page.pace.get(Do.TICK, 0),
    )


def _warnings(
    shared: Mapping[_Edit, Sequence[str]], words: Mapping[_Edit, str], having: Sequence[str]
) -> Iterable[str]:
    yield _OVERWRITES
    if any(edit.aspect is Aspect.LOGIN for edit in shared):
        yield _PASSWORDS
    for school in sorted(having):
        not_due = [words[edit] for edit, schools in shared.items() if school not in schools]
        if not_due:
            yield f"Not due at {school}, which has this user too: {'; '.join(not_due)}."
