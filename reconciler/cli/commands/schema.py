"""`reconciler schema`: print the JSON Schema of a kind of document."""

from pathlib import Path

import click

from reconciler.cli.help import verb
from reconciler.cli.output.destinations import write_to
from reconciler.manifest.schema.check import schema_text

KINDS = (
    "manifest",
    "workspace",
    "school",
    "supplier",
    "attestation",
    "waiver",
    "profile",
    "round",
    "plan",
    "snapshot",
    "outcomes",
    "journal",
    "heartbeat",
    "notification",
    "explanations",
    "check-ups",
    "register",
    "access-report",
    "usage-report",
    "history-access",
    "history-day",
    "history-trend",
)


@verb(
    {
        "Let an editor complete and check manifests": "schema manifest --output manifest.schema.json",
    },
)
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file, as UTF-8.")
def command(kind: str, output: Path | None) -> None:
    """Print the JSON Schema (2020-12) of a KIND of document.

    An editor completes and checks manifests with it. Write it with
    `reconciler schema manifest --output manifest.schema.json`, and put the line
    `# yaml-language-server: $schema=manifest.schema.json` at the top of a manifest, with the path to that file.
    The `$id` in a schema is its address on the web, which the line can have instead.
    """
    write_to(output, schema_text(kind), private=False)
