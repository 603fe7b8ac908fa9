"""The menu of a school's pages: the place and the views of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.sandbox.practice import (
    administration_defaults,
    partner_applications,
    person_consent,
    roles_and_permissions,
    system_users,
    third_party_access,
)
from reconciler.sandbox.practice.requests import View
from reconciler.sandbox.state.people import PersonKind


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One page of the menu.

    word   its address below the school's
    views  {the rest of an address: the view}; the page itself is under the empty text
    """

    title: str
    word: str
    views: Mapping[str, View]


@dataclass(frozen=True, slots=True)
class Group:
    """The pages under one trail."""

    trail: str
    entries: tuple[MenuEntry, ...]


MENU = (
    Group(
        "Modules",
        (
            MenuEntry("Students", "students", person_consent.views(PersonKind.STUDENT)),
            MenuEntry("Staff", "staff", person_consent.views(PersonKind.STAFF)),
            MenuEntry("Contacts", "contacts", person_consent.views(PersonKind.CONTACT)),
        ),
    ),
    Group(
        "Modules > Setup",
        (
            MenuEntry("System Users", "system-users", system_users.VIEWS),
            MenuEntry("Third Party Access Permissions & Logs", "third-party-access", third_party_access.VIEWS),
        ),
    ),
    Group(
        "Config > Setup",
        (
            MenuEntry("Roles and Permissions", "roles-and-permissions", roles_and_permissions.VIEWS),
            MenuEntry("Partner Applications", "partner-applications", partner_applications.VIEWS),
        ),
    ),
    Group(
        "Config > Administration",
        (MenuEntry("Administration Defaults", "administration-defaults", administration_defaults.VIEWS),),
    ),
)
ENTRIES = {entry.word: entry for group in MENU for entry in group.entries}
