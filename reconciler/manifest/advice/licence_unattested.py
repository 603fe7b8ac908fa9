"""licence-unattested: the write licence of a supplier that may write is confirmed.

Bromcom sells the licence separately. If it was never bought, you find out on the day the supplier first writes. A
plan asks for it only if `writeBack` has `licence: bought`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.attestation import AttestedFact
from reconciler.model.desired import Access
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.planning.validity.effective import newest_facts

ID: Final = "licence-unattested"
_BOUGHT: Final = ("bought",)


def check(overview: LintContext) -> Iterator[Problem]:
    """Find write-back permissions at schools where the licence is not confirmed, once for each list."""
    if overview.desired is None:
        return
    words = newest_facts(overview.desired, overview.today)
    lacking: defaultdict[Origin, list[Access]] = defaultdict(list)
    for access in overview.desired.accesses.values():
        if access.permissions and not _is_settled(access, words, overview.today):
            lacking[min(permission.origin for permission in access.permissions.values())].append(access)
    for place, accesses in lacking.items():
        yield _problem(place, accesses)


def _is_settled(access: Access, words: Mapping[FactRef, AttestedFact], today: date) -> bool:
    """Tell if the licence is confirmed; if it is declared, plans and attestation-expiring report the rest."""
    word = words.get(FactRef(*access.address, Aspect.WRITE_LICENCE, ""))
    if word is None:
        return False
    return Aspect.WRITE_LICENCE in access.declared or (word.values == _BOUGHT and word.evidence.expires >= today)


def _problem(place: Origin, accesses: list[Access]) -> Problem:
    first = accesses[0]
    more = len(accesses) - 1
    schools = first.address.school + (f" and {more} more school{'' if more == 1 else 's'}" if more else "")
    message = f"Nobody has confirmed that the write licence is bought at {schools}."
    hint = f"Check, then run `reconciler attest {first.address} writeLicence=bought`."
    if Aspect.WRITE_LICENCE not in first.declared:
        hint = f"Add licence: bought to writeBack, to include it in plans. {hint}"
    return Problem(ID, Severity.ADVICE, place, message, hint)
