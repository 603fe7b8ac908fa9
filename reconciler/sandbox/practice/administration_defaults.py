"""Administration Defaults: the lawful basis on which a school shares records."""

from reconciler.errors import InputError
from reconciler.sandbox.practice.requests import FlashMessage, PageRequest, PageResponse, Redirect, View
from reconciler.sandbox.state.records import LAWFUL_BASES


def page(request: PageRequest) -> PageResponse | Redirect:
    """The list of the six bases."""
    if request.form is None:
        return _shown()
    try:
        request.controls.set_lawful_basis(request.school_id, request.form.text("lawful-basis"))
    except InputError as error:
        return _shown(str(error))
    return Redirect("administration-defaults", FlashMessage.DEFAULTS_SAVED)


def _shown(error: str = "") -> PageResponse:
    return PageResponse("administration_defaults", {"bases": LAWFUL_BASES, "error": error}, 400 if error else 200)


VIEWS: dict[str, View] = {"": page}
