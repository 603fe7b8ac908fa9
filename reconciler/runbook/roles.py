"""Roles and Permissions: a write-back role with the declared permissions."""

from dataclasses import dataclass, field

from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.runbook import Click, ClickKind, Page, Step, Verification
from reconciler.runbook.form import Form, line, listed, not_listed
from reconciler.runbook.tasks import AccessWork, SchoolWork

_OWN_ROLE = "Best is a separate role that has write-back and nothing else."
_READY_MADE = "Bromcom comes with a role for attendance write-back: look for it before you create another."
_LOOK = "We cannot see what role {} allows. It should allow only these write-back permissions."
_LOOK_AT_NONE = "We cannot see what role {} allows. It should allow no write-back at all."
_ELSEWHERE = (
    "If a permission to untick is not ticked here, it comes from another role of the account. Remove that role, or, "
    "if it is Third Party, untick the permission there."
)


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """One step for each role, shared by the suppliers that hold it, in alphabetical order."""
    roles: dict[str, _Role] = {}
    for access in school.accesses:
        name = access.role
        if name:
            roles.setdefault(name.casefold(), _Role(name)).add(access)
    return [_step(Form(page), role) for _, role in sorted(roles.items()) if role.concerned]


@dataclass(slots=True)
class _Role:
    """A role of a school, and the permissions that its suppliers declare, as {key: name}.

    All of them declare the same: the rule role-shared sees to that.

    concerned  the role may need work
    looks      a person must check what it has
    """

    name: str
    titles: list[str] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)
    due: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    settles: list[FactRef] = field(default_factory=list)
    concerned: bool = False
    looks: bool = False

    def add(self, access: AccessWork) -> None:
        """Add the declarations of one supplier."""
        self.concerned |= _concerned(access)
        self.titles.append(access.plan.particulars.title)
        declared = {name.casefold(): name for name in _declared(access)}
        self.declared |= declared
        if any(task.action for task in access.of(Aspect.ROLE)):
            # The account gets this role, or loses another one: what it may write now may come from the other.
            self.due |= declared
        for task in access.of(Aspect.WRITE):
            which = self.extra if task.action is Action.REVOKE else self.due
            if task.name != "*":
                which[task.name.casefold()] = task.name
            self.settles.append(task.subject)
            self.looks |= task.action is None


def _step(form: Form, role: _Role) -> Step:
    notes = [
        (_LOOK if role.declared else _LOOK_AT_NONE).format(role.name) if role.looks else "",
        _ELSEWHERE if role.extra else "",
        _READY_MADE if "attendance" in role.declared else "",
        _OWN_ROLE,
    ]
    tree = _tree(form, role.due, role.extra) or (_branches(form) if role.looks else [])
    ready = [line(role.name), *tree, form.press("save"), form.see("saved")]
    made = [
        form.press("new"),
        form.fill("name", role.name),
        form.fill("description", f"Write-back: {', '.join(sorted(role.titles))}"),
        *_tree(form, role.declared, {}),
        form.press("save"),
        form.see("saved"),
    ]
    return form.step(
        title=f"Create or check the role {role.name}",
        account="",
        ways=(listed(role.name, *(ready if role.settles or role.due else [])), not_listed(role.name, *made)),
        settles=role.settles,
        proof=Verification.ATTESTATION if role.settles else Verification.NONE,
        notes=notes,
    )


def _tree(form: Form, on: dict[str, str], off: dict[str, str]) -> list[Click]:
    """Down the tree of a module to the boxes, in alphabetical order."""
    pattern = form.label("permission")
    boxes = [
        Click(ClickKind.TICK if key in on else ClickKind.UNTICK, pattern.format(name=name))
        for key, name in sorted({**on, **off}.items())
    ]
    return [*_branches(form), *boxes] if boxes else []


def _branches(form: Form) -> list[Click]:
    return [
        form.choose("module", form.label("setup")),
        form.expand("system_security"),
        form.expand("security_settings"),
    ]


def _concerned(access: AccessWork) -> bool:
    """Return True if the role itself may need work.

    Its permissions do, or it may not exist, or an account to create needs it, or the account's roles change: attested
    permissions may come from another role.
    """
    if access.of(Aspect.WRITE):
        return True
    if access.of(Aspect.LOGIN) and access.role_to_give:
        return True
    roles = access.of(Aspect.ROLE)
    seen = any(vouched.aspect is Aspect.WRITE and vouched.name != "*" for vouched in access.plan.vouched)
    return any(task.action for task in roles) or (bool(roles) and not seen)


def _declared(access: AccessWork) -> tuple[str, ...]:
    """The write-back permissions that the access should have, known or not."""
    granted = [task.name for task in access.of(Aspect.WRITE) if task.action is not Action.REVOKE]
    vouched = [item.name for item in access.plan.vouched if item.aspect is Aspect.WRITE]
    return tuple(name for name in (*granted, *vouched) if name != "*")
