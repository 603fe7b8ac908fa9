"""Administration Defaults: the school's lawful basis, and the consent that follows from it."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.runbook import Page, Step, Verification
from reconciler.runbook.form import Form, always
from reconciler.runbook.tasks import SchoolWork, Task

CONSENT: Final = "Consent"
FOLLOWS: Final = frozenset({"students", "staff"})  # of contacts no source says that it does
_EVERYBODY = (
    "Any basis but Consent makes ALL students and ALL staff readable by EVERY third party of the school. "
    "Whoever answers for the school's data must have decided it."
)
_EACH = (
    "With Consent as the basis nobody is readable by any third party until Data Processing Consent Granted is set for "
    "that person: see to that before you save."
)


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """One step, where the lawful basis differs or is not known."""
    return [_step(Form(page), school, task) for task in school.tasks if task.subject.aspect is Aspect.LAWFUL_BASIS]


def settled_by_basis(school: SchoolWork) -> Iterator[FactRef]:
    """The consents that follow from the lawful basis that is about to be set, so that nobody sets them one by one."""
    bases = [task.name for task in school.tasks if task.subject.aspect is Aspect.LAWFUL_BASIS]
    if not bases or CONSENT in bases:
        return
    yield from (task.subject for _, task in school.of(Aspect.CONSENT) if task.name in FOLLOWS)


def _step(form: Form, school: SchoolWork, task: Task) -> Step:
    basis = task.name
    looking = task.action is None
    follows = tuple(settled_by_basis(school))
    kinds = " and ".join(sorted({subject.name for subject in follows}))
    return form.step(
        title=f"See that the lawful basis is {basis}" if looking else f"Set the lawful basis to {basis}",
        account="",
        ways=[always(form.choose("lawful_basis", basis), form.press("save"), form.see("saved"))],
        settles=[task.subject, *follows],
        proof=Verification.ATTESTATION,
        notes=[
            _EACH if basis == CONSENT else _EVERYBODY,
            f"With it the consent of {kinds} needs not be set for each person." if follows else "",
            f"It is {task.before} now." if task.before else task.note,
        ],
    )
