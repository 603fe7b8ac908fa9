"""Roles and Permissions: the roles of a school, and the tree in which a role's permissions are ticked."""

from reconciler.errors import InputError
from reconciler.sandbox.practice.requests import Fields, FlashMessage, Moved, PageRequest, Shown, View
from reconciler.sandbox.state import lookup
from reconciler.sandbox.state.records import THIRD_PARTY, Role

MODULES = ("Setup", "Staff", "Students")
WITH_WRITE_BACK = "Setup"

_PAGE = "roles-and-permissions"


def listing(asked: PageRequest) -> Shown:
    """Every role of the school."""
    return Shown("roles.html", {"roles": asked.controls.roles(asked.school_id), "own": THIRD_PARTY})


def new(asked: PageRequest) -> Shown | Moved:
    """A new role."""
    if asked.form is None:
        return _shown(asked, Role(""), new=True)
    typed = _typed(asked.form, asked.form.text("name"))
    if asked.form.has("show"):
        return _shown(asked, typed, new=True)
    try:
        asked.controls.create_role(asked.school_id, typed)
    except InputError as error:
        return _shown(asked, typed, str(error), new=True)
    return Moved(_PAGE, FlashMessage.ROLE_SAVED)


def role(asked: PageRequest) -> Shown | Moved:
    """One role: its description and its permissions."""
    found = lookup.role(asked.controls.database, asked.school_id, asked.query.text("name"))
    if asked.form is None:
        return _shown(asked, found, new=False)
    typed = _typed(asked.form, found.name)
    if asked.form.has("show"):
        return _shown(asked, typed, new=False)
    try:
        asked.controls.save_role(asked.school_id, typed)
    except InputError as error:
        return _shown(asked, typed, str(error), new=False)
    return Moved(_PAGE, FlashMessage.ROLE_SAVED)


def _typed(form: Fields, name: str) -> Role:
    return Role(name, form.text("description").strip(), form.all("permission"))


def _shown(asked: PageRequest, typed: Role, error: str = "", *, new: bool) -> Shown:
    """The form. The tree is that of the module that was chosen; permissions of another one are kept unseen."""
    values = {
        "role": typed,
        "new": new,
        "modules": MODULES,
        "module": (asked.form or Fields()).text("module"),
        "with_write_back": WITH_WRITE_BACK,
        "permissions": asked.controls.database.roles.permissions(asked.school_id),
        "error": error,
    }
    return Shown("role.html", values, 400 if error else 200)


VIEWS: dict[str, View] = {"": listing, "new": new, "role": role}
