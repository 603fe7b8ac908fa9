"""Write the pages from what the nightly run saw. This asks nothing, and needs no password.

This step runs in the environment of the installed program.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import runner
from circumstances import refuse_to_publish
from event import read_event
from program import more_options, refuse_elsewhere
from runner import StepError

_FOLDER: Final = "reconciler-site"


def step() -> None:
    """Output the folder of the pages; empty, with a notice, if the night left no snapshot."""
    refuse_to_publish(read_event())
    workspace = runner.setting("RECONCILER_WORKSPACE", ".")
    refuse_elsewhere(Path(workspace))
    snapshot, history = Path(runner.setting("SNAPSHOT")), Path(runner.setting("HISTORY"))
    if not snapshot.is_file():
        runner.notice("No pages yet", "No night has seen Bromcom so far: the first one that does leaves a snapshot.")
        runner.output("folder", "")
        return
    folder = runner.folder("RUNNER_TEMP") / _FOLDER
    past = [f"--history={history}"] if history.is_file() else []
    command = [
        *(sys.executable, "-I", "-m", "reconciler", "site", f"--workspace={workspace}", f"--output={folder}"),
        *(f"--against={snapshot}", f"--max-age={runner.setting('MAX_AGE')}"),
        *(*past, f"--compared-by=run {runner.setting('GITHUB_RUN_ID')}", *more_options()),
    ]
    done = subprocess.run(command, check=False)  # noqa: S603  # our own words, and options of the workflow's author
    if done.returncode:
        raise StepError("The pages were not written", "See the log. Nothing was published.")
    runner.output("folder", str(folder))
