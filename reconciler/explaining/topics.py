"""Explain an entity, a rule, an exit code, or a word of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from reconciler.catalogue import entities
from reconciler.catalogue.entities import CatalogueEntity
from reconciler.errors import SelectionError
from reconciler.manifest.rule_texts import rule_texts
from reconciler.model.entity import entity_key
from reconciler.model.explanation import ExplainedRow, Explanation, ExplanationPart
from reconciler.report.finding_rules import FINDING_RULES
from reconciler.report.vocabulary import EXIT_CODES, VOCABULARY
from reconciler.spelling import did_you_mean

_AS_PICTURE: Final = "\N{VARIATION SELECTOR-16}"  # behind a sign that Markdown shows in colour
_SENSITIVITY: Final = {"special-category": "special category data", "none": "not personal"}


def explain_entity(name: str) -> Explanation:
    """Explain an entity of the catalogue; raises SelectionError if it is not there."""
    entity = entities().get(entity_key(name))
    if entity is None:
        meant = did_you_mean(name, (one.name for one in entities().values()))
        raise SelectionError(f"The catalogue has no entity {name!r}; Bromcom may, so treat it as sensitive. {meant}")
    title = f"{entity.name}, a kind of record that suppliers may read"
    return Explanation(f"entity {entity.name}", title, (entity.holds,), (catalogue_part(entity),))


def catalogue_part(entity: CatalogueEntity) -> ExplanationPart:
    """The catalogue's judgement of an entity, and whose it is."""
    care = _SENSITIVITY.get(entity.sensitivity, entity.sensitivity)
    rows = [
        ExplainedRow("category", (entity.category,)),
        ExplainedRow("people", entity.people or ("nobody",)),
        ExplainedRow("sensitivity", (care,), entity.reason),
        ExplainedRow("judged by", (entity.judged_by,)),
        *(ExplainedRow("also spelt", (other.name,), other.source.title) for other in entity.spellings),
        *(
            ExplainedRow(change.kind, (f"from {change.of}",), f"{change.on}; {change.source.title}")
            for change in entity.changes
        ),
    ]
    return ExplanationPart("catalogue", "In the catalogue", "", (*rows,))


def explain_rule(name: str) -> Explanation:
    """Explain a rule for manifests, advice, or a rule for findings of a plan; raises SelectionError for no rule."""
    texts = {text.id: text for text in (*rule_texts(), *FINDING_RULES)}
    if name not in texts:
        raise SelectionError(f"There is no rule {name!r}. {did_you_mean(name, texts)}")
    rule = texts[name]
    return Explanation(f"rule {rule.id}", rule.title, tuple(rule.text.split("\n\n")) if rule.text else ())


def explain_exit(code: str) -> Explanation:
    """Explain an exit code; raises SelectionError for one that no command ends with."""
    if not code.isdecimal() or int(code) not in EXIT_CODES:
        raise SelectionError(f"No command ends with {code!r}. Known: {', '.join(map(str, EXIT_CODES))}")
    meaning, advice = EXIT_CODES[int(code)]
    return Explanation(f"exit {code}", meaning, (advice,))


def explain_word(word: str) -> Explanation:
    """Explain a word or a sign of a report; raises SelectionError for one that no report prints."""
    wanted = word.replace(_AS_PICTURE, "").strip().casefold()
    wanted = wanted.rstrip("0123456789") or wanted  # `▲2` is in a cell of a table
    for entry in VOCABULARY:
        if wanted in entry.words:
            others = ", ".join(one for one in entry.words if one != wanted)
            title = f"In reports, the same as {others}." if others else "A word of reports."
            return Explanation(wanted, title, (entry.text,))
    raise SelectionError(f"No report prints {word!r}. {did_you_mean(word, _words())}")


def _words() -> Iterable[str]:
    return (word for entry in VOCABULARY for word in entry.words)


KINDS: Final[Mapping[str, Callable[[str], Explanation]]] = {
    "word": explain_word,
    "exit": explain_exit,
    "rule": explain_rule,
    "entity": explain_entity,
}


def explain_anything(word: str) -> tuple[Explanation, ...]:
    """Explain everything that is called so; raises SelectionError with the nearest name if nothing is."""
    explanations = []
    for explain in KINDS.values():
        try:
            explanations.append(explain(word))
        except SelectionError:
            continue
    if explanations:
        return tuple(explanations)
    known = (
        *_words(),
        *(text.id for text in (*rule_texts(), *FINDING_RULES)),
        *(one.name for one in entities().values()),
    )
    raise SelectionError(f"Nothing is called {word!r}. {did_you_mean(word, known)}")
