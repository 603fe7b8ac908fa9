"""Workspaces, and schools that are not as they say: made by hypothesis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from reconciler.model.address import username_key
from reconciler.model.aspect import Aspect
from reconciler.model.desired import Account, PartnerApplication
from reconciler.model.entity import entity_key
from reconciler.model.evidence import NO_PROBE, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.model.problem import DeclaredValue
from tests.planning.worlds import NAMES, PROBED, attested, declared, desireds, school, vouch
from tests.runbook.model import Application, Database, User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model.desired import Access, Desired, School
    from reconciler.model.evidence import Fact

OTHER_ROLES = ("administrator", "attendance officer")
PERMISSIONS = ("attendance", "staff", "dinner money")


@dataclass(frozen=True)
class World:
    """What the manifests say, and the schools as they are."""

    desired: Desired
    schools: Mapping[str, Database]

    def live(self, *, words: bool) -> Live:
        """What is known of it; with `words`, people have looked at everything just now and vouch for it."""
        return Live(
            {name: _live_school(database, words=words) for name, database in self.schools.items()},
            {
                address: _live_access(access, self.schools[address.school], words=words)
                for address, access in self.desired.accesses.items()
            },
        )


_flags = st.booleans()
_bases = st.sampled_from([None, "Public Task", "Consent"])
_live_bases = st.sampled_from(["Consent", "Public Task", "Vital Interests"])
_consenting = st.lists(st.sampled_from(["students", "staff", "contacts"])).map(set)
_permissions = st.lists(st.sampled_from(PERMISSIONS)).map(set)
_ticks = st.lists(st.sampled_from(NAMES)).map(lambda names: set(map(entity_key, names)))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Any workspace that the manifests' rules let through, and schools in any state."""
    desired = draw(desireds())
    basis = draw(_bases)
    desired = replace(
        desired,
        schools={name: _school(one, basis) for name, one in desired.schools.items()},
        accesses={address: _ruled(access) for address, access in desired.accesses.items()},
    )
    return World(desired, {name: _database(draw, desired, name) for name in desired.schools})


def _school(drawn: School, basis: str | None) -> School:
    """A school with this lawful basis that wants the consent set which the drawn one does."""
    made = school(drawn.name, lawful_basis=basis)
    return replace(made, declared={**made.declared, Aspect.CONSENT: drawn.declared.get(Aspect.CONSENT, ())})


def _ruled(access: Access) -> Access:
    """A role of its own for each supplier; permissions only with a role; neither without an account."""
    role = access.role and declared(f"{access.address.supplier.capitalize()} write-back")
    if isinstance(access.via, PartnerApplication):
        via = PartnerApplication(declared(f"{access.title} App"))
        return replace(
            access, via=via, role=None, permissions={}, no_permissions=None, declared=_without_licence(access)
        )
    return replace(access, role=role, permissions=access.permissions if role else {})


def _database(draw: st.DrawFn, desired: Desired, name: str) -> Database:
    accesses = [access for access in desired.accesses.values() if access.address.school == name]
    roles = [access.role.value.casefold() for access in accesses if access.role]
    there = {role: draw(_permissions) for role in roles if draw(_flags)}
    there |= {role: draw(_permissions) for role in OTHER_ROLES}
    database = Database(
        basis=draw(_live_bases),
        roles=there,
        consented=draw(_consenting),
        licensed={access.title for access in accesses if draw(_flags)},
        exporting={access.title for access in accesses if draw(_flags)},
    )
    for access in accesses:
        if isinstance(access.via, PartnerApplication):
            database.applications[access.via.name.value.casefold()] = Application(draw(_ticks), draw(_flags))
        elif draw(_flags):
            user = _user(draw, access.via, sorted(there))
            database.users[username_key(user.name)] = user
    return database


def _user(draw: st.DrawFn, account: Account, roles: list[str]) -> User:
    return User(
        name=account.username.value,
        password=_password(account) if draw(_flags) else "another",
        must_change=draw(_flags),
        roles=set(draw(st.lists(st.sampled_from(["third party", *roles])))),
        ticks=draw(_ticks),
    )


def _without_licence(access: Access) -> dict[Aspect, tuple[DeclaredValue, ...]]:
    return {aspect: values for aspect, values in access.declared.items() if aspect is not Aspect.WRITE_LICENCE}


def _password(account: Account) -> str:
    return str(account.password.ref) if account.password else "chosen"


def _live_school(database: Database, *, words: bool) -> LiveSchool:
    consent = {kind: _set_or_not(set_=database.consent(kind)) for kind in ("students", "staff", "contacts")}
    return vouch(
        LiveSchool(Known(True, PROBED)),
        lawful_basis=_word(database.basis, words=words),
        **{kind: _word(value, words=words) for kind, value in consent.items()},
    )


def _live_access(access: Access, database: Database, *, words: bool) -> LiveAccess:
    if isinstance(access.via, PartnerApplication):
        return _live_application(access, access.via, database, words=words)
    user = database.users.get(username_key(access.via.username.value), User())
    # Whoever looks for what an account may write looks at the declared role, and at what its other roles add.
    held = user.roles | ({access.role.value.casefold()} if access.role else set())
    found = replace(
        _probed(access.via, user) if access.via.password else _looked_at(user, words=words),
        roles=_names(user.roles, words=words),
        permissions=_names(set().union(*(database.roles.get(role, set()) for role in held)), words=words),
    )
    return vouch(
        found,
        write_licence=_word("bought" if access.title in database.licensed else "missing", words=words),
        old_export=_old_export(access, database, words=words),
    )


def _live_application(access: Access, via: PartnerApplication, database: Database, *, words: bool) -> LiveAccess:
    application = database.applications[via.name.value.casefold()]
    return vouch(
        LiveAccess(login=NO_PROBE, entities=_names(application.scope, words=words)),
        partner_application=_word("granted" if application.installed else "not granted", words=words),
        old_export=_old_export(access, database, words=words),
    )


def _old_export(access: Access, database: Database, *, words: bool) -> Fact[str]:
    return _word("connected" if access.title in database.exporting else "disconnected", words=words)


def _probed(account: Account, user: User) -> LiveAccess:
    """What a probe finds out with the account's own password."""
    if not user.lets_in(_password(account)):
        refused = Unknown(UnknownReason.LOGIN_REFUSED, "Bromcom refused this login (401)")
        return LiveAccess(Known(Login.REFUSED, PROBED), refused, refusal="401")
    nothing = Unknown(UnknownReason.NOTHING_LISTED, "nothing is ticked")
    return LiveAccess(Known(Login.WORKS, PROBED) if user.ticks else nothing, Known(_shown(user.ticks), PROBED))


def _looked_at(user: User, *, words: bool) -> LiveAccess:
    """What is known of an account whose password nobody keeps."""
    if not words:
        nobody = Unknown(UnknownReason.NO_PASSWORD, "nobody keeps its password")
        return LiveAccess(nobody, nobody)
    works = "third party" in user.roles and not user.must_change
    login = Login.WORKS if works else Login.REFUSED
    return LiveAccess(Known(login, attested()), Known(_shown(user.ticks), attested()))


def _names(keys: set[str], *, words: bool) -> Fact[Mapping[str, str]]:
    return Known(_shown(keys), attested()) if words else NO_PROBE


def _shown(keys: set[str]) -> dict[str, str]:
    return {key: key.upper() for key in sorted(keys)}


def _set_or_not(*, set_: bool) -> str:
    return "set" if set_ else "not set"


def _word(value: str, *, words: bool) -> Fact[str]:
    return Known(value, attested()) if words else NO_PROBE
