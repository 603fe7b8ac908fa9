"""The manifests of a fleet on disk, a supplier a file, as a person would have them."""

from __future__ import annotations

from itertools import count, islice
from typing import TYPE_CHECKING, Final

from tests.benchmarks.shapes import KNOWN, Shape, list_number, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

DRIFTED_EVERY: Final = 20  # 5 %
PASSWORD: Final = {"BENCHMARK_PASSWORD": "correct horse"}
_MISSING: Final = "BenchmarkEntityMissing"

_WORKSPACE: Final = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {{name: benchmark}}
spec:
  platforms:
    benchmark: {{readUrl: "{url}", writeUrl: "{write_url}"}}
  knownEntities: [{known}]
"""
_SCHOOL: Final = """\
---
apiVersion: reconciler/v1
kind: School
metadata: {{name: {name}}}
spec: {{schoolId: {number}, platform: benchmark}}
"""
_SUPPLIER: Final = """\
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: {name}}}
spec:
  title: Supplier {name}
  purpose: Moves data
{schools}  account:
    username: {name}@{{school}}
    password: {{env: BENCHMARK_PASSWORD}}
  entities:
{entities}
"""


def write_fleet(folder: Path, url: str, shape: Shape, schools: int, suppliers: int) -> None:
    """Write a workspace of `schools` times `suppliers` accesses; every 20th supplier's list has one entity in place of
    another.

    If no two lists are alike, each access is a supplier of its own; otherwise there are at most 300 of them.
    """
    (folder / "suppliers").mkdir(parents=True)
    places = [f"school-{number:04}" for number in range(schools)]
    frame = [
        _WORKSPACE.format(url=url, write_url=url.replace("ReadOnly", "Write"), known=", ".join((*KNOWN, _MISSING)))
    ]
    frame += [_SCHOOL.format(name=name, number=10_000 + number) for number, name in enumerate(places)]
    (folder / "reconciler.yaml").write_text("".join(frame), encoding="utf-8")
    own = {name: (place,) for place in places for name in _names_at(place, suppliers)}
    everywhere: dict[str, Sequence[str]] = dict.fromkeys(islice(_names(), suppliers), ())
    for number, (name, at) in enumerate((own if shape is Shape.EACH else everywhere).items()):
        names = listed(shape, f"{name}@{at[0] if at else ''}")
        text = _SUPPLIER.format(
            name=name,
            schools=f"  schools: [{at[0]}]\n" if at else "",
            entities="\n".join(f"    - {entity}" for entity in _declared(number, names)),
        )
        (folder / "suppliers" / f"{name}.yaml").write_text(text, encoding="utf-8")


def _declared(number: int, names: Sequence[str]) -> Sequence[str]:
    return names if number % DRIFTED_EVERY else (_MISSING, *names[1:])


def _names_at(place: str, suppliers: int) -> Iterator[str]:
    return (f"supplier-{number:03}-of-{place}" for number in range(suppliers))


def _names() -> Iterator[str]:
    """Up to 300 suppliers, none with the list of another."""
    taken = set()
    for name in (f"supplier-{number:04}" for number in count()):
        if list_number(name) not in taken:
            taken.add(list_number(name))
            yield name
