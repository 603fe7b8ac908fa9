"""A chain of records, a line each: to change, remove or move one breaks it there.

line 1   {..., "sequence": 1, "previous": 000..., "hash": A}      A = SHA-256 of the rest of line 1
line 2   {..., "sequence": 2, "previous": A,      "hash": B}      B = SHA-256 of the rest of line 2
line 3   {"by": "J. Sm                                            torn: a crash; no end of line

Lines that were cut off at the end leave a shorter chain that fits. Only a hash that was noted elsewhere shows that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, TypeAlias

from reconciler.startup import dataclass

Record: TypeAlias = "Mapping[str, Any]"

NO_HASH: Final = "0" * 64  # what the first record follows


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first line that does not fit, counted from 1, and why."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Chain:
    """The content of a file.

    records  those that fit, up to the first that does not
    sound    how many bytes these are
    unended  the last of them has no end of line: some editors remove it
    torn     how many bytes follow the last end of line, and are not a whole line
    broken   None if every line fits
    """

    records: tuple[Record, ...]
    sound: int
    unended: bool
    torn: int
    broken: ChainBreak | None


def seal(content: Record, after: Record | None) -> Record:
    """The record that follows `after` (None: the first): its content with its number, and the hashes that chain it."""
    sequence, previous = (after["sequence"] + 1, after["hash"]) if after else (1, NO_HASH)
    rest = {**content, "sequence": sequence, "previous": previous}
    return {**rest, "hash": _hash(rest)}


def line_of(record: Record) -> bytes:
    """The record as its line: canonical JSON (sorted keys, no spaces, ASCII) and an end of line."""
    return _canonical(record) + b"\n"


def read_chain(content: bytes, after: Record | None = None) -> Chain:
    """Read lines that follow `after`, up to the first that does not fit."""
    *lines, torn = content.split(b"\n")
    records: list[Record] = []
    sound = 0
    broken = None
    first = after["sequence"] + 1 if after else 1
    for number, line in enumerate(lines, start=first):
        record = _record(line)
        what = _misfit(record, line, number, records[-1] if records else after)
        if record is None or what:
            broken = ChainBreak(number, what)
            break
        records.append(record)
        sound += len(line) + 1
    last = _record(torn)
    if last is None or broken or _misfit(last, torn, first + len(records), records[-1] if records else after):
        return Chain(tuple(records), sound, unended=False, torn=len(torn), broken=broken)
    return Chain((*records, last), sound + len(torn), unended=True, torn=0, broken=None)


def _record(line: bytes) -> Record | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _misfit(record: Record | None, line: bytes, number: int, after: Record | None) -> str:
    """The reason why a line does not fit; empty where it does."""
    if record is None:
        return "it is not an entry"
    if _hash({key: value for key, value in record.items() if key != "hash"}) != record.get("hash"):
        return "it was changed: its hash does not match its content"
    if _canonical(record) != line:
        return "it was rewritten: the same content in other bytes"
    if record.get("sequence") != number or type(record["sequence"]) is not int:
        return f"it is entry {record.get('sequence')}: an earlier entry was removed, inserted or moved"
    if record.get("previous") != (after["hash"] if after else NO_HASH):
        return "it does not follow the entry before it, which was replaced since"
    return ""


def _canonical(record: Record) -> bytes:
    return json.dumps(record, sort_keys=True, separators=(",", ":")).encode("ascii")


def _hash(rest: Record) -> str:
    return sha256(_canonical(rest)).hexdigest()
