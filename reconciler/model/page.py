"""A page of Bromcom, as data: its place, its labels, and how we know them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from reconciler.model.step import Do


class PageId(StrEnum):
    """The pages in the order in which a school's steps are done: what one makes the next ones need."""

    ROLES = "roles-and-permissions"
    USERS = "system-users"
    THIRD_PARTY = "third-party-access"
    PARTNER_APPLICATIONS = "partner-applications"
    DEFAULTS = "administration-defaults"
    STUDENTS = "students"
    STAFF = "staff"
    CONTACTS = "contacts"
    OUTSIDE = "outside"  # not in Bromcom: to tell or to ask somebody
    DISTRIBUTE = "distribute"  # a trust's central users


@dataclass(frozen=True, slots=True)
class Label:
    """What a page calls something. `certain` is False where no source says the words, and they are our description."""

    text: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    title      the last word of its trail
    trail      the menus to it, outermost first; empty for what is not in Bromcom
    also       other trails that are in use for it
    labels     {our name for it: what the page calls it}
    source     where this is known from
    confirmed  when somebody last compared it with that source
    seconds    how long it takes to open it
    pace       {kind of click: how many seconds one of them takes on it}
    """

    id: PageId
    title: str
    trail: tuple[str, ...]
    also: tuple[tuple[str, ...], ...]
    labels: Mapping[str, Label]
    source: str
    confirmed: date
    seconds: int
    pace: Mapping[Do, int] = field(default_factory=dict)
