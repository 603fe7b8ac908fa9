"""`reconciler schema`: the JSON Schema of a kind of document."""

from __future__ import annotations

import click

from reconciler.cli.terminal import tell


@click.command()
@click.argument("kind", type=click.Choice(["manifest", "workspace", "school", "supplier", "plan", "snapshot"]))
def command(kind: str) -> None:
    """Print the JSON Schema (2020-12) of a KIND of document.

    An editor completes and checks manifests with it: put the line
    `# yaml-language-server: $schema=manifest.schema.json` at the top of a manifest, with the path to the file that you
    wrote with `reconciler schema manifest > manifest.schema.json`.
    """
    from reconciler.manifest.schema import schema_text  # --help needs none of it

    tell(schema_text(kind))
