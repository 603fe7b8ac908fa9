"""Advice on manifests that are right and could be better: one check a file, each with an id.

The list below registers them; the sets say who sees which.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Protocol

from reconciler.manifest.advice import (
    access_ending,
    attestation_expiring,
    bundle_unused,
    contacts_unattested,
    contract_ending,
    extra_entities,
    flat_view,
    http_allowed,
    licence_unattested,
    no_contact,
    no_end_date,
    no_lawful_basis,
    no_limits,
    no_purpose,
    nothing_granted,
    password_shared,
    person_photos,
    review_due,
    round_due,
    waiver_expiring,
)
from reconciler.manifest.linting.context import LintContext
from reconciler.model.problem import Problem


class Advice(Protocol):
    """A module of this package: its ID is the `rule` of every problem that its `check` finds, all with the severity
    advice. It says nothing of what could not be read."""

    ID: str

    def check(self, overview: LintContext, /) -> Iterable[Problem]: ...


ADVICE: Final[tuple[Advice, ...]] = (
    flat_view,
    person_photos,
    no_purpose,
    no_end_date,
    contract_ending,
    access_ending,
    review_due,
    round_due,
    no_contact,
    attestation_expiring,
    waiver_expiring,
    licence_unattested,
    contacts_unattested,
    bundle_unused,
    nothing_granted,
    extra_entities,
    password_shared,
    http_allowed,
    no_lawful_basis,
    no_limits,
)

_ALL: Final = frozenset(advice.ID for advice in ADVICE)
SETS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "default": _ALL - {no_contact.ID, nothing_granted.ID, no_lawful_basis.ID},
        "data-protection": _ALL - {licence_unattested.ID, bundle_unused.ID, nothing_granted.ID},
        "strict": _ALL,
    }
)
