"""The two forms of `entityFilter` that the sandbox understands: `1=0`, and `<column> = <integer>`.

The real service takes any piece of a SQL WHERE there. A client should never send more than these two.
"""

from __future__ import annotations

import re

from reconciler.sandbox.dataset import DataSet
from reconciler.sandbox.soap import unable

_NOTHING = re.compile(r"\s*1\s*=\s*0\s*")
_EQUALS = re.compile(r"\s*(?P<column>[A-Za-z_]\w*|\[[A-Za-z_]\w*\])\s*=\s*(?P<number>-?[0-9]+)\s*")


def apply_filter(dataset: DataSet, text: str) -> DataSet:
    """The rows that a filter lets through: all where it is empty, as in the real service. Raises Fault."""
    if not text.strip():
        return dataset
    if _NOTHING.fullmatch(text):
        return DataSet(dataset.columns, [])
    equals = _EQUALS.fullmatch(text)
    if equals is None:
        raise unable(
            "Incorrect syntax near the entity filter. The practice service knows 1=0 and <column> = <integer>."
        )
    position = _position(dataset, equals["column"].strip("[]"))
    number = int(equals["number"])
    return DataSet(dataset.columns, [row for row in dataset.rows if row[position] == number])


def _position(dataset: DataSet, name: str) -> int:
    for position, column in enumerate(dataset.columns):
        if column.name.casefold() == name.casefold():
            if column.kind != "int":
                raise unable(f"Conversion failed when converting the value of column '{column.name}' to data type int.")
            return position
    raise unable(f"Invalid column name '{name}'.")
