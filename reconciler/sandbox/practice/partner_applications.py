"""Partner Applications: what each asks for, Grant and Proceed, Revoke, and its Audit History."""

from reconciler.sandbox.practice.requests import FlashMessage, PageRequest, PageResponse, Redirect, View
from reconciler.sandbox.state import lookup
from reconciler.sandbox.state.records import Application

_PAGE = "partner-applications"


def listing(request: PageRequest) -> PageResponse:
    """Every application that the school is offered."""
    return PageResponse("applications", {"applications": request.controls.applications(request.school_id)})


def application(request: PageRequest) -> PageResponse:
    """One application: its status, and what was done with it."""
    offered = _application(request)
    history = request.controls.audit(request.school_id, offered.name)
    return PageResponse("application", {"application": offered, "history": history})


def manage(request: PageRequest) -> PageResponse:
    """The scope of an application, with Grant or Revoke."""
    return PageResponse("application_scope", {"application": _application(request)})


def grant(request: PageRequest) -> PageResponse | Redirect:
    """The question before the grant, and the grant."""
    offered = _application(request)
    if request.form is None:
        return PageResponse("application_grant", {"application": offered})
    request.controls.set_application(request.school_id, offered.name, installed=True)
    return Redirect(f"{_PAGE}/application", FlashMessage.APPLICATION_GRANTED, {"name": offered.name})


def revoke(request: PageRequest) -> PageResponse | Redirect:
    """Take the grant away."""
    offered = _application(request)
    if request.form is None:
        return manage(request)
    request.controls.set_application(request.school_id, offered.name, installed=False)
    return Redirect(f"{_PAGE}/application", FlashMessage.APPLICATION_REVOKED, {"name": offered.name})


def _application(request: PageRequest) -> Application:
    return lookup.application(request.controls.database, request.school_id, request.query.text("name"))


VIEWS: dict[str, View] = {
    "": listing,
    "application": application,
    "manage": manage,
    "grant": grant,
    "revoke": revoke,
}
