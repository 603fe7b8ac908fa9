"""Steps outside Bromcom, and the hand-over sheets: what must be bought, asked for and told."""

from collections.abc import Iterator

from reconciler.model.aspect import Action, Aspect
from reconciler.model.runbook import HandOver, Page, Step, Verification
from reconciler.runbook.form import Form, always, tell
from reconciler.runbook.tasks import AccessWork, SchoolWork

_LICENCE = "Bromcom sells the write licence separately. Without it write-back fails, whatever the role allows."
_CONFIRMED = (
    "Scomis gives this confirmation for the exports of Wonde and Groupcall that ran on its hosted applications."
)
_MOVED = "An export that is still connected keeps sending the school's data from the old place."
_NO_PASSWORD_HERE = "Send the password separately from the sheet: never both in one message."  # noqa: S105


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """For each supplier the licence, the old export, and the hand-over sheet."""
    form = Form(page)
    return [
        step
        for access in school.accesses
        for step in (
            *_licence(form, school, access),
            *_export(form, school, access),
            *_give_sheet(form, school, access),
        )
    ]


def _licence(form: Form, school: SchoolWork, access: AccessWork) -> Iterator[Step]:
    title = access.plan.particulars.title
    for task in access.of(Aspect.WRITE_LICENCE):
        looking = task.action is None
        what = f"the write licence for School {school.plan.school_id} and this supplier: {title}."
        request = (
            f"If we do not have it yet, we would like to order {what}" if looking else f"We would like to order {what}"
        )
        licence = f'the write licence for "{title}"'
        yield form.step(
            title=f"Check that we have {licence}" if looking else f"Buy {licence}",
            account=_account(access),
            ways=[always(tell("Bromcom", request))],
            settles=[task.subject],
            proof=Verification.ATTESTATION,
            notes=[_LICENCE],
        )


def _export(form: Form, school: SchoolWork, access: AccessWork) -> Iterator[Step]:
    title = access.plan.particulars.title
    for task in access.of(Aspect.OLD_EXPORT):
        request = f"Please confirm that this export of School {school.plan.school_id} is disconnected: {title}."
        yield form.step(
            title=f'Get confirmation that the old export of "{title}" from {task.name} is disconnected',
            account=_account(access),
            ways=[always(tell(f"the host of {task.name}", request))],
            settles=[task.subject],
            proof=Verification.ATTESTATION,
            notes=[_MOVED, _CONFIRMED],
        )


def _give_sheet(form: Form, school: SchoolWork, access: AccessWork) -> Iterator[Step]:
    if not needs_sheet(access):
        return
    title = access.plan.particulars.title
    yield form.step(
        title=f'Give "{title}" its hand-over sheet',
        account=_account(access),
        ways=[always(tell(title, f"Here is what you need for {school.plan.name}: see the sheet."))],
        settles=[],
        proof=Verification.NONE,
        notes=[_NO_PASSWORD_HERE] if access.has_account else [],
    )


def _account(access: AccessWork) -> str:
    return access.plan.name if access.has_account else ""


def hand_over_sheets(school: SchoolWork) -> tuple[HandOver, ...]:
    """The sheets of a school, in the order of its suppliers."""
    return tuple(_sheet(school, access) for access in school.accesses if needs_sheet(access))


def needs_sheet(access: AccessWork) -> bool:
    """Return True if the supplier needs new details: its login is fixed, or its old export may still run."""
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
