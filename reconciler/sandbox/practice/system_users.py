"""System Users: the accounts of a school, a new one, and the page of one."""

from dataclasses import replace

from reconciler.errors import InputError
from reconciler.sandbox.practice.requests import Fields, FlashMessage, Moved, PageRequest, Shown, View
from reconciler.sandbox.state import lookup
from reconciler.sandbox.state.records import THIRD_PARTY, SandboxAccount

_PAGE = "system-users"


def listing(asked: PageRequest) -> Shown:
    """Every account of the school."""
    return Shown("system_users.html", {"accounts": asked.controls.accounts(asked.school_id)})


def new(asked: PageRequest) -> Shown | Moved:
    """Create a New User. The flag is on to begin with; what Bromcom has there is not known."""
    if asked.form is None:
        return _new_form(asked, SandboxAccount("", "", "", roles=(), must_change=True))
    password = asked.form.text("password")
    typed = _typed(asked.form, SandboxAccount(asked.form.text("username"), password, password))
    try:
        asked.controls.create_account(asked.school_id, typed)
    except InputError as error:
        return _new_form(asked, typed, str(error))
    return Moved(_PAGE, FlashMessage.USER_SAVED)


def account(asked: PageRequest) -> Shown | Moved:
    """One account: its names, roles and flag."""
    found = lookup.account(asked.controls.database, asked.school_id, asked.query.text("username"))
    if asked.form is None:
        return _account_form(asked, found)
    typed = _typed(asked.form, found)
    try:
        asked.controls.save_account(asked.school_id, typed)
    except InputError as error:
        return _account_form(asked, typed, str(error))
    return _back_to(found)


def reset(asked: PageRequest) -> Shown | Moved:
    """Reset Password of one account."""
    found = lookup.account(asked.controls.database, asked.school_id, asked.query.text("username"))
    if asked.form is None:
        return _account_form(asked, found)
    try:
        asked.controls.set_password(asked.school_id, found.username, asked.form.text("password"))
    except InputError as error:
        return _account_form(asked, found, str(error))
    return _back_to(found)


def _back_to(account: SandboxAccount) -> Moved:
    """The account again, since its password may be next."""
    return Moved(f"{_PAGE}/account", FlashMessage.USER_SAVED, {"username": account.username})


def _typed(form: Fields, account: SandboxAccount) -> SandboxAccount:
    """An account with what the form says of it."""
    return replace(
        account,
        first_name=form.text("first-name").strip(),
        last_name=form.text("last-name").strip(),
        roles=form.all("role"),
        must_change=form.has("must-change"),
    )


def _new_form(asked: PageRequest, typed: SandboxAccount, error: str = "") -> Shown:
    return Shown("new_user.html", _form(asked, typed, error), 400 if error else 200)


def _account_form(asked: PageRequest, typed: SandboxAccount, error: str = "") -> Shown:
    return Shown("account.html", _form(asked, typed, error), 400 if error else 200)


def _form(asked: PageRequest, typed: SandboxAccount, error: str) -> dict[str, object]:
    roles = [role.name for role in asked.controls.roles(asked.school_id)]
    return {"account": typed, "roles": sorted(roles, key=lambda name: name != THIRD_PARTY), "error": error}


VIEWS: dict[str, View] = {"": listing, "new": new, "account": account, "password": reset}
