"""The address of an access."""

from __future__ import annotations

from typing import NamedTuple


class Address(NamedTuple):
    """One supplier at one school; written `greenfield/groupcall`. Sorts by school, then supplier."""

    school: str
    supplier: str

    def __str__(self) -> str:
        return f"{self.school}/{self.supplier}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `school/supplier`; raises ValueError on any other form."""
        school, slash, supplier = text.partition("/")
        if not (school and slash and supplier) or "/" in supplier:
            raise ValueError(f"{text!r} is not an address: write school/supplier")
        return cls(school, supplier)
