"""What is to be taken over, as a Desired that declares no entity yet: it says what to ask, and of whom."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from reconciler.codec.snapshot import Snapshot
from reconciler.errors import InputError
from reconciler.importing.sheet import AccountRow
from reconciler.manifest.resolving.placeholders import values
from reconciler.manifest.rules.plain_http import is_exposed
from reconciler.model.address import Address, SchoolDatabase
from reconciler.model.desired import Access, Account, DeclaredPassword, Desired, ExtraEntities, Limits, Platform, School
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import SecretRef
from reconciler.planning.accounts import database_of
from reconciler.spelling import did_you_mean

_NOT_IN_NAMES: Final = re.compile("[^a-z0-9]+")
_RESERVED: Final = re.compile("con|prn|aux|nul|com[1-9]|lpt[1-9]")  # by Windows, for file names
_LONGEST: Final = 63
_FOLDER: Final = "/Nucleus/WebServices/ThirdParty/"
_READS: Final = "TPReadOnlyDataService.asmx"
_WRITES: Final = "TPWriteDataService.asmx"

# (the row, the value of each placeholder for it) -> where its password is; None if the school did not keep it.
References = Callable[[AccountRow, Mapping[str, str]], SecretRef | None]


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names that a workspace has already, for a request to use again.

    suppliers  {name: title}
    platforms  with those that are built in
    """

    workspace: str
    schools: Mapping[str, School]
    suppliers: Mapping[str, str]
    platforms: Mapping[str, Platform]


def request_of_rows(
    rows: Iterable[AccountRow], known: KnownNames, platform: str, references: References, *, allow_http: bool = False
) -> Desired:
    """Return the request that rows of accounts are; `platform` holds where a row names none.

    Raises InputError for a school whose platform is not known, or that may not be asked, and for names that clash.
    """
    hosts = [(row, _platform_of(row, known, platform, allow_http)) for row in rows]
    titles = {SchoolDatabase(row.school_id, _service(host)): row.school for row, host in hosts}
    names = _school_names(titles, known)
    schools: dict[str, School] = {}
    accesses: dict[Address, Access] = {}
    for row, host in hosts:
        name = names[SchoolDatabase(row.school_id, _service(host))]
        schools[name] = known.schools.get(name) or School(name, row.school_id, host, row.place, title=row.school)
        supplier = supplier_name(row.supplier, known)
        address = Address(name, supplier)
        if address in accesses:
            raise InputError(
                f"Nothing was imported: {row.place.file}:{row.place.line} is {address}, and so is line "
                f"{accesses[address].origin.line}. Keep one account for each supplier and school."
            )
        reference = references(row, values(name, row.school_id, supplier))
        title = known.suppliers.get(supplier) or row.supplier
        accesses[address] = _access(address, title, row.username, reference, row.place)
    return _desired(known.workspace, schools, accesses)


def request_of_snapshot(
    snapshot: Snapshot,
    known: KnownNames,
    reference: Callable[[Mapping[str, str]], SecretRef | None],
    *,
    allow_http: bool = False,
) -> Desired:
    """Return the request that a snapshot is: its schools and accounts, under the names that they have here already."""
    names = _school_names({database: name for name, database in snapshot.databases.items()}, known)
    schools = {}
    for old, database in snapshot.databases.items():
        name = names[database]
        host = _platform_at(database.service, known, allow_http)
        schools[name] = known.schools.get(name) or School(name, database.school_id, host, _place(old))
    accesses = {}
    for old_address, username in snapshot.usernames.items():
        database = snapshot.databases[old_address.school]
        address = Address(names[database], old_address.supplier)
        if username:
            ref = reference(values(address.school, database.school_id, address.supplier))
            title = known.suppliers.get(address.supplier) or address.supplier
            accesses[address] = _access(address, title, username, ref, _place(str(old_address)))
    return _desired(known.workspace, schools, accesses)


def _place(name: str) -> Origin:
    return Origin(name, 1, 1)


def _desired(workspace: str, schools: Mapping[str, School], accesses: Mapping[Address, Access]) -> Desired:
    return Desired(workspace, dict(sorted(schools.items())), dict(sorted(accesses.items())), Limits())


def _access(address: Address, title: str, username: str, reference: SecretRef | None, place: Origin) -> Access:
    password = DeclaredPassword(reference, place) if reference else None
    via = Account(DeclaredValue(username, place), password)
    return Access(address, title, via, {}, None, {}, ExtraEntities.REVOKE, "", place)


def _service(platform: Platform) -> str:
    return platform.read_url.strip().casefold()


def _platform_of(row: AccountRow, known: KnownNames, default: str, allow_http: bool) -> Platform:
    """The platform that a row names; else that of the school with this School ID, or the one for all."""
    if not row.platform:
        there = [school.platform for school in known.schools.values() if school.school_id == row.school_id]
        if len(there) == 1:
            return there[0]
    named = row.platform or default
    if "://" in named:
        return _platform_at(_read_service(named), known, allow_http)
    if named in known.platforms:
        return known.platforms[named]
    if not named:
        raise InputError(
            f"Nothing was imported: {row.place.file}:{row.place.line} names no platform for School ID {row.school_id}. "
            "Add --platform, for example `--platform bromcom-cloud` or `--platform scomis`, or a column Platform."
        )
    raise InputError(
        f"Nothing was imported: there is no platform {named!r}. {did_you_mean(named, known.platforms)} "
        "A server of your own is named by the address of its read service, https://... ."
    )


def _read_service(address: str) -> str:
    """The address of a read service that is given whole, as the folder of both services, or as its server alone."""
    if address.casefold().endswith(".asmx"):
        return address
    folder = "/" if urlsplit(address).path.strip("/") else _FOLDER
    return f"{address.rstrip('/')}{folder}{_READS}"


def _platform_at(address: str, known: KnownNames, allow_http: bool) -> Platform:
    """The platform with this read service: one that is known, or a new one that is called after its host."""
    wanted = address.strip().casefold()
    same = sorted(name for name, platform in known.platforms.items() if _service(platform) == wanted)
    if same:
        return known.platforms[same[0]]
    host = urlsplit(address).hostname or ""
    name = slug(host) if re.search("[a-z]", host) else "own-server"
    read_url = address.strip()
    for part in (_FOLDER, _READS):  # as the service spells them: a snapshot has small letters alone
        read_url = re.sub(re.escape(part), part, read_url, flags=re.IGNORECASE)
    if is_exposed(read_url) and not allow_http:
        raise InputError(
            f"Nothing was imported: {read_url} is plain http, so passwords could be read on the way. Name its https:// "
            "address. If the server really has no https, add `--allow-http`."
        )
    return Platform(name, read_url, read_url.replace(_READS, _WRITES), allow_http=is_exposed(read_url))


def supplier_name(text: str, known: KnownNames) -> str:
    """Return a supplier's name in the manifests: the one that it has there, or one after its title."""
    by_title = {title.casefold(): name for name, title in known.suppliers.items()}
    return by_title.get(text.casefold()) or slug(text) or "supplier"


def _school_names(titles: Mapping[SchoolDatabase, str], known: KnownNames) -> Mapping[SchoolDatabase, str]:
    """{database: its name here}: as it is called already, or after its title; with the School ID where two clash."""
    there = {database_of(school): name for name, school in known.schools.items()}
    wanted = {database: slug(title) or f"school-{database.school_id}" for database, title in titles.items()}
    takers = defaultdict(set)
    for database, name in (*wanted.items(), *there.items()):
        takers[name].add(database)
    return {
        database: there.get(database)
        or (name if len(takers[name]) == 1 else f"{name[: _LONGEST - 11]}-{database.school_id}")
        for database, name in wanted.items()
    }


def slug(text: str) -> str:
    """Return the name that a manifest can have for a title: `St Mary's` is `st-marys`; empty if nothing is left."""
    name = _NOT_IN_NAMES.sub("-", text.casefold().replace("'", "").replace("\u2019", "")).strip("-")
    name = name[:_LONGEST].rstrip("-")
    return f"{name}-1" if _RESERVED.fullmatch(name) else name
