"""The `reconciler` command: its verbs, and what becomes of an error.

A verb's module is imported only when it is used, which keeps `--version` and `--help` fast.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from copy import copy
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from reconciler import __version__
from reconciler.cli.clock import Clock, system_clock
from reconciler.cli.commands import GROUPS, VERBS, module_of
from reconciler.cli.console import drop_unwritten, say, say_problems, use_utf8
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import LazyVerbGroup
from reconciler.cli.signals import listen, stopped_by
from reconciler.cli.workspace import WORKSPACE, WORKSPACE_ABOVE
from reconciler.errors import ManifestError, PlanRefused, PlanStale, ReconcilerError, SelectionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.shell_completion import CompletionItem

_NOT_WRITTEN = (errno.ENOSPC, errno.EIO)  # of a stream to a full or broken disk


class Verbs(click.Group):
    """The verbs of VERBS, imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the verbs in alphabetical order."""
        return list(VERBS)

    def get_help_option_names(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Name the option whatever context asks first: click keeps its names from then on."""
        return ["-h", "--help"]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the verbs without importing them."""
        width = max(map(len, VERBS))
        for group, verbs in GROUPS.items():
            with formatter.section(group):
                formatter.write_dl([(verb.ljust(width), VERBS[verb]) for verb in verbs if verb in VERBS])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the verbs without importing them."""
        from click.shell_completion import CompletionItem

        verbs = [CompletionItem(verb, help=line) for verb, line in VERBS.items() if verb.startswith(incomplete)]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb that was typed, or raise click.UsageError with a pointer."""
        name = args[0]
        if name not in VERBS and not ctx.resilient_parsing:
            from reconciler.cli.mistyped import no_such_command

            raise no_such_command(ctx, name)
        _, command, rest = super().resolve_command(ctx, args)
        if command and WORKSPACE in ctx.meta and not _uses_workspace(command):
            raise click.UsageError(f"`{name}` uses no workspace: leave out -C {ctx.meta[WORKSPACE]}.", ctx)
        return name, command, rest

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a verb's command; None if there is no such verb."""
        if cmd_name not in VERBS:
            return None
        return _prepared(import_module(module_of(cmd_name)).command)


def _remember(context: click.Context, _: click.Parameter, folder: str | None) -> None:
    """Keep the folder of -C for the verb that follows."""
    if folder:
        from pathlib import Path  # half of what `--version` would load beside click

        context.meta[WORKSPACE] = Path(folder)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C",
    "--workspace",
    type=click.Path(file_okay=False),
    expose_value=False,
    callback=_remember,
    help="The folder with reconciler.yaml. It may stand after the command too.",
)
@click.version_option(__version__, prog_name="reconciler", help="Show the version.")
def cli() -> None:
    """Third-party access to a school's Bromcom MIS as reviewed code.

    Manifests in a folder say what each supplier may read and write. `plan` asks Bromcom and shows what differs. `apply`
    guides a person through the pages and checks the result. The program itself changes nothing in Bromcom.

    \b
    Exit codes:
      0   in sync, or done
      1   failed; the message says what did not happen
      2   there are differences
      3   refused, and nothing was changed: an old plan, a limit, or another apply at work
      4   no differences found, but something could not be checked, or nothing was compared
      5   steps are waiting for a person
      64  the command line was mistyped
    """


def run() -> NoReturn:
    """Run the command line and leave with its exit code: the console script."""
    use_utf8()
    listen()
    code = main(sys.argv[1:])
    gc.freeze()  # nothing of it is looked through on the way out
    sys.exit(code)


def main(arguments: list[str], clock: Clock = system_clock) -> int:
    """Run one command line; return the exit code. Every error ends here as a message on stderr."""
    if os.environ.get("_RECONCILER_COMPLETE", "").startswith("powershell"):
        from reconciler.cli.powershell import register

        register()
    try:
        return int(cli.main(arguments, prog_name="reconciler", standalone_mode=False, obj=clock) or Exit.OK)
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        return Exit.USAGE
    except click.UsageError as error:
        from reconciler.cli.mistyped import with_pointer

        pointed = with_pointer(error)
        if pointed.ctx:
            say(f"{pointed.ctx.get_usage()}\nTry '{pointed.ctx.command_path} --help' for help.\n")
        say(f"Error: {pointed.format_message()}")
        return Exit.USAGE
    except click.ClickException as error:
        error.show()
        return Exit.FAILED
    except ReconcilerError as error:
        return _print_error(error)
    except (KeyboardInterrupt, click.Abort):
        say(f"Stopped by {stopped_by()}. Nothing was changed in Bromcom.")
        return Exit.FAILED
    except OSError as error:
        from reconciler.files import too_many_open

        if reason := too_many_open(error):
            say(f"Error: {reason}. Nothing was changed in Bromcom.")
        elif error.errno not in _NOT_WRITTEN:
            _say_own_fault(error)
        else:
            drop_unwritten()
            say(f"Error: the output was not written completely: {error.strerror}.")
        return Exit.FAILED
    except Exception as error:  # noqa: BLE001  # the last stop: a fault of ours must not print what it holds
        _say_own_fault(error)
        return Exit.FAILED


def _uses_workspace(command: click.Command) -> bool:
    return any(param.name == "workspace" for param in command.params) or any(map(_uses_workspace, _own(command)))


def _own(command: click.Command) -> Iterator[click.Command]:
    """The commands of a group, imported one by one."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        names = command.list_commands(context)
        yield from (inner for name in names if (inner := command.get_command(context, name)))


def _prepared(command: click.Command) -> click.Command:
    """Return a copy of a verb, with its own commands if it has any, that prints its errors itself."""
    prepared = copy(command)
    prepared.callback = _printing_errors(command.callback)
    if isinstance(prepared, LazyVerbGroup):
        prepared.prepare = _prepared
    elif isinstance(command, click.Group) and isinstance(prepared, click.Group):
        prepared.commands = {name: _prepared(inner) for name, inner in command.commands.items()}
    return prepared


def _printing_errors(callback: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """Return the verb with its errors printed while click still knows the options that complete their commands."""
    if callback is None:
        return None

    @wraps(callback)
    def run_verb(*args: Any, **kwargs: Any) -> Any:
        above = click.get_current_context().meta.get(WORKSPACE_ABOVE)
        if above and not kwargs.get("quiet"):
            say(f"Using the workspace {above}, which is above this folder.")
        try:
            return callback(*args, **kwargs)
        except ReconcilerError as error:
            return _print_error(error)

    return run_verb


def _print_error(error: ReconcilerError) -> Exit:
    match error:
        case SelectionError():
            say(f"Error: {error}")
            return Exit.USAGE
        case ManifestError():
            _say_problems(error)
            return Exit.FAILED
        case PlanStale():
            say("\n  ".join((f"Refused: {error}", *error.moved)))
            return Exit.REFUSED
        case PlanRefused():
            say(f"Refused: {error}")
            return Exit.REFUSED
        case _:
            say(f"Error: {error}")
            return Exit.FAILED


def _say_problems(error: ManifestError) -> None:
    say_problems(error.problems)
    say(f"Nothing was done: {error}. Correct the errors above, then run `reconciler validate`.")


def _say_own_fault(error: Exception) -> None:
    """Say where a fault of our own arose, without its text, which may hold anything, even a password."""
    import traceback  # as --version needs none of it
    from pathlib import Path

    frames = [f"{Path(f.filename).name}:{f.lineno} in {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    say(
        f"Error: reconciler stopped because of a bug ({type(error).__name__}). Nothing was changed in Bromcom.\n"
        f"Please report it, with the command that you typed and these lines:\n  " + "\n  ".join(frames[-6:])
    )
