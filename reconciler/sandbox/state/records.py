"""A school's records apart from people: accounts, roles, partner applications."""

from dataclasses import dataclass

THIRD_PARTY = "Third Party"
CONSENT = "Consent"
LAWFUL_BASES = (CONSENT, "Contract", "Legal Obligation", "Legitimate Interest", "Public Task", "Vital Interests")


@dataclass(frozen=True, slots=True)
class SandboxAccount:
    """A login of one school.

    password      the one that the service takes; `handed_over` may be another, by mistake
    password_env  the environment variable that the examples read the password from; may be empty
    ticks         the entities that it may read, in the service's spelling
    made          the account exists; otherwise only its details were handed over
    must_change   its user must change the password at the next logon: until then the services refuse it
    can_log_in    the school lets it log in; the services refuse it otherwise
    """

    username: str
    password: str
    handed_over: str
    password_env: str = ""
    roles: tuple[str, ...] = (THIRD_PARTY,)
    ticks: tuple[str, ...] = ()
    first_name: str = ""
    last_name: str = ""
    must_change: bool = False
    can_log_in: bool = True
    made: bool = True


@dataclass(frozen=True, slots=True)
class Role:
    """A role that accounts can hold. `permissions` are the names behind `Third Party Write Back - `."""

    name: str
    description: str = ""
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """A partner application: it needs no account, and reads the entities of its `scope` once it is installed."""

    name: str
    scope: tuple[str, ...]
    installed: bool
