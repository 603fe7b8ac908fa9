"""What a person is asked to vouch for: the facts of a page that no probe can see, place by place."""

from collections.abc import Iterable, Mapping, Sequence

from reconciler.applying.operator import Question
from reconciler.attestation.submission import account_of, as_declared, place_and_fact
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.desired import Desired
from reconciler.model.runbook import Verification, Visit


def to_vouch(visit: Visit) -> tuple[FactRef, ...]:
    """The subjects of a page that take a person's word.

    Where its lawful basis is asked for, consent is not: it follows from the basis, or has a page of its own.
    """
    asked = [subject for step in visit.steps if step.proof is Verification.ATTESTATION for subject in step.settles]
    has_basis = any(subject.aspect is Aspect.LAWFUL_BASIS for subject in asked)
    return tuple(subject for subject in asked if not (has_basis and subject.aspect is Aspect.CONSENT))


def questions(subjects: Iterable[FactRef], desired: Desired) -> tuple[Question, ...]:
    """A question for each school or access that these subjects are of, as its words name it, with each fact once."""
    facts: dict[tuple[str, str], dict[str, list[FactRef]]] = {}
    for subject in subjects:
        school, supplier, fact = place_and_fact(subject)
        facts.setdefault((school, supplier), {}).setdefault(fact, []).append(subject)
    return tuple(_question(school, supplier, asked, desired) for (school, supplier), asked in facts.items())


def _question(school: str, supplier: str, asked: dict[str, list[FactRef]], desired: Desired) -> Question:
    declared = as_declared(desired, school, supplier)
    return Question(
        school=school,
        supplier=supplier,
        account=account_of(desired, school, supplier),
        declared={fact: _declared(fact, subjects, declared) for fact, subjects in asked.items()},
        settles={fact: tuple(subjects) for fact, subjects in asked.items()},
    )


def _declared(fact: str, subjects: Sequence[FactRef], declared: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What is said of a fact where it is as declared. Consent that would follow from the lawful basis is not declared;
    where a waiver leaves the basis as it is, it is asked for."""
    return ("set",) if subjects[0].aspect is Aspect.CONSENT else declared[fact]
