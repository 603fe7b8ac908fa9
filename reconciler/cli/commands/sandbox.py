"""`reconciler sandbox`: serve a practice Bromcom, and change one that is running."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.help import VerbGroup
from reconciler.sandbox.control.client import DEFAULT_PORT, RunningSandbox
from reconciler.sandbox.state.fault_injection import MEANINGS, FaultKind

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer


_port = click.option(
    "--port", type=click.IntRange(1, 65535), default=DEFAULT_PORT, show_default=True, help="The port of the sandbox."
)
_school_id = click.option("--school-id", type=int, required=True, help="The School ID, such as 12345.")
_username = click.option("--username", required=True, help="The account, such as groupcall.greenfield.")
_entities = click.argument("entities", nargs=-1, required=True, metavar="ENTITY...")

_DEFAULT = re.compile(r"--seconds \(default [^)]*\)")  # as the list of kinds in --help has it


@click.command()
@_entities
@_school_id
@_username
@_port
def tick(entities: tuple[str, ...], school_id: int, username: str, port: int) -> None:
    """Tick ENTITY for an account, as on the page Third Party Access Permissions & Logs."""
    RunningSandbox(port).put("ticks", schoolId=school_id, username=username, entities=entities)
    click.echo(f"Ticked for {username} at school {school_id}: {', '.join(entities)}.")


@click.command()
@_entities
@_school_id
@_username
@_port
def untick(entities: tuple[str, ...], school_id: int, username: str, port: int) -> None:
    """Remove the tick of ENTITY from an account."""
    RunningSandbox(port).delete("ticks", schoolId=school_id, username=username, entities=entities)
    click.echo(f"Unticked for {username} at school {school_id}: {', '.join(entities)}.")


@click.command()
@_school_id
@_username
@click.option("--password", prompt=True, hide_input=True, help="The new password; you are asked if it is left out.")
@_port
def password(school_id: int, username: str, password: str, port: int) -> None:
    """Reset an account's password, as on the page System Users."""
    RunningSandbox(port).put("password", schoolId=school_id, username=username, password=password)
    click.echo(f"The password of {username} at school {school_id} is reset.")


_KINDS = "\n".join(f"  {kind:19} {MEANINGS[kind]}" for kind in FaultKind)


@click.command(help=f"Make something go wrong, or end it with --clear.\n\n\b\nKIND is one of\n{_KINDS}")
@click.argument("kind", type=click.Choice([kind.value for kind in FaultKind]), required=False, metavar="[KIND]")
@click.option("--school-id", type=int, help="Only at this school.")
@click.option("--username", help="Only for this account.")
@click.option("--operation", help="Only in this operation, such as findEntitiesBySchoolID.")
@click.option("--calls", type=click.IntRange(1), help="Only for this many calls.")
@click.option("--seconds", type=click.FloatRange(0, 3600), help="How long, for kinds that take time.")
@click.option("--clear", is_flag=True, help="End troubles instead: all, or those of KIND or --school-id.")
@_port
def trouble(
    kind: str | None,
    school_id: int | None,
    username: str | None,
    operation: str | None,
    calls: int | None,
    seconds: float | None,
    clear: bool,
    port: int,
) -> None:
    """Start a trouble, or clear troubles."""
    sandbox = RunningSandbox(port)
    if clear:
        if any(value is not None for value in (username, operation, calls, seconds)):
            raise click.UsageError("--clear goes only with KIND and --school-id.")
        count = sandbox.delete("troubles", kind=kind, schoolId=school_id)
        click.echo(f"{count} trouble{'' if count == 1 else 's'} cleared.")
        return
    if kind is None:
        raise click.UsageError("Give the KIND of trouble, or --clear to end troubles. --help lists the kinds.")
    sandbox.put(
        "troubles",
        kind=kind,
        schoolId=school_id,
        username=username,
        operation=operation,
        calls=calls,
        seconds=seconds,
    )
    meaning = MEANINGS[FaultKind(kind)]
    if seconds is not None:
        meaning = _DEFAULT.sub(f"{seconds:g} s", meaning)
    times = f", for the next {calls} call{'' if calls == 1 else 's'}" if calls else ", until it is cleared"
    click.echo(f"The trouble {kind} has started{times}: {meaning}.")


@click.command()
@_port
def state(port: int) -> None:
    """Print the accounts, their roles and ticks, and the troubles."""
    from reconciler.sandbox.welcome import state_text

    click.echo(state_text(RunningSandbox(port).see("state")))


_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(
    "sandbox",
    cls=VerbGroup,
    invoke_without_command=True,
    examples={
        "Serve a practice Bromcom, and write its passwords for `plan --env-file`": "sandbox --env-file practice.env",
        "From a second terminal, let a school's database be down": "sandbox trouble database-down --school-id 12345",
        "Remove a tick": "sandbox untick Students --school-id 12345 --username groupcall.greenfield",
    },
)
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
@click.option(
    "--seed", type=_FILE, help="The schools, logins and ticks to start with (YAML). [default: examples/trust]"
)
@click.option("--state", "state_file", type=_FILE, help="Keep the state in this file for the next time.")
@click.option("--env-file", type=_FILE, help="Write the passwords to this file, for `plan --env-file`.")
@click.pass_context
def command(
    context: click.Context, port: int, host: str, seed: Path | None, state_file: Path | None, env_file: Path | None
) -> None:
    """Serve a practice Bromcom until Ctrl-C.

    It answers like the real service, and everyone in it is invented. Try `reconciler` on it, and break what you like.
    Without --state it forgets everything when it stops. The commands below change it from a second terminal.
    """
    if context.invoked_subcommand is not None:
        for name, value in {"seed": seed, "state": state_file, "env-file": env_file}.items():
            if value is not None:
                raise click.UsageError(
                    f"--{name} is for serving a sandbox, and {context.invoked_subcommand} changes one."
                )
        context.default_map = {context.invoked_subcommand: {"port": port}}  # `sandbox --port 9000 tick ...` means 9000
        return
    from reconciler.sandbox.control.env_file import write_env_file
    from reconciler.sandbox.server import serve
    from reconciler.sandbox.welcome import welcome

    with suppress(KeyboardInterrupt), serve(seed, port=port, host=host, state=state_file) as sandbox:
        if env_file is not None:
            write_env_file(env_file, sandbox)
        click.echo(welcome(sandbox))
        _serve_until_interrupted(sandbox)
    click.echo("The sandbox has stopped.", err=True)


def _serve_until_interrupted(sandbox: SandboxServer) -> None:
    click.echo("Serving. Press Ctrl-C to stop.", err=True)
    sandbox.wait()


for _subcommand in (tick, untick, password, trouble, state):
    command.add_command(_subcommand)
