"""`reconciler journal`: show what was done in this workspace, and check that its record was not altered."""

import json
from pathlib import Path

import click

from reconciler.cli.console import say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import workspace_option
from reconciler.cli.output.renderers import text_style
from reconciler.journal.file import JournalContents, broken_line, read_journal
from reconciler.report.escape import in_lines
from reconciler.report.journal import render_journal
from reconciler.report.labels import plural
from reconciler.state_folder.paths import journal_of

_SHORTEST_HASH = 8


@verb(
    {
        "Show what was done": "journal",
        "Check that the record is unaltered, to its end": "journal --check --head 5f0c3a1b",
    },
)
@workspace_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--check", is_flag=True, help="Only check that the journal is unaltered; show no entries.")
@click.option(
    "--head",
    metavar="HASH",
    default="",
    help="A hash that you noted earlier, or its first 8 characters or more: fail if no entry has it.",
)
def command(workspace: Path, form: str, head: str, *, check: bool) -> int:
    """Show what was done here, by whom, when, and how it was proven.

    Each entry holds the hash of the one before, so an entry that was changed, removed or moved is found. To prove that
    the end was not cut off, note the head, which is printed last, and give it with --head another time. The journal is
    in the folder .reconciler, which git ignores. Exits with 0 if the journal is unaltered, 1 if it is not.
    """
    if head and len(head) < _SHORTEST_HASH:
        raise click.UsageError(f"--head {head} is too short. Give the first {_SHORTEST_HASH} characters or more.")
    path = journal_of(workspace)
    contents = read_journal(path)
    tell(_json(contents, entries=not check) if form == "json" else _text(contents, entries=not check))
    if contents.torn and not contents.broken:
        say(f"The last line is incomplete ({plural(contents.torn, 'byte')}): a crash, or an apply at work.")
    if contents.broken:
        say(f"Error: {broken_line(path, contents.broken)}")
        return Exit.FAILED
    if not any(entry.hash.startswith(head.lower()) for entry in contents.entries) and head:
        say(f"Error: no entry has the hash {head}. The end of the journal was cut off, or this is another journal.")
        return Exit.FAILED
    return Exit.OK


def _text(contents: JournalContents, *, entries: bool) -> str:
    style = text_style(None)
    text = render_journal(contents.entries, **style) + "\n" if entries and contents.entries else ""
    number = plural(len(contents.entries), "entry", "entries")
    if contents.broken:
        return f"{text}{number} before line {contents.broken.line}, which was altered.\n"
    if not contents.entries:
        return f"{text}The journal is empty.\n"
    closing = f"{number}, unaltered. Head {contents.entries[-1].hash}"
    return text + "".join(f"{line}\n" for line in in_lines(closing, style["columns"] or len(closing)))


def _json(contents: JournalContents, *, entries: bool) -> str:
    """Return one entry a line, each as it is in the file."""
    head = {
        "formatVersion": 1,
        "count": len(contents.records),
        "head": contents.records[-1]["hash"] if contents.records else None,
        "torn": contents.torn,
        "broken": {"line": contents.broken.line, "what": contents.broken.what} if contents.broken else None,
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    if entries:
        rows = ",\n".join(f"    {json.dumps(record, sort_keys=True)}" for record in contents.records)
        lines.append('  "entries": [' + (f"\n{rows}\n  " if rows else "") + "]")
    return "{\n" + ",\n".join(lines) + "\n}\n"
