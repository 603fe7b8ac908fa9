"""Accounts that no manifest names any more: they stay in Bromcom, with all that they may read, until somebody acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from reconciler.model.fact import Attested


@dataclass(frozen=True, slots=True)
class Orphan:
    """The way in of a supplier that is no longer agreed.

    way_in    the username, or `partner application NAME`
    replaced  the supplier has another way into that school now
    since     the last day on which a drift run found it agreed; None if that is not known
    """

    school: str
    supplier: str
    title: str
    way_in: str
    replaced: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A person's word that a supplier has no way in any more. `account` is the username, or the application's name;
    empty for every way in that the manifests do not name."""

    school: str
    supplier: str
    account: str
    evidence: Attested
