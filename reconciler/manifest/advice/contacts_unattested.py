"""contacts-unattested: a supplier that needs contacts finds their consent confirmed.

SchoolCloud says that contacts have the flag too, and no page of Bromcom's does. So it is the consent that schools
forget: contacts without it are silently missing for the supplier.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.planning.facts import ROWS
from reconciler.planning.validity.effective import newest_facts

ID: Final = "contacts-unattested"
_CONTACTS: Final = "contacts"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a supplier that needs contacts where nobody ever confirmed their consent, once for each place that says so.

    Once somebody has, plans and attestation-expiring report the rest.
    """
    if overview.desired is None:
        return
    words = newest_facts(overview.desired, overview.today)
    lacking: defaultdict[Origin, list[Address]] = defaultdict(list)
    for address, access in overview.desired.accesses.items():
        if FactRef(address.school, "", Aspect.CONSENT, _CONTACTS) not in words:
            for need in ROWS[Aspect.CONSENT].declared(access):
                if need.value == _CONTACTS:
                    lacking[need.origin].append(address)
    for place, addresses in lacking.items():
        yield _problem(place, addresses)


def _problem(place: Origin, addresses: list[Address]) -> Problem:
    school, supplier = addresses[0]
    more = len(addresses) - 1
    schools = school + (f" and {more} more school{'' if more == 1 else 's'}" if more else "")
    message = f"{supplier} needs contacts, and nobody has confirmed their consent at {schools}."
    hint = (
        "Contacts have the flag too, says SchoolCloud; no page of Bromcom's does. Look, then run "
        f"`reconciler attest {school} consent.contacts=set`, or give counts instead of set."
    )
    return Problem(ID, Severity.ADVICE, place, message, hint)
