"""`reconciler demo`: the whole story on an embedded Bromcom, in a temporary folder.

manifest -> validate -> plan (2) -> apply, with a machine that plays the person -> verify -> journal -> plan (0)
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reconciler.cli.clock import system_clock
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.sandbox.server import SandboxServer

ENV_FILE: Final = "practice.env"
_PLAN_FILE = "plan.json"
_WHO = "the practice person"
_NEXT = """\
What you saw: one tick to set, one sensitive tick to remove, one login to fix, a role that cannot be checked remotely,
and a school that did not answer, which is never called in sync. A person clicked, page by page. Each result was checked
remotely, or confirmed by name.

What to do next:
  1. Practise it yourself: run `reconciler ui` in an empty folder, and choose Try the practice Bromcom.
  2. For your own school, choose Connect your Bromcom there, or run `reconciler init our-school` in a terminal.
  3. For everything else: `reconciler COMMAND --help`.
"""


@verb(
    {
        "Watch the story from manifest to proof": "demo",
    },
)
def command() -> int:
    """Show the whole story on a practice Bromcom.

    It runs in a temporary folder, uses no network, and leaves nothing behind.
    """
    with _practice() as (workspace, sandbox):
        return _Demo(workspace, sandbox).tell((workspace / "reconciler.yaml").read_text(encoding="utf-8"))


@contextmanager
def _practice() -> Iterator[tuple[Path, SandboxServer]]:
    """Serve a practice Bromcom beside a workspace in a temporary folder, as long as this lasts."""
    from reconciler.sandbox.control.env_file import write_env_file
    from reconciler.sandbox.server import serve
    from reconciler.sandbox.state.seed import parse_seed

    seed = (files("reconciler.sandbox") / "demo_seed.yaml").read_text(encoding="utf-8")
    with (
        tempfile.TemporaryDirectory(prefix="reconciler-demo-") as folder,
        serve(parse_seed(seed, "demo_seed.yaml")) as sandbox,
    ):
        workspace = Path(folder)
        _write_manifest(workspace, sandbox.url)
        write_env_file(workspace / ENV_FILE, sandbox)
        yield workspace, sandbox


@contextmanager
def practice_workspace() -> Iterator[tuple[Path, Path, str]]:
    """Serve the same, in which everything answers: the workspace, its file of passwords, the address of its pages."""
    with _practice() as (workspace, sandbox):
        sandbox.clear_troubles()
        yield workspace, workspace / ENV_FILE, sandbox.pages_url


def _write_manifest(workspace: Path, url: str) -> None:
    template = files("reconciler.sandbox") / "demo_workspace.yaml"
    manifest = template.read_text(encoding="utf-8").replace("SANDBOX", url)
    (workspace / "reconciler.yaml").write_text(manifest, encoding="utf-8")


class _Demo:
    """The story, chapter by chapter: each runs the real command, or what is behind it."""

    def __init__(self, workspace: Path, sandbox: SandboxServer) -> None:
        self._workspace = workspace
        self._sandbox = sandbox

    def tell(self, manifest: str) -> int:
        """Run every chapter; stop if one does not end as expected."""
        _heading("A school writes down what its suppliers should have: reconciler.yaml")
        click.echo(manifest)
        _heading("Is it valid? This needs no network and no password.")
        self._run(Exit.OK, "validate")
        _heading("What differs in Bromcom? The plan is saved, to be approved.")
        self._run(Exit.DIFFERENCES, "plan", "--env-file", ENV_FILE, "--out", _PLAN_FILE, "--quiet")
        click.echo(f"\n(exit code {Exit.DIFFERENCES}: there are differences)")
        _heading("A person carries it out. Here a machine does, on the practice pages, by the labels in each step.")
        click.echo(f"$ reconciler apply {_PLAN_FILE} --env-file {ENV_FILE}")
        self._apply()
        _heading("Is the whole plan done? Everything that can be checked remotely is checked.")
        self._run(Exit.INCOMPLETE, "verify", _PLAN_FILE, "--env-file", ENV_FILE)
        click.echo(
            f"\n(exit code {Exit.INCOMPLETE}: everything due is done; northgate did not answer when it was planned)"
        )
        _heading("The journal keeps who did what, and how it was proven.")
        self._run(Exit.OK, "journal")
        _heading("Now northgate's database is back. What differs today?")
        self._sandbox.clear_troubles()
        self._run(Exit.OK, "plan", "--env-file", ENV_FILE)
        click.echo(f"\n(exit code {Exit.OK}: in sync)\n")
        click.echo(_NEXT, nl=False)
        return Exit.OK

    def _run(self, expected: Exit, verb: str, *options: str) -> None:
        """Run a command as a person types it in the workspace, and check its exit code."""
        from reconciler.cli.main import main  # it is main that imports us

        click.echo(f"$ reconciler {' '.join((verb, *options))}\n")
        placed = [str(self._workspace / option) if option in {ENV_FILE, _PLAN_FILE} else option for option in options]
        code = main([verb, "-C", str(self._workspace), *placed])
        if code != expected:
            raise _off(f"`{verb}` ended with {code}, not {int(expected)}")

    def _apply(self) -> None:
        """Carry the plan out as `reconciler apply` does, with a machine as the person."""
        from reconciler.applying.opening import attestation_writer
        from reconciler.applying.plan_files import keep_plan, read_plan
        from reconciler.applying.preflight import ApplyInputs, approved_state, begin
        from reconciler.applying.run import ApplyServices
        from reconciler.bromcom.options import ProbeOptions
        from reconciler.cli.operator.practice import PracticeOperator, say_to
        from reconciler.journal.file import Journal
        from reconciler.model.outcome import Verified
        from reconciler.sandbox.operator.person import PracticeHands
        from reconciler.secrets.environment import environment
        from reconciler.state_folder.paths import journal_of, plans_of
        from reconciler.workflow import desired_of, probing

        desired = desired_of(self._workspace, system_clock())
        read_live = probing(self._workspace, environment({}, self._workspace / ENV_FILE), ProbeOptions())
        saved = read_plan(self._workspace / _PLAN_FILE)
        state = approved_state(saved, ApplyInputs(desired, read_live, system_clock))
        hands = PracticeHands(self._sandbox.url, self._passwords().__getitem__, say_to)
        person = PracticeOperator(hands, system_clock().date() + timedelta(days=365))
        written = attestation_writer(self._workspace, _WHO, click.echo, system_clock)
        services = ApplyServices(person, written, Journal(journal_of(self._workspace), _WHO, system_clock))
        plan_file = keep_plan(saved, plans_of(self._workspace))
        ended = begin(state, saved, services, plan_file=plan_file, accepted=()).to_the_end()
        if ended.others or not all(isinstance(outcome, Verified) for outcome in ended.outcomes):
            raise _off("not everything that was planned is verified")

    def _passwords(self) -> dict[str, str]:
        """Return {text of the reference: the password that the supplier was given}."""
        schools = self._sandbox.schools()
        return {
            f"env {name}": password
            for school in schools
            for name, password in self._sandbox.handed_over(school.school_id)
        }


def _off(what: str) -> click.ClickException:
    return click.ClickException(f"the demo did not go as expected: {what}.")


def _heading(text: str) -> None:
    click.secho(f"\n== {text}\n", bold=True)
