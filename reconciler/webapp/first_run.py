"""Part of the app: the first run. Connect a Bromcom, begin from published lists, or practise.

start.html              the three ways
start/connect.html      a school, its suppliers and where passwords go
start/ask               each account is asked, which takes a moment
start/found.html        what was found, and the files that would be written
start/write             written
start/practice          a practice Bromcom, with a workspace of its own, until it is ended
start/practice/end      back in the workspace of the app
start/practice/here     a practice Bromcom where the manifests of this workspace expect one

A password that was typed is held in this process alone, until it is in its store or the start is left.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

from reconciler.catalogue import profiles
from reconciler.editing.target import TargetWorkspace
from reconciler.errors import InputError
from reconciler.git.executables import shell_line
from reconciler.importing.concerns import Concern
from reconciler.importing.request import slug
from reconciler.importing.summary import TITLES
from reconciler.manifest.rules.plain_http import is_exposed
from reconciler.model.check_up import CheckState
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.secrets.storing import has_keyring
from reconciler.starting.answers import LARGEST_URN, LEAST_URN, InitAnswers
from reconciler.starting.passwords import PasswordsGiven
from reconciler.starting.steps import PreparedStart, ask, check_way, prepare, write
from reconciler.starting.workspace_files import shown
from reconciler.webapp.checking import begin_check
from reconciler.webapp.framing import CHECK_PAGE, START_PAGE
from reconciler.webapp.jobs import Job, is_own_fault
from reconciler.webapp.last_check import is_new
from reconciler.webapp.passwords import file_typed, usual_file
from reconciler.webapp.routes import AppAnswer, AppPage, AppRequest, FormFields, Route, SeeOther
from reconciler.webapp.state import AppState, BegunStart

START: Final = "start"
_ROWS: Final = 5  # for accounts that exist; more can be added afterwards
_LARGEST_ID: Final = 2**31 - 1
_OTHER: Final = "other"
_KEYRING: Final = "keyring"
_LEAVE_OUT: Final = (Concern.BEYOND_PROFILE, Concern.SENSITIVE)


def _target(app: AppState) -> TargetWorkspace:
    return TargetWorkspace.read(app.services.workspace, "", app.clock().date())


def _ways(asked: AppRequest) -> AppAnswer:
    app = asked.app
    new = is_new(app)
    folder = app.services.workspace.resolve()
    values = {"folder": folder, "is_new": new, "job": app.jobs.status(), "notice": app.take_notice()}
    return AppPage("start", values, bar=not new)  # there is nothing to check yet


def _connect(asked: AppRequest) -> AppAnswer:
    return _form(asked, asked.query, {})


def _form(asked: AppRequest, typed: FormFields, faults: Mapping[str, str], error: str = "") -> AppPage:
    app, begun = asked.app, asked.app.start
    answers = begun.answers if begun else InitAnswers()
    known = _target(app).known
    lists = [profile for _, profile in sorted(profiles().items()) if profile.entities]
    return AppPage(
        "start_connect",
        {
            "answers": answers,
            "platforms": {name: urlsplit(way.read_url).netloc for name, way in sorted(known.platforms.items())},
            "rows": [*answers.accounts.items(), *[("", ("", ""))] * _ROWS][: max(_ROWS, len(answers.accounts) + 1)],
            "lists": lists,
            "typed": typed,
            "store": begun.store if begun else "",
            "has_keyring": has_keyring(),
            "file": usual_file(app),
            "faults": faults,
            "error": error,
        },
        409 if faults or error else 200,
        bar=not is_new(app),
    )


def _ask(asked: AppRequest) -> AppAnswer:
    """Begin to ask the accounts; the form again if something is missing."""
    app, form = asked.app, asked.form or FormFields()
    begun = app.start = _begun(form, app.start)
    if faults := _faults(form, begun, app):
        return _form(asked, form, faults, "Some answers are missing or cannot be read.")
    try:
        wrong = _wrong_way(begun.answers, app)
    except InputError as error:
        wrong = str(error)
    if wrong:
        return _form(asked, form, {}, wrong)
    app.jobs.start(START, "The first look at the accounts", "start/found.html", lambda job: _read(app, begun, job))
    return SeeOther("start/found.html")


def _begun(form: FormFields, before: BegunStart | None) -> BegunStart:
    """Read the form. A password that is left empty is the one that was typed before for this username."""
    earlier = dict(before.answers.accounts.values()) if before else {}
    accounts: dict[str, tuple[str, str]] = {}
    for supplier, username, password in zip(
        form.all("supplier"), form.all("username"), form.all("password"), strict=False
    ):
        if supplier.strip() or username.strip():
            name = username.strip()
            accounts[supplier.strip()] = name, password or earlier.get(name, "")
    platform = form.text("platform")
    urn = form.text("urn").strip()
    answers = InitAnswers(
        form.text("address").strip() if platform == _OTHER else platform,
        _number(form.text("school_id")),
        form.text("title").strip(),
        accounts,
        {profiles()[name].title: name for name in form.all("profile") if name in profiles()},
        allow_http=bool(form.text("allow_http")),
        urn=_number(urn) if urn else None,
    )
    store = file_typed(form.text("file")) if form.text("store") == "file" else _KEYRING
    return BegunStart(answers, str(store or ""))


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0


def _faults(form: FormFields, begun: BegunStart, app: AppState) -> Mapping[str, str]:
    answers, typed = begun.answers, form.text("school_id")
    known = _target(app).known
    checks = {
        "school_id": (
            not 1 <= answers.school_id <= _LARGEST_ID,
            f"The School ID has digits only. You typed {typed!r}." if typed else "Please write the School ID.",
        ),
        "title": (not answers.title, "Please write the name of the school."),
        "platform": (not answers.platform, "Please choose where it is hosted, or write the address."),
        "allow_http": (
            is_exposed(answers.platform) and not answers.allow_http,
            "This address is plain http: everyone on the way can read the passwords. Use https, or say that you know.",
        ),
        "urn": (
            answers.urn is not None and not LEAST_URN <= answers.urn <= LARGEST_URN,
            "A URN is a number of five to seven digits. It may be left empty.",
        ),
        "accounts": (_account_fault(answers, known.suppliers) != "", _account_fault(answers, known.suppliers)),
        "file": (not begun.store, "Please name a file for the passwords, outside of the workspace."),
    }
    return {field: text for field, (is_wrong, text) in checks.items() if is_wrong}


def _account_fault(answers: InitAnswers, there: Mapping[str, str]) -> str:
    """Say what is wrong with the suppliers; empty if nothing is."""
    if not answers.accounts and not answers.new:
        return "Name one supplier at least: with its login, or with a published list."
    for supplier, (username, password) in answers.accounts.items():
        if not (supplier and username and password):
            return f"{supplier or username}: a name, a username and a password are needed."
    for title in answers.new:
        if slug(title) in there:
            return f"{title} is in this workspace already."
    return ""


def _wrong_way(answers: InitAnswers, app: AppState) -> str:
    """Say what is wrong with the way to the school's database; empty if nothing is."""
    result = check_way(answers.school(_target(app).known), app.services.timeout)
    if result is None or result.verdict is not CheckState.WRONG:
        return ""
    advice = result.advice.replace("readUrl", "the address").replace("schoolId", "the School ID")
    return f"Nothing was written: the {result.step} is wrong: {result.text}. {advice}"


def _read(app: AppState, begun: BegunStart, job: Job) -> None:
    """Ask each account once, and work out the files."""
    target, services = _target(app), app.services
    given = PasswordsGiven(target.folder, "", begun.store)

    def read_live(desired: Desired, variables: Mapping[str, str]) -> Live:
        job.expect(desired)
        return services.account_reader(desired, job.progress, job.on_stop, variables)(desired)

    asked = ask(begun.answers, target, given, read_live)
    if asked.live.interrupted:
        return
    whose = tuple(asked.whose())
    prepared = prepare(begun.answers, target, asked)
    begun.prepared = PreparedStart(asked, prepared.plan, prepared.texts, (*whose, *prepared.remarks))


def _found(asked: AppRequest) -> AppAnswer:
    """Show what was found, or how far the asking is."""
    app = asked.app
    job, begun = app.jobs.status(START), app.start
    if begun is None:
        return SeeOther(START_PAGE)
    error = job.error if job else None
    failure = ""
    if error:
        failure = f"The app met a bug ({type(error).__name__})." if is_own_fault(error) else str(error)
    prepared = begun.prepared
    concerns = [(concern, TITLES[concern]) for concern in _LEAVE_OUT if prepared and concern in prepared.plan.concerns]
    return AppPage(
        "start_found",
        {
            "job": job,
            "failure": app.services.as_typed(failure),
            "prepared": prepared,
            "concerns": concerns,
            "files": shown(prepared.texts, app.services.workspace) if prepared else "",
            "folder": app.services.workspace.resolve(),
            "store": begun.store,
        },
        bar=not is_new(app),
    )


def _write(asked: AppRequest) -> AppAnswer:
    """Write the files, without what the person left out, and keep the passwords."""
    app, begun = asked.app, asked.app.start
    if begun is None or begun.prepared is None:
        return SeeOther(START_PAGE)
    target = _target(app)
    left_out = frozenset(concern for concern in _LEAVE_OUT if concern in (asked.form or FormFields()).all("leave_out"))
    prepared = prepare(begun.answers, target, begun.prepared.asked, left_out)
    write(prepared, target)
    app.start = None
    app.notice = f"Written: {', '.join(prepared.texts)}. Now ask Bromcom if it agrees with them."
    if file := prepared.asked.given.file:
        app.services.use_password_file(file)
        start = shell_line("reconciler", "ui", "--env-file", str(file))
        app.notice += app.services.as_typed(f" From now on, start the app with the passwords: `{start}`.")
    return SeeOther(CHECK_PAGE)


def _leave(asked: AppRequest) -> AppAnswer:
    """Forget the answers, and the passwords among them."""
    asked.app.start = None
    return SeeOther(START_PAGE)


def _practise(asked: AppRequest) -> AppAnswer:
    """Go on in a workspace for practice."""
    app = asked.app
    if app.own is None:
        app.practise()
    return begin_check(asked)


def _end_practice(asked: AppRequest) -> AppAnswer:
    asked.app.end_practice()
    asked.app.notice = "The practice has ended, and nothing of it is left."
    return SeeOther(CHECK_PAGE)


def _practise_here(asked: AppRequest) -> AppAnswer:
    """Serve a practice Bromcom where this workspace expects one, unless that is done."""
    app = asked.app
    desired = _target(app).desired
    if desired and app.services.is_for_practice(desired) and not app.practice:
        app.practice = app.services.practise_here(desired)
    return begin_check(asked)


ROUTES: Final[Sequence[Route]] = (
    Route("GET", START_PAGE, _ways),
    Route("GET", "start/connect.html", _connect),
    Route("POST", "start/ask", _ask),
    Route("GET", "start/found.html", _found),
    Route("POST", "start/write", _write),
    Route("POST", "start/leave", _leave),
    Route("POST", "start/practice", _practise),
    Route("POST", "start/practice/end", _end_practice),
    Route("POST", "start/practice/here", _practise_here),
)
