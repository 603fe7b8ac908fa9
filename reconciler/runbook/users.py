"""System Users: an account that can log in, with its write-back role and no other. See `closing` for the end of one."""

from collections.abc import Iterator
from itertools import zip_longest

from reconciler.model.aspect import Action, Aspect
from reconciler.model.plan import AccessPlan, SchoolPlan
from reconciler.model.runbook import Click, ClickKind, Page, Step, Verification
from reconciler.planning.refused_login import CHECKS, NO_LOGIN_WORKED
from reconciler.runbook.accounts import settling
from reconciler.runbook.form import Form, always, line, listed, not_listed
from reconciler.runbook.tasks import AccessWork, SchoolWork, Task

_REFUSED = "Bromcom refuses this login and does not say why. Work down this list, and stop once the login works."
_USED = "The manifests say {} and {}. If one is wrong, correct it and plan again: Bromcom needs no change."
_USED_ELSEWHERE = "Only the supplier has the password of {}: compare the username with it, and ask it to try again."
_SCHOOL = "The manifests say {} on {}."
_CHOOSE_PASSWORD = "This password is not stored: choose one, and give it to the supplier."  # noqa: S105
_NOT_PROBED = (
    "No password is stored for this account, so we cannot check it remotely. Look here, then confirm what you saw."
)
_STAYS_OFF = 'Leave "{}" off: a supplier\'s program cannot change a password.'
_ANY_NAMES = "The manifests give no first and last name: choose any for a new account."
_LAST_NAME = "Third Party"
_NO_OTHER = "It keeps {}. Remove every other role: Bromcom adds up what the roles of an account allow."
_WRITES = (
    "Its roles decide what it may write: {}. If Third Party itself allows it, untick that under Roles and "
    "Permissions: then no supplier has it."
)


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """For each account: first its login, then its roles; and each account that differs from what suppliers claim."""
    form = Form(page)
    return [*settling(form, school)] + [
        step
        for access in school.accesses
        if access.has_account
        for step in (*_login(form, school.plan, access), *_role(form, access), *_other_roles(form, access))
    ]


def _login(form: Form, school: SchoolPlan, access: AccessWork) -> Iterator[Step]:
    for task in () if access.plan.ended else access.of(Aspect.LOGIN):
        fixing = task.action is not None
        username = access.plan.name
        yield form.step(
            title=_title(username, fixing=fixing, unasked=access.is_unasked),
            account=username,
            ways=(
                listed(username, *_repair(form, access, reset=fixing)),
                not_listed(username, *_create(form, access)),
            ),
            settles=[task.subject],
            proof=Verification.PROBE if access.is_probed else Verification.ATTESTATION,
            notes=_notes(form, school, access, task),
        )


def _title(username: str, *, fixing: bool, unasked: bool) -> str:
    if fixing:
        return f"Fix the login of {username}"
    return f"Create or check the account {username}" if unasked else f"Check that {username} can log in"


def _repair(form: Form, access: AccessWork, *, reset: bool) -> Iterator[Click]:
    """The clicks for an account that exists: its flags, then its password, if its login is refused."""
    yield line(access.plan.name)
    if reset or access.is_unasked:
        yield form.tick("can_log_in", optional=True)
    yield form.tick("third_party")
    yield form.untick("must_change", optional=True)  # only of the page of a new user it is said that the box is there
    yield form.press("save")
    yield form.see("saved")
    if reset:
        yield form.password("new_password", access.plan.particulars.password)
        yield form.press("reset_password")
        yield form.see("saved", optional=True)  # not known to be said here too


def _create(form: Form, access: AccessWork) -> Iterator[Click]:
    particulars = access.plan.particulars
    yield form.press("new")
    yield form.choose("create")
    yield form.fill("first_name", particulars.first_name or particulars.title)
    yield form.fill("last_name", particulars.last_name or _LAST_NAME)
    yield form.fill("username", access.plan.name)
    yield form.password("password", particulars.password)
    yield form.tick("third_party")
    if access.role_to_give:
        yield Click(ClickKind.TICK, access.role_to_give)
    yield form.untick("must_change")
    yield form.press("save")
    yield form.see("saved")


def _notes(form: Form, school: SchoolPlan, access: AccessWork, task: Task) -> Iterator[str]:
    """The notes, in the order of the clicks."""
    particulars = access.plan.particulars
    may_be_new = access.is_unasked or task.action is not None
    if access.is_unasked:
        yield access.not_checked
    elif task.action is None:
        yield _NOT_PROBED if not particulars.password else task.note
    else:
        yield _REFUSED
        yield from _checks(school, access.plan, task)
    yield _STAYS_OFF.format(form.label("must_change"))
    if may_be_new and not particulars.password:
        yield _CHOOSE_PASSWORD
    yield "" if particulars.first_name and particulars.last_name else _ANY_NAMES


def _checks(school: SchoolPlan, access: AccessPlan, task: Task) -> Iterator[str]:
    """The checks of a refused login, with what the manifests say beside the first two."""
    if NO_LOGIN_WORKED in task.note:
        yield f"{NO_LOGIN_WORKED} {school.school_id}."
    kept = access.particulars.password
    login = _USED.format(access.name, kept) if kept else _USED_ELSEWHERE.format(access.name)
    declared = (login, _SCHOOL.format(school.school_id, school.platform))
    for number, (check, here) in enumerate(zip_longest(CHECKS, declared, fillvalue=""), start=1):
        yield f"{number}. {check} {here}".rstrip()


def _role(form: Form, access: AccessWork) -> Iterator[Step]:
    username = access.plan.name
    for task in access.of(Aspect.ROLE):
        if task.name == "*" or task.action is Action.REVOKE:
            continue  # see _other_roles
        looking = task.action is None
        yield form.step(
            title=f"Check that {username} has the role {task.name}"
            if looking
            else f"Give {username} the role {task.name}",
            account=username,
            ways=[always(line(username), Click(ClickKind.TICK, task.name), form.press("save"), form.see("saved"))],
            settles=[task.subject],
            proof=Verification.ATTESTATION,
            notes=[task.note],
        )


def _other_roles(form: Form, access: AccessWork) -> Iterator[Step]:
    """One step that removes every role beyond the declared one.

    If none is declared, the account's write-back goes with them. The permissions of a declared role have their own
    page.
    """
    roles = [task for task in access.of(Aspect.ROLE) if task.name == "*" or task.action is Action.REVOKE]
    writing = [] if access.role else access.of(Aspect.WRITE)
    if not roles and not writing:
        return
    username = access.plan.name
    extra = [task.name for task in roles if task.name != "*"]
    beyond = " and ".join(filter(None, (form.label("third_party"), access.role)))
    permissions = ", ".join(task.name for task in writing if task.name != "*")
    boxes = [Click(ClickKind.UNTICK, name) for name in extra] or [form.tick("third_party")]
    seen = f"Check that {username} has no roles except {beyond}"
    yield form.step(
        title=f"Remove {_role_list(extra)} from {username}" if extra else seen,
        account=username,
        ways=[always(line(username), *boxes, form.press("save"), form.see("saved"))],
        settles=[task.subject for task in (*roles, *writing)],
        proof=Verification.ATTESTATION,
        notes=[
            *(task.note for task in roles),
            _NO_OTHER.format(beyond),
            _WRITES.format(permissions) if permissions else "",
        ],
    )


def _role_list(names: list[str]) -> str:
    return f"the role {names[0]}" if len(names) == 1 else f"the roles {', '.join(names)}"
