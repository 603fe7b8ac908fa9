"""`reconciler completion`: print the script with which a shell completes our commands."""

import click
from click.shell_completion import get_completion_class

from reconciler.cli.console import tell
from reconciler.cli.help import verb


@verb(
    {
        "Complete commands in bash": "completion bash > ~/.local/share/bash-completion/completions/reconciler",
    },
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish", "powershell"]))
def command(shell: str) -> None:
    """Print the completion script for a SHELL.

    \b
    bash:  reconciler completion bash > ~/.local/share/bash-completion/completions/reconciler
    zsh:   reconciler completion zsh > a file called _reconciler on your fpath
    fish:  reconciler completion fish > ~/.config/fish/completions/reconciler.fish
    PowerShell:  reconciler completion powershell >> $PROFILE
    """
    from reconciler.cli.main import cli  # it is main that imports us
    from reconciler.cli.powershell import register

    register()
    completion = get_completion_class(shell)
    assert completion is not None  # the choices above are those that click has
    tell(completion(cli, {}, "reconciler", "_RECONCILER_COMPLETE").source() + "\n")
