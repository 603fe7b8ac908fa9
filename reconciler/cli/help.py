"""The help of a verb: its options in groups, and examples at the end."""

from __future__ import annotations

from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from click.shell_completion import CompletionItem

_FEW: Final = 9  # options that need no groups
_OWN: Final = "Options"

# {the heading: the parameters below it}; a verb's other options stand first, as its own.
_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Selection": ("workspace", "schools", "suppliers"),
    "Reports": ("formats", "form", "style", "output", "patch", "details_url", "timestamps", "everything"),
    "Review of a change": ("base", "changed_only", "passwords_of_base"),
    "Access log": ("usage", "subject", "columns", "first", "last"),
    "Notifications": ("heartbeat", "notify", "notify_as", "notify_always", "state"),
    "Mail": ("mail_server", "mail_from", "mail_username", "mail_password"),
    "Snapshots and parts": ("against", "max_age", "record", "shard"),
    "CI": ("system", "source", "revision", "default_branch", "approvers", "password_approvers", "dry_run"),
    "Requests to Bromcom": ("env_file", "deep", "wsdl", "concurrency", "per_host", "rate", "timeout", "retries"),
    "General": ("quiet", "verbose", "help"),
}
_GROUP_OF: Final = {name: group for group, names in _GROUPS.items() for name in names}


class Verb(click.Command):
    """A command with examples: {what one is for: the command line without `reconciler`}."""

    def __init__(self, *args: Any, examples: Mapping[str, str], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.examples = examples

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options below their headings; few options need none."""
        rows: dict[str, list[tuple[str, str]]] = {group: [] for group in (_OWN, *_GROUPS)}
        params = self.get_params(ctx)
        for param in params:
            record = param.get_help_record(ctx)
            if record:
                name = "help" if "--help" in param.opts else param.name or ""
                rows[_OWN if len(params) <= _FEW else _GROUP_OF.get(name, _OWN)].append(record)
        for group, records in rows.items():
            if records:
                with formatter.section(group):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Show the examples, each as it is pasted."""
        formatter.write_paragraph()
        formatter.write("Examples:\n")
        for purpose, line in self.examples.items():
            formatter.write(f"  # {purpose}\n  reconciler {line}\n")


class VerbGroup(Verb, click.Group):
    """A command with commands of its own."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


class LazyVerbGroup(VerbGroup):
    """A command whose own commands are modules, each imported when it is used.

    lines    {name: the first line of its help}, so that the group's help need import none of them
    package  the package of the modules, each with its `command`
    prepare  makes of a command what is run; the program sets it
    """

    def __init__(self, *args: Any, lines: Mapping[str, str], package: str, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.lines = lines
        self.package = package
        self.prepare: Callable[[click.Command], click.Command] = lambda command: command

    def module_of(self, name: str) -> str:
        """Return the name of a command's module; that of a word of Python ends in `_`."""
        return f"{self.package}.{name.replace('-', '_')}{'_' if iskeyword(name) else ''}"

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the commands in alphabetical order."""
        return sorted(self.lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command; None if there is no such one."""
        if cmd_name not in self.lines:
            return None
        command: click.Command = import_module(self.module_of(cmd_name)).command
        return self.prepare(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self.lines.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer the commands without importing them."""
        from click.shell_completion import CompletionItem

        commands = [CompletionItem(name, help=line) for name, line in self.lines.items() if name.startswith(incomplete)]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]


def verb(examples: Mapping[str, str], **attributes: Any) -> Callable[[Callable[..., Any]], Verb]:
    """Make a verb of a function, with its examples."""
    return click.command(cls=Verb, examples=examples, **attributes)
