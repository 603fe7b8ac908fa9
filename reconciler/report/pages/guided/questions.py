"""The form of facts that only a person can see: what is asked, and the choices."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from reconciler.model.aspect import Aspect
from reconciler.model.attestation import EXAMPLE, AttestationReply, Question
from reconciler.planning.facts import FACT_KEYS, FactKey
from reconciler.report.labels import KINDS

UNSEEN: Final = "unseen"  # values of choices that no name can have, since they have a prefix or none
AS_DECLARED: Final = "declared"
OTHER: Final = "other"
CHOICE: Final = "choice:"

_ASKED: Final[Mapping[Aspect, str]] = {
    Aspect.LOGIN: "Does its login work?",
    Aspect.READ: "What may it read?",
    Aspect.ROLE: "Which roles does the account have?",
    Aspect.WRITE: "Which write-back permissions do its roles allow? Count a role that it is still to get.",
    Aspect.LAWFUL_BASIS: "Which lawful basis does the page show now?",
    Aspect.ACCOUNT: "Which third-party accounts does the page list?",
    Aspect.WRITE_LICENCE: "What do you know of the write licence?",
    Aspect.CONSENT: "Is the consent of {name} set?",
    Aspect.PARTNER_APPLICATION: "Is the partner application granted?",
    Aspect.OLD_EXPORT: "What do you know of its old export?",
    Aspect.DELETION: "Has the supplier confirmed that it deleted what it had?",
}


class FactQuestion(NamedTuple):
    """One fact of the form.

    field    of its choice; what is typed with `other` is in `field` with `.other` after it
    choices  (value, words) in order; none is chosen beforehand
    other    what may be typed instead of a choice, as a hint; empty if nothing may
    lines    it is a list of names, one on each line
    """

    key: str
    asked: str
    field: str
    choices: tuple[tuple[str, str], ...]
    other: str
    lines: bool


def fact_questions(question: Question) -> Iterator[FactQuestion]:
    """List what is asked of each fact, in the order of the question."""
    for key, declared in question.declared.items():
        fact = FACT_KEYS[key]
        if fact.row.choices:
            choices = tuple((f"{CHOICE}{choice}", choice) for choice in fact.row.choices)
            other = f"How many of them consented, for example {EXAMPLE}" if fact.row.counted else ""
        else:
            choices = ((AS_DECLARED, _listed(declared)),)
            other = "The names that you see, one on each line; leave it empty if there is none"
        unseen = (UNSEEN, "I could not see it: leave it as could not be checked")
        yield FactQuestion(
            key,
            fact_question(fact),
            f"fact.{key}",
            (*choices, unseen, *([(OTHER, "Something else")] if other else [])),
            other,
            not fact.row.choices,
        )


def fact_question(fact: FactKey) -> str:
    """Return the question about a fact that a person looks at."""
    asked = _ASKED.get(fact.row.aspect, f"What do you see: {KINDS[fact.row.aspect]} {{name}}?")
    return asked.replace("{name}", fact.name)


def choice_of(fact: FactKey, value: str, declared: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return what a choice of the form says of a fact; None if it has no such choice, or another is to be read."""
    if value == AS_DECLARED and not fact.row.choices:
        return declared
    name = value.removeprefix(CHOICE)
    return (name,) if value.startswith(CHOICE) and name in fact.row.choices else None


def filled_in(question: Question, reply: AttestationReply) -> Mapping[str, str]:
    """{field: what it has} of a form that says so."""
    fields = {"evidence": reply.evidence, "expires": reply.expires.isoformat()}
    for asked in fact_questions(question):
        values = reply.facts.get(asked.key)
        choices = (value for value, _ in asked.choices)
        same = (
            choice
            for choice in choices
            if choice_of(FACT_KEYS[asked.key], choice, question.declared[asked.key]) == values
        )
        fields[asked.field] = UNSEEN if values is None else next(same, OTHER)
        if values is not None and fields[asked.field] == OTHER:
            fields[f"{asked.field}.other"] = "\n".join(values)
    return fields


def _listed(names: tuple[str, ...]) -> str:
    if not names:
        return "None"
    return f"Only {names[0]}" if len(names) == 1 else f"Exactly these: {', '.join(names)}"
