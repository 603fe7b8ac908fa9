"""Third Party Access Permissions & Logs: the entities that an account may read."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from reconciler.model.aspect import Action, Aspect
from reconciler.model.runbook import Click, ClickKind, Page, Step, Verification
from reconciler.runbook.accounts import listing
from reconciler.runbook.form import Form, always
from reconciler.runbook.tasks import AccessWork, SchoolWork, Task

_NOT_KNOWN = (
    "We cannot see what is ticked now. Tick these and nothing else, unless the manifests leave other ticks alone "
    "(extraEntities)."
)


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """A look at the list of accounts, then one step an account with all its ticks, on and off, in the page's
    alphabetical order."""
    form = Form(page)
    return [*listing(form, school)] + [
        step
        for access in school.accesses
        if access.has_account and (tasks := access.of(Aspect.READ))
        for step in _steps(form, access, tasks)
    ]


def _steps(form: Form, access: AccessWork, tasks: Sequence[Task]) -> Iterator[Step]:
    """The steps for one account. If its ticks are unknown, the whole list is one task; otherwise each change is one."""
    whole = [task for task in tasks if task.name == "*"]
    single = [task for task in tasks if task.name != "*"]
    if whole:
        names = sorted(access.plan.particulars.to_tick, key=str.casefold)
        boxes = [_box(ClickKind.TICK, name) for name in names]
        yield _step(form, access, whole, boxes, [access.not_checked, *([_NOT_KNOWN] if names else _unnamed(access))])
    if single:
        boxes = [
            _box(ClickKind.UNTICK if task.action is Action.REVOKE else ClickKind.TICK, task.name) for task in single
        ]
        yield _step(form, access, single, boxes, [f"{task.name}: {task.note}" for task in single if task.note])


@lru_cache(4096)
def _box(do: ClickKind, name: str) -> Click:
    """A click on a box; the same one is due at many schools."""
    return Click(do, name)


def _unnamed(access: AccessWork) -> Iterator[str]:
    """Say how many to tick if the plan does not name them, and where to find their names."""
    declared = access.plan.declared
    yield f"Tick exactly what the manifests declare: {declared or 'no'} {'entity' if declared == 1 else 'entities'}."
    if access.is_unasked and declared:
        school, supplier = access.plan.address
        yield f"`reconciler runbook --school {school} --supplier {supplier}` names them."


def _step(form: Form, access: AccessWork, tasks: list[Task], boxes: list[Click], notes: Iterable[str]) -> Step:
    username = access.plan.name
    # Whether the page has a button to save, or keeps each tick at once, no source says.
    save = form.press("save", optional=True)
    return form.step(
        title=f"{'Check' if access.is_unasked else 'Set'} the ticks of {username}{_counts(boxes)}",
        account=username,
        ways=[always(form.choose("account", username), *boxes, save, form.see("saved"))],
        settles=[task.subject for task in tasks],
        proof=Verification.PROBE if access.is_probed else Verification.ATTESTATION,
        notes=notes,
    )


def _counts(boxes: list[Click]) -> str:
    """`: 3 on, 1 off`; empty if the plan names none."""
    numbers = (
        (sum(box.do is do for box in boxes), word) for do, word in ((ClickKind.TICK, "on"), (ClickKind.UNTICK, "off"))
    )
    text = ", ".join(f"{number} {word}" for number, word in numbers if number)
    return f": {text}" if text else ""
