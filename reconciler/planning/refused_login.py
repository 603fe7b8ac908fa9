"""The checks after a refused login, in the order that harms least.

Bromcom's guide gives two causes for its 401, the account's permissions and its username or password, and one cure:
check the permissions, then reset the password. A wrong School ID, an account that may not log in (accounts are retired
like that) and two-factor authentication may look the same. Our own files come first: to correct them changes nothing in
Bromcom.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from reconciler.model.address import AccountKey, Address
from reconciler.model.desired import Account, Desired
from reconciler.model.evidence import Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, Login
from reconciler.model.plan import Plan
from reconciler.planning.accounts import account_of, accounts_in, accounts_of

# {account: the reference to the password that it worked with, as text}: never a password, nor anything made of one.
WorkingLogins: TypeAlias = Mapping[AccountKey, str]

IN_SHORT: Final = (
    "Check the username, password and schoolId in your files first, then the account and its ticks in Bromcom. "
    "Reset the password last"
)
NO_LOGIN_WORKED: Final = "No login tried at this school worked, so first check schoolId"
CHECKS: Final = (
    "Check the username and the password in your own files, and where the password comes from.",
    "Check the School ID and the address of its platform.",
    "Check the account under System Users: does it exist, may it log in, and does it have the role Third Party? Check "
    "its ticks under Third Party Access Permissions & Logs.",
    "Check if two-factor authentication is on for it (Config > Setup > Security Settings, its roles, the account "
    "itself). No program can answer it. We do not know if the service asks for it.",
    "Only then set a new password: the supplier is cut off until it uses the new one.",
)
NEVER_DELETE: Final = "Never delete the account: that cannot be undone, and its history goes with it."
_UNPROVEN: Final = {
    Login.REFUSED: Unknown(
        UnknownReason.REFUSAL_UNPROVEN,
        "Bromcom refuses this login, as it would with a wrong password: check that the account may not log in, then "
        "`attest` it",
    ),
    UnknownReason.NOTHING_LISTED: Unknown(
        UnknownReason.REFUSAL_UNPROVEN,
        "Bromcom lists nothing for this account, and does not say if it may log in: check that it may not, then "
        "`attest` it",
    ),
}


def live_of_ended(live: LiveAccess) -> LiveAccess:
    """What counts of an access that has ended: a refusal proves nothing by itself, and a closed login reads nothing."""
    login = live.login
    outcome = login.value if isinstance(login, Known) else login.reason
    if outcome in _UNPROVEN:
        return replace(live, login=_UNPROVEN[outcome])
    if isinstance(login, Known) and login.value is Login.CLOSED:
        nothing: Fact[Mapping[str, str]] = Known({}, login.evidence)
        return replace(live, entities=nothing, roles=nothing, permissions=nothing)
    return live


def working_logins(last: WorkingLogins, plan: Plan) -> WorkingLogins:
    """Remember the logins that a plan saw work, and forget those of an agreed access that it saw refused: what is
    refused before its end is refused for another reason."""
    logins = dict(last)
    for account, access in accounts_in(plan).items():
        if not isinstance(access.login, Known) or not isinstance(access.login.evidence, Probed):
            continue
        if access.login.value is Login.WORKS and access.particulars.password:
            logins[account] = access.particulars.password
        elif access.login.value is Login.REFUSED:
            logins.pop(account, None)
    return logins


def working_now(live: Live, desired: Desired) -> WorkingLogins:
    """The logins that a probe saw work."""
    return {
        account: str(via.password.ref)
        for address, account in accounts_of(desired).items()
        if isinstance(via := desired.accesses[address].via, Account) and via.password
        if _probed_login(live, address) is Login.WORKS
    }


def unproven(live: Live, desired: Desired) -> Iterator[Address]:
    """The accesses that have ended, and that a probe saw refused."""
    return (
        address
        for address, access in desired.accesses.items()
        if access.ended and _probed_login(live, address) is Login.REFUSED
    )


def with_closed(live: Live, desired: Desired, logins: WorkingLogins) -> Live:
    """The live side, where a login counts as closed whose access has ended and that worked with the password of the
    same reference: that it is refused now is no slip."""
    accesses = dict(live.accesses)
    for address in unproven(live, desired):
        access = desired.accesses[address]
        reference = logins.get(account_of(access, desired.schools[address.school]))
        via = access.via
        if reference and isinstance(via, Account) and via.password and str(via.password.ref) == reference:
            login = accesses[address].login
            assert isinstance(login, Known)  # or it is not unproven
            accesses[address] = replace(accesses[address], login=Known(Login.CLOSED, login.evidence))
    return replace(live, accesses=accesses)


def _probed_login(live: Live, address: Address) -> Login | None:
    login = live.accesses[address].login if address in live.accesses else None
    return login.value if isinstance(login, Known) and isinstance(login.evidence, Probed) else None
