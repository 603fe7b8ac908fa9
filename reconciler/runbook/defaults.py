"""Administration Defaults: the school's lawful basis, and the consent that follows from it."""

from collections.abc import Iterator

from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.runbook import Page, Step, Verification
from reconciler.planning.facts import follows_basis, opens_everybody
from reconciler.runbook.form import Form, always
from reconciler.runbook.tasks import SchoolWork, Task

_EVERYBODY = (
    "Any basis except Consent makes ALL students and ALL staff readable by EVERY third party of the school. "
    "The person responsible for the school's data must have decided it."
)
_EACH = (
    "With Consent as the basis, no third party can read a person until Data Processing Consent Granted is set for "
    "that person. Prepare this before you save."
)


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """One step, if the lawful basis differs or is unknown."""
    return [_step(Form(page), school, task) for task in school.tasks if task.subject.aspect is Aspect.LAWFUL_BASIS]


def settled_by_basis(school: SchoolWork) -> Iterator[FactRef]:
    """The consents that follow from the lawful basis to set, and so need no step of their own."""
    bases = [task.name for task in school.tasks if task.subject.aspect is Aspect.LAWFUL_BASIS]
    for basis in bases:
        yield from (task.subject for _, task in school.of(Aspect.CONSENT) if follows_basis(task.name, basis))


def _step(form: Form, school: SchoolWork, task: Task) -> Step:
    basis = task.name
    looking = task.action is None
    follows = tuple(settled_by_basis(school))
    kinds = " and ".join(sorted({subject.name for subject in follows}))
    return form.step(
        title=f"Check that the lawful basis is {basis}" if looking else f"Set the lawful basis to {basis}",
        account="",
        ways=[always(form.choose("lawful_basis", basis), form.press("save"), form.see("saved"))],
        settles=[task.subject, *follows],
        proof=Verification.ATTESTATION,
        notes=[
            _EVERYBODY if opens_everybody(basis) else _EACH,
            f"With this basis, consent need not be set for individual {kinds}." if follows else "",
            f"It is {task.before} now." if task.before else task.note,
        ],
    )
