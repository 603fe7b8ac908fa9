"""The work of a plan by hand, school by school."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import groupby
from typing import Final, NamedTuple

from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.evidence import UnknownReason
from reconciler.model.plan import AccessPlan, AttestedFacts, Plan, SchoolPlan, Via
from reconciler.planning.approved.due import is_due, is_for_hands
from reconciler.startup import dataclass

_WORTH_SAYING: Final = frozenset(
    {UnknownReason.EXPIRED, UnknownReason.PARTLY_COUNTED, UnknownReason.DENIED}
)  # that no probe can see it a step says by its proof


class Task(NamedTuple):
    """One fact to settle by hand.

    action  the change to make; None if it is unknown whether one is needed: look, and set it if necessary
    before  the present value; empty if unknown
    note    why it matters, or what became of an attestation of it; may be empty
    """

    subject: FactRef
    action: Action | None
    before: str
    note: str

    @property
    def name(self) -> str:
        """The name of the fact: an entity, permission, role, basis, kind of person, application or username."""
        return self.subject.name


@dataclass(frozen=True, slots=True)
class AccessWork:
    """The work for one access."""

    plan: AccessPlan
    tasks: tuple[Task, ...]
    _by_aspect: Mapping[Aspect, Sequence[Task]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_aspect: defaultdict[Aspect, list[Task]] = defaultdict(list)
        for task in sorted(self.tasks, key=_alphabetical):
            by_aspect[task.subject.aspect].append(task)
        object.__setattr__(self, "_by_aspect", by_aspect)  # the rest is frozen

    def of(self, aspect: Aspect) -> Sequence[Task]:
        """The tasks of this aspect, in alphabetical order."""
        return self._by_aspect.get(aspect, ())

    @property
    def has_account(self) -> bool:
        """The supplier uses an account."""
        return self.plan.via is Via.ACCOUNT

    @property
    def is_probed(self) -> bool:
        """A probe can find out what its account may read; it needs a password to log in."""
        return self.has_account and bool(self.plan.particulars.password)

    @property
    def _unasked(self) -> UnknownFacts | None:
        """Its unknown login, if the service was not asked for it, although only the service can tell."""
        unknown = self.plan.unknown if self.has_account else ()
        return next((i for i in unknown if i.aspect is Aspect.LOGIN and i.why is UnknownReason.NO_PROBE), None)

    @property
    def is_unasked(self) -> bool:
        """It is not known if the account exists: the service was not asked."""
        return self._unasked is not None

    @property
    def not_checked(self) -> str:
        """The reason for that, as a note; empty if there is none to say."""
        return f"Not checked: {self._unasked.reason}." if self._unasked and self._unasked.reason else ""

    @property
    def role(self) -> str:
        """The role that the access declares; empty if it declares none."""
        plan = self.plan
        items: tuple[Change | UnknownFacts | AttestedFacts, ...] = (*plan.changes, *plan.unknown, *plan.vouched)
        return next((item.name for item in items if item.aspect is Aspect.ROLE and not _is_extra(item)), "")

    @property
    def role_to_give(self) -> str:
        """The role that its account should hold: the declared one, unless a waiver accepts that it is missing."""
        changes = self.plan.changes
        waived = any(change.aspect is Aspect.ROLE and change.waived and not _is_extra(change) for change in changes)
        return "" if waived else self.role


@dataclass(frozen=True, slots=True)
class SchoolWork:
    """The work for one school, and for its accesses that have any."""

    plan: SchoolPlan
    tasks: tuple[Task, ...]
    accesses: tuple[AccessWork, ...]

    def of(self, aspect: Aspect) -> Iterator[tuple[AccessWork, Task]]:
        """The tasks of this aspect, each with its access."""
        return ((access, task) for access in self.accesses for task in access.of(aspect))

    @property
    def consents(self) -> Iterator[tuple[str, Task]]:
        """The consents to set, each with the title of the supplier that needs it; empty for the school's own."""
        yield from (("", task) for task in self.tasks if task.subject.aspect is Aspect.CONSENT)
        yield from ((access.plan.particulars.title, task) for access, task in self.of(Aspect.CONSENT))


def school_works(plan: Plan) -> Iterator[SchoolWork]:
    """The work at each school, in the plan's order; schools without any are left out."""
    works = (school_work(school, accesses) for school, accesses in _with_accesses(plan))
    return (work for work in works if work.tasks or work.accesses)


def alike_works(plan: Plan) -> Iterator[tuple[SchoolWork, int]]:
    """One work for all schools whose work differs in names alone, with how many they are. They take as long, on as many
    pages: their accesses have the same entities to tick, and nothing else."""
    found: dict[object, tuple[SchoolPlan, Sequence[AccessPlan], list[str]]] = {}
    for school, accesses in _with_accesses(plan):
        alike = *map(_shape, accesses), school.name if school.changes or school.unknown else ""
        found.setdefault(alike, (school, accesses, []))[-1].append(school.name)
    for school, accesses, names in found.values():
        yield school_work(school, accesses), len(names)


def _shape(access: AccessPlan) -> object:
    """A value that accesses share if there is the same to tick for them."""
    if access.unknown or any(change.aspect is not Aspect.READ for change in access.changes):
        return access.address
    return id(access.changes), access.via


def _with_accesses(plan: Plan) -> Iterator[tuple[SchoolPlan, Sequence[AccessPlan]]]:
    accesses = {school: tuple(group) for school, group in groupby(plan.accesses, key=lambda a: a.address.school)}
    return ((school, accesses.get(school.name, ())) for school in plan.schools)


def school_work(school: SchoolPlan, accesses: Iterable[AccessPlan]) -> SchoolWork:
    """The work at one school."""
    works = tuple(work for work in map(_access_work, accesses) if work.tasks)
    return SchoolWork(school, _tasks(school, school.name), works)


def _is_extra(item: Change | UnknownFacts | AttestedFacts) -> bool:
    """Return True for a role to remove, or for all roles together (`*`): neither is a declared one."""
    return item.name == "*" or (isinstance(item, Change) and item.action is Action.REVOKE)


def _access_work(access: AccessPlan) -> AccessWork:
    return AccessWork(access, _tasks(access, *access.address))


def _tasks(part: SchoolPlan | AccessPlan, school: str, supplier: str = "") -> tuple[Task, ...]:
    changes = [_change(school, supplier, change) for change in part.changes if is_for_hands(change)]
    return (*changes, *(_look(school, supplier, item) for item in part.unknown if is_due(part, item)))


def _change(school: str, supplier: str, change: Change) -> Task:
    return Task(FactRef(school, supplier, change.aspect, change.name), change.action, change.before, change.note)


def _look(school: str, supplier: str, item: UnknownFacts) -> Task:
    note = item.reason if item.why in _WORTH_SAYING else ""
    return Task(FactRef(school, supplier, item.aspect, item.name), None, "", note)


def _alphabetical(task: Task) -> tuple[str, str]:
    return task.name.casefold(), task.name
