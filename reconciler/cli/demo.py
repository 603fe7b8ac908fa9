"""`reconciler demo`: the main job on an embedded Bromcom, in a temporary folder that goes when it ends."""

from __future__ import annotations

import tempfile
from importlib.resources import files
from pathlib import Path

import click

from reconciler.cli.exits import Exit
from reconciler.cli.terminal import say

_NEXT = """\
What you saw: one tick to set, one sensitive tick to take away, one login to mend, and a school that could not be
asked, which is never called in sync. Nothing was changed: `plan` only reads.

What to do next:
  1. Practise, in two terminals in the folder examples of a copy of the project:
       reconciler sandbox --env-file practice.env
       reconciler plan -C trust --env-file practice.env
  2. For your own school, write a reconciler.yaml like the one above with your School ID and platform (bromcom-cloud,
     bromcom-cloud-cy and scomis are built in), then `reconciler validate`, then `reconciler plan`.
  3. `reconciler COMMAND --help` tells the rest.
"""


@click.command()
def command() -> int:
    """Show the whole story on a practice Bromcom.

    It runs in a temporary folder, asks nothing outside this machine, and leaves nothing behind.
    """
    from reconciler.sandbox.env_file import write_env_file
    from reconciler.sandbox.seed import parse_seed
    from reconciler.sandbox.server import serve

    seed = (files("reconciler.sandbox") / "demo_seed.yaml").read_text(encoding="utf-8")
    with (
        tempfile.TemporaryDirectory(prefix="reconciler-demo-") as folder,
        serve(parse_seed(seed, "demo_seed.yaml")) as sandbox,
    ):
        workspace = Path(folder)
        manifest = _write_manifest(workspace, sandbox.url)
        write_env_file(workspace / "practice.env", sandbox)
        return _tell(workspace, manifest)


def _write_manifest(workspace: Path, url: str) -> str:
    template = files("reconciler.sandbox") / "demo_workspace.yaml"
    manifest = template.read_text(encoding="utf-8").replace("SANDBOX", url)
    (workspace / "reconciler.yaml").write_text(manifest, encoding="utf-8")
    return manifest


def _tell(workspace: Path, manifest: str) -> int:
    """Run the real commands, and fail where one does not end as the story says."""
    _heading("A school writes down what its suppliers should have: reconciler.yaml")
    click.echo(manifest)
    _heading("Is it right? No network, no password is needed to ask.")
    valid = _run("validate", "-C", str(workspace))
    _heading("What does the live service say?")
    planned = _run("plan", "-C", str(workspace), "--env-file", str(workspace / "practice.env"))
    if (valid, planned) != (Exit.OK, Exit.DIFFERENCES):
        say(f"Error: the demo did not go as it should: validate ended with {valid} and plan with {planned}.")
        return Exit.FAILED
    click.echo(f"\n(exit code {planned}: there are differences)\n")
    click.echo(_NEXT, nl=False)
    return Exit.OK


def _heading(text: str) -> None:
    click.secho(f"\n== {text}\n", bold=True)


def _run(*arguments: str) -> int:
    """The command line as a person types it (without the temporary folder), and its exit code."""
    from reconciler.cli.main import main  # it is main that imports us

    click.echo(f"$ reconciler {arguments[0]}{' --env-file practice.env' if '--env-file' in arguments else ''}\n")
    return main(list(arguments))
