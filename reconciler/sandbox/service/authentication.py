"""What a call to either service meets before anything is looked up: its school, the school's database, its login."""

from reconciler.sandbox.service.soap import Call, unable
from reconciler.sandbox.state.database import SandboxDatabase, SandboxSchool
from reconciler.sandbox.state.fault_injection import Trouble, TroubleKind, troubled
from reconciler.sandbox.state.records import THIRD_PARTY, SandboxAccount


class LoginDenied(Exception):
    """The login is refused: no such account, a wrong password, no Third Party role, or a password that must be changed
    first; nobody is told which."""


def school_of(database: SandboxDatabase, call: Call) -> SandboxSchool:
    """The school that a call names, or the only one where its operation names none; raises Fault."""
    if call.school_id is None:
        schools = database.schools()
        if len(schools) != 1:
            raise unable("This server holds several schools: call the operation that takes a schoolID.")
        return schools[0]
    school = database.school(call.school_id)
    if school is None:
        raise unable(f"There is no school with the School ID {call.school_id}.")
    return school


def check_database(troubles: tuple[Trouble, ...]) -> None:
    """Raise the fault of a database that is down."""
    if troubled(troubles, TroubleKind.DATABASE_DOWN):
        raise unable("A network-related error occurred while establishing a connection to the school's database.")


def log_in(database: SandboxDatabase, school: SandboxSchool, call: Call) -> SandboxAccount:
    """The account that a call logs in with; raises Refused."""
    account = database.accounts.one(school.school_id, call.username)
    if account is None or not _let_in(account, call):
        raise LoginDenied
    return account


def _let_in(account: SandboxAccount, call: Call) -> bool:
    right = call.parameters.get("password") == account.password
    return right and THIRD_PARTY in account.roles and not account.must_change
