"""Setting up CI for a workspace: its files, the names of its secrets, and what is left to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

import reconciler
from reconciler.cli.ci_check_up import ci_check_up
from reconciler.cli.console import tell, tell_text
from reconciler.cli.output.renderers import text_style
from reconciler.cli.printed_commands import place_from_here
from reconciler.cli.starting.ci_files import (
    CODEOWNERS,
    CiPlace,
    ci_files,
    ci_place,
    codeowners,
    codeowners_there,
    refuse_different,
)
from reconciler.cli.starting.ci_steps import CI_SYSTEMS, ci_steps
from reconciler.cli.starting.program_source import ProgramSource, installed_from, public_address
from reconciler.editing.target import diff_of, text_of
from reconciler.errors import InputError, ManifestError
from reconciler.files import write_text_atomically
from reconciler.git.executables import shell_line
from reconciler.manifest.rules.workspace_missing import ID as WORKSPACE_MISSING
from reconciler.model.check_up import CheckState, CiCheckpoint
from reconciler.report.check_up import render_ci_check_up
from reconciler.report.escape import in_lines
from reconciler.secrets.environment import password_variables
from reconciler.starting.workspace_files import shown
from reconciler.workflow import written

if TYPE_CHECKING:
    from datetime import date

    from reconciler.cli.starting.ci_options import CiOptions
    from reconciler.model.desired import Desired


_NOT_SET_HERE: Final = (CiCheckpoint.SECRETS, CheckState.UNKNOWN)


class CiSetup:
    """The files of a CI system for a workspace. Raises an error before anything is written if they cannot be made."""

    def __init__(self, workspace: Path, options: CiOptions) -> None:
        system = options.system or ""
        self._workspace = workspace
        self._options = options
        self._system = system
        self._owner_lines: list[str] = []
        self._command = shell_line("reconciler", "init", str(workspace), "--ci", system)
        self._place: CiPlace = ci_place(workspace, system, options.default_branch)
        self._files = ci_files(system, self._place, self._source())
        if not options.dry_run:
            refuse_different(self._place.top, self._files, self._command)

    def _source(self) -> ProgramSource:
        """Return the program's commit, from the options or from its installation, or raise click.UsageError."""
        options = self._options
        installed = ProgramSource() if options.source and options.revision else installed_from()
        address, revision = options.source or installed.address, options.revision or installed.revision
        version = installed.version if (address, revision) == (installed.address, installed.revision) else ""
        source = ProgramSource(address, revision, version)
        if self._system == "github" and address and not source.on_github:
            raise click.UsageError(
                f"Nothing was written: GitHub calls workflows on GitHub only, and {address} is not there. Copy the "
                "program's repository to GitHub, and name it with --source OWNER/NAME."
            )
        if address and revision:
            return source
        known = source.on_github or address or "OWNER/bromcom-reconciler"
        tags = shell_line("git", "ls-remote", public_address(known), f"v{reconciler.__version__}*")
        owner = "" if address else "For OWNER, write whose repository you have the program from. "
        raise click.UsageError(
            "Nothing was written: CI runs one commit of this program, and this installation does not say which it is: "
            f"{installed.unclear}. Say it: `{self._command} --source {known} --revision HASH`. {owner}For HASH, write "
            f"the full hash of a commit; of version {reconciler.__version__} it is on the last line of `{tags}`."
        )

    def finish(self, today: date, env_file: Path | None) -> None:
        """Write the files, and say what is left to do; with --dry-run only show them."""
        desired = self._desired(today)
        owners = self._codeowners(desired) if self._system == "github" else ""
        top, files = self._place.top, self._files
        if self._options.dry_run:
            tell("".join(f"{line}\n" for line in diff_of(top, files)))
            return
        new = [file for file, text in files.items() if text_of(top / file) != text]
        names = shown(new, top)
        for file in new:
            write_text_atomically(top / file, files[file])
        tell_text(f"Wrote {names} in {top}.\n" if new else f"Nothing to write: the files in {top} are up to date.\n")
        tell(self._left(desired, owners, env_file))

    def _desired(self, today: date) -> Desired:
        try:
            return written(self._workspace, today)[0]
        except ManifestError as error:
            if any(problem.rule != WORKSPACE_MISSING for problem in error.problems):
                raise
            begin = shell_line("reconciler", "init", str(self._workspace))
            raise InputError(
                f"Nothing was written: {self._workspace.resolve()} has no workspace. Begin one: `{begin}`."
            ) from None

    def _codeowners(self, desired: Desired) -> str:
        """Add CODEOWNERS to the files, unless the repository has its own; return what it still needs."""
        options = self._options
        text, has_names = codeowners(self._place, desired, options.approvers, options.password_approvers)
        there = codeowners_there(self._place.top)
        if there and text_of(self._place.top / there) != text:
            self._owner_lines = [line for line in text.splitlines() if "@" in line]
            return f"{there} is there already: add the lines above to it, with your names."
        self._files[CODEOWNERS] = text
        if has_names:
            return ""
        return f"{CODEOWNERS}: put your own names into the lines with @OWNER, and remove their first #."

    def _left(self, desired: Desired, owners: str, env_file: Path | None) -> str:
        """Return the names of the secrets, the steps that are left, and what `doctor --ci` says now."""
        system = CI_SYSTEMS[self._system]
        names = sorted(password_variables(desired))
        lines = "".join(f"  {name}='...'\n" for name in names) or "  none: no manifest takes a password from `env:`\n"
        place = place_from_here(self._workspace)
        doctor = shell_line("reconciler", "doctor", "--ci", *place, "--env-file", str(env_file or "../passwords.env"))
        results = ci_check_up(self._workspace, desired, env_file, None)
        if env_file is None:  # it would list the same names
            results = tuple(result for result in results if (result.step, result.verdict) != _NOT_SET_HERE)
        style = text_style(None)
        columns = style["columns"]

        def folded(text: str, mark: str = "") -> str:
            marked = mark + text
            return marked if columns is None else "\n".join(in_lines(marked, columns, " " * len(mark)))

        steps = enumerate(ci_steps(self._system, self._place.branch, owners), start=1)
        return "\n".join(
            (
                f"\nThe passwords go into {system.passwords}, one line each:\n{lines}",
                *(["CODEOWNERS needs:", *(f"  {line}" for line in self._owner_lines), ""] if self._owner_lines else []),
                f"Left to do on {system.title}:",
                *(folded(step, f"{number:>3}. ") for number, step in steps),
                "",
                folded(f"To check these lines, in a file: `{doctor}`. Of the rest, it says now:"),
                "",
                render_ci_check_up(results, **style),
            )
        )
