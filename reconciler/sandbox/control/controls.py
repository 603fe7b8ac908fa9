"""A sandbox's pages as functions, to change and to see it, and its troubles.

A name that does not exist raises InputError, which lists those that do.
"""

from collections.abc import Sequence
from dataclasses import replace

from reconciler.errors import InputError
from reconciler.sandbox.state import lookup
from reconciler.sandbox.state.database import LoggedCall, SandboxDatabase, SandboxSchool
from reconciler.sandbox.state.fault_injection import FaultKind, InjectedFault
from reconciler.sandbox.state.people import PersonKind, PersonRecord
from reconciler.sandbox.state.record_tables import AuditEntry
from reconciler.sandbox.state.records import LAWFUL_BASES, THIRD_PARTY, Application, Role, SandboxAccount


class Controls:
    """The controls of one Bromcom. They may be used from any thread."""

    def __init__(self, database: SandboxDatabase) -> None:
        self.database = database

    def tick(self, school_id: int, username: str, *entities: str) -> None:
        """Tick entities on the page Third Party Access Permissions & Logs."""
        self._set_ticks(school_id, username, entities, ticked=True)

    def untick(self, school_id: int, username: str, *entities: str) -> None:
        """Untick entities there."""
        self._set_ticks(school_id, username, entities, ticked=False)

    def set_ticks(self, school_id: int, username: str, entities: Sequence[str]) -> None:
        """Save that page with these entities ticked, and no others."""
        account = lookup.account(self.database, school_id, username)
        self.database.accounts.replace_ticks(school_id, account.username, lookup.entities(entities))

    def create_account(self, school_id: int, account: SandboxAccount) -> None:
        """Create a new user on the page System Users."""
        lookup.school(self.database, school_id)
        taken = [other.username for other in self.database.accounts.all(school_id)]
        username = lookup.new_name("the username", account.username, taken)
        if not account.password:
            raise InputError("the password is empty: give at least one character")
        self._check_roles(school_id, account.roles)
        self.database.accounts.add(school_id, replace(account, username=username))

    def save_account(self, school_id: int, account: SandboxAccount) -> None:
        """Save the names, roles and flag of the account with this username on the page System Users."""
        lookup.account(self.database, school_id, account.username)
        self._check_roles(school_id, account.roles)
        self.database.accounts.save(school_id, account)

    def set_password(self, school_id: int, username: str, password: str) -> None:
        """Reset a password on the page System Users."""
        account = lookup.account(self.database, school_id, username)
        if not password:
            raise InputError("the password is empty: give at least one character")
        self.database.accounts.set_password(school_id, account.username, password)

    def set_role(self, school_id: int, username: str, role: str, *, held: bool = True) -> None:
        """Give or remove a role on the page System Users; a role that the school lacks is created."""
        account = lookup.account(self.database, school_id, username)
        self.database.accounts.set_role(school_id, account.username, role, held=held)

    def create_role(self, school_id: int, role: Role) -> None:
        """Create a role on the page Roles and Permissions."""
        taken = [other.name for other in self.roles(school_id)]
        name = lookup.new_name("the name of the role", role.name, taken)
        permissions = lookup.permissions(self.database, school_id, role.permissions)
        self.database.roles.save(school_id, Role(name, role.description, permissions))

    def save_role(self, school_id: int, role: Role) -> None:
        """Save the description and permissions of the role with this name on that page."""
        lookup.role(self.database, school_id, role.name)
        if role.name == THIRD_PARTY:
            raise InputError(f"the role {THIRD_PARTY} belongs to the system and cannot be changed")
        lookup.permissions(self.database, school_id, role.permissions)
        self.database.roles.save(school_id, role)

    def set_lawful_basis(self, school_id: int, lawful_basis: str) -> None:
        """Choose the lawful basis on the page Administration Defaults."""
        lookup.school(self.database, school_id)
        if lawful_basis not in LAWFUL_BASES:
            raise InputError(f"{lawful_basis!r} is not a lawful basis: choose one of {', '.join(LAWFUL_BASES)}")
        self.database.set_lawful_basis(school_id, lawful_basis)

    def set_consent(self, school_id: int, kind: PersonKind, number: int, *, granted: bool) -> None:
        """Set Data Processing Consent Granted of one record; `number` is its StudentID, StaffID or StudentContactID."""
        lookup.school(self.database, school_id)
        if not self.database.set_consent(school_id, kind, number, granted=granted):
            raise InputError(f"school {school_id} has no record {number} among its {kind}")

    def set_application(self, school_id: int, name: str, *, installed: bool) -> None:
        """Grant a partner application its scope, or revoke it, on the page Partner Applications."""
        lookup.application(self.database, school_id, name)
        self.database.applications.set_installed(school_id, name, installed=installed)

    def set_trouble(
        self,
        kind: FaultKind | str,
        *,
        school_id: int | None = None,
        operation: str | None = None,
        username: str | None = None,
        calls: int | None = None,
        seconds: float | None = None,
    ) -> None:
        """Let something go wrong, everywhere or for one school, operation or username, always or for `calls` calls."""
        if kind not in list(FaultKind):
            raise InputError(f"{kind!r} is not a trouble: choose one of {', '.join(FaultKind)}")
        if school_id is not None:
            lookup.school(self.database, school_id)
        if calls is not None and calls < 1:
            raise InputError("a trouble needs at least one call")
        if seconds is not None and not 0 <= seconds <= 3600:
            raise InputError("the seconds of a trouble must be between 0 and 3600")
        self.database.faults.add(InjectedFault(FaultKind(kind), school_id, operation, username, calls, seconds))

    def clear_troubles(self, kind: FaultKind | str | None = None, *, school_id: int | None = None) -> int:
        """End all troubles, or those of one kind or school, and return their number."""
        if kind is not None and kind not in list(FaultKind):
            raise InputError(f"{kind!r} is not a trouble: choose one of {', '.join(FaultKind)}")
        return self.database.faults.clear(None if kind is None else FaultKind(kind), school_id)

    def schools(self) -> list[SandboxSchool]:
        """All schools."""
        return self.database.schools()

    def accounts(self, school_id: int) -> list[SandboxAccount]:
        """The accounts of a school."""
        lookup.school(self.database, school_id)
        return self.database.accounts.all(school_id)

    def handed_over(self, school_id: int) -> list[tuple[str, str]]:
        """(environment variable, password) for each account that its supplier was told about, created or not."""
        lookup.school(self.database, school_id)
        return self.database.accounts.handed_over(school_id)

    def canaries(self, school_id: int) -> list[tuple[str, str]]:
        """(environment variable, number) for each person whose number the examples read from one."""
        lookup.school(self.database, school_id)
        return [(person.env, str(person.number)) for person in self.database.people(school_id) if person.env]

    def roles(self, school_id: int) -> list[Role]:
        """The roles of a school."""
        lookup.school(self.database, school_id)
        return self.database.roles.all(school_id)

    def applications(self, school_id: int) -> list[Application]:
        """The partner applications that a school is offered."""
        lookup.school(self.database, school_id)
        return self.database.applications.all(school_id)

    def audit(self, school_id: int, name: str) -> list[AuditEntry]:
        """The Audit History of a partner application."""
        return self.database.applications.audit(school_id, name)

    def people(self, school_id: int, kind: PersonKind) -> list[PersonRecord]:
        """A school's students, staff or contacts."""
        lookup.school(self.database, school_id)
        return [person for person in self.database.people(school_id) if person.kind is kind]

    def troubles(self) -> list[InjectedFault]:
        """The troubles at present."""
        return self.database.faults.read()

    def access_log(self) -> list[LoggedCall]:
        """Every call to the two services so far."""
        return self.database.access_log.read()

    def _set_ticks(self, school_id: int, username: str, entities: tuple[str, ...], *, ticked: bool) -> None:
        account = lookup.account(self.database, school_id, username)
        self.database.accounts.set_ticks(school_id, account.username, lookup.entities(entities), ticked=ticked)

    def _check_roles(self, school_id: int, names: Sequence[str]) -> None:
        for name in names:
            lookup.role(self.database, school_id, name)
