"""Administration Defaults: the school's lawful basis, and the consent that follows from it."""

from collections.abc import Iterator

from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.plan import AttestedFacts
from reconciler.model.runbook import Page, Step, Verification
from reconciler.planning.facts import READABLE, follows_basis, opens_everybody
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

_READABLE = (
    "A person who withheld consent is readable. If the basis is Consent already, open the record of that person, whose "
    "id is where the School's manifest says, and set Data Processing Consent Granted to False."
)
_HIDDEN = "A person is hidden, so the basis here is Consent, whatever was attested: look before you save."


def steps(page: Page, school: SchoolWork) -> list[Step]:
    """One step, if the lawful basis differs or is unknown, and one for each canary that shows that it does."""
    steps_of = {Aspect.LAWFUL_BASIS: _step, Aspect.CONSENT_ENFORCED: _canary}
    return [
        steps_of[task.subject.aspect](Form(page), school, task)
        for task in school.tasks
        if task.subject.aspect in steps_of
    ]


def settled_by_basis(school: SchoolWork) -> Iterator[FactRef]:
    """The consents that follow from the lawful basis to set, and so need no step of their own."""
    bases = [task.name for task in school.tasks if task.subject.aspect is Aspect.LAWFUL_BASIS]
    for basis in bases:
        yield from (task.subject for _, task in school.consents if follows_basis(task.name, basis))


def bases(school: SchoolWork) -> frozenset[str]:
    """The lawful basis that the manifests declare, if they do."""
    plan = school.plan
    items: tuple[Change | UnknownFacts | AttestedFacts, ...] = (*plan.changes, *plan.unknown, *plan.vouched)
    return frozenset(item.name for item in items if item.aspect is Aspect.LAWFUL_BASIS)


def _canary(form: Form, school: SchoolWork, task: Task) -> Step:
    """The basis is to be what was agreed; with Consent, a single person's own answer may be wrong too."""
    is_open = task.before == READABLE
    return form.step(
        title=f"Close the records of {task.name} who withheld consent" if is_open else f"Open the {task.name} again",
        account="",
        ways=[
            always(
                *(form.choose("lawful_basis", basis) for basis in sorted(bases(school))),
                form.press("save"),
                form.see("saved"),
            )
        ],
        settles=[task.subject],
        proof=Verification.PROBE,
        notes=[_READABLE if is_open else _HIDDEN],
    )


def _radius(task: Task) -> str:
    """Tell whom the change opens or closes to whom, as the plan does."""
    return f"This {task.note}." if task.note else ""


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
            f"It is {task.before} now." if task.before else "",
            _radius(task) if task.action else task.note,
        ],
    )
