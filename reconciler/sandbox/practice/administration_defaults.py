"""Administration Defaults: the lawful basis on which a school shares records."""

from reconciler.errors import InputError
from reconciler.sandbox.practice.requests import FlashMessage, Moved, PageRequest, Shown, View
from reconciler.sandbox.state.records import LAWFUL_BASES


def page(asked: PageRequest) -> Shown | Moved:
    """The list of the six bases."""
    if asked.form is None:
        return _shown()
    try:
        asked.controls.set_lawful_basis(asked.school_id, asked.form.text("lawful-basis"))
    except InputError as error:
        return _shown(str(error))
    return Moved("administration-defaults", FlashMessage.DEFAULTS_SAVED)


def _shown(error: str = "") -> Shown:
    return Shown("administration_defaults.html", {"bases": LAWFUL_BASES, "error": error}, 400 if error else 200)


VIEWS: dict[str, View] = {"": page}
