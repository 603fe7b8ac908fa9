"""The parts of a school or an access that can differ, how to settle a difference, and how risky it is."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """What must be done."""

    GRANT = "grant"
    REVOKE = "revoke"
    MEND_LOGIN = "mend-login"
    SET = "set"  # to the value that is declared


class Aspect(StrEnum):
    """Which part of a school or an access a change or an unknown is about."""

    REACHABLE = "reachable"
    LOGIN = "login"
    READ = "read"
    ROLE = "role"
    WRITE = "write"
    LAWFUL_BASIS = "lawful-basis"
    CONSENT = "consent"
    WRITE_LICENCE = "write-licence"
    PARTNER_APPLICATION = "partner-application"
    OLD_EXPORT = "old-export"


class Risk(StrEnum):
    """How much harm it does to get this change wrong, or to leave it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
