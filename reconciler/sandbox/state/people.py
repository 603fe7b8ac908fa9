"""People who do not exist, and the rows that entities make of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reconciler.sandbox.state.entities import Row


class PersonKind(StrEnum):
    """The kinds of person. Consent is kept for each of these."""

    STUDENT = "students"
    STAFF = "staff"
    CONTACT = "contacts"


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One record. `number` is its StudentID, StaffID or StudentContactID; PersonIDs are unique in a school.

    env  the environment variable that the examples read the number from, where it is a canary's
    """

    kind: PersonKind
    number: int
    consent: bool
    env: str = ""

    @property
    def person_id(self) -> int:
        """Kinds have ranges of their own."""
        return {PersonKind.STUDENT: 1000, PersonKind.STAFF: 5000, PersonKind.CONTACT: 7000}[self.kind] + self.number

    @property
    def returned_form(self) -> bool:
        """True if they, or their parents, returned the paper form on which they consent: all but every sixth.

        No Bromcom shows that. Without it, people could not practise setting the consent of those who gave it.
        """
        return self.number % 6 != 0

    @property
    def first_name(self) -> str:
        """A name that cannot be taken for a child's."""
        return f"{_FIRST_NAMES[self.number % len(_FIRST_NAMES)]}-{self.number}"

    @property
    def last_name(self) -> str:
        """The kind of person, as a name."""
        return {
            PersonKind.STUDENT: "Practicepupil",
            PersonKind.STAFF: "Practiceteacher",
            PersonKind.CONTACT: "Practiceparent",
        }[self.kind]

    @property
    def email(self) -> str:
        """An address in a domain that cannot be owned."""
        return f"{self.first_name}.{self.last_name}@example.invalid".lower()


_FIRST_URN = 100_000  # such numbers have six digits
_FIRST_NAMES = ("Teapot", "Umbrella", "Pencil", "Marble", "Lantern", "Button", "Pebble", "Kettle", "Thimble", "Biscuit")


def urn_of(school_id: int) -> int:
    """Return the number of a practice school in the register of schools. It has no meaning outside of the sandbox."""
    return _FIRST_URN + school_id % _FIRST_URN


def rows(entity: str, school_name: str, urn: int, people: Sequence[PersonRecord]) -> list[Row]:
    """The rows of an entity, in the order of its columns in `entities.yaml`. `people` are those that may be seen."""
    return list(_rows(entity, school_name, urn, people))


def _rows(entity: str, school_name: str, urn: int, people: Sequence[PersonRecord]) -> Iterator[Row]:
    match entity:
        case "Schools":
            # The school itself is number 1 here, in the real service too: this is not the School ID.
            yield (1, school_name, urn, "2026-09-01T00:00:00+01:00")
        case "People":
            yield from ((person.person_id, person.first_name, person.last_name, person.email) for person in people)
        case "Students":
            yield from (_student(person) for person in people if person.kind is PersonKind.STUDENT)
        case "Staff":
            yield from (_staff(person) for person in people if person.kind is PersonKind.STAFF)
        case "StudentContacts":
            yield from (_contact(person) for person in people if person.kind is PersonKind.CONTACT)


def _student(person: PersonRecord) -> Row:
    return (
        person.number,
        person.person_id,
        None,  # no UPN is invented: it could be somebody's
        person.first_name,
        person.last_name,
        f"2016-{person.number % 12 + 1:02}-01T00:00:00+00:00",
        f"Year {person.number % 6 + 1}",
    )


def _staff(person: PersonRecord) -> Row:
    return (
        person.number,
        person.person_id,
        f"PT{person.number}",
        person.first_name,
        person.last_name,
        person.email,
    )


def _contact(person: PersonRecord) -> Row:
    return (person.number, person.person_id, person.number, person.first_name, person.last_name, 1, person.email)
