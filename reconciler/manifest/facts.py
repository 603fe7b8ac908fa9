"""The facts that an Attestation can vouch for: how each is written, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reconciler.model.change import Aspect


@dataclass(frozen=True, slots=True)
class FactKey:
    """One fact.

    key        as it is written below `facts`; `consent.students` is the key `students` of the mapping `consent`
    name       the kind of person where the aspect is consent; empty elsewhere, as in a Word's subject
    choices    what can be said of it; empty where it is a list of names, all that there are
    of_school  it is the school's own, and no supplier's
    """

    key: str
    aspect: Aspect
    choices: tuple[str, ...] = ()
    name: str = ""
    of_school: bool = False


_BASES: Final = ("Consent", "Contract", "Legal Obligation", "Legitimate Interest", "Public Task", "Vital Interests")
FACTS: Final = (
    FactKey("login", Aspect.LOGIN, ("works", "refused")),
    FactKey("entities", Aspect.READ),
    FactKey("roles", Aspect.ROLE),
    FactKey("permissions", Aspect.WRITE),
    FactKey("writeLicence", Aspect.WRITE_LICENCE, ("bought", "missing")),
    FactKey("partnerApplication", Aspect.PARTNER_APPLICATION, ("granted", "not granted")),
    FactKey("oldExport", Aspect.OLD_EXPORT, ("disconnected", "connected")),
    FactKey("lawfulBasis", Aspect.LAWFUL_BASIS, _BASES, of_school=True),
    *(
        FactKey(f"consent.{kind}", Aspect.CONSENT, ("set", "not set"), kind, of_school=True)
        for kind in ("students", "staff", "contacts")
    ),
)
