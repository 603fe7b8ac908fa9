"""What a person can change in a sandbox, and see of it: the pages of the guide as functions, and the troubles.

A name that does not exist raises InputError, which says what exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import InputError
from reconciler.sandbox.entities import spelling
from reconciler.sandbox.seed import LAWFUL_BASES, Account
from reconciler.sandbox.trouble import Trouble, TroubleKind

if TYPE_CHECKING:
    from reconciler.sandbox.access_log import LoggedCall
    from reconciler.sandbox.database import Database, School
    from reconciler.sandbox.people import PersonKind


class Controls:
    """The controls of one Bromcom. They may be used from any thread."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def tick(self, school_id: int, username: str, *entities: str) -> None:
        """Tick entities on the page Third Party Access Permissions & Logs."""
        self._set_ticks(school_id, username, entities, ticked=True)

    def untick(self, school_id: int, username: str, *entities: str) -> None:
        """Take ticks away there."""
        self._set_ticks(school_id, username, entities, ticked=False)

    def set_password(self, school_id: int, username: str, password: str) -> None:
        """Reset a password on the page System Users."""
        account = self._account(school_id, username)
        self.database.set_password(school_id, account.username, password)

    def set_role(self, school_id: int, username: str, role: str, *, held: bool = True) -> None:
        """Give or take a role on the page System Users."""
        account = self._account(school_id, username)
        self.database.set_role(school_id, account.username, role, held=held)

    def set_lawful_basis(self, school_id: int, lawful_basis: str) -> None:
        """Choose the lawful basis on the page Administration Defaults."""
        self._school(school_id)
        if lawful_basis not in LAWFUL_BASES:
            raise InputError(f"{lawful_basis!r} is no lawful basis; known are {', '.join(LAWFUL_BASES)}")
        self.database.set_lawful_basis(school_id, lawful_basis)

    def set_consent(self, school_id: int, kind: PersonKind, number: int, *, granted: bool) -> None:
        """Set Data Processing Consent Granted of one record; `number` is its StudentID, StaffID or StudentContactID."""
        self._school(school_id)
        if not self.database.set_consent(school_id, kind, number, granted=granted):
            raise InputError(f"school {school_id} has no record {number} among its {kind}")

    def set_trouble(
        self,
        kind: TroubleKind | str,
        *,
        school_id: int | None = None,
        operation: str | None = None,
        username: str | None = None,
        calls: int | None = None,
        seconds: float | None = None,
    ) -> None:
        """Let something go wrong, everywhere or for one school, operation or username, always or for `calls` calls."""
        if kind not in list(TroubleKind):
            raise InputError(f"{kind!r} is no trouble; known are {', '.join(TroubleKind)}")
        if school_id is not None:
            self._school(school_id)
        if calls is not None and calls < 1:
            raise InputError("a trouble spoils one call or more")
        if seconds is not None and not 0 <= seconds <= 3600:
            raise InputError("the seconds of a trouble are between 0 and 3600")
        self.database.troubles.add(Trouble(TroubleKind(kind), school_id, operation, username, calls, seconds))

    def clear_troubles(self, kind: TroubleKind | str | None = None, *, school_id: int | None = None) -> int:
        """End all troubles, or those of one kind or one school; how many that were."""
        if kind is not None and kind not in list(TroubleKind):
            raise InputError(f"{kind!r} is no trouble; known are {', '.join(TroubleKind)}")
        return self.database.troubles.clear(None if kind is None else TroubleKind(kind), school_id)

    def schools(self) -> list[School]:
        """All schools."""
        return self.database.schools()

    def accounts(self, school_id: int) -> list[Account]:
        """The accounts of a school."""
        return self.database.accounts(self._school(school_id).school_id)

    def troubles(self) -> list[Trouble]:
        """What goes wrong now."""
        return self.database.troubles.read()

    def access_log(self) -> list[LoggedCall]:
        """Every call to the two services so far."""
        return self.database.access_log.read()

    def _set_ticks(self, school_id: int, username: str, entities: tuple[str, ...], *, ticked: bool) -> None:
        account = self._account(school_id, username)
        names = [spelling(entity) or _unknown_entity(entity) for entity in entities]
        self.database.set_ticks(school_id, account.username, names, ticked=ticked)

    def _school(self, school_id: int) -> School:
        school = self.database.school(school_id)
        if school is None:
            known = ", ".join(str(known.school_id) for known in self.database.schools())
            raise InputError(f"the sandbox has no school {school_id}; it has {known}")
        return school

    def _account(self, school_id: int, username: str) -> Account:
        self._school(school_id)
        account = self.database.account(school_id, username)
        if account is None:
            known = ", ".join(known.username for known in self.database.accounts(school_id))
            raise InputError(f"school {school_id} has no account {username}; it has {known or 'none'}")
        return account


def _unknown_entity(name: str) -> str:
    raise InputError(f"the sandbox knows no entity {name!r}")
