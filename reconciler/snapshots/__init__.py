"""Snapshot files: JSON, or YAML where the name ends in .yaml or .yml."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reconciler.codec.json_types import why_not_data
from reconciler.codec.snapshot import Snapshot, aged, from_data, to_data
from reconciler.errors import InputError
from reconciler.files import read_text, write_text_atomically
from reconciler.git.executables import shell_line
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.snapshots.carried import carried

_YAML = (".yaml", ".yml")


def read_snapshot(file: Path) -> Snapshot:
    """The snapshot in a file; raises InputError where it cannot be had."""
    text = read_text(file, what="the snapshot")
    try:
        if _is_yaml(file):
            from reconciler.snapshots.yaml_form import parse  # a JSON snapshot needs none of it

            return from_data(parse(text))
        return from_data(json.loads(text))
    except (RecursionError, ValueError) as error:
        raise InputError(
            f"Cannot read the snapshot {file}: {why_not_data(error)}. "
            f"Record a new one: `reconciler plan --record {shell_line(str(file))}`."
        ) from None


def read_snapshots(files: Sequence[Path], now: datetime, oldest: timedelta | None) -> Snapshot:
    """The snapshots of the parts of a run as one: as old as the oldest of them that is believed now.

    One that is too old, such as that of a machine that failed tonight, takes no other one with it; nor does one of a
    machine that was stopped, as what it did not ask is unknown.

    Raises InputError where one cannot be had, or two have the same school.
    """
    seen: dict[str, Path] = {}
    snapshots = [read_snapshot(file) for file in files]
    for file, snapshot in zip(files, snapshots, strict=True):
        for school in snapshot.live.schools.keys() | {address.school for address in snapshot.live.accesses}:
            if school in seen:
                raise InputError(
                    f"Cannot read {seen[school]} and {file} as one: both have the school {school}. Name the snapshots "
                    "of the parts of one run, each once."
                )
            seen[school] = file
    if len(files) == 1:
        return snapshots[0]
    believed = [replace(each, live=aged(each.live, now, oldest)) for each in snapshots]
    return _joined(
        believed, [new for old, new in zip(snapshots, believed, strict=True) if _tells(old, new)] or believed
    )


def _tells(snapshot: Snapshot, believed: Snapshot) -> bool:
    """Tell if something of a snapshot is believed."""
    return any(believed.live.schools[name] is its for name, its in snapshot.live.schools.items())


def _joined(snapshots: Sequence[Snapshot], believed: Sequence[Snapshot]) -> Snapshot:
    """Snapshots of different schools as one, as old as the oldest of those that are believed."""

    def all_of(part: Callable[[Snapshot], Mapping[Any, Any]]) -> dict[Any, Any]:
        return {key: value for snapshot in snapshots for key, value in part(snapshot).items()}

    live = Live(
        all_of(lambda each: each.live.schools),
        all_of(lambda each: each.live.accesses),
        recorded=min((each.live.recorded for each in believed if each.live.recorded), default=None),
        times=all_of(lambda each: each.live.times),
        interrupted=all(each.live.interrupted for each in snapshots),
    )
    return Snapshot(
        live, all_of(lambda each: each.databases), all_of(lambda each: each.usernames), all_of(lambda each: each.urns)
    )


def write_snapshot(file: Path, live: Live, desired: Desired, *, recorded: datetime) -> None:
    """Write the live side of `desired`, readable for its owner alone; raises InputError where it cannot be written.

    A school of which nothing was seen stays as the file has it already, with the time it is of.
    """
    with suppress(InputError):  # there is none yet, or it is no snapshot
        live = carried(live, read_snapshot(file).of(desired), desired)
    data = to_data(live, desired, recorded=recorded)
    if _is_yaml(file):
        from reconciler.snapshots.yaml_form import dump

        text = dump(data)
    else:
        text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    write_text_atomically(file, text, private=True)


def _is_yaml(file: Path) -> bool:
    return file.suffix.lower() in _YAML
