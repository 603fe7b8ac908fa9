"""Roles and Permissions: the roles of a school, and the tree in which a role's permissions are ticked."""

from reconciler.errors import InputError
from reconciler.sandbox.practice.requests import Fields, FlashMessage, PageRequest, PageResponse, Redirect, View
from reconciler.sandbox.state import lookup
from reconciler.sandbox.state.records import THIRD_PARTY, Role

MODULES = ("Setup", "Staff", "Students")
WITH_WRITE_BACK = "Setup"

_PAGE = "roles-and-permissions"


def listing(request: PageRequest) -> PageResponse:
    """Every role of the school."""
    return PageResponse("roles", {"roles": request.controls.roles(request.school_id), "own": THIRD_PARTY})


def new(request: PageRequest) -> PageResponse | Redirect:
    """A new role."""
    if request.form is None:
        return _shown(request, Role(""), new=True)
    typed = _typed(request.form, request.form.text("name"))
    if request.form.has("show"):
        return _shown(request, typed, new=True)
    try:
        request.controls.create_role(request.school_id, typed)
    except InputError as error:
        return _shown(request, typed, str(error), new=True)
    return Redirect(_PAGE, FlashMessage.ROLE_SAVED)


def role(request: PageRequest) -> PageResponse | Redirect:
    """One role: its description and its permissions."""
    stored = lookup.role(request.controls.database, request.school_id, request.query.text("name"))
    if request.form is None:
        return _shown(request, stored, new=False)
    typed = _typed(request.form, stored.name)
    if request.form.has("show"):
        return _shown(request, typed, new=False)
    try:
        request.controls.save_role(request.school_id, typed)
    except InputError as error:
        return _shown(request, typed, str(error), new=False)
    return Redirect(_PAGE, FlashMessage.ROLE_SAVED)


def _typed(form: Fields, name: str) -> Role:
    return Role(name, form.text("description").strip(), form.all("permission"))


def _shown(request: PageRequest, typed: Role, error: str = "", *, new: bool) -> PageResponse:
    """The form. The tree is that of the module that was chosen; permissions of another one are kept unseen."""
    values = {
        "role": typed,
        "new": new,
        "modules": MODULES,
        "module": (request.form or Fields()).text("module"),
        "with_write_back": WITH_WRITE_BACK,
        "permissions": request.controls.database.roles.permissions(request.school_id),
        "error": error,
    }
    return PageResponse("role", values, 400 if error else 200)


VIEWS: dict[str, View] = {"": listing, "new": new, "role": role}
