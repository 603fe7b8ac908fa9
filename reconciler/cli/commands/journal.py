"""`reconciler journal`: what was done in this workspace, by whom, and whether anybody changed the record of it."""

import json
from pathlib import Path

import click

from reconciler.cli.console import say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.options.general import workspace_option
from reconciler.cli.output.renderers import text_style
from reconciler.journal.file import JournalContents, broken_line, read_journal
from reconciler.report.journal import render_journal
from reconciler.report.labels import plural
from reconciler.state_folder.paths import journal_of

_SHORTEST_HASH = 8


@click.command()
@workspace_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--check", is_flag=True, help="Do not show the entries; say only whether every line fits.")
@click.option(
    "--head",
    metavar="HASH",
    default="",
    help="A hash that was noted earlier, or its first 8 characters or more: fail where no entry has it.",
)
def command(workspace: Path, form: str, head: str, *, check: bool) -> int:
    """Show what was done here, by whom, when, and how it was proven.

    Each entry holds the hash of the one before, so that whoever changes, takes out or moves one is found. That the end
    was not cut off is proven by a hash that was noted elsewhere: note the head that is printed last, and give it back
    with --head. The journal is in the folder .reconciler, which git is told to leave out: it says what is live. Exits
    with 0 where every line fits, 1 where one does not.
    """
    if head and len(head) < _SHORTEST_HASH:
        raise click.UsageError(f"--head {head} is too short: give the first {_SHORTEST_HASH} characters or more.")
    path = journal_of(workspace)
    reading = read_journal(path)
    tell(_json(reading, entries=not check) if form == "json" else _text(reading, entries=not check))
    if reading.torn and not reading.broken:
        say(f"After the last whole line stand {plural(reading.torn, 'byte')}: a crash, or somebody is at work now.")
    if reading.broken:
        say(f"Error: {broken_line(path, reading.broken)}")
        return Exit.FAILED
    if not any(entry.hash.startswith(head.lower()) for entry in reading.entries) and head:
        say(f"Error: no entry has the hash {head}: the end of the journal was cut off, or this is another journal.")
        return Exit.FAILED
    return Exit.OK


def _text(reading: JournalContents, *, entries: bool) -> str:
    told = ""
    if entries and reading.entries:
        told = render_journal(reading.entries, **text_style(None)) + "\n"
    number = plural(len(reading.entries), "entry", "entries")
    if reading.broken:
        return f"{told}{number} before line {reading.broken.line}, which does not fit.\n"
    if not reading.entries:
        return f"{told}Nothing was done here yet: the journal has no entry.\n"
    return f"{told}{number}, and every line fits. Head {reading.entries[-1].hash}\n"


def _json(reading: JournalContents, *, entries: bool) -> str:
    """One entry a line, each as it stands in the file."""
    head = {
        "formatVersion": 1,
        "count": len(reading.records),
        "head": reading.records[-1]["hash"] if reading.records else None,
        "torn": reading.torn,
        "broken": {"line": reading.broken.line, "what": reading.broken.what} if reading.broken else None,
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    if entries:
        rows = ",\n".join(f"    {json.dumps(record, sort_keys=True)}" for record in reading.records)
        lines.append('  "entries": [' + (f"\n{rows}\n  " if rows else "") + "]")
    return "{\n" + ",\n".join(lines) + "\n}\n"
