"""password-shared: two suppliers have two passwords.

Otherwise each can log in as the other, and a leak at one is a leak at both.
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
    """Find a password reference that several suppliers use, once for each place."""
    users: defaultdict[SecretRef, dict[str, Origin]] = defaultdict(dict)
    for access in overview.desired.accesses.values() if overview.desired else ():
        if isinstance(access.via, Account) and access.via.password is not None:
            users[access.via.password.ref].setdefault(access.address.supplier, access.via.password.origin)
    reported: set[Origin] = set()
    for users_here in users.values():
        first, *others = sorted(users_here)
        for second in others:
            if users_here[second] not in reported:
                reported.add(users_here[second])
                yield _problem(users_here[second], first, second, len(users_here) - 2)


def _problem(place: Origin, first: str, second: str, more: int) -> Problem:
    users = f"`{first}`, `{second}` and {more} more" if more else f"`{first}` and `{second}`"
    message = f"{users} share this password, so each can log in as the other."
    hint = "Give each supplier its own password, for example with {SUPPLIER} in the reference."
    return Problem(ID, Severity.ADVICE, place, message, hint)
