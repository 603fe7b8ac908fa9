"""Part of the app: the passwords that the manifests have a place for, in the keyring or in a file of their own.

passwords.html          the accounts, and a field for the password of one
passwords/keep          kept; it goes to its store, and to no page, no address and no manifest
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from reconciler import workflow
from reconciler.errors import InputError
from reconciler.git.executables import shell_line
from reconciler.model.address import school_label
from reconciler.model.desired import Access, Account, Desired
from reconciler.model.secret import EnvRef, KeyringRef, Secret
from reconciler.report.labels import manifest_wording
from reconciler.secrets.storing import keep_in_file, keep_in_keyring
from reconciler.starting.passwords import refuse_shared
from reconciler.webapp.framing import CHECK_PAGE, EDIT_PAGE
from reconciler.webapp.routes import AppAnswer, AppPage, AppRequest, FormFields, Route, SeeOther
from reconciler.webapp.state import AppState

PASSWORDS_PAGE: Final = "passwords.html"


def usual_file(app: AppState) -> Path:
    """The file that the app has passwords from, unless that is where others get the manifests."""
    if file := app.services.password_file():
        with suppress(InputError):
            refuse_shared(file, app.services.workspace)
            return file.resolve()
    return Path.home() / "reconciler-passwords.env"


def file_typed(text: str) -> Path | None:
    """Return the file that a person names in a form, where no shell knows `~`; None if no file can be there."""
    name = text.strip()
    if not name or "\0" in name:
        return None
    try:
        file = Path(name).expanduser().absolute()
        return file if file.is_file() or not file.exists() else None
    except (OSError, RuntimeError):  # too long a name, or the home of no user
        return None


def _page(asked: AppRequest) -> AppAnswer:
    return _shown(asked, "")


def _shown(asked: AppRequest, error: str) -> AppPage:
    """Show the accounts; what was typed as a password is not shown again."""
    app, form = asked.app, asked.form or asked.query
    desired = workflow.desired_of(app.services.workspace, app.clock())
    refs = _refs(desired)
    rows = [
        (str(address), _called(desired, access), access.via.username.value, manifest_wording(str(refs[str(address)])))
        for address, access in sorted(desired.accesses.items())
        if str(address) in refs and isinstance(access.via, Account)
    ]
    values = {
        "title": "Give a password",
        "rows": rows,
        "chosen": form.text("of"),
        "has_files": any(isinstance(ref, EnvRef) for ref in refs.values()),
        "file": form.text("file") or usual_file(app),
        "error": error,
    }
    return AppPage("passwords", values, 409 if error else 200, EDIT_PAGE)


def _refs(desired: Desired) -> Mapping[str, EnvRef | KeyringRef]:
    """{access: the place of its password}, for the places that can take one from here."""
    accounts = {at: access.via for at, access in desired.accesses.items() if isinstance(access.via, Account)}
    refs = {str(at): account.password.ref for at, account in accounts.items() if account.password}
    return {at: ref for at, ref in refs.items() if isinstance(ref, EnvRef | KeyringRef)}


def _called(desired: Desired, access: Access) -> str:
    school = access.address.school
    return f"{access.title or access.address.supplier} at {school_label(desired.schools[school].title, school)}"


def _keep(asked: AppRequest) -> AppAnswer:
    """Keep the password, and read it from there from now on; the form again if it cannot be kept."""
    app, form = asked.app, asked.form or FormFields()
    ref = _refs(workflow.desired_of(app.services.workspace, app.clock())).get(form.text("of"))
    password, file = form.text("password"), file_typed(form.text("file"))
    if ref is None or not password or (isinstance(ref, EnvRef) and not file):
        return _shown(asked, "Nothing was written: choose an account and type its password, and name a file for it.")
    try:
        if isinstance(ref, KeyringRef):
            keep_in_keyring({ref: Secret(password)})
        elif file:
            refuse_shared(file, app.services.workspace)
            keep_in_file(file, {ref: Secret(password)})
            app.services.use_password_file(file)
    except InputError as error:
        return _shown(asked, app.services.as_typed(str(error)))
    app.notice = f"{_kept(ref, file, is_practice=bool(app.practice))} Check again, to see if Bromcom takes it."
    return SeeOther(CHECK_PAGE)


def _kept(ref: EnvRef | KeyringRef, file: Path | None, *, is_practice: bool) -> str:
    """Say where the password is; the file of a practice ends with the app."""
    if isinstance(ref, KeyringRef):
        return "The password is kept in this computer's keyring."
    start = f" Start the app with this file the next time: `{shell_line('reconciler', 'ui', '--env-file', str(file))}`."
    return f"The password is kept in {file}, under {ref.name}.{'' if is_practice else start}"


ROUTES: Final = (
    Route("GET", PASSWORDS_PAGE, _page),
    Route("POST", "passwords/keep", _keep),
)
