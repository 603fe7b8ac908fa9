"""System Users: an account that can log in, the write-back role on it, and no other."""

from collections.abc import Iterator

from reconciler.model.aspect import Action, Aspect
from reconciler.model.runbook import Click, ClickKind, Page, Step, Verification
from reconciler.runbook.form import Form, always, line, listed, not_listed
from reconciler.runbook.tasks import AccessWork, SchoolWork, Task

_REFUSED = "The service refuses this login and does not say why. Go down this list, and stop where the login works."
_COMPARE = (
    "1. Compare the username {} and its password with those that were used here ({}). If one was wrong, correct it and "
    "plan again: Bromcom stays as it is."
)
_COMPARE_SEEN = "1. Compare the username {} and its password with those that the supplier uses, and have it try again."
_ACCOUNT = (
    '2. Look at the account: is it there, is "{}" ticked (User Login Details), does it have the role {}, and are '
    "its entities ticked?"
)
_TWO_FACTOR = (
    "3. Look whether two-factor authentication is on for it (Config > Setup > Security Settings, its roles, the "
    "account itself): no program can answer it. No source says whether the service asks for it."
)
_LAST = "4. Only then give it a new password: the supplier is cut off until it uses the same one."
_CHOOSE_PASSWORD = "Nobody keeps this password: choose one, and give it to the supplier."  # noqa: S105
_NOT_PROBED = "No password is kept for this account, so that no probe can ask: look here, then vouch for what you saw."
_STAYS_OFF = '"{}" stays off: a supplier\'s program cannot change a password.'
_ANY_NAMES = "First and last name of a new account are free: the manifests give none."
_LAST_NAME = "Third Party"
_NO_OTHER = "It keeps {}. Take away every other role: Bromcom adds up what the roles of an account allow."
_WRITES = (
    "What it may write comes with its roles: {}. If Third Party itself allows it, untick that under Roles and "
    "Permissions: then no supplier has it."
)


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """For each account: that it can log in, then its write-back role."""
    form = Form(page)
    return [
        step
        for access in school.accesses
        if access.has_account
        for step in (*_login(form, access), *_role(form, access), *_other_roles(form, access))
    ]


def _login(form: Form, access: AccessWork) -> Iterator[Step]:
    for task in access.of(Aspect.LOGIN):
        mending = task.action is not None
        username = access.plan.name
        yield form.step(
            title=f"Make the login of {username} work" if mending else f"See that {username} can log in",
            account=username,
            ways=(
                listed(username, *_mend(form, access, reset=mending)),
                not_listed(username, *_create(form, access)),
            ),
            settles=[task.subject],
            proof=Verification.PROBE if access.is_probed else Verification.ATTESTATION,
            notes=_notes(form, access, task),
        )


def _mend(form: Form, access: AccessWork, *, reset: bool) -> Iterator[Click]:
    """The account is there: whether it may log in, its role, and last, where its login is refused, its password."""
    yield line(access.plan.name)
    if reset:
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


def _notes(form: Form, access: AccessWork, task: Task) -> Iterator[str]:
    """What to know before, in the order of the clicks."""
    particulars = access.plan.particulars
    if task.action is None:
        yield _NOT_PROBED if not particulars.password else task.note
    else:
        yield _REFUSED
        kept = particulars.password
        yield _COMPARE.format(access.plan.name, kept) if kept else _COMPARE_SEEN.format(access.plan.name)
        yield _ACCOUNT.format(form.label("can_log_in"), form.label("third_party"))
        yield _TWO_FACTOR
        yield _LAST
    yield _STAYS_OFF.format(form.label("must_change"))
    if task.action is not None and not particulars.password:
        yield _CHOOSE_PASSWORD
    yield "" if particulars.first_name and particulars.last_name else _ANY_NAMES


def _role(form: Form, access: AccessWork) -> Iterator[Step]:
    username = access.plan.name
    for task in access.of(Aspect.ROLE):
        if task.name == "*" or task.action is Action.REVOKE:
            continue  # see _other_roles
        looking = task.action is None
        yield form.step(
            title=f"See that {username} has the role {task.name}"
            if looking
            else f"Give {username} the role {task.name}",
            account=username,
            ways=[always(line(username), Click(ClickKind.TICK, task.name), form.press("save"), form.see("saved"))],
            settles=[task.subject],
            proof=Verification.ATTESTATION,
            notes=[task.note],
        )


def _other_roles(form: Form, access: AccessWork) -> Iterator[Step]:
    """One step that takes away the roles beyond the declared one; where none is declared, what the account may write
    goes with them. The permissions of a declared role have a page of their own."""
    roles = [task for task in access.of(Aspect.ROLE) if task.name == "*" or task.action is Action.REVOKE]
    writing = [] if access.role else access.of(Aspect.WRITE)
    if not roles and not writing:
        return
    username = access.plan.name
    extra = [task.name for task in roles if task.name != "*"]
    beyond = " and ".join(filter(None, (form.label("third_party"), access.role)))
    permissions = ", ".join(task.name for task in writing if task.name != "*")
    boxes = [Click(ClickKind.UNTICK, name) for name in extra] or [form.tick("third_party")]
    seen = f"See that {username} has no role but {beyond}"
    yield form.step(
        title=f"Take from {username} {_roles_told(extra)}" if extra else seen,
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


def _roles_told(names: list[str]) -> str:
    return f"the role {names[0]}" if len(names) == 1 else f"the roles {', '.join(names)}"
