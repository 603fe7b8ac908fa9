"""Partner Applications: what each asks for, Grant and Proceed, Revoke, and its Audit History."""

from reconciler.sandbox.practice.requests import FlashMessage, Moved, PageRequest, Shown, View
from reconciler.sandbox.state import lookup
from reconciler.sandbox.state.records import Application

_PAGE = "partner-applications"


def listing(asked: PageRequest) -> Shown:
    """Every application that the school is offered."""
    return Shown("applications.html", {"applications": asked.controls.applications(asked.school_id)})


def application(asked: PageRequest) -> Shown:
    """One application: its status, and what was done with it."""
    found = _application(asked)
    history = asked.controls.audit(asked.school_id, found.name)
    return Shown("application.html", {"application": found, "history": history})


def manage(asked: PageRequest) -> Shown:
    """What an application asks for, with Grant or Revoke."""
    return Shown("application_scope.html", {"application": _application(asked)})


def grant(asked: PageRequest) -> Shown | Moved:
    """The question before the grant, and the grant."""
    found = _application(asked)
    if asked.form is None:
        return Shown("application_grant.html", {"application": found})
    asked.controls.set_application(asked.school_id, found.name, installed=True)
    return Moved(f"{_PAGE}/application", FlashMessage.APPLICATION_GRANTED, {"name": found.name})


def revoke(asked: PageRequest) -> Shown | Moved:
    """Take the grant away."""
    found = _application(asked)
    if asked.form is None:
        return manage(asked)
    asked.controls.set_application(asked.school_id, found.name, installed=False)
    return Moved(f"{_PAGE}/application", FlashMessage.APPLICATION_REVOKED, {"name": found.name})


def _application(asked: PageRequest) -> Application:
    return lookup.application(asked.controls.database, asked.school_id, asked.query.text("name"))


VIEWS: dict[str, View] = {
    "": listing,
    "application": application,
    "manage": manage,
    "grant": grant,
    "revoke": revoke,
}
