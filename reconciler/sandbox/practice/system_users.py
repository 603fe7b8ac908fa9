"""System Users: the accounts of a school, a new one, and the page of one."""

from dataclasses import replace

from reconciler.errors import InputError
from reconciler.sandbox.practice.requests import Fields, FlashMessage, PageRequest, PageResponse, Redirect, View
from reconciler.sandbox.state import lookup
from reconciler.sandbox.state.records import THIRD_PARTY, SandboxAccount

_PAGE = "system-users"


def listing(request: PageRequest) -> PageResponse:
    """Every account of the school."""
    return PageResponse("system_users", {"accounts": request.controls.accounts(request.school_id)})


def new(request: PageRequest) -> PageResponse | Redirect:
    """Create a New User. The flag is on to begin with; what Bromcom has there is not known."""
    if request.form is None:
        return _new_form(request, SandboxAccount("", "", "", roles=(), must_change=True))
    password = request.form.text("password")
    typed = _typed(request.form, SandboxAccount(request.form.text("username"), password, password))
    try:
        request.controls.create_account(request.school_id, typed)
    except InputError as error:
        return _new_form(request, typed, str(error))
    return Redirect(_PAGE, FlashMessage.USER_SAVED)


def account(request: PageRequest) -> PageResponse | Redirect:
    """One account: its names, roles and flag."""
    stored = lookup.account(request.controls.database, request.school_id, request.query.text("username"))
    if request.form is None:
        return _account_form(request, stored)
    typed = _typed(request.form, stored)
    try:
        request.controls.save_account(request.school_id, typed)
    except InputError as error:
        return _account_form(request, typed, str(error))
    return _back_to(stored)


def reset(request: PageRequest) -> PageResponse | Redirect:
    """Reset Password of one account."""
    stored = lookup.account(request.controls.database, request.school_id, request.query.text("username"))
    if request.form is None:
        return _account_form(request, stored)
    try:
        request.controls.set_password(request.school_id, stored.username, request.form.text("password"))
    except InputError as error:
        return _account_form(request, stored, str(error))
    return _back_to(stored)


def _back_to(account: SandboxAccount) -> Redirect:
    """The account again, since its password may be next."""
    return Redirect(f"{_PAGE}/account", FlashMessage.USER_SAVED, {"username": account.username})


def _typed(form: Fields, account: SandboxAccount) -> SandboxAccount:
    """The account as changed by the form."""
    return replace(
        account,
        first_name=form.text("first-name").strip(),
        last_name=form.text("last-name").strip(),
        roles=form.all("role"),
        must_change=form.has("must-change"),
        can_log_in=form.has("can-log-in"),
    )


def _new_form(request: PageRequest, typed: SandboxAccount, error: str = "") -> PageResponse:
    return PageResponse("new_user", _form(request, typed, error), 400 if error else 200)


def _account_form(request: PageRequest, typed: SandboxAccount, error: str = "") -> PageResponse:
    return PageResponse("account", _form(request, typed, error), 400 if error else 200)


def _form(request: PageRequest, typed: SandboxAccount, error: str) -> dict[str, object]:
    roles = [role.name for role in request.controls.roles(request.school_id)]
    return {"account": typed, "roles": sorted(roles, key=lambda name: name != THIRD_PARTY), "error": error}


VIEWS: dict[str, View] = {"": listing, "new": new, "account": account, "password": reset}
