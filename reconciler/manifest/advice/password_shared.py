"""password-shared: two suppliers have two passwords.

Where one reference is the password of several suppliers, each of them can log in as the others, and a leak at one is a
leak at all.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.model.desired import Account
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.model.secret import SecretRef

ID: Final = "password-shared"


def check(overview: LintContext) -> Iterator[Problem]:
    """A password reference that stands for the accounts of several suppliers: said once where it is written."""
    users: defaultdict[SecretRef, dict[str, Origin]] = defaultdict(dict)
    for access in overview.desired.accesses.values() if overview.desired else ():
        if isinstance(access.via, Account) and access.via.password is not None:
            users[access.via.password.ref].setdefault(access.address.supplier, access.via.password.origin)
    said: set[Origin] = set()
    for found in users.values():
        first, *others = sorted(found)
        for other in others:
            if found[other] not in said:
                said.add(found[other])
                yield _problem(found[other], first, other, len(found) - 2)


def _problem(place: Origin, first: str, other: str, more: int) -> Problem:
    of = f"`{first}`, of `{other}`" + (f" and of {more} more" if more else "")
    message = f"this is the password of {of}: each can log in as the other"
    hint = "give each supplier a password of its own; {SUPPLIER} in the reference keeps them apart"
    return Problem(ID, Severity.ADVICE, place, message, hint)
