"""The address of an access, and the keys by which Bromcom knows a school and an account."""

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


class SchoolDatabase(NamedTuple):
    """A school's database: its School ID, and the read service, in the case that IIS ignores."""

    school_id: int
    service: str


class AccountKey(NamedTuple):
    """An account in a database. `username` is in its normal form; of a partner application, which has no account, it is
    empty, and `application` is its name."""

    database: SchoolDatabase
    username: str
    application: str


def username_key(name: str) -> str:
    """The normal form of a username: those that differ in capitals, or in spaces around them, are taken for one."""
    return name.strip().casefold()


def school_label(title: str, name: str) -> str:
    """Name a school in a heading: its title, and the short name that commands take."""
    return f"{title} ({name})" if title else name
