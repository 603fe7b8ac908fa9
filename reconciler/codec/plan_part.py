"""The JSON report of a part of a plan -> its items, line by line.

A part has one school and one access a line, so that it is never whole in memory as text or as data; and of what many
accesses have alike (their supplier's place, an evidence, the facts that nobody confirmed) one value is kept for all.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from reconciler.codec.json_types import TEXT, Misfit, at, why_not_data
from reconciler.codec.plan import ACCESS, PLAN, SCHOOL
from reconciler.codec.plan_file import PART, refuse_impossible, refuse_other_version
from reconciler.errors import InputError
from reconciler.model.plan import AccessPlan, SchoolPlan
from reconciler.model.shard import PartFile

_ALIKE: Final = ("login", "granted", "changes", "unknown", "vouched", "denied", "reported", "origin")


class Sharing:
    """Keeps one of all values that are equal."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}

    def of(self, access: AccessPlan) -> AccessPlan:
        """The same access, of values that others have too."""
        one = self._kept.setdefault
        return replace(access, **{field: one(value := getattr(access, field), value) for field in _ALIKE})


def read_part(lines: Iterable[str], file: str, sharing: Sharing) -> PartFile:
    """The part of a plan in the lines of a JSON report; raises InputError for anything else."""
    head: dict[str, Any] = {"schools": [], "accesses": []}
    schools: list[SchoolPlan] = []
    accesses: list[AccessPlan] = []
    rows: dict[str, Callable[[Any], None]] = {
        "schools": lambda data: schools.append(SCHOOL.load(data)),
        "accesses": lambda data: accesses.append(sharing.of(ACCESS.load(data))),
    }
    try:
        for key, is_row, value in _items(lines):
            if not is_row:
                head[key] = value
            elif key in rows:
                rows[key](value)
        refuse_other_version(head)
        if "part" not in head:
            raise Misfit("is a whole plan, and no part of one")
        plan = replace(PLAN.load(head), schools=tuple(schools), accesses=tuple(accesses))
        refuse_impossible(plan)
        part = at("part", PART, head)
        if not part.shard.is_possible:
            raise Misfit(f"is {part.shard}, and there is no such part", "part.shard")
        return PartFile(file, at("version", TEXT, head.get("tool")), part, plan)
    except (RecursionError, ValueError) as error:
        raise InputError(
            f"Nothing was merged: cannot read the part {file}: {why_not_data(error)}. Make the parts again: "
            "`reconciler plan --shard 1/8 --format json=part-1.json`, and so on to 8/8."
        ) from None


def _items(lines: Iterable[str]) -> Iterator[tuple[str, bool, Any]]:
    """Each key with its value; with each row, where it is a list of rows."""
    key, text = "", ""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        try:
            if key and text not in {"]", "],"}:
                yield key, True, json.loads(text.removesuffix(","))
            elif key:
                key = ""
            elif text.endswith("["):
                key = TEXT.load(json.loads(text.partition(":")[0]))
            elif text not in {"{", "}"}:
                ((name, value),) = json.loads(f"{{{text.removesuffix(',')}}}").items()
                yield name, False, value
        except Misfit:
            raise
        except ValueError:
            raise Misfit(f"is not as reconciler wrote it (line {number})") from None
    if text != "}":
        raise Misfit("ends too early")
