"""Third Party Access Permissions & Logs: an account's ticks, entity by entity, and the log of its calls."""

from reconciler.errors import InputError
from reconciler.sandbox.practice.requests import FlashMessage, PageRequest, PageResponse, Redirect, View
from reconciler.sandbox.service.operations import other_case
from reconciler.sandbox.state import lookup
from reconciler.sandbox.state.database import LoggedCall
from reconciler.sandbox.state.entities import names
from reconciler.sandbox.state.fault_injection import FaultKind
from reconciler.sandbox.state.records import THIRD_PARTY, SandboxAccount

_NEWEST = 50  # calls that are shown


def page(request: PageRequest) -> PageResponse | Redirect:
    """The accounts to choose from; of the one that is chosen the ticks and the log."""
    accounts = [account for account in request.controls.accounts(request.school_id) if THIRD_PARTY in account.roles]
    username = request.query.text("account")
    if not username:
        return PageResponse("third_party_access", {"accounts": accounts, "chosen": None})
    chosen = lookup.account(request.controls.database, request.school_id, username)
    if chosen.username not in [account.username for account in accounts]:
        raise InputError(f"{chosen.username} does not have the role {THIRD_PARTY}: give it under System Users")
    if request.form is not None:
        request.controls.set_ticks(request.school_id, chosen.username, request.form.all("entity"))
        return Redirect("third-party-access", FlashMessage.PERMISSIONS_SAVED, {"account": chosen.username})
    calls = _calls(request, chosen)
    return PageResponse(
        "third_party_access",
        {
            "accounts": accounts,
            "chosen": chosen,
            "entities": [(spelt, name in chosen.ticks) for spelt, name in _spelt(request)],
            "calls": calls[:_NEWEST],
            "count": len(calls),
        },
    )


def _spelt(request: PageRequest) -> list[tuple[str, str]]:
    """Every entity, as this school's service spells it and as the sandbox does."""
    troubles = [trouble for trouble in request.controls.troubles() if trouble.kind is FaultKind.MIXED_CASE]
    if any(trouble.school_id in (None, request.school_id) for trouble in troubles):
        return [(other_case(position, name), name) for position, name in enumerate(names())]
    return [(name, name) for name in names()]


def _calls(request: PageRequest, account: SandboxAccount) -> list[LoggedCall]:
    """The account's calls to the services, the newest first."""
    return [
        call
        for call in reversed(request.controls.access_log())
        if call.school_id == request.school_id and call.username.casefold() == account.username.casefold()
    ]


VIEWS: dict[str, View] = {"": page}
