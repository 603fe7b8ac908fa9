"""The content of an Attestation, fact by fact."""

from reconciler.model.aspect import FactRef
from reconciler.model.evidence import Attested
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class AttestedFact:
    """One fact as one person saw it.

    subject   its `name` is the kind of person if the aspect is consent, else empty
    values    one text, such as `granted`, or the counts of those who consented; of roles, permissions and entities all
              that were seen, and perhaps none
    evidence  who, when, until when, and where it was written
    account   the username of the account that they looked at; empty if they name none
    """

    subject: FactRef
    values: tuple[str, ...]
    evidence: Attested
    account: str = ""


@dataclass(frozen=True, slots=True)
class ContradictedClaim:
    """An attested fact that a probe contradicts, or, of consent, the lawful basis: it is not believed. `said` and
    `seen` are in words."""

    subject: FactRef
    said: str
    seen: str
    evidence: Attested
