"""The database and the account that the manifests mean by a name: names are ours, and change; these are Bromcom's."""

from collections.abc import Mapping
from typing import Final

from reconciler.model.address import AccountKey, Address, SchoolDatabase, username_key
from reconciler.model.desired import Access, Account, Desired, School
from reconciler.model.plan import AccessPlan, Plan, Via
from reconciler.startup import pattern

_PLAIN: Final = pattern(r"[A-Za-z0-9._@-]+")  # every shell takes it as it is
_NOT_IN_NAMES: Final = pattern(r"[^a-z0-9]+")


def database_of(school: School) -> SchoolDatabase:
    """The database that the manifests mean by a school."""
    return SchoolDatabase(school.school_id, school.platform.read_url.strip().casefold())


def account_of(access: Access, school: School) -> AccountKey:
    """The account, or the partner application, that the manifests mean by an access."""
    via = access.via
    if isinstance(via, Account):
        return AccountKey(database_of(school), username_key(via.username.value), "")
    return AccountKey(database_of(school), "", via.name.value)


def databases_in(plan: Plan) -> Mapping[str, SchoolDatabase]:
    """{school: its database}, of the schools in a plan."""
    return {
        school.name: SchoolDatabase(school.school_id, school.read_url.strip().casefold()) for school in plan.schools
    }


def accounts_in(plan: Plan) -> Mapping[AccountKey, AccessPlan]:
    """{account: its access}, of the accesses in a plan."""
    databases = databases_in(plan)
    accounts = {}
    for access in plan.accesses:
        database = databases[access.address.school]
        is_account = access.via is Via.ACCOUNT
        key = AccountKey(database, username_key(access.name) if is_account else "", "" if is_account else access.name)
        accounts[key] = access
    return accounts


def accounts_of(desired: Desired) -> Mapping[Address, AccountKey]:
    """{address: its account} of all accesses."""
    schools = desired.schools
    return {address: account_of(access, schools[address.school]) for address, access in desired.accesses.items()}


def adopting(school_id: int, username: str) -> str:
    """The command that adopts an account. A username that a shell could take for more is left for a person to type."""
    supplier, typed = _typed(username)
    return f"reconciler import account --school {school_id} --supplier {supplier} --username {typed}"


def retiring(school: str, username: str) -> str:
    """The command that records that an account cannot log in any more."""
    supplier, typed = _typed(username)
    return f"reconciler attest {school}/{supplier} access=gone --account {typed}"


def _typed(username: str) -> tuple[str, str]:
    """(a name for its supplier, the username), as they are typed."""
    name = _NOT_IN_NAMES.sub("-", username.casefold()).strip("-") if _PLAIN.fullmatch(username) else ""
    return (name, username) if name else ("SUPPLIER", "USERNAME")


def unclaimed(school_id: int, username: str) -> str:
    """Say what to do about an account that no manifest names."""
    return f"no supplier claims it. Adopt it (`{adopting(school_id, username)}`), retire it, or waive it"
