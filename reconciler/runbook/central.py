"""One edit for many schools of a trust: an offer, if the same change of the same user is due at two or more."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from reconciler.model.address import username_key
from reconciler.model.aspect import Action, Aspect
from reconciler.model.plan import AccessPlan, Plan
from reconciler.model.runbook import CentralOffer, ClickKind, Page, PageId
from reconciler.runbook.tasks import AccessWork, SchoolWork

# What a distribution carries to the schools: a user, its ticks and its roles.
_WORDS: Mapping[tuple[Aspect, Action], str] = {
    (Aspect.LOGIN, Action.MEND_LOGIN): "fix the login of {}",
    (Aspect.LOGIN, Action.REVOKE): "untick that {} can log into the system",
    (Aspect.READ, Action.GRANT): "tick {}",
    (Aspect.READ, Action.REVOKE): "untick {}",
    (Aspect.ROLE, Action.GRANT): "give it the role {}",
    (Aspect.ROLE, Action.REVOKE): "remove the role {} from it",
}
_OVERWRITES = (
    "Distributing OVERWRITES this user's ticks and roles in every school it goes to, even those that a school set "
    "itself. Choose the schools, and plan again afterwards."
)
_PASSWORDS = (
    "We do not know whether a distribution carries the user's password: plan again to see whether it can log in."
)


class _User(NamedTuple):
    """A central user: one of a supplier, whatever capitals a school writes it in."""

    supplier: str
    key: str


class _Edit(NamedTuple):
    """One change of a user, the same wherever it is due. Sorts as it is listed."""

    aspect: Aspect
    key: str
    action: Action


class _Due(NamedTuple):
    """A change in words, and the schools in which it is due."""

    text: str
    schools: list[str]


def centrals(plan: Plan, works: Iterable[SchoolWork], pages: Mapping[PageId, Page]) -> tuple[CentralOffer, ...]:
    """The offers, by supplier and username. The steps of each school stay, as every offer is optional."""
    users: defaultdict[_User, list[AccessWork]] = defaultdict(list)
    for school in works:
        for access in school.accesses:
            users[_user(access.plan)].append(access)
    having: defaultdict[_User, list[str]] = defaultdict(list)
    for access_plan in plan.accesses:
        having[_user(access_plan)].append(access_plan.address.school)
    offers = (_offer(accesses, having[user], pages[PageId.DISTRIBUTE]) for user, accesses in sorted(users.items()))
    return tuple(offer for offer in offers if offer)


def _user(access: AccessPlan) -> _User:
    return _User(access.address.supplier, username_key(access.name))


def _offer(accesses: Sequence[AccessWork], having: Sequence[str], page: Page) -> CentralOffer | None:
    """The edits that are due at two or more schools. `having`: every school of the plan in which the supplier has this
    user."""
    shared = {edit: due for edit, due in sorted(_due(accesses).items()) if len(due.schools) > 1}
    if not shared:
        return None
    first = accesses[0].plan
    passwords = [_PASSWORDS] if any(edit.aspect is Aspect.LOGIN for edit in shared) else []
    return CentralOffer(
        supplier=first.address.supplier,
        username=first.name,
        page=page,
        what=tuple(due.text for due in shared.values()),
        schools=tuple(sorted({school for due in shared.values() for school in due.schools})),
        overwrites=(_OVERWRITES, *passwords, *_not_due(shared.values(), having)),
        seconds=page.seconds + len(shared) * page.pace.get(ClickKind.TICK, 0),
    )


def _due(accesses: Iterable[AccessWork]) -> dict[_Edit, _Due]:
    """The edits that are due for a user. Edits that differ in capitals alone are the same."""
    edits: dict[_Edit, _Due] = {}
    for access in accesses:
        for task in access.tasks if access.has_account else ():
            aspect, action = task.subject.aspect, task.action
            if action and (aspect, action) in _WORDS:
                edit = _Edit(aspect, username_key(task.name), action)
                due = edits.setdefault(edit, _Due(_WORDS[aspect, action].format(task.name), []))
                due.schools.append(access.plan.address.school)
    return edits


def _not_due(shared: Collection[_Due], having: Iterable[str]) -> Iterator[str]:
    """Each school with this user that a distribution would change although nothing is due there."""
    for school in sorted(having):
        texts = [due.text for due in shared if school not in due.schools]
        if texts:
            yield f"Not due at {school}, which also has this user: {'; '.join(texts)}."
