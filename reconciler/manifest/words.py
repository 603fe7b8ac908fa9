"""Attestations -> words: what people vouch for, fact by fact."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.manifest.dates import read_date, read_moment
from reconciler.manifest.facts import FACTS
from reconciler.model.change import Aspect
from reconciler.model.entity import entity_key, permission_name
from reconciler.model.fact import Attested
from reconciler.model.subject import Subject
from reconciler.model.word import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.document import Data
    from reconciler.manifest.facts import FactKey
    from reconciler.manifest.manifests import Manifest, Manifests
    from reconciler.model.origin import Origin


class Said(NamedTuple):
    """One fact of an Attestation, and where it is written. `values` are sorted."""

    fact: FactKey
    subject: Subject
    values: tuple[str, ...]
    origin: Origin


def words_of(manifests: Manifests) -> tuple[Word, ...]:
    """Every word of every Attestation, sorted: those on one fact stand together, from the oldest to the newest."""
    words = [word for attestation in manifests.attestations for word in _words(attestation)]
    return tuple(sorted(words, key=lambda word: (word.subject, word.evidence.on, word.evidence.origin)))


def _words(attestation: Manifest) -> Iterator[Word]:
    spec = attestation.spec
    on, expires = read_moment(spec["date"]), read_date(spec["expires"])
    for said in said_in(attestation):
        evidence = Attested(spec["by"], on, expires, spec.get("evidence", ""), said.origin)
        yield Word(said.subject, said.values, evidence, spec.get("account", ""))


def said_in(attestation: Manifest) -> Iterator[Said]:
    """What an Attestation that has a school says, in the order of the facts."""
    facts = attestation.spec.get("facts", {})
    school, supplier = attestation.spec["school"], attestation.spec.get("supplier", "")
    for fact in FACTS:
        outer, _, inner = fact.key.partition(".")
        holder, key = (facts.get(outer, {}), inner) if inner else (facts, outer)
        if key in holder:
            subject = Subject(school, "" if fact.of_school else supplier, fact.aspect, fact.name)
            yield Said(fact, subject, _values(holder[key], fact.aspect), attestation.document.value(holder, key))


def _values(value: Data, aspect: Aspect) -> tuple[str, ...]:
    if not isinstance(value, list):
        return (value,)
    names = map(permission_name, value) if aspect is Aspect.WRITE else value
    return tuple(sorted(names, key=lambda name: (entity_key(name), name)))
