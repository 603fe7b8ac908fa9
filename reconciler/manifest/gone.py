"""Attestations -> the accounts that somebody says are gone, of suppliers that the manifests need not name any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.manifest.dates import read_date, read_moment
from reconciler.model.fact import Attested
from reconciler.model.orphan import Gone

if TYPE_CHECKING:
    from reconciler.manifest.manifests import Manifest, Manifests

FACT: Final = "access"  # the key below `facts`; it is no fact of an access that the manifests declare


def gone_of(manifests: Manifests) -> tuple[Gone, ...]:
    """What every Attestation says is gone, in the order of the manifests' places."""
    found = [_gone(attestation) for attestation in manifests.attestations if FACT in attestation.spec["facts"]]
    return tuple(sorted(found, key=lambda gone: (gone.school, gone.supplier, gone.evidence.on, gone.evidence.origin)))


def tells_only_of_gone(attestation: Manifest) -> bool:
    """Whether it may name a school and a supplier that the manifests do not have: nothing is compared with it."""
    facts = attestation.spec.get("facts")
    return isinstance(facts, dict) and set(facts) == {FACT}


def _gone(attestation: Manifest) -> Gone:
    spec = attestation.spec
    origin = attestation.document.key(spec["facts"], FACT)
    evidence = Attested(
        spec["by"], read_moment(spec["date"]), read_date(spec["expires"]), spec.get("evidence", ""), origin
    )
    return Gone(spec["school"], spec["supplier"], spec.get("account", ""), evidence)
