"""The memory of drift runs, in a file from one run to the next.

It is written for its owner alone, and never over a file of another kind or through a link. Runs that end at the same
time take turns; their lock is removed afterwards.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reconciler.codec.drift_state import DriftFile, from_data, to_data
from reconciler.codec.json_types import why_not_data
from reconciler.errors import InputError
from reconciler.files import read_text, write_text_atomically
from reconciler.model.drift_news import Remembered
from reconciler.startup import dataclass
from reconciler.state_folder.folder import why_not
from reconciler.state_folder.lock import waiting

_PATIENCE: Final = 120.0  # seconds for another run, which may have a receiver that does not answer


@dataclass(frozen=True, slots=True)
class StateFile:
    """The file. `hidden` says that it is in the workspace's own folder for what is no manifest."""

    file: Path
    hidden: bool

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the file while no other run notifies anyone. Raises InputError where that cannot be."""
        folder, failure = self.file.parent, f"Cannot read {self.file}"
        if not self.hidden:  # a folder that a person named is theirs: neither private nor kept out of git
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise InputError(f"{failure}: {why_not(error)}.") from None
            folder = folder.resolve()
        lock = folder / f".{self.file.name}.lock"
        with waiting(lock, self.file, seconds=_PATIENCE, failure=failure, fleeting=True):
            yield

    def read(self, workspace: str) -> DriftFile:
        """The memory of the workspace; empty if there is no file yet, or an empty one. Raises InputError for any other
        file."""
        try:
            empty = not self.file.stat().st_size
        except FileNotFoundError:
            empty = True
        except OSError as error:
            raise InputError(f"Cannot read {self.file}: {why_not(error)}.") from None
        if empty:
            return DriftFile()
        text = read_text(self.file, what="the memory of drift runs")
        try:
            return from_data(json.loads(text), workspace)
        except (RecursionError, ValueError) as error:
            raise InputError(
                f"Cannot read {self.file}, where drift runs keep what people were told: {why_not_data(error)}. It was "
                "left alone, and every difference counts as new. Name another file with --state, or move this one away."
            ) from None

    def remember(self, workspace: str, after: Callable[[DriftFile], DriftFile]) -> Remembered:
        """Keep the findings of a run beside earlier ones. Raises InputError if the file cannot be read or written."""
        with self.turn():
            tellings = after(self.read(workspace))
            self.write(tellings, workspace)
        return tellings.remembered

    def write(self, tellings: DriftFile, workspace: str) -> None:
        """Write the memory. Raises InputError if that fails."""
        write_text_atomically(self.file, json.dumps(to_data(tellings, workspace), indent=2) + "\n", private=True)
