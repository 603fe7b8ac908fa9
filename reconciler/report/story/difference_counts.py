"""The differences of a plan in numbers, by kind, for its first sentence."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from reconciler.model.aspect import Action, Aspect
from reconciler.model.plan import Plan
from reconciler.model.review import DifferenceKey
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural

_COUNTED: Final = {
    Action.REVOKE: "{} permission{s} too many",
    Action.GRANT: "{} missing",
    Action.MEND_LOGIN: "{} login{s} refused",
    Action.SET: "{} setting{s} different",
}
_NO_PERMISSIONS: Final = {  # to take away as well, and called what they are
    Aspect.LOGIN: "{} login{s} that should be closed",
    Aspect.ACCOUNT: "{} account{s} that no supplier claims",
}


def difference_counts(material: ReportInput) -> Iterator[str]:
    """Count the differences by kind, the worst first, and what could not be checked."""
    plan, counts, wrong = material.plan, material.drift_counts(), len(material.wrong_schools)
    pending = Counter(key.action for key in material.pending)
    is_all_pending = plan.summary.changes == pending.total()
    if is_all_pending:
        counts, pending = pending, Counter()
    extra = Counter(key.aspect for key in _extra(plan) if is_all_pending or key not in material.pending)
    counts[Action.SET] -= wrong
    counts[Action.REVOKE] -= extra.total()
    permissions, *others = ((words, counts[action]) for action, words in _COUNTED.items())
    worded = (
        ("{} wrong School ID{s}", wrong),
        permissions,
        *((words, extra[aspect]) for aspect, words in _NO_PERMISSIONS.items()),
        *others,
        ("{} account{s} no longer agreed", len(material.orphans)),
        ("{} not carried out yet", pending.total()),
    )
    yield from (words.format(count, s=_s(count)) for words, count in worded if count)
    if not plan.complete:
        yield unchecked(plan)


def no_permissions(plan: Plan) -> list[str]:
    """Count what is to be taken away and is no permission, by kind; what waits for a person too."""
    extra = Counter(key.aspect for key in _extra(plan))
    return [words.format(extra[each], s=_s(extra[each])) for each, words in _NO_PERMISSIONS.items() if extra[each]]


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _extra(plan: Plan) -> Iterator[DifferenceKey]:
    """Yield what is to be taken away of schools themselves, and of accesses that have ended, and is no permission."""
    places = [(each.name, "", each.changes) for each in plan.schools]
    places += [(*each.address, each.changes) for each in plan.accesses if each.ended]
    for school, supplier, changes in places:
        for change in changes:
            if change.action is Action.REVOKE and change.aspect in _NO_PERMISSIONS and not change.waived:
                yield DifferenceKey.of(change, school, supplier)


def unchecked(plan: Plan) -> str:
    """Count the facts that could not be checked."""
    unknown = plan.summary.unknown
    return f"{plural(unknown, 'fact')} could not be checked" if unknown else "some schools did not answer"
