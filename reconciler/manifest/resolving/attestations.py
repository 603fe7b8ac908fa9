"""Resolve Attestations to attested facts, and to accounts that are gone."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from reconciler.manifest.text.document import Data
from reconciler.manifest.text.typed_scalars import read_date, read_moment
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact, counts_from, read_counts
from reconciler.model.entity import entity_key, permission_name
from reconciler.model.evidence import Attested
from reconciler.model.plan import GoneAccount
from reconciler.model.problem import Origin
from reconciler.planning.facts import FACT_KEYS, FactKey


class DeclaredFact(NamedTuple):
    """One fact of an Attestation, and where it is written. `values` are sorted."""

    fact: FactKey
    subject: FactRef
    values: tuple[str, ...]
    origin: Origin


def attested_facts_of(manifests: Manifests) -> tuple[AttestedFact, ...]:
    """Every word of every Attestation, sorted: those on one fact stand together, from the oldest to the newest."""
    words = [word for attestation in manifests.attestations for word in _words(attestation)]
    return tuple(sorted(words, key=lambda word: (word.subject, word.evidence.on, word.evidence.origin)))


def _words(attestation: Manifest) -> Iterator[AttestedFact]:
    spec = attestation.spec
    on, expires = read_moment(spec["date"]), read_date(spec["expires"])
    for fact in facts_in(attestation):
        counts = fact.values[0] if fact.fact.row.counted and read_counts(fact.values[0]) else ""
        evidence = Attested(spec["by"], on, expires, spec.get("evidence", ""), fact.origin, counts)
        yield AttestedFact(fact.subject, fact.values, evidence, spec.get("account", ""))


def facts_in(attestation: Manifest) -> Iterator[DeclaredFact]:
    """The facts of an Attestation that has a school, in the order of the schema."""
    facts = attestation.spec.get("facts", {})
    school, supplier = attestation.spec["school"], attestation.spec.get("supplier", "")
    for fact in FACT_KEYS.values():
        row, kind = fact
        holder, key = (facts.get(row.key, {}), kind) if kind else (facts, row.key)
        if key in holder:
            subject = FactRef(school, "" if row.of_school else supplier, row.aspect, kind)
            yield DeclaredFact(fact, subject, _values(holder[key], row.aspect), attestation.document.value(holder, key))


def counts_in(attestation: Manifest) -> Iterator[dict[str, Data]]:
    """The counts of people that an Attestation has, as they are written, where it is certain what is meant."""
    if attestation.tells("facts", "consent"):
        consent = attestation.spec.get("facts", {}).get("consent", {})
        yield from (each for each in consent.values() if isinstance(each, dict) and {"granted", "of"} <= each.keys())


def _values(value: Data, aspect: Aspect) -> tuple[str, ...]:
    if isinstance(value, dict):
        return (str(counts_from(value)),)
    if not isinstance(value, list):
        return (value,)
    names = map(permission_name, value) if aspect is Aspect.WRITE else value
    return tuple(sorted(names, key=lambda name: (entity_key(name), name)))


FACT: Final = "access"  # the key below `facts`; it is no fact of an access that the manifests declare


def gone_of(manifests: Manifests) -> tuple[GoneAccount, ...]:
    """The accounts that Attestations say are gone, in the order of the manifests' places."""
    gone_accounts = [_gone(attestation) for attestation in manifests.attestations if FACT in attestation.spec["facts"]]
    return tuple(
        sorted(gone_accounts, key=lambda gone: (gone.school, gone.supplier, gone.evidence.on, gone.evidence.origin))
    )


def tells_only_of_gone(attestation: Manifest) -> bool:
    """Tell if it may name a school and a supplier that the manifests do not have: it is compared with nothing."""
    facts = attestation.spec.get("facts")
    return isinstance(facts, dict) and set(facts) == {FACT}


def _gone(attestation: Manifest) -> GoneAccount:
    spec = attestation.spec
    origin = attestation.document.key(spec["facts"], FACT)
    evidence = Attested(
        spec["by"], read_moment(spec["date"]), read_date(spec["expires"]), spec.get("evidence", ""), origin
    )
    return GoneAccount(spec["school"], spec["supplier"], spec.get("account", ""), evidence)
