"""The parts that a run can be split into, for several machines: each takes some of the schools."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple

from reconciler.model.desired import Limits
from reconciler.model.plan import Plan

MOST_PARTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number`, counted from 1, `of` so many."""

    number: int
    of: int

    @property
    def is_possible(self) -> bool:
        """Tell if there is such a part."""
        return 1 <= self.number <= self.of <= MOST_PARTS

    def holds(self, school: str) -> bool:
        """Tell if a school, by its short name, is in this part: of the name alone, so that a new school moves none."""
        return int.from_bytes(sha256(school.encode()).digest()[:8]) % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True, slots=True)
class PlanPart:
    """What the plan of one part says of the whole.

    made       when (with a zone)
    manifests  SHA-256 (hex) of the manifests that it was made of
    schools    the typed `--school` of the run
    suppliers  its `--supplier`
    deep       its `--deep`
    limits     the Workspace's: a part cannot tell what is too much
    """

    shard: Shard
    made: datetime
    manifests: str
    schools: tuple[str, ...]
    suppliers: tuple[str, ...]
    deep: bool
    limits: Limits


class PartFile(NamedTuple):
    """The plan of one part, as a file has it. `version` is that of the program that made it."""

    file: str
    version: str
    part: PlanPart
    plan: Plan
