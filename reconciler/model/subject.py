"""What an outcome, a waiver or a person's word is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from reconciler.model.change import Aspect


class Subject(NamedTuple):
    """One fact that the manifests declare. `supplier` is empty for a fact of the school's own.

    `name` is the entity, permission, role, basis, kind of person or application, `*` for all declared entities of the
    access together, or the username, where it is the login.
    """

    school: str
    supplier: str
    aspect: Aspect
    name: str

    def __str__(self) -> str:
        return f"{self.place} {self.aspect.value} {self.name}"

    @property
    def place(self) -> str:
        """`school/supplier`, or the school where the fact is its own."""
        return f"{self.school}/{self.supplier}" if self.supplier else self.school
