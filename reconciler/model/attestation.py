"""A person's word on facts that no probe can see: what an Attestation says, fact by fact."""

from dataclasses import dataclass

from reconciler.model.aspect import FactRef
from reconciler.model.evidence import Attested


@dataclass(frozen=True, slots=True)
class AttestedFact:
    """What one person says of one fact.

    subject   whose; its `name` is the kind of person where the aspect is consent, and empty elsewhere
    values    one text, such as `granted`; of roles, permissions and entities all that were seen, and perhaps none
    evidence  who, when, until when, and where it was written
    account   the username of the account that they looked at; empty where they do not say, or looked at none
    """

    subject: FactRef
    values: tuple[str, ...]
    evidence: Attested
    account: str = ""


@dataclass(frozen=True, slots=True)
class ContradictedClaim:
    """A word that something better contradicts, and that is not believed: a probe, or, of consent, the lawful basis.
    `said` and `seen` are in words."""

    subject: FactRef
    said: str
    seen: str
    evidence: Attested
