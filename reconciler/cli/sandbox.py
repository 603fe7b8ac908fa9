"""`reconciler sandbox`: serve a practice Bromcom, and change one that is running."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.sandbox_controls import password, state, tick, trouble, untick
from reconciler.sandbox.running import DEFAULT_PORT

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("sandbox", invoke_without_command=True)
@click.option("--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="0: any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve at.")
@click.option(
    "--seed", type=_FILE, help="Which schools, logins and ticks to start with (YAML). Default: examples/trust."
)
@click.option("--state", "state_file", type=_FILE, help="Keep the state in this file, and go on with it next time.")
@click.option("--env-file", type=_FILE, help="Write the logins' passwords to this file, for `plan --env-file`.")
@click.pass_context
def command(
    context: click.Context, port: int, host: str, seed: Path | None, state_file: Path | None, env_file: Path | None
) -> None:
    """Serve a practice Bromcom until Ctrl-C.

    It answers like the real service, and everybody in it is invented: try `reconciler` on it, and spoil what you like.
    Without --state it forgets everything when it stops. From a second terminal, the commands below change it.
    """
    if context.invoked_subcommand is not None:
        for name, value in {"seed": seed, "state": state_file, "env-file": env_file}.items():
            if value is not None:
                raise click.UsageError(
                    f"--{name} is for serving a sandbox, and {context.invoked_subcommand} changes one."
                )
        context.default_map = {context.invoked_subcommand: {"port": port}}  # `sandbox --port 9000 tick ...` means 9000
        return
    from reconciler.sandbox.env_file import write_env_file
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
