"""`reconciler help`: the help of the program, or of a command."""

import click

from reconciler.cli.help import verb
from reconciler.cli.mistyped import no_such_command


@verb({"List the commands": "help", "Explain one": "help plan", "Explain a command of a command": "help sandbox tick"})
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def command(context: click.Context, words: tuple[str, ...]) -> None:
    """Explain a command, as its --help does."""
    explained = context.parent or context
    for word in words:
        group = explained.command
        inner = group.get_command(explained, word) if isinstance(group, click.Group) else None
        if inner is None:
            raise no_such_command(explained, word)
        explained = click.Context(inner, info_name=word, parent=explained)
    click.echo(explained.get_help())
