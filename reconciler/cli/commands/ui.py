"""`reconciler ui`: the pages of a workspace in the browser."""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, ParamSpec, TypeVar

import click
from click.core import ParameterSource

from reconciler.bromcom.options import ProbeProgress
from reconciler.cli.clock import clock
from reconciler.cli.commands.demo import practice_workspace
from reconciler.cli.console import remarks
from reconciler.cli.help import verb
from reconciler.cli.operator_name import operator_name
from reconciler.cli.options.general import probing_options, workspace_option
from reconciler.cli.options.history import summary_for_pages
from reconciler.cli.options.service import ServiceOptions, service_reader
from reconciler.cli.output.overwrite_guard import refuse_no_plan, refuse_overwriting
from reconciler.cli.output.reports import save_for_approval
from reconciler.cli.output.working_logins import remembered_logins
from reconciler.cli.password_files import PasswordFiles, exposed_password_files
from reconciler.cli.practising import practice_port, practice_service
from reconciler.cli.printed_commands import with_given_options
from reconciler.errors import InputError
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.model.problem import Severity
from reconciler.webapp.joining import link_of_running, only_app, write_opening_page
from reconciler.webapp.services import AppServices, Practice
from reconciler.workflow import Reader, proving

P = ParamSpec("P")
R = TypeVar("R")


@verb(
    {
        "Open the pages of this workspace": "ui",
        "With the passwords of a file": "ui --env-file ../passwords.env",
        "On a port of your choice, without opening a browser": "ui --port 8765 --no-browser",
    },
)
@workspace_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port to serve on. [default: any free one]")
@click.option("--no-browser", is_flag=True, help="Print the address, and open nothing.")
@click.option("--as", "who", metavar="NAME", help="Who works here. [default: git's user.name, or the system's user]")
@probing_options
@click.option("-q", "--quiet", is_flag=True, help="No remarks on stderr; errors stay.")
def command(port: int, no_browser: bool, who: str | None, **typed: Any) -> int:
    """Show the workspace in the browser, and check it there.

    The pages are served on this computer alone, to the browser that opens the printed address. Each address works once.
    Run it again to open another browser: it joins the app that runs. Ctrl-C ends the app; closing the browser changes
    nothing.
    """
    service = ServiceOptions(**typed)
    log = remarks(quiet=service.quiet)

    def show(link: str) -> None:
        _show(link, service.workspace, None if no_browser else log)

    with only_app(service.workspace) as first, ExitStack() as practice:
        if first:
            _serve(services_of(service, who, practice), port, show)
        else:
            log("The app is running already, and has the options of its own start.")
            show(link_of_running(service.workspace))
    return 0


def _serve(services: AppServices, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C, which is the way to end it."""
    from reconciler.webapp.app import serve_app  # loads aiohttp, which --help needs as little as a second start

    services.log("Ctrl-C ends the app. Closing the browser changes nothing.")
    try:
        asyncio.run(serve_app(services, port, on_ready))
    except KeyboardInterrupt:
        services.log("The app has stopped. Nothing was changed in Bromcom.")


def services_of(service: ServiceOptions, who: str | None, practice: ExitStack) -> AppServices:
    """Return the services of the command line, with the options that were given. `practice` ends what they start."""
    workspace, now, password_files = service.workspace, clock(), PasswordFiles(service.env_file)

    def reader(
        desired: Desired,
        progress: Callable[[ProbeProgress], None],
        on_start: Callable[[Callable[[], None]], None],
    ) -> Reader:
        options, given = replace(service, env_file=password_files.last), password_files.earlier(desired)
        read_live = service_reader(options, progress, [desired], given=given, on_start=on_start)
        return proving(read_live, lambda: remembered_logins(workspace, desired.workspace))

    def practise() -> Practice:
        own = practice.enter_context(ExitStack())
        folder, env_file, pages_url = own.enter_context(practice_workspace())
        with _as_typed(workspace=folder, env_file=env_file).scope(cleanup=False):
            services = services_of(replace(service, workspace=folder, env_file=env_file), who, own)
        return Practice(services, pages_url, own.close)

    def practise_here(desired: Desired) -> str:
        env_file, pages_url = practice.enter_context(practice_service(practice_port(desired)))
        password_files.use(env_file)
        return pages_url

    return AppServices(
        workspace,
        now,
        _as_here(lambda: operator_name(workspace, "--as") if who is None else who),
        _as_here(reader),
        _as_here(partial(_account_reader, service)),
        service.timeout,
        lambda: password_files.last,
        password_files.use,
        lambda desired: exposed_password_files(workspace, desired, Severity.WARNING, password_files.last),
        _as_here(partial(_keep_night, service)),
        _as_here(lambda: summary_for_pages(workspace, None)),
        _as_here(practise),
        lambda desired: bool(practice_port(desired)),
        practise_here,
        _as_here(partial(_save_plan, service, now)),
        _as_here(with_given_options),
        _as_here(remarks(quiet=service.quiet)),
    )


def _account_reader(
    service: ServiceOptions,
    desired: Desired,
    progress: Callable[[ProbeProgress], None],
    on_start: Callable[[Callable[[], None]], None],
    given: Mapping[str, str],
) -> Reader:
    """Return what asks accounts that no manifest has yet."""
    # It reads no columns, since the request declares no entity; but it asks whose database answers.
    options = replace(service, deep=True, env_file=None)
    return service_reader(options, progress, [desired], given=given, on_start=on_start)


def _keep_night(service: ServiceOptions, desired: Desired, live: Live, plan: Plan, at: datetime) -> None:
    """Add a check to the history, as `drift` does."""
    from reconciler.cli.options.applied import applied_manifests, told_apart  # loads reviews, which a start needs not
    from reconciler.cli.options.nights import SeenRun, keep_night

    applied = applied_manifests(service.workspace, None, desired, at.date(), remarks(quiet=service.quiet))
    told = told_apart(applied, plan, live, desired, at.date())
    keep_night(service.workspace, None, SeenRun(desired, live, plan, told, at), whole=True)


def _save_plan(service: ServiceOptions, now: Callable[[], datetime], plan: Plan, name: str, valid_days: int) -> str:
    """Write a plan for approval to a file of the workspace, as `plan --out` does."""
    file = service.workspace / name
    try:
        refuse_overwriting([file], service.workspace, [service.env_file])
        refuse_no_plan(file)
    except click.UsageError as error:
        raise InputError(error.format_message()) from None
    return save_for_approval(plan, file, valid_days, now())


def _as_here(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function for other threads: click knows the options of the command in this one alone."""
    context = click.get_current_context()

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        with context.scope(cleanup=False):
            return function(*args, **kwargs)

    return call


def _as_typed(**params: Path) -> click.Context:
    """Return the context of this command as if these options had been typed: shown commands are then for them."""
    here = click.get_current_context()
    context = click.Context(here.command, here.parent, here.info_name)
    context.params = here.params | params
    for name in context.params:
        source = ParameterSource.COMMANDLINE if name in params else here.get_parameter_source(name)
        context.set_parameter_source(name, source or ParameterSource.DEFAULT)
    return context


def _show(link: str, workspace: Path, log: Callable[[str], None] | None) -> None:
    """Print the address, and open it in the browser if there is one to `log` to."""
    click.echo(f"Open {link}")
    if log is None:
        return
    file = write_opening_page(workspace, link)
    if _has_display():
        # It may wait for the browser to end. A file, since other users can read the command lines of programs.
        Thread(target=webbrowser.open, args=[file.resolve().as_uri()], daemon=True).start()
        log("The browser opens it. If it does not, open the address above.")
    else:
        log("There is no browser here: open the address above on this computer.")


def _has_display() -> bool:
    """Tell if a browser can open: without a display, Python would start one for text in this terminal."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
