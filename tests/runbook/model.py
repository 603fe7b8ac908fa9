"""A small Bromcom without a network: what its pages do with clicks, by their labels alone.

It is written from the guide and not from the data of the runbook: a label that a runbook gets wrong is not found here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.model.address import username_key
from reconciler.model.entity import entity_key
from reconciler.model.runbook import Click, ClickKind, Condition, PageId

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.model.runbook import Branch, Runbook, Step

PERMISSION = "Third Party Write Back - "
TREE = ["Setup", "System Security", "Security Settings"]
BASES = {"Consent", "Contract", "Legal Obligation", "Legitimate Interest", "Public Task", "Vital Interests"}
MUST_CHANGE = "User must change password at next logon"
CONSENT = "Data Processing Consent Granted"
KINDS = {PageId.STUDENTS: "students", PageId.STAFF: "staff", PageId.CONTACTS: "contacts"}
SCOPE = re.compile(
    r"The scope of .+ must (?:include (?P<more>[^.]*?))?(?: and )?(?:no longer include (?P<less>[^.]*))?\."
)


class NotOnThePage(AssertionError):
    """A click names something that the page does not have."""


class NotShownError(Exception):
    """What a person is told to see of a school is not so: they cannot say that it is done."""


@dataclass
class User:
    """An account. `password` is where it was taken from. A new one must change it, as the sandbox has it."""

    name: str = ""
    password: str = ""
    must_change: bool = True
    roles: set[str] = field(default_factory=set)
    ticks: set[str] = field(default_factory=set)

    def lets_in(self, password: str) -> bool:
        """Whether the service takes this login."""
        return "third party" in self.roles and not self.must_change and self.password == password


@dataclass
class Application:
    """A partner application of a school; its scope is its supplier's."""

    scope: set[str] = field(default_factory=set)
    installed: bool = False


@dataclass
class Database:
    """One school. Accounts, roles (with their permissions) and applications are by key; the last two by title."""

    basis: str = "Consent"
    users: dict[str, User] = field(default_factory=dict)
    roles: dict[str, set[str]] = field(default_factory=dict)
    consented: set[str] = field(default_factory=set)
    applications: dict[str, Application] = field(default_factory=dict)
    licensed: set[str] = field(default_factory=set)
    exporting: set[str] = field(default_factory=set)

    def consent(self, kind: str) -> bool:
        """Whether third parties may see the people of this kind."""
        return kind in self.consented or (kind != "contacts" and self.basis != "Consent")


@dataclass
class Desk:
    """A person before one page, and what they have chosen on it so far."""

    school: Database
    page: PageId
    key: str = ""  # of the account, role or application at hand; empty for a new one
    user: User | None = None
    permissions: set[str] | None = None
    boxes: dict[str, ClickKind] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    message: str = ""

    def click(self, click: Click) -> None:
        """Do it, or raise NotOnThePage."""
        if click.do is ClickKind.SEE and self.message == click.label:
            return
        if not _PAGES[self.page](self, click) and not click.optional:
            raise NotOnThePage(f"{self.page}: {click}")

    def takes(self, way: Branch) -> bool:
        """Whether this is the way to go."""
        lists: Mapping[PageId, set[str]] = {
            PageId.ROLES: set(self.school.roles),
            PageId.USERS: set(self.school.users),
            PageId.PARTNER_APPLICATIONS: set(self.school.applications),
        }
        if way.when in {Condition.ALWAYS, Condition.JUDGED}:
            return way.when is Condition.ALWAYS
        return (way.name.casefold() in lists[self.page]) == (way.when is Condition.LISTED)

    def save(self, message: str) -> None:
        """The page's own button."""
        self.message = message
        self.boxes, self.fields, self.opened = {}, {}, []


def perform(runbook: Runbook, schools: Mapping[str, Database]) -> None:
    """Do all of a runbook."""
    for book in runbook.schools:
        for visit in book.visits:
            for step in visit.steps:
                perform_step(schools[book.school], visit.page.id, step)


def perform_step(school: Database, page: PageId, step: Step) -> None:
    """Do one step on the one way that fits, or leave it where its sight is not as it says."""
    desk = Desk(school, page)
    (way,) = [way for way in step.ways if desk.takes(way)]
    try:
        for click in way.clicks:
            desk.click(click)
    except NotShownError:
        return


def _roles(desk: Desk, click: Click) -> bool:
    roles = desk.school.roles
    match click:
        case Click(ClickKind.PRESS, "New"):
            desk.permissions = set()
        case Click(ClickKind.PRESS, "Save") if desk.permissions is not None:
            roles[desk.fields.get("Name", desk.key).casefold()] = desk.permissions
            desk.save("Role Saved")
        case Click(ClickKind.PRESS, name) if name.casefold() in roles:
            desk.key, desk.permissions = name.casefold(), set(roles[name.casefold()])
        case Click(ClickKind.FILL, "Name" | "Description", text) if text and not desk.key:
            desk.fields[click.label] = text
        case Click(ClickKind.CHOOSE, "Module", "Setup"):
            desk.opened = ["Setup"]
        case Click(ClickKind.EXPAND, branch) if [*desk.opened, branch] == TREE[: len(desk.opened) + 1]:
            desk.opened.append(branch)
        case Click(ClickKind.TICK | ClickKind.UNTICK, box) if box.startswith(PERMISSION) and desk.opened == TREE:
            assert desk.permissions is not None
            _set(desk.permissions, box.removeprefix(PERMISSION).casefold(), click.do)
        case _:
            return False
    return True


def _users(desk: Desk, click: Click) -> bool:
    users = desk.school.users
    if click == Click(ClickKind.PRESS, "New"):
        desk.user = User()
    elif click.do is ClickKind.PRESS and username_key(click.label) in users:
        desk.key = username_key(click.label)
        desk.user = users[desk.key]
    else:
        return desk.user is not None and _user(desk, desk.user, click)
    return True


def _user(desk: Desk, user: User, click: Click) -> bool:
    roles = {"third party", *desk.school.roles}
    match click:
        case Click(ClickKind.CHOOSE, "Create a New User", "") if not desk.key:
            pass
        case Click(ClickKind.FILL, "First Name" | "Last Name" | "Username", text) if text and not desk.key:
            desk.fields[click.label] = text
        case Click(ClickKind.PASSWORD, "Password", kept) if not desk.key:
            desk.fields["Password"] = kept or "chosen"
        case Click(ClickKind.PASSWORD, "New Password", kept) if desk.key:
            desk.fields["New Password"] = kept or "chosen"
        case Click(ClickKind.PRESS, "Reset Password") if desk.key:
            user.password = desk.fields["New Password"]
            desk.save("User Details Saved")
        case Click(ClickKind.TICK | ClickKind.UNTICK, box) if box == MUST_CHANGE or box.casefold() in roles:
            desk.boxes[box] = click.do
        case Click(ClickKind.PRESS, "Save"):
            _save_user(desk, user)
        case _:
            return False
    return True


def _save_user(desk: Desk, user: User) -> None:
    for box, do in desk.boxes.items():
        if box == MUST_CHANGE:
            user.must_change = do is ClickKind.TICK
        else:
            _set(user.roles, box.casefold(), do)
    if not desk.key:
        assert desk.fields.keys() == {"First Name", "Last Name", "Username", "Password"}
        user.name, user.password = desk.fields["Username"], desk.fields["Password"]
        desk.school.users[username_key(user.name)] = user
    desk.save("User Details Saved")


def _ticks(desk: Desk, click: Click) -> bool:
    match click:
        case Click(ClickKind.CHOOSE, "Account", name) if username_key(name) in desk.school.users:
            desk.user = desk.school.users[username_key(name)]
            assert "third party" in desk.user.roles
        case Click(ClickKind.TICK | ClickKind.UNTICK, entity) if desk.user:
            desk.boxes[entity] = click.do
        case Click(ClickKind.PRESS, "Save") if desk.user:
            for entity, do in desk.boxes.items():
                _set(desk.user.ticks, entity_key(entity), do)
            desk.save("Permissions Saved")
        case _:
            return False
    return True


def _applications(desk: Desk, click: Click) -> bool:
    applications = desk.school.applications
    at_hand = applications.get(desk.key)
    match click:
        case Click(ClickKind.PRESS, "Manage", name) if name.casefold() in applications:
            desk.key = name.casefold()
        case Click(ClickKind.SEE, "Installed") if at_hand:
            return at_hand.installed
        case Click(ClickKind.SEE, entity) if at_hand:
            if entity_key(entity) not in at_hand.scope:
                raise NotShownError(entity)
        case Click(ClickKind.PRESS, "Grant") if at_hand and not at_hand.installed:
            desk.opened.append("Grant")
        case Click(ClickKind.PRESS, "Proceed") if at_hand and desk.opened == ["Grant"]:
            at_hand.installed = True
        case Click(ClickKind.TELL, _, said):
            _mend_scope(applications, said)
        case _:
            return False
    return True


def _mend_scope(applications: Mapping[str, Application], said: str) -> None:
    """A supplier that does what it is asked."""
    asked = SCOPE.fullmatch(said)
    assert asked, said
    (application,) = [each for name, each in applications.items() if f"the scope of {name} must" in said.casefold()]
    application.scope |= {entity_key(name) for name in (asked["more"] or "").split(", ") if name}
    application.scope -= {entity_key(name) for name in (asked["less"] or "").split(", ")}


def _defaults(desk: Desk, click: Click) -> bool:
    match click:
        case Click(ClickKind.CHOOSE, "Lawful Basis for Data Processing", basis) if basis in BASES:
            desk.fields["basis"] = basis
        case Click(ClickKind.PRESS, "Save"):
            desk.school.basis = desk.fields["basis"]
            desk.save("Defaults Saved")
        case _:
            return False
    return True


def _people(desk: Desk, click: Click) -> bool:
    match click:
        case Click(ClickKind.SELECT, "Select all") | Click(ClickKind.PRESS, "Actions" | "Quick Edit" | "Review"):
            desk.opened.append(click.label)
        case Click(ClickKind.CHOOSE, "Attribute", chosen) if desk.opened == ["Select all", "Actions", "Quick Edit"]:
            assert chosen == CONSENT
        case Click(ClickKind.CHOOSE, "Value", "True"):
            desk.opened.append("True")
        case Click(ClickKind.PRESS, "Update"):
            assert "True" in desk.opened
            desk.school.consented.add(KINDS[desk.page])
            desk.save("Records Updated")
        case _:
            return False
    return True


def _outside(desk: Desk, click: Click) -> bool:
    """People who do what they are asked; suppliers' titles are words of their own."""
    if click.do is not ClickKind.TELL:
        return False
    words = set(re.findall(r"\w+", click.value))
    if "licence" in words:
        assert click.label == "Bromcom"
        desk.school.licensed |= words
    elif "disconnected" in words:
        desk.school.exporting -= words
    return True


def _set(chosen: set[str], name: str, do: ClickKind) -> None:
    (chosen.add if do is ClickKind.TICK else chosen.discard)(name)


_PAGES: Mapping[PageId, Callable[[Desk, Click], bool]] = {
    PageId.ROLES: _roles,
    PageId.USERS: _users,
    PageId.THIRD_PARTY: _ticks,
    PageId.PARTNER_APPLICATIONS: _applications,
    PageId.DEFAULTS: _defaults,
    PageId.STUDENTS: _people,
    PageId.STAFF: _people,
    PageId.CONTACTS: _people,
    PageId.OUTSIDE: _outside,
}
