"""Partner Applications: the access of a supplier without an account. The school grants it as a whole."""

from collections.abc import Iterator

from reconciler.model.aspect import Action, Aspect
from reconciler.model.runbook import Branch, Click, ClickKind, Page, Step, Verification
from reconciler.runbook.form import Form, always, listed, not_listed, tell
from reconciler.runbook.tasks import AccessWork, SchoolWork, Task

_SCOPE = "A school cannot change the scope of an application. If it differs from this list, only the supplier can."
_WORDS = "We do not know how the page words a scope: compare it with these entities."
_NO_ACCOUNT = "This supplier has no account, so we cannot check remotely what it may read."


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """For each application its scope, while it can still be refused, then the grant."""
    form = Form(page)
    return [
        step
        for access in school.accesses
        if not access.has_account
        for step in (*_scope(form, access), *_grant(form, access))
    ]


def _scope(form: Form, access: AccessWork) -> Iterator[Step]:
    tasks = access.of(Aspect.READ)
    if not tasks:
        return
    name = access.plan.name
    wrong = [task for task in tasks if task.action is not None]
    yield form.step(
        title=f"Ask the supplier to correct the scope of {name}"
        if wrong
        else f"Check that the scope of {name} is as declared",
        account="",
        ways=[always(*_request(access, wrong))] if wrong else [listed(name, *_seen(form, access)), _missing(access)],
        settles=[task.subject for task in tasks],
        proof=Verification.ATTESTATION,
        notes=[_SCOPE, "" if wrong else _WORDS, *(f"{task.name}: {task.note}" for task in wrong if task.note)],
    )


def _seen(form: Form, access: AccessWork) -> Iterator[Click]:
    yield form.press("manage", line=access.plan.name)
    for entity in sorted(access.plan.particulars.to_tick, key=str.casefold):
        yield Click(ClickKind.SEE, entity)


def _request(access: AccessWork, wrong: list[Task]) -> Iterator[Click]:
    too_much = ", ".join(task.name for task in wrong if task.action is Action.REVOKE)
    too_little = ", ".join(task.name for task in wrong if task.action is Action.GRANT)
    demands = [f"include {too_little}"] if too_little else []
    demands += [f"no longer include {too_much}"] if too_much else []
    yield tell(access.plan.particulars.title, f"The scope of {access.plan.name} must {' and '.join(demands)}.")


def _grant(form: Form, access: AccessWork) -> Iterator[Step]:
    name = access.plan.name
    for task in access.of(Aspect.PARTNER_APPLICATION):
        if access.plan.ended:
            yield _revoke(form, name, task)
            continue
        looking = task.action is None
        clicks = [
            form.press("manage", line=name),
            form.press("grant", optional=looking),  # one that is granted already has no such button
            form.press("proceed", optional=looking),
            form.see("installed"),
        ]
        yield form.step(
            title=f"Check that {name} is granted" if looking else f"Grant {name}",
            account="",
            ways=[listed(name, *clicks), _missing(access)],
            settles=[task.subject],
            proof=Verification.ATTESTATION,
            notes=[_NO_ACCOUNT],
        )


def _revoke(form: Form, name: str, task: Task) -> Step:
    looking = task.action is None
    clicks = [
        form.press("manage", line=name),
        form.press("revoke", optional=looking),  # one that is not granted has no such button
        form.see("not_installed"),
    ]
    return form.step(
        title=f"Check that {name} is not granted" if looking else f"Revoke {name}",
        account="",
        ways=[listed(name, *clicks), not_listed(name)],
        settles=[task.subject],
        proof=Verification.ATTESTATION,
        notes=[_NO_ACCOUNT, task.note],
    )


def _missing(access: AccessWork) -> Branch:
    name = access.plan.name
    return not_listed(name, tell(access.plan.particulars.title, f"{name} is not among the applications of our school."))
