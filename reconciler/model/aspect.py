"""The parts of a school or an access that can differ, how to settle a difference, and its risk."""

from enum import StrEnum
from typing import NamedTuple


class Action(StrEnum):
    """The work that settles a difference."""

    GRANT = "grant"
    REVOKE = "revoke"
    MEND_LOGIN = "mend-login"
    SET = "set"  # to the value that is declared


class Aspect(StrEnum):
    """The part of a school or an access that a change or an unknown is about."""

    REACHABLE = "reachable"
    RIGHT_SCHOOL = "right-school"  # the database is that of the school with the declared URN
    LOGIN = "login"
    READ = "read"
    ROLE = "role"
    WRITE = "write"
    LAWFUL_BASIS = "lawful-basis"
    CONSENT = "consent"
    CONSENT_ENFORCED = "consent-enforced"  # a canary is readable, or hidden, as the lawful basis says
    WRITE_LICENCE = "write-licence"
    PARTNER_APPLICATION = "partner-application"
    OLD_EXPORT = "old-export"
    ACCOUNT = "third-party-account"  # one that a school has, whoever claims it
    DELETION = "deletion"  # the supplier deleted what it had, after its access ended


class Risk(StrEnum):
    """The harm done by getting this change wrong, or by leaving it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class FactRef(NamedTuple):
    """One fact that the manifests declare. `supplier` is empty for a fact of the school's own.

    `name` is the entity, permission, role, basis, kind of person or application, `*` for all declared entities of the
    access together, or the username, where it is the login.
    """

    school: str
    supplier: str
    aspect: Aspect
    name: str

    def __str__(self) -> str:
        return f"{self.place} {self.aspect.value} {self.name}"

    @property
    def place(self) -> str:
        """`school/supplier`, or the school where the fact is its own."""
        return f"{self.school}/{self.supplier}" if self.supplier else self.school
