"""What a supplier must be given: a sheet for each whose account is new to it, or whose school has moved."""

from reconciler.model.aspect import Action, Aspect
from reconciler.model.runbook import HandOver
from reconciler.runbook.tasks import AccessWork, SchoolWork


def hand_overs(school: SchoolWork) -> tuple[HandOver, ...]:
    """The sheets of a school, in the order of its suppliers."""
    return tuple(_sheet(school, access) for access in school.accesses if needs_sheet(access))


def needs_sheet(access: AccessWork) -> bool:
    """Whether the supplier must be told something: its login is mended, or its old export may still run."""
    return any(task.action is Action.MEND_LOGIN for task in access.tasks) or bool(access.of(Aspect.OLD_EXPORT))


def _sheet(school: SchoolWork, access: AccessWork) -> HandOver:
    particulars = access.plan.particulars
    moved = next((task.name for task in access.of(Aspect.OLD_EXPORT)), "")
    return HandOver(
        supplier=access.plan.address.supplier,
        title=particulars.title,
        school_id=school.plan.school_id,
        school_id_called=particulars.school_id_called,
        read_url=school.plan.read_url,
        write_url=school.plan.write_url,
        username=access.plan.name if access.has_account else "",
        password=particulars.password,
        moved_from=moved or school.plan.moved_from,
    )
