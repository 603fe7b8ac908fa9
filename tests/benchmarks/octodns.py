"""octoDNS for the same work: YAML on both sides, a plan as Markdown. It lives in an environment of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.benchmarks.measure import run
from tests.benchmarks.workspace import differing, granted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Declared = Mapping[str, tuple[str, ...]]

REQUIREMENT: Final = "octodns==1.22.0"

_CONFIGURATION: Final = """\
manager:
  plan_outputs:
    markdown:
      class: octodns.provider.plan.PlanMarkdown
providers:
  desired: {{class: octodns.provider.yaml.YamlProvider, directory: {folder}/desired}}
  live: {{class: octodns.provider.yaml.YamlProvider, directory: {folder}/live}}
zones:
{zones}
"""


def zones_of_suppliers(declared: Declared, live: bool) -> dict[str, str]:
    """A zone file a supplier, a record an entity: 2,000 x 12."""
    return {
        f"{name}.example": "".join(_one_value(entity) for entity in _own(number, owns, live))
        for number, (name, owns) in enumerate(declared.items())
    }


def records_of_entities(declared: Declared, live: bool) -> dict[str, str]:
    """One zone, a record an access and entity: 24,000 records."""
    records = (
        _one_value(f"{name}.{entity}")
        for number, (name, owns) in enumerate(declared.items())
        for entity in _own(number, owns, live)
    )
    return {"fleet.example": "".join(records)}


def values_of_suppliers(declared: Declared, live: bool) -> dict[str, str]:
    """One zone, a record a supplier, a value an entity: 2,000 records of 12 values."""
    records = (
        f"{name}:\n  ttl: 300\n  type: TXT\n  values:\n" + "".join(f"  - {own}\n" for own in _own(number, owns, live))
        for number, (name, owns) in enumerate(declared.items())
    )
    return {"fleet.example": "".join(records)}


# octoDNS has no accesses and entities, so there is more than one honest way to write them as zones.
_SHAPES: Final[Mapping[str, Callable[[Declared, bool], dict[str, str]]]] = {
    "a zone a supplier, a record an entity": zones_of_suppliers,
    "one zone, a record an entity": records_of_entities,
    "one zone, a record a supplier, a value an entity": values_of_suppliers,
}


SHAPES: Final = tuple(_SHAPES)


def sync(program: Path, folder: Path, shape: str, declared: Declared) -> Callable[[], float]:
    """Write both sides in a shape. The work is a run of octoDNS, which must find as many differences as ours."""
    write = _SHAPES[shape]
    for side, live in (("desired", False), ("live", True)):
        (folder / side).mkdir(parents=True)
        for zone, records in write(declared, live).items():
            (folder / side / f"{zone}.yaml").write_text(f"---\n{records}", encoding="utf-8")
    zones = "\n".join(f"  {zone}.: {{sources: [desired], targets: [live]}}" for zone in write(declared, False))
    file = folder / "config.yaml"
    file.write_text(_CONFIGURATION.format(folder=folder, zones=zones), encoding="utf-8")

    def work() -> float:
        ran = run([program, "--quiet", "--config-file", file])
        changes = [line for line in ran.stdout.splitlines() if line.startswith(("| Create |", "| Update |"))]
        assert len(changes) == differing(declared), ran.stdout[:2000]
        return ran.cost.cpu

    return work


def _own(number: int, owns: Sequence[str], live: bool) -> Sequence[str]:
    """Lower case and sorted: octoDNS checks the order of the keys it reads."""
    return sorted(own.lower() for own in (granted(number, owns) if live else owns))


def _one_value(name: str) -> str:
    return f"{name}:\n  ttl: 300\n  type: TXT\n  value: read\n"
