"""Steps outside Bromcom, and the hand-over sheets: what must be bought, asked for and told."""

from collections.abc import Iterator

from reconciler.model.aspect import Action, Aspect
from reconciler.model.runbook import HandOver, Page, Step, Verification
from reconciler.runbook.form import Form, always, tell
from reconciler.runbook.tasks import AccessWork, SchoolWork

_NO_PASSWORD_HERE = "Send the password separately from the sheet: never both in one message."  # noqa: S105


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """For each supplier what the catalogue has a request for, such as the licence, and the hand-over sheet."""
    form = Form(page)
    return [
        step
        for access in school.accesses
        for step in (*_requests(form, school, access), *_give_sheet(form, school, access))
    ]


def _requests(form: Form, school: SchoolWork, access: AccessWork) -> Iterator[Step]:
    for aspect, request in form.page.requests.items():
        for task in access.of(Aspect(aspect)):
            names = {"title": access.plan.particulars.title, "name": task.name, "school_id": school.plan.school_id}
            title, ask = (request.check, request.check_ask) if task.action is None else (request.due, request.ask)
            yield form.step(
                title=title.format_map(names),
                account=_account(access),
                ways=[always(tell(request.whom.format_map(names), ask.format_map(names)))],
                settles=[task.subject],
                proof=Verification.ATTESTATION,
                notes=request.notes,
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
    """Return True if the supplier needs new details: its login is fixed or may be new, or its old export may run."""
    if access.plan.ended:
        return False
    mends = any(task.action is Action.MEND_LOGIN for task in access.tasks)
    return mends or access.is_unasked or bool(access.of(Aspect.OLD_EXPORT))


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
