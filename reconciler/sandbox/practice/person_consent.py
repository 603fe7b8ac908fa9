"""Students, Staff and Contacts: one page each, all alike, with Quick Edit for several people and a page for one."""

from collections.abc import Mapping
from functools import partial

from reconciler.errors import InputError
from reconciler.sandbox.practice.requests import Fields, FlashMessage, PageRequest, PageResponse, Redirect, View
from reconciler.sandbox.state.people import PersonKind, PersonRecord

ATTRIBUTE = "Data Processing Consent Granted"

_VALUES = {"True": True, "False": False}
_TITLES = {PersonKind.STUDENT: "Students", PersonKind.STAFF: "Staff", PersonKind.CONTACT: "Contacts"}
# The guide names the panels of the first two records.
_PANELS = {PersonKind.STUDENT: "Key Data", PersonKind.STAFF: "Personal Details", PersonKind.CONTACT: "Contact Details"}


def views(kind: PersonKind) -> Mapping[str, View]:
    """The views of the page of one kind of person."""
    return {
        "": partial(_listing, kind),
        "quick-edit": partial(_quick_edit, kind),
        "person": partial(_person, kind),
    }


def _listing(kind: PersonKind, request: PageRequest, error: str = "") -> PageResponse:
    values = {**_texts(kind), "people": request.controls.people(request.school_id, kind), "error": error}
    return PageResponse("people", values, 400 if error else 200)


def _quick_edit(kind: PersonKind, request: PageRequest) -> PageResponse | Redirect:
    """The box: an attribute and its value, Review and Update. Who was selected comes with the request for it."""
    people = _selected(kind, request)
    if not people:
        return _listing(kind, request, "select at least one person")
    if request.form is None:
        return _box(kind, people, Fields())
    granted = _VALUES.get(request.form.text("value"))
    if request.form.text("attribute") != ATTRIBUTE or granted is None:
        return _box(kind, people, request.form, error="choose an attribute and a value")
    if request.form.has("review"):
        return _box(kind, people, request.form, reviewed=granted)
    _set(kind, request, people, granted=granted)
    return Redirect(kind.value, FlashMessage.RECORDS_UPDATED)


def _person(kind: PersonKind, request: PageRequest) -> PageResponse | Redirect:
    """One record, with its consent."""
    number = request.query.text("number")
    people = request.controls.people(request.school_id, kind)
    person = next((person for person in people if str(person.number) == number), None)
    if person is None:
        raise InputError(f"there is no record {number!r} among the {kind}")
    if request.form is None:
        return PageResponse("person", {**_texts(kind), "person": person, "panel": _PANELS[kind]})
    _set(kind, request, [person], granted=request.form.has("consent"))
    return Redirect(kind.value, FlashMessage.RECORDS_UPDATED)


def _selected(kind: PersonKind, request: PageRequest) -> list[PersonRecord]:
    people = request.controls.people(request.school_id, kind)
    if request.query.has("all"):
        return people
    return [person for person in people if str(person.number) in request.query.all("person")]


def _set(kind: PersonKind, request: PageRequest, people: list[PersonRecord], *, granted: bool) -> None:
    for person in people:
        request.controls.set_consent(request.school_id, kind, person.number, granted=granted)


def _box(
    kind: PersonKind, people: list[PersonRecord], form: Fields, *, reviewed: bool | None = None, error: str = ""
) -> PageResponse:
    values = {
        **_texts(kind),
        "people": people,
        "chosen": {"attribute": form.text("attribute"), "value": form.text("value")},
        "values": tuple(_VALUES),
        "reviewed": reviewed,
        "error": error,
    }
    return PageResponse("quick_edit", values, 400 if error else 200)


def _texts(kind: PersonKind) -> Mapping[str, object]:
    return {"title": _TITLES[kind], "word": kind.value, "attribute": ATTRIBUTE, "guessed": kind is PersonKind.CONTACT}
