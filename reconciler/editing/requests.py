"""The changes that a person can ask for in a form, as values."""

from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from reconciler.attestation.submission import Submission
from reconciler.importing.passwords import StoreKind
from reconciler.model.aspect import Action, Aspect
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class NewSupplier:
    """Add a supplier that has no account yet.

    profile  the published list that it begins with; empty to begin with nothing
    schools  the names of its schools; all of the workspace if there is none
    kept_in  the store of its password; None if the school does not have that
    """

    title: str
    profile: str
    schools: tuple[str, ...]
    kept_in: StoreKind | None = None


@dataclass(frozen=True, slots=True)
class OtherEntities:
    """Let a supplier read more, or less; at all its schools if none is named."""

    supplier: str
    schools: tuple[str, ...]
    add: tuple[str, ...]
    remove: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewWaiver:
    """Accept a difference for a time.

    supplier  empty for a difference of the schools themselves
    before    the live value that is accepted, of a setting; else empty
    """

    schools: tuple[str, ...]
    supplier: str
    action: Action
    aspect: Aspect
    name: str
    before: str
    reason: str
    by: str
    expires: date


@dataclass(frozen=True, slots=True)
class Retirement:
    """End a supplier's access; at all its schools if none is named.

    last_day  the last day on which it may still be there; None ends it at once
    """

    supplier: str
    schools: tuple[str, ...]
    last_day: date | None


EditRequest: TypeAlias = NewSupplier | OtherEntities | NewWaiver | Retirement | Submission
Texts: TypeAlias = Mapping[str, str]  # {file, relative to the workspace with `/`: its whole text}
