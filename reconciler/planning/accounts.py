"""The database and the account that the manifests mean by a name: names are ours, and change; these are Bromcom's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from reconciler.model.account import username_key
from reconciler.model.desired import Account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model.address import Address
    from reconciler.model.desired import Access, Desired, School


class Database(NamedTuple):
    """A school's database: its School ID, and the read service, in the case that IIS ignores."""

    school_id: int
    service: str


class AccountKey(NamedTuple):
    """An account in a database. `username` is in its normal form; of a partner application, which has no account, it is
    empty, and `application` is its name."""

    database: Database
    username: str
    application: str


def database_of(school: School) -> Database:
    """The database that the manifests mean by a school."""
    return Database(school.school_id, school.platform.read_url.strip().casefold())


def account_of(access: Access, school: School) -> AccountKey:
    """The account, or the partner application, that the manifests mean by an access."""
    via = access.via
    if isinstance(via, Account):
        return AccountKey(database_of(school), username_key(via.username.value), "")
    return AccountKey(database_of(school), "", via.name.value)


def accounts_of(desired: Desired) -> Mapping[Address, AccountKey]:
    """{address: its account} of all accesses."""
    schools = desired.schools
    return {address: account_of(access, schools[address.school]) for address, access in desired.accesses.items()}
