"""A sandbox's records, by name. Each function raises InputError for a missing one, and lists those that exist."""

import unicodedata
from collections.abc import Iterable, Sequence

from reconciler.errors import InputError
from reconciler.sandbox.state.database import SandboxDatabase, SandboxSchool
from reconciler.sandbox.state.entities import spelling
from reconciler.sandbox.state.records import Application, Role, SandboxAccount

_LONGEST = 200  # characters of a name


def school(database: SandboxDatabase, school_id: int) -> SandboxSchool:
    """A school."""
    match = database.school(school_id)
    if match is None:
        existing = ", ".join(str(existing.school_id) for existing in database.schools())
        raise InputError(f"the sandbox has no school {school_id}: choose one of {existing}")
    return match


def account(database: SandboxDatabase, school_id: int, username: str) -> SandboxAccount:
    """An account of a school."""
    school(database, school_id)
    match = database.accounts.one(school_id, username)
    if match is None:
        existing = ", ".join(existing.username for existing in database.accounts.all(school_id))
        raise InputError(f"school {school_id} has no account {username}: it has {existing or 'none'}")
    return match


def role(database: SandboxDatabase, school_id: int, name: str) -> Role:
    """A role of a school."""
    school(database, school_id)
    roles = database.roles.all(school_id)
    match = next((match for match in roles if match.name == name), None)
    if match is None:
        existing = ", ".join(existing.name for existing in roles)
        raise InputError(f"school {school_id} has no role {name!r}: it has {existing}")
    return match


def application(database: SandboxDatabase, school_id: int, name: str) -> Application:
    """A partner application that a school is offered."""
    school(database, school_id)
    offered = database.applications.all(school_id)
    match = next((match for match in offered if match.name == name), None)
    if match is None:
        existing = ", ".join(existing.name for existing in offered)
        raise InputError(f"school {school_id} has no partner application {name!r}: it has {existing or 'none'}")
    return match


def permissions(database: SandboxDatabase, school_id: int, names: Sequence[str]) -> tuple[str, ...]:
    """Write-back permissions that a school's roles may have."""
    offered = database.roles.permissions(school_id)
    for name in names:
        if name not in offered:
            raise InputError(f"there is no write-back permission {name!r}: choose one of {', '.join(offered)}")
    return tuple(names)


def entities(names: Iterable[str]) -> list[str]:
    """Entities in any case, in the service's spelling."""
    return [spelling(name) or _unknown_entity(name) for name in names]


def new_name(what: str, text: str, taken: Iterable[str]) -> str:
    """A name for something new, without the spaces around it."""
    name = text.strip()
    if not name:
        raise InputError(f"{what} is empty")
    if len(name) > _LONGEST:
        raise InputError(f"{what} is longer than {_LONGEST} characters")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise InputError(f"{what} contains a character that cannot be typed")
    if name.casefold() in (existing.casefold() for existing in taken):
        raise InputError(f"{what} {name} is already taken")
    return name


def _unknown_entity(name: str) -> str:
    raise InputError(f"the sandbox has no entity {name!r}")
